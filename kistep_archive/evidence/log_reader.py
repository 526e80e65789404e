"""The run log read back from an evidence file, of this version of the format or another.

Of each record the known keys are read, by their types. Unknown keys are passed over, unknown events are noted. A record that is no JSON, no
UTF-8, too deep, or lacks what it should have is damage: it is named, and the rest is read.
"""

import json
from collections.abc import Callable
from dataclasses import fields, replace
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
from kistep_archive.model.boards import Board
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


# Gets a response, its whole record, and the record that tells of it: itself, or the event after another tool's.
See = Callable[[LoggedResponse, Record, Record], None]


def read(path: Path, see: See | None = None) -> RunLog | None:
    """The run that an evidence file tells of; None where it is not one of ours. `see` is called with each response while the file is
    walked, so that its record need not be read again. Raises OSError."""
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
                if see and page and isinstance(entry, LoggedResponse) and entry.evidence.offset == page.offset:
                    see(entry, page, record)
    if log is not None:
        log.entries = [_with_outcome(entry, outcomes) for entry in log.entries]
        log.quarantine(log.tripped)
    return log


def _take(log: RunLog, outcomes: dict[int, tuple[PageKind, Outcome]], path: Path, record: Record) -> None:
    """One record; of what cannot be read only itself is lost."""
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
    return dict(line.split(": ", 1) for line in record.block.decode("utf-8", "replace").splitlines() if ": " in line)


def start(path: Path, record: Record) -> RunLog | None:
    """The log that begins with this record; None where it is no run's first record."""
    told = info_fields(record)
    if record.type != "warcinfo" or not {"run", "kind", "boards", "arguments", "origin"} <= told.keys():
        return None
    if not (told["run"].isascii() and told["run"].isdecimal() and len(told["run"]) < 19) or told["kind"] not in KINDS:
        return None
    began = RunStart(
        int(told["run"]),
        path.name.removesuffix(".open").removesuffix(".warc.gz"),
        told["kind"],
        record.head.get("warc-date", ""),
        "" if told["origin"] == run_log.OWN_HOSTS else told["origin"],
        [],
        {},
        boards.BUILT_IN,
        told.get("guarded") == "yes",
    )
    log = RunLog(began)
    version = told.get("run-log", "1")
    if version not in {str(known) for known in range(1, run_log.VERSION + 1)}:
        log.unknown.append(f"{path.name}: the run log has version {version[:20]}, this program knows {run_log.VERSION}")
    for name, take in (("boards", _boards), ("arguments", _arguments), ("catalogue", _catalogue)):
        try:
            log.began = take(log.began, told.get(name, ""))
        except LogError as error:
            log.damage.append(f"{path.name} at {record.offset}: {name}: {error}")
    return log


def _boards(began: RunStart, text: str) -> RunStart:
    return replace(began, boards=[_text({"board": name}, "board") for name in _typed({"boards": _json(text)}, "boards", list)])


def _arguments(began: RunStart, text: str) -> RunStart:
    return replace(began, arguments=_typed({"arguments": _json(text)}, "arguments", dict))


def _catalogue(began: RunStart, text: str) -> RunStart:
    known = {each.name for each in fields(Board)}
    rows = []
    for row in _typed({"catalogue": _json(text or "[]")}, "catalogue", list):
        told = {key: value for key, value in _typed({"row": row}, "row", dict).items() if key in known}
        try:
            rows.append(Board(**told))
            rows[-1].location()
        except (TypeError, ValueError, AttributeError) as error:
            raise LogError(f"a board cannot be read ({error})") from error
    return replace(began, catalogue=tuple(rows) or boards.BUILT_IN)


# responses


def _response(began: RunStart, path: Path, record: Record) -> LoggedResponse:
    """A response, and what its record says of the request."""
    url = record.head.get("warc-target-uri", "")
    place = (path.name.removesuffix(".open"), record.offset, record.length)
    kept = Evidence(*place, record.sha256, url, record.head.get("warc-date", ""), record.status or 0)
    told = request(record.head)
    asked = _text(told, "asked", url)
    found, row = locate(asked), boards.Catalogue(began.catalogue).board(asked)
    by_address = found.kind if found else PageKind.OTHER
    kind = _word(told, "kind", PageKind, PageKind.OTHER) if "kind" in told else by_address
    layout = _text(told, "layout", "") or (found.layout if found else "")
    board = _text(told, "board", "") or (row.name if row else "")
    return LoggedResponse(kept, kind, board, asked, _row(told), None, layout, _text(told, "name", ""))


def request(head: dict[str, str]) -> Fields:
    """What a response's record says of its request. Raises LogError."""
    return _typed({"request": _json(head.get("warc-json-metadata", "{}"))}, "request", dict)


def _row(told: Fields) -> ListedRow | None:
    if told.get("row") is None:
        return None
    try:
        return ListedRow.read(_text(told, "row"))
    except ValueError as error:
        raise LogError(f"row: {error}") from error


def _with_outcome(entry: LogEntry, outcomes: dict[int, tuple[PageKind, Outcome]]) -> LogEntry:
    if isinstance(entry, LoggedResponse) and (told := outcomes.get(entry.evidence.offset)):
        return replace(entry, kind=told[0], outcome=told[1])
    return entry


# events


