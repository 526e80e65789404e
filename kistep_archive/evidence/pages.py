"""From a revision or a file to its exact bytes. What the database does not have comes from the record
itself."""

import json
from pathlib import Path

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.evidence import taken
from kistep_archive.http.response import Page, PageError, content, digest
from kistep_archive.model.documents import Document
from kistep_archive.model.outcomes import RunKind
from kistep_archive.warc import captures, reader, revisits
from kistep_archive.warc.heads import RecordError
from kistep_archive.warc.reader import WarcError
from kistep_archive.warc.record import Record, response


def named(post: Document, folder: Path) -> Document:
    """The post with the id of each record that it comes from; null if the WARC file is missing. Raises
    WarcError for damage."""
    return {
        **post,
        **{rows: [named_row(row, folder) for row in post[rows]] for rows in ("revisions", "attachments")},
    }


def named_row(row: Document, folder: Path) -> Document:
    """A row with the id of its record, if it has evidence. Raises WarcError for damage."""
    evidence = row["evidence"]
    if evidence is None or evidence["offset"] is None or not reader.is_kept(folder, evidence["file"]):
        return row
    return {
        **row,
        "evidence": {
            **evidence,
            "record_id": reader.kept_record(folder, evidence["file"], evidence["offset"]).id,
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
    return page_of(folder, file, reader.kept_record(folder, file, offset, reader.PAGES))


def page_of(folder: Path, file: str, record: Record, payload: tuple[str, int] | None = None) -> Page:
    """The page of a complete record in `file`; `payload` is the place of a revisit's payload, if it is known.
    Raises WarcError."""
    try:
        if record.type not in ("response", "revisit"):
            raise RecordError("other", "no response record begins there")
        original = None
        if record.type == "revisit":
            original = reader.kept_record(
                folder, *(payload or payload_place(folder, file, record)), reader.PAGES
            )
        return captures.page(record, original) if is_import(file) else _own(record, original)
    except RecordError as error:
        raise _damaged(file, record, str(error)) from error


def payload_place(folder: Path, file: str, revisit: Record) -> tuple[str, int]:
    """(file, offset) of the record with a revisit's payload. Our own revisit says it; for another tool's
    the next record does. Raises WarcError."""
    if not is_import(file):
        name, offset = revisit.field("WARC-Refers-To-Filename"), revisit.field("WARC-Refers-To-File-Offset")
        if (
            not name
            or not (offset.isascii() and offset.isdecimal())
            or (name, int(offset)) == (file, revisit.offset)
        ):
            raise _damaged(file, revisit, "the revisit does not say where its payload is")
        return taken.place(folder, file, (name, int(offset)))
    event = reader.next_record(folder, file, revisit)
    if event is None or (place := event_payload(folder, file, event)) is None:
        raise _damaged(file, revisit, "no record says where the payload of this revisit is")
    return place


def event_payload(folder: Path, file: str, event: Record) -> tuple[str, int] | None:
    """The place of a revisit's payload according to the event after it in an import; None if it has none."""
    try:
        values = json.loads(event.block)
        there = str(values.get("payload_file") or ""), int(values["payload"])
        return taken.place(folder, file, there)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


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
    return WarcError(f"{file} at {record.offset}: {what}. The file is damaged; run 'kistep-archive verify'.")
