"""Reads the run log from an evidence file, of this version of the format or another.

It reads the known keys of each record, by their types. It skips unknown keys and notes unknown events. A
record that is not JSON, not UTF-8, too deep, or incomplete is damage: the reader names it and reads the rest.
"""

from dataclasses import replace
from pathlib import Path

from kistep_archive.evidence import run_log
from kistep_archive.evidence.events import LoggedResponse, RunLog, RunStart
from kistep_archive.evidence.log_events import take_event
from kistep_archive.evidence.log_values import Fields, LogError, decode_json, read_text, read_typed, read_word
from kistep_archive.model import boards
from kistep_archive.model.items import ListedRow
from kistep_archive.model.outcomes import PageKind
from kistep_archive.model.urls import locate
from kistep_archive.warc.location import Evidence
from kistep_archive.warc.reader import LOG_TYPES, Damage, walk
from kistep_archive.warc.record import Record, info_fields

KINDS = ("crawl", "backfill", "recheck", "import")


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
    log.entries = [entry for entry in map(log.settled, log.entries) if entry is not None]
    return log


def opening(path: Path) -> tuple[RunLog, int] | None:
    """(the log that the first intact record starts, the offset after that record); None if the file is not
    one of ours. Raises OSError."""
    first = next((one for one in walk(path) if not isinstance(one, Damage)), None)
    log = start(path, first) if first else None
    return (log, first.offset + first.length) if first and log else None


def take(log: RunLog, path: Path, record: Record) -> None:
    """Reads one record into the log. If it cannot be read, only this record is lost."""
    try:
        if record.type in ("response", "revisit") and log.began.kind != "import":
            log.entries.append(_response(log.began, path, record))
        elif record.type == "metadata" and record.head.get("content-type") == "application/json":
            take_event(log, path, record)
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
    if version not in {str(known) for known in range(1, run_log.LOG_VERSION + 1)}:
        log.unknown.append(
            f"{path.name}: the run log has version {version[:20]}, but this program knows "
            f"only up to {run_log.LOG_VERSION}"
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
