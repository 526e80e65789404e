"""Reads the run log from an evidence file, of this version of the format or another.

It reads the known keys of each record, by their types. It skips unknown keys and notes unknown events. A
record that is not JSON, not UTF-8, too deep, or incomplete is damage: the reader names it and reads the rest.
"""

from pathlib import Path

from kistep_archive.evidence.events import LoggedResponse, RunLog, RunStart
from kistep_archive.evidence.log_events import take_event
from kistep_archive.evidence.log_start import start
from kistep_archive.evidence.log_values import (
    Fields,
    LogError,
    UnknownWordError,
    decode_json,
    read_instant,
    read_text,
    read_typed,
    read_word,
)
from kistep_archive.model import boards
from kistep_archive.model.items import ListedRow
from kistep_archive.model.outcomes import PageKind, RunKind
from kistep_archive.model.urls import locate
from kistep_archive.warc.location import Evidence
from kistep_archive.warc.reader import LOG_TYPES, Damage, walk
from kistep_archive.warc.record import Record


def read(path: Path) -> RunLog | None:
    """The run log of an evidence file; None if the file is not one of ours. Raises OSError."""
    opened = opening(path)
    if opened is None:
        return None
    log, at = opened
    for record in walk(path, LOG_TYPES, at):
        if isinstance(record, Damage):
            log.damage.append(f"{path.name} at {record.offset}: {record.cause}")
        else:
            take(log, path, record)
    log.entries = [entry for entry in map(log.settle, log.entries) if entry is not None]
    return log


def opening(path: Path) -> tuple[RunLog, int] | None:
    """(the log that the first record starts, the offset after that record); None if the file is not one of
    ours. Raises OSError."""
    first = next(walk(path), None)
    log = start(path, first) if first else None
    if first is None or log is None:
        return None
    if isinstance(first, Damage):
        log.damage.append(f"{path.name} at {first.offset}: {first.cause}")
    return log, first.offset + first.length


def take(log: RunLog, path: Path, record: Record) -> None:
    """Reads one record into the log. If it cannot be read, only this record is lost."""
    try:
        if record.type in ("response", "revisit") and log.began.kind is not RunKind.IMPORT:
            log.entries.append(_response(log.began, path, record))
        elif is_event(record):
            take_event(log, path, record)
    except UnknownWordError as error:
        log.unknown.append(f"{path.name} at {record.offset}: {error}")
    except LogError as error:
        log.damage.append(f"{path.name} at {record.offset}: {error}")


def log_of(began: RunStart, path: Path, record: Record) -> RunLog:
    """What `read` finds in this intact record of the run."""
    log = RunLog(began)
    take(log, path, record)
    return log


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
    address, name = read_text(values, "asked", url), read_text(values, "name", "")
    kind = read_word(values, "kind", PageKind, PageKind.OTHER) if "kind" in values else None
    layout, board = read_text(values, "layout", ""), read_text(values, "board", "")
    if not (kind and layout and board):  # the address says what the record does not
        location, row = locate(address), boards.Catalogue(began.catalogue).board(address)
        kind = kind or (location.kind if location else PageKind.OTHER)
        layout = layout or (location.layout if location else "")
        board = board or (row.name if row else "")
    return LoggedResponse(evidence, kind, board, address, _row(values), None, layout, name)


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
