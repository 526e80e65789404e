"""Reads the run log from an evidence file, of this version of the format or another.

It reads the known keys of each record, by their types. It skips unknown keys and notes unknown events. A
record that is not JSON, not UTF-8, too deep, or incomplete is damage: the reader names it and reads the rest.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kistep_archive.evidence import run_log, taken
from kistep_archive.evidence.events import LogEntry, LoggedResponse, RunLog, RunStart
from kistep_archive.evidence.log_events import Outcomes, take_event
from kistep_archive.evidence.log_values import Fields, LogError, decode_json, read_text, read_typed, read_word
from kistep_archive.model import boards
from kistep_archive.model.boards import BoardKey
from kistep_archive.model.items import ListedRow
from kistep_archive.model.outcomes import Outcome, PageKind
from kistep_archive.model.urls import locate
from kistep_archive.warc.location import Evidence
from kistep_archive.warc.reader import LOG_TYPES, PAGES, Damage, walk
from kistep_archive.warc.record import Record, info_fields

KINDS = ("crawl", "backfill", "recheck", "import")

# Gets the run's start, a response, its whole record, and the record that tells of it: itself, or the event
# after another tool's.
See = Callable[[RunStart, LoggedResponse, Record, Record], None]


def read(
    path: Path, see: See | None = None, rejudged: Callable[[RunStart], set[BoardKey]] | None = None
) -> RunLog | None:
    """The run log of an evidence file; None if the file is not one of ours. The guards' verdict on boards
    that are `rejudged` does not count: their pages are read in another way by now. Raises OSError."""
    log: RunLog | None = None
    outcomes: Outcomes = {}
    page: Record | None = None
    for record in walk(path, PAGES if see else LOG_TYPES):
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


def _take(log: RunLog, outcomes: Outcomes, path: Path, record: Record) -> None:
    """Reads one record. If it cannot be read, only this record is lost."""
    try:
        if record.type in ("response", "revisit") and log.began.kind != "import":
            log.entries.append(_response(log.began, path, record))
        elif record.type == "metadata" and record.head.get("content-type") == "application/json":
            take_event(log, outcomes, path, record)
    except LogError as error:
        log.damage.append(f"{path.name} at {record.offset}: {error}")


# the first record


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
    if version not in {str(known) for known in range(1, run_log.TAKEN_VERSION + 1)}:
        log.unknown.append(
            f"{path.name}: the run log has version {version[:20]}, but this program knows "
            f"only up to {run_log.TAKEN_VERSION}"
        )
    for name, take in (("boards", _boards), ("arguments", _arguments), ("catalogue", _catalogue)):
        try:
            log.began = take(log.began, values.get(name, ""))
        except LogError as error:
            log.damage.append(f"{path.name} at {record.offset}: {name}: {error}")
    return _as_taken(log, path, record)


def _as_taken(log: RunLog, path: Path, record: Record) -> RunLog:
    """The log with what the record says about a run that was taken over."""
    try:
        if found := taken.read(record):
            arguments = log.began.arguments | {"taken_over": found.file}
            log.began = replace(log.began, taken=found, arguments=arguments)
    except LogError as error:
        log.damage.append(f"{path.name} at {record.offset}: {taken.FIELD}: {error}")
    return log


def _boards(began: RunStart, text: str) -> RunStart:
    return replace(
        began,
        boards=[
            read_text({"board": name}, "board")
            for name in read_typed({"boards": decode_json(text)}, "boards", list)
        ],
    )


def _arguments(began: RunStart, text: str) -> RunStart:
    return replace(began, arguments=read_typed({"arguments": decode_json(text)}, "arguments", dict))


def _catalogue(began: RunStart, text: str) -> RunStart:
    rows = []
    for row in read_typed({"catalogue": decode_json(text or "[]")}, "catalogue", list):
        values = read_typed({"row": row}, "row", dict)
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
    asked = read_text(values, "asked", url)
    found, row = locate(asked), boards.Catalogue(began.catalogue).board(asked)
    by_address = found.kind if found else PageKind.OTHER
    kind = read_word(values, "kind", PageKind, PageKind.OTHER) if "kind" in values else by_address
    layout = read_text(values, "layout", "") or (found.layout if found else "")
    board = read_text(values, "board", "") or (row.name if row else "")
    return LoggedResponse(
        evidence, kind, board, asked, _row(values), None, layout, read_text(values, "name", "")
    )


def _row(values: Fields) -> ListedRow | None:
    if values.get("row") is None:
        return None
    try:
        return ListedRow.read(read_text(values, "row"))
    except ValueError as error:
        raise LogError(f"row: {error}") from error


def request(head: dict[str, str]) -> Fields:
    """The metadata of a response's record about its request. Raises LogError."""
    return read_typed({"request": decode_json(head.get("warc-json-metadata", "{}"))}, "request", dict)


def _with_outcome(entry: LogEntry, outcomes: Outcomes, rejudged: set[BoardKey]) -> LogEntry:
    if isinstance(entry, LoggedResponse) and (values := outcomes.get(entry.evidence.offset)):
        if values[1] is Outcome.QUARANTINED and entry.board_key in rejudged:
            return entry
        return replace(entry, kind=values[0], outcome=values[1])
    return entry
