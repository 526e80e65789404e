"""From a revision or a file to its exact bytes. What the database does not have comes from the record
itself."""

from pathlib import Path

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.evidence import log_events, places, takeover
from kistep_archive.evidence.log_values import LogError
from kistep_archive.evidence.places import Place
from kistep_archive.http.response import Page, PageError, content, digest
from kistep_archive.model.documents import Document
from kistep_archive.model.outcomes import RunKind
from kistep_archive.warc import captures, reader, revisits
from kistep_archive.warc.heads import RecordError
from kistep_archive.warc.location import Evidence
from kistep_archive.warc.reader import DAMAGED, WarcError
from kistep_archive.warc.record import Record, response


def with_record_ids(post: Document, folder: Path) -> Document:
    """The post with the id of each record that it comes from; null if the WARC file is missing. Raises
    WarcError for damage."""
    return {
        **post,
        **{
            rows: [row_with_record_id(row, folder) for row in post[rows]]
            for rows in ("revisions", "attachments")
        },
    }


def row_with_record_id(row: Document, folder: Path) -> Document:
    """A row with the id of its record, if it has evidence. Raises WarcError for damage."""
    evidence = row["evidence"]
    if evidence is None or evidence["offset"] is None or not reader.exists(folder, evidence["file"]):
        return row
    return {
        **row,
        "evidence": {
            **evidence,
            "record_id": reader.read_record(folder, evidence["file"], evidence["offset"]).id,
        },
    }


def page(post: Document, revision: int | None, folder: Path) -> Page:
    """The page behind a post's Nth revision (1 is the oldest), or behind its last one. Raises WarcError."""
    evidence = post["revisions"][(revision or 0) - 1]["evidence"]
    return read(folder, evidence["file"], evidence["offset"])


def verified_page(folder: Path, file: str, offset: int, sha256: str) -> Page:
    """The page at this place, compared with its digest in the database. Raises WarcError."""
    page_there = read(folder, file, offset)
    if digest(page_there.body) != sha256:
        raise WarcError(f"{file} at {offset}: the payload does not match its digest in the database")
    return page_there


def decoded_body(of: Page) -> bytes:
    """The page's bytes without their content encoding. Raises ArchiveError (4) if they cannot be
    decoded."""
    try:
        return content(of)
    except PageError as error:
        raise ArchiveError(f"{error}; use --raw for its bytes as they came", ExitCode.SITE_CHANGED) from error


def read(folder: Path, file: str, offset: int) -> Page:
    """The page at (file, offset); a revisit gets the payload that it refers to. Raises WarcError."""
    return page_of(folder, file, reader.read_record(folder, file, offset, reader.PAGES))


def page_of(folder: Path, file: str, record: Record, payload: tuple[str, int] | None = None) -> Page:
    """The page of a complete record in `file`; `payload` is the place of a revisit's payload, if it is known.
    Raises WarcError."""
    try:
        if record.type not in ("response", "revisit"):
            raise RecordError("other", "no response record begins there")
        original = None
        if record.type == "revisit":
            original = _payload(folder, payload or payload_place(folder, file, record))
        return captures.page(record, original) if is_import(file) else _own(record, original)
    except RecordError as error:
        raise _damaged(file, record, str(error)) from error


def _payload(folder: Path, place: Place) -> Record:
    """The record with a revisit's payload. Raises WarcError and RecordError."""
    original = reader.read_record(folder, *place, reader.PAGES)
    if original.type != "response":
        raise RecordError("other", no_payload(*place))
    return original


def no_payload(file: str, offset: int) -> str:
    """What is wrong with a revisit whose payload is not at this place."""
    return f"this revisit refers to a payload in warc/{file} at {offset}, which is not there"


def check(logged: Evidence, record: Record) -> None:
    """Raises WarcError if a record is not as the event after it in an import says."""
    differ = [
        *(["length"] if logged.length != record.length else []),
        *(["status"] if record.type == "response" and logged.status != record.status else []),
        *(["sha256"] if record.type == "response" and not _is_of(logged.sha256, record) else []),
    ]
    if differ:
        raise _damaged(logged.file, record, f"the event behind this record says another {', '.join(differ)}")


def _is_of(sha256: str, record: Record) -> bool:
    return sha256 in (record.sha256, record.unchunked)


def payload_place(folder: Path, file: str, revisit: Record) -> Place:
    """(file, offset) of the record with a revisit's payload. Our own revisit says it; for another tool's
    the next record does. Raises WarcError."""
    if is_import(file):
        event = reader.next_record(folder, file, revisit)
        place = event and event_payload(folder, file, event)
    else:
        place = own_payload(folder, file, revisit)
    if place is None:
        raise _damaged(file, revisit, places.NOWHERE)
    return place


def own_payload(folder: Path, file: str, revisit: Record) -> Place | None:
    """The place of the payload according to one of our own revisits; None if it does not say it."""
    try:
        return takeover.place(folder, file, places.of_revisit(revisit))
    except LogError:
        return None


def event_payload(folder: Path, file: str, event: Record) -> Place | None:
    """The place of a revisit's payload according to the event after it in an import; None if it has none."""
    try:
        there = places.of_event(log_events.event(event.block))
    except LogError:
        return None
    return there and takeover.place(folder, file, there)


def is_import(file: str) -> bool:
    """Whether an evidence file has copied records of other tools."""
    return f"-{RunKind.IMPORT}-" in file


def _own(record: Record, original: Record | None) -> Page:
    http = response(record)
    if original is not None and not revisits.fits(record, original):
        raise RecordError("digest", "the payload does not match the record's digest")
    body = response(original).body if original is not None else http.body
    return Page(record.field("WARC-Target-URI"), record.date, http.status, http.headers, body)


def _damaged(file: str, record: Record, what: str) -> WarcError:
    return WarcError(f"{file} at {record.offset}: {what}", DAMAGED)