def event(block: bytes) -> Fields:
    """A metadata record's event. Raises LogError."""
    return _typed({"event": _json(block)}, "event", dict)


def _event(log: RunLog, outcomes: dict[int, tuple[PageKind, Outcome]], path: Path, record: Record) -> None:
    told = event(record.block)
    match told.get("event"):
        case "outcome":
            kind = _word(told, "kind", PageKind, PageKind.OTHER)
            outcomes[_number(told, "offset")] = kind, _outcome(told)
        case "imported":
            log.entries.append(_imported(log, told))
        case "failure":
            log.entries.append(replace(_failure(told), offset=record.offset))
        case "unanswered":
            log.entries.append(replace(unanswered(told), offset=record.offset))
        case "missed":
            numbers = tuple(_number({"number": each}, "number") for each in _typed(told, "numbers", list))
            log.entries.append(MissedPosts(_text(told, "board"), _text(told, "layout"), numbers, _text(told, "at")))
        case "walked":
            ended = _word(told, "ended", WalkEnd)
            log.entries.append(WalkEnded(_text(told, "board"), _text(told, "layout"), ended, _text(told, "at")))
        case "tripped":
            log.tripped.add((_text(told, "board"), _text(told, "layout")))
        case "finished":
            log.ended = _end(told)
        case other:
            log.unknown.append(f"{path.name} at {record.offset}: an event {str(other)[:40]!r}, which this program does not know")


def _outcome(told: Fields) -> Outcome:
    text = _text(told, "outcome")
    if text.startswith("status "):
        return Outcome.STATUS
    return _OUTCOMES_OF_1.get(text) or _word(told, "outcome", Outcome, Outcome.UNKNOWN)


def _failure(told: Fields) -> Failure:
    reason = _text(told, "reason")
    came_to = Outcome.FORBIDDEN_BY_ROBOTS if reason == _FORBIDDEN_OF_1 else Outcome.UNKNOWN
    came_to = _outcome(told) if "outcome" in told else came_to
    return Failure(_text(told, "url"), _word(told, "kind", PageKind, PageKind.OTHER), came_to, reason, _text(told, "at"))


def unanswered(told: Fields) -> Unanswered:
    """An event of a request that got no response. Raises LogError."""
    kind = _word(told, "kind", PageKind, PageKind.OTHER)
    return Unanswered(_text(told, "url"), kind, _text(told, "reason"), _text(told, "at"), _text(told, "sent", ""))


def _imported(log: RunLog, told: Fields) -> LoggedResponse:
    """Another tool's record, as the import took it; without this event after it a record is only the payload of one."""
    place = (f"{log.began.name}.warc.gz", _number(told, "offset"), _number(told, "length"))
    kept = Evidence(*place, _text(told, "sha256"), _text(told, "url"), _text(told, "fetched_at"), _number(told, "status"))
    kind = _word(told, "kind", PageKind, PageKind.OTHER)
    return LoggedResponse(kept, kind, _text(told, "board"), _text(told, "asked"), None, name=_text(told, "name", ""))


def _end(told: Fields) -> RunEnd:
    verdict, counts = _word(told, "verdict", Verdict), _typed(told, "counts", dict)
    counted = {name: None if counts[name] is None else _number(counts, name) for name in COUNTERS if name in counts}
    ended = RunEnd(_text(told, "finished_at"), verdict, verdict.exit_code, _text(told, "reason"), counted)
    return replace(ended, boards=[_board_verdict(each) for each in _typed(told, "boards", list, [])])


def _board_verdict(told: Any) -> BoardVerdict:
    board, verdict, reason, *_ = [*_typed({"board": told}, "board", list), None, None, None]
    told = {"board": board, "verdict": verdict, "reason": reason}
    return BoardVerdict(_text(told, "board"), _word(told, "verdict", Verdict), _text(told, "reason"))


# values by their types

_NEEDED = object()


def _json(text: str | bytes) -> Any:
    try:
        return json.loads(text, parse_constant=lambda name: None)  # NaN is no JSON, but was written once
    except (ValueError, RecursionError) as error:
        raise LogError(f"no JSON ({str(error)[:80]})") from error


def _typed(told: Fields, key: str, wanted: type[Typed], default: Any = _NEEDED) -> Typed:
    value = told.get(key, default)
    if not isinstance(value, wanted):
        raise LogError(f"{key} is missing" if value is _NEEDED else f"{key} is {value!r:.40}, not {wanted.__name__}")
    return value


def _text(told: Fields, key: str, default: Any = _NEEDED) -> str:
    text = _typed(told, key, str, default)
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise LogError(f"{key} is no text: it holds half a character")
    return text


def _number(told: Fields, key: str) -> int:
    number = _typed(told, key, int)
    if not 0 <= number <= _LARGEST:
        raise LogError(f"{key} is {number!r:.40}, which is no count or offset")
    return number


def _word(told: Fields, key: str, words: type[Word], unknown: Word | None = None) -> Word:
    """A word of a closed list; one that is not in it becomes `unknown`, if that is given."""
    text = _text(told, key, *([""] if unknown is not None else []))
    try:
        return words(text)
    except ValueError:
        if unknown is None:
            raise LogError(f"{key} is {text[:40]!r}, which this program does not know") from None
        return unknown
