"""Reads the run log from an evidence file, of this version of the format or another.

It reads the known keys of each record, by their types. It skips unknown keys and notes unknown events. A
record that is not JSON, not UTF-8, too deep, or incomplete is damage: the reader names it and reads the rest.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from kistep_archive.evidence import run_log
from kistep_archive.evidence.events import (
    COUNTERS,
    BoardVerdict,
    Failure,
    LogEntry,
    LoggedResponse,
    MissedPosts,
    RunEnd,
    RunLog,
    RunStart,
    Unanswered,
    WalkEnded,
)
from kistep_archive.model import boards
from kistep_archive.model.boards import BoardKey
from kistep_archive.model.items import ListedRow
from kistep_archive.model.outcomes import Outcome, PageKind, Verdict, WalkEnd
from kistep_archive.model.urls import locate
from kistep_archive.warc.location import Evidence
from kistep_archive.warc.reader import PAGES, SMALL, Damage, walk
from kistep_archive.warc.record import Record

KINDS = ("crawl", "backfill", "recheck", "import")

# Version 1 wrote these words in English.
_OUTCOMES_OF_1 = {
    "asked for again": Outcome.RETRIED,
    "not whole, asked for again": Outcome.NOT_WHOLE,
    "something else": Outcome.OTHER_PAGE,
    "not a file": Outcome.NOT_A_FILE,
    "internal error": Outcome.INTERNAL_ERROR,
    "of no known board": Outcome.UNKNOWN_BOARD,
}
_FORBIDDEN_OF_1 = "Forbidden by robots.txt"
_LARGEST = (1 << 63) - 1  # what SQLite can hold

Fields = dict[str, Any]
Word = TypeVar("Word", bound=StrEnum)
Typed = TypeVar("Typed")


class LogError(ValueError):
    """A record of the run log that cannot be read, and why."""


# Gets the run's start, a response, its whole record, and the record that tells of it: itself, or the event
# after another tool's.
See = Callable[[RunStart, LoggedResponse, Record, Record], None]


def read(
    path: Path, see: See | None = None, rejudged: Callable[[RunStart], set[BoardKey]] | None = None
) -> RunLog | None:
    """The run log of an evidence file; None if the file is not one of ours. The guards' verdict on boards
    that are `rejudged` does not count: their pages are read in another way by now. Raises OSError."""
    log: RunLog | None = None
    outcomes: dict[int, tuple[PageKind, Outcome]] = {}
    page: Record | None = None
    for record in walk(path, PAGES if see else SMALL):
        if isinstance(record, Damage):
            if log is not None:
                log.damage.append(f"{path.name} at {record.offset}: {record.cause}")
        elif log is None:
            log = start(path, record)
            if log is None:
                return None
        else:
            page, known = record if record.type in ("response", "revisit") else page, len(log.entries)
            _take(log, outcomes, path, record)
            for entry in log.entries[known:] if see and page else ():
                if (
                    see
                    and page
                    and isinstance(entry, LoggedResponse)
                    and entry.evidence.offset == page.offset
                ):
                    see(log.began, entry, page, record)
    if log is not None:
        log.rejudged = rejudged(log.began) if rejudged else set()
        log.entries = [_with_outcome(entry, outcomes, log.rejudged) for entry in log.entries]
        log.quarantine(log.tripped - log.rejudged)
    return log


def _take(log: RunLog, outcomes: dict[int, tuple[PageKind, Outcome]], path: Path, record: Record) -> None:
    """Reads one record. If it cannot be read, only this record is lost."""
    try:
        if record.type in ("response", "revisit") and log.began.kind != "import":
            log.entries.append(_response(log.began, path, record))
        elif record.type == "metadata" and record.head.get("content-type") == "application/json":
            _event(log, outcomes, path, record)
    except LogError as error:
        log.damage.append(f"{path.name} at {record.offset}: {error}")


# the first record


def info_fields(record: Record) -> dict[str, str]:
    """The fields of a warcinfo record."""
    return dict(
        line.split(": ", 1) for line in record.block.decode("utf-8", "replace").splitlines() if ": " in line
    )


def start(path: Path, record: Record) -> RunLog | None:
    """The log that starts with this record; None if it is not the first record of a run."""
    values = info_fields(record)
    if record.type != "warcinfo" or not {"run", "kind", "boards", "arguments", "origin"} <= values.keys():
        return None
    if (
        not (values["run"].isascii() and values["run"].isdecimal() and len(values["run"]) < 19)
        or values["kind"] not in KINDS
    ):
        return None
    began = RunStart(
        int(values["run"]),
        path.name.removesuffix(".open").removesuffix(".warc.gz"),
        values["kind"],
        record.head.get("warc-date", ""),
        "" if values["origin"] == run_log.OWN_HOSTS else values["origin"],
        [],
        {},
        boards.BUILT_IN,
        values.get("guarded") == "yes",
    )
    log = RunLog(began)
    version = values.get("run-log", "1")
    if version not in {str(known) for known in range(1, run_log.VERSION + 1)}:
        log.unknown.append(
            f"{path.name}: the run log has version {version[:20]}, but this program knows "
            f"only up to {run_log.VERSION}"
        )
    for name, take in (("boards", _boards), ("arguments", _arguments), ("catalogue", _catalogue)):
        try:
            log.began = take(log.began, values.get(name, ""))
        except LogError as error:
            log.damage.append(f"{path.name} at {record.offset}: {name}: {error}")
    return log


def _boards(began: RunStart, text: str) -> RunStart:
    return replace(
        began,
        boards=[_text({"board": name}, "board") for name in _typed({"boards": _json(text)}, "boards", list)],
    )


def _arguments(began: RunStart, text: str) -> RunStart:
    return replace(began, arguments=_typed({"arguments": _json(text)}, "arguments", dict))


def _catalogue(began: RunStart, text: str) -> RunStart:
    rows = []
    for row in _typed({"catalogue": _json(text or "[]")}, "catalogue", list):
        values = _typed({"row": row}, "row", dict)
        try:
            rows.append(boards.from_record(values))
            rows[-1].location()
        except (TypeError, ValueError, AttributeError) as error:
            raise LogError(f"a board cannot be read ({error})") from error
    return replace(began, catalogue=tuple(rows) or boards.BUILT_IN)


# responses


def _response(began: RunStart, path: Path, record: Record) -> LoggedResponse:
    """A response with the metadata of its request."""
    url = record.head.get("warc-target-uri", "")
    place = (path.name.removesuffix(".open"), record.offset, record.length)
    evidence = Evidence(*place, record.sha256, url, record.head.get("warc-date", ""), record.status or 0)
    values = request(record.head)
    asked = _text(values, "asked", url)
    found, row = locate(asked), boards.Catalogue(began.catalogue).board(asked)
    by_address = found.kind if found else PageKind.OTHER
    kind = _word(values, "kind", PageKind, PageKind.OTHER) if "kind" in values else by_address
    layout = _text(values, "layout", "") or (found.layout if found else "")
    board = _text(values, "board", "") or (row.name if row else "")
    return LoggedResponse(evidence, kind, board, asked, _row(values), None, layout, _text(values, "name", ""))


def request(head: dict[str, str]) -> Fields:
    """The metadata of a response's record about its request. Raises LogError."""
    return _typed({"request": _json(head.get("warc-json-metadata", "{}"))}, "request", dict)


