"""From a revision or a file to its exact bytes: what the database does not hold of the way there is read from
the record itself."""

import json
from pathlib import Path
from typing import Any

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.http.response import Page, PageError, content, digest
from kistep_archive.warc import captures, reader, revisits
from kistep_archive.warc.reader import WarcError
from kistep_archive.warc.record import Record, RecordError, response

Answer = dict[str, Any]


def named(post: Answer, folder: Path) -> Answer:
    """The post with the id of each record that it was read from; null where the WARC file is not there.
    Raises WarcError for damage."""
    return {
        **post,
        **{rows: [named_row(row, folder) for row in post[rows]] for rows in ("revisions", "attachments")},
    }


def named_row(row: Answer, folder: Path) -> Answer:
    """A row that has evidence, with the id of its record. Raises WarcError for damage."""
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


def page(post: Answer, revision: int | None, folder: Path) -> Page:
    """The page behind a post's Nth revision (1 is the oldest), or behind its last one. Raises WarcError."""
    evidence = post["revisions"][(revision or 0) - 1]["evidence"]
    return read(folder, evidence["file"], evidence["offset"])


def proven(folder: Path, file: str, offset: int, sha256: str) -> Page:
    """The page kept there, held against the digest that the database names. Raises WarcError."""
    kept_page = read(folder, file, offset)
    if digest(kept_page.body) != sha256:
        raise WarcError(f"{file} at {offset}: the payload is not the one that the database names")
    return kept_page


def unpacked(of: Page) -> bytes:
    """The page's bytes without their content encoding. Raises ArchiveError (4) where they cannot be
    unpacked."""
    try:
        return content(of)
    except PageError as error:
        raise ArchiveError(f"{error}; its bytes as they came: --raw", ExitCode.SITE_CHANGED) from error


def read(folder: Path, file: str, offset: int) -> Page:
    """The page kept at (file, offset), a revisit with the payload that it refers to. Raises WarcError."""
    return page_of(folder, file, reader.kept_record(folder, file, offset, reader.PAGES))


def page_of(folder: Path, file: str, record: Record, payload: tuple[str, int] | None = None) -> Page:
    """The page of a record that was read whole from `file`; `payload` is where a revisit's is, where that is
    known. Raises WarcError."""
    try:
        if record.type not in ("response", "revisit"):
            raise RecordError("other", "no response record starts there")
        original = None
        if record.type == "revisit":
            original = reader.kept_record(
                folder, *(payload or payload_place(folder, file, record)), reader.PAGES
            )
        return captures.page(record, original) if is_import(file) else _own(record, original)
    except RecordError as error:
        raise _damaged(file, record, str(error)) from error


def payload_place(folder: Path, file: str, revisit: Record) -> tuple[str, int]:
    """(file, offset) of the record with a revisit's payload. An own revisit says it; of another tool's, the
    record after it does. Raises WarcError."""
    if not is_import(file):
        name, offset = revisit.field("WARC-Refers-To-Filename"), revisit.field("WARC-Refers-To-File-Offset")
        if (
            not name
            or not (offset.isascii() and offset.isdecimal())
            or (name, int(offset)) == (file, revisit.offset)
        ):
            raise _damaged(file, revisit, "a revisit that does not say where the payload is")
        return name, int(offset)
    event = reader.next_record(folder, file, revisit)
    if event is None or (place := told_payload(file, event)) is None:
        raise _damaged(file, revisit, "nothing says where the payload of this revisit is")
    return place


def told_payload(file: str, event: Record) -> tuple[str, int] | None:
    """Where the payload of the revisit before it is, as the event of an import tells; None where it does
    not."""
    try:
        said = json.loads(event.block)
        return str(said.get("payload_file") or file), int(said["payload"])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def is_import(file: str) -> bool:
    """Whether an evidence file holds records of other tools, copied as they were."""
    return "-import-" in file


def _own(record: Record, original: Record | None) -> Page:
    http = response(record)
    if original is not None and not revisits.fits(record, original):
        raise RecordError("digest", "the payload does not have the digest that the record declares")
    body = response(original).body if original is not None else http.body
    return Page(record.field("WARC-Target-URI"), record.date, http.status, http.headers, body)


def _damaged(file: str, record: Record, what: str) -> WarcError:
    return WarcError(
        f"{file} at {record.offset}: {what}; the file is damaged there, see 'kistep-archive verify'"
    )
