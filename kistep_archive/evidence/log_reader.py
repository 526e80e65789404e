"""Reads the run log from an evidence file, of this version of the format or another.

It reads the known keys of each record, by their types. It skips unknown keys and notes unknown events. A
record that is not JSON, not UTF-8, too deep, or incomplete is damage: the reader names it and reads the rest.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kistep_archive.evidence.events import LogEntry, LoggedResponse, RunLog, RunStart
from kistep_archive.evidence.log_events import Outcomes, take_event
from kistep_archive.evidence.log_start import start
from kistep_archive.evidence.log_values import (
    Fields,
    LogError,
    decode_json,
    read_instant,
    read_text,
    read_typed,
    read_word,
)
from kistep_archive.model import boards
from kistep_archive.model.boards import BoardKey
from kistep_archive.model.items import ListedRow
from kistep_archive.model.outcomes import Outcome, PageKind, RunKind
from kistep_archive.model.urls import locate
from kistep_archive.warc.location import Evidence
from kistep_archive.warc.reader import LOG_TYPES, PAGES, Damage, walk
from kistep_archive.warc.record import Record

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
        if log is None and (log := start(path, record)) is None:
            return None
        if isinstance(record, Damage):
            log.damage.append(f"{path.name} at {record.offset}: {record.cause}")
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
        if record.type in ("response", "revisit") and log.began.kind is not RunKind.IMPORT:
            log.entries.append(_response(log.began, path, record))
        elif is_event(record):
            take_event(log, outcomes, path, record)
    except LogError as error:
        log.damage.append(f"{path.name} at {record.offset}: {error}")


def problems(began: RunStart, path: Path, record: Record) -> list[str]:
    """What `read` calls damage in this intact record of the run."""
    log = RunLog(began)
    _take(log, {}, path, record)
    return log.damage


def is_event(record: Record) -> bool:
    """Whether the record is an event of a run log."""
    return record.type == "metadata" and record.head.get("content-type") == "application/json"


def _response(began: RunStart, path: Path, record: Record) -> LoggedResponse:
    """A response with the metadata of its request."""
    url = record.head.get("warc-target-uri", "")
    place = (path.name.removesuffix(".open"), record.offset, record.length)
    at = read_instant({"WARC-Date": record.date}, "WARC-Date")
    evidence = Evidence(*place, record.sha256, url, at, record.status or 0)
    values = request(record.head)
    asked, name = read_text(values, "asked", url), read_text(values, "name", "")
    kind = read_word(values, "kind", PageKind, PageKind.OTHER) if "kind" in values else None
    layout, board = read_text(values, "layout", ""), read_text(values, "board", "")
    if not (kind and layout and board):  # the address says what the record does not
        found, row = locate(asked), boards.Catalogue(began.catalogue).board(asked)
        kind = kind or (found.kind if found else PageKind.OTHER)
        layout = layout or (found.layout if found else "")
        board = board or (row.name if row else "")
    return LoggedResponse(evidence, kind, board, asked, _row(values), None, layout, name)


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