def _row(values: Fields) -> ListedRow | None:
    if values.get("row") is None:
        return None
    try:
        return ListedRow.read(_text(values, "row"))
    except ValueError as error:
        raise LogError(f"row: {error}") from error


def _with_outcome(
    entry: LogEntry, outcomes: dict[int, tuple[PageKind, Outcome]], rejudged: set[BoardKey]
) -> LogEntry:
    if isinstance(entry, LoggedResponse) and (values := outcomes.get(entry.evidence.offset)):
        if values[1] is Outcome.QUARANTINED and entry.board_key in rejudged:
            return entry
        return replace(entry, kind=values[0], outcome=values[1])
    return entry


# events


def event(block: bytes) -> Fields:
    """The event in a metadata record. Raises LogError."""
    return _typed({"event": _json(block)}, "event", dict)


def _event(log: RunLog, outcomes: dict[int, tuple[PageKind, Outcome]], path: Path, record: Record) -> None:
    values = event(record.block)
    match values.get("event"):
        case "outcome":
            kind = _word(values, "kind", PageKind, PageKind.OTHER)
            outcomes[_number(values, "offset")] = kind, _outcome(values)
        case "imported":
            log.entries.append(_imported(log, values))
        case "failure":
            log.entries.append(replace(_failure(values), offset=record.offset))
        case "unanswered":
            log.entries.append(replace(unanswered(values), offset=record.offset))
        case "missed":
            numbers = tuple(_number({"number": each}, "number") for each in _typed(values, "numbers", list))
            log.entries.append(
                MissedPosts(_text(values, "board"), _text(values, "layout"), numbers, _text(values, "at"))
            )
        case "walked":
            ended = _word(values, "ended", WalkEnd)
            log.entries.append(
                WalkEnded(
                    _text(values, "board"),
                    _text(values, "layout"),
                    ended,
                    _text(values, "at"),
                    _off(values),
                )
            )
        case "tripped":
            log.tripped.add((_text(values, "board"), _text(values, "layout")))
        case "finished":
            log.ended = _end(values)
        case other:
            log.unknown.append(f"{path.name} at {record.offset}: unknown event {str(other)[:40]!r}")


def _off(values: Fields) -> int:
    """By how many posts a declared total is off; older programs do not say it."""
    off = values.get("off", 0)
    return off if isinstance(off, int) and not isinstance(off, bool) and abs(off) < 1 << 53 else 0


def _outcome(values: Fields) -> Outcome:
    text = _text(values, "outcome")
    if text.startswith("status "):
        return Outcome.STATUS
    return _OUTCOMES_OF_1.get(text) or _word(values, "outcome", Outcome, Outcome.UNKNOWN)


def _failure(values: Fields) -> Failure:
    reason = _text(values, "reason")
    came_to = Outcome.FORBIDDEN_BY_ROBOTS if reason == _FORBIDDEN_OF_1 else Outcome.UNKNOWN
    came_to = _outcome(values) if "outcome" in values else came_to
    return Failure(
        _text(values, "url"),
        _word(values, "kind", PageKind, PageKind.OTHER),
        came_to,
        reason,
        _text(values, "at"),
    )


def unanswered(values: Fields) -> Unanswered:
    """An event of a request that got no response. Raises LogError."""
    kind = _word(values, "kind", PageKind, PageKind.OTHER)
    return Unanswered(
        _text(values, "url"), kind, _text(values, "reason"), _text(values, "at"), _text(values, "sent", "")
    )


def _imported(log: RunLog, values: Fields) -> LoggedResponse:
    """Another tool's record, as the import classified it. A record without this event after it is only the
    payload of another."""
    place = (f"{log.began.name}.warc.gz", _number(values, "offset"), _number(values, "length"))
    evidence = Evidence(
        *place,
        _text(values, "sha256"),
        _text(values, "url"),
        _text(values, "fetched_at"),
        _number(values, "status"),
    )
    kind = _word(values, "kind", PageKind, PageKind.OTHER)
    asked, name = _text(values, "asked"), _text(values, "name", "")
    found = locate(asked)
    layout = found.layout if found else ""
    return LoggedResponse(evidence, kind, _text(values, "board"), asked, None, layout=layout, name=name)


def _end(values: Fields) -> RunEnd:
    verdict, counts = _word(values, "verdict", Verdict), _typed(values, "counts", dict)
    counted = {
        name: None if counts[name] is None else _number(counts, name) for name in COUNTERS if name in counts
    }
    ended = RunEnd(_text(values, "finished_at"), verdict, verdict.exit_code, _text(values, "reason"), counted)
    return replace(ended, boards=[_board_verdict(each) for each in _typed(values, "boards", list, [])])


def _board_verdict(values: Any) -> BoardVerdict:
    board, verdict, reason, *_ = [*_typed({"board": values}, "board", list), None, None, None]
    values = {"board": board, "verdict": verdict, "reason": reason}
    return BoardVerdict(_text(values, "board"), _word(values, "verdict", Verdict), _text(values, "reason"))


# values by their types

_NEEDED = object()
# an old version wrote NaN, which is not JSON; one decoder for all, for to make it takes longer than to read
_DECODER = json.JSONDecoder(parse_constant=lambda name: None)


def _json(text: str | bytes) -> Any:
    try:
        return _DECODER.decode(text if isinstance(text, str) else text.decode(json.detect_encoding(text)))
    except (ValueError, RecursionError) as error:
        raise LogError(f"not JSON ({str(error)[:80]})") from error


def _typed(values: Fields, key: str, wanted: type[Typed], default: Any = _NEEDED) -> Typed:
    value = values.get(key, default)
    if not isinstance(value, wanted):
        raise LogError(
            f"{key} is missing" if value is _NEEDED else f"{key} is {value!r:.40}, not {wanted.__name__}"
        )
    return value


def _text(values: Fields, key: str, default: Any = _NEEDED) -> str:
    text = _typed(values, key, str, default)
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise LogError(f"{key} is not text: it has half a character")
    return text


def _number(values: Fields, key: str) -> int:
    number = _typed(values, key, int)
    if not 0 <= number <= _LARGEST:
        raise LogError(f"{key} is {number!r:.40}, not a count or an offset")
    return number


def _word(values: Fields, key: str, words: type[Word], unknown: Word | None = None) -> Word:
    """A word of a closed list. A word that is not in the list becomes `unknown`, if that is given."""
    text = _text(values, key, *([""] if unknown is not None else []))
    try:
        return words(text)
    except ValueError:
        if unknown is None:
            raise LogError(f"{key} is {text[:40]!r}, an unknown word") from None
        return unknown
