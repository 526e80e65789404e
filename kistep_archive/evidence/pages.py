"""From a revision or a file to its exact bytes: what the database does not hold of the way there is read from the record itself."""

import json
from pathlib import Path
from typing import Any

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.evidence import pages
from kistep_archive.http.response import Page, PageError, content, digest
from kistep_archive.warc import kept, reader
from kistep_archive.warc import record as warc_record
from kistep_archive.warc.reader import WarcError, record_bytes
from kistep_archive.warc.record import Record, RecordError

Answer = dict[str, Any]


def named(post: Answer, folder: Path) -> Answer:
    """The post with the id of each record that it was read from; null where the WARC file is not there. Raises WarcError for damage."""
    return {**post, **{rows: [named_row(row, folder) for row in post[rows]] for rows in ("revisions", "attachments")}}


def named_row(row: Answer, folder: Path) -> Answer:
    """A row that has evidence, with the id of its record. Raises WarcError for damage."""
    evidence = row["evidence"]
    if evidence is None or evidence["offset"] is None or not reader.is_kept(folder, evidence["file"]):
        return row
    return {**row, "evidence": {**evidence, "record_id": kept.record_id(folder, evidence["file"], evidence["offset"])}}


def page(post: Answer, revision: int | None, folder: Path) -> Page:
    """The page behind a post's Nth revision (1 is the oldest), or behind its last one. Raises WarcError."""
    evidence = post["revisions"][(revision or 0) - 1]["evidence"]
    return pages.read(folder, evidence["file"], evidence["offset"])


def proven(folder: Path, file: str, offset: int, sha256: str) -> Page:
    """The page kept there, held against the digest that the database names. Raises WarcError."""
    kept_page = pages.read(folder, file, offset)
    if digest(kept_page.body) != sha256:
        raise WarcError(f"{file} at {offset}: the payload is not the one that the database names")
    return kept_page


def unpacked(of: Page) -> bytes:
    """The page's bytes without their content encoding. Raises ArchiveError (4) where they cannot be unpacked."""
    try:
        return content(of)
    except PageError as error:
        raise ArchiveError(f"{error}; its bytes as they came: --raw", ExitCode.SITE_CHANGED) from error


def read(folder: Path, file: str, offset: int) -> Page:
    """The page kept at (file, offset), a revisit with the payload that it refers to. Raises WarcError."""
    raw, length = record_bytes(folder, file, offset)
    try:
        if is_import(file):
            return _read_imported(folder, file, offset, raw, length)
        return _read_own(folder, warc_record.parse(raw))
    except RecordError as error:
        raise WarcError(f"{file} at {offset}: {error}; the file is damaged there, see 'kistep-archive verify'") from error


def is_import(file: str) -> bool:
    """Whether an evidence file holds records of other tools, copied as they were."""
    return "-import-" in file


def _read_own(folder: Path, record: Record) -> Page:
    if record.field("WARC-Type") not in ("response", "revisit"):
        raise RecordError("other", "no response record starts there")
    http = warc_record.response(record.block)
    body = http.body
    if record.field("WARC-Type") == "revisit":
        file, offset = record.field("WARC-Refers-To-Filename"), record.field("WARC-Refers-To-File-Offset")
        if not file or not offset.isdecimal():
            raise RecordError("unresolved", "a revisit that does not say where the payload is")
        body = read(folder, file, int(offset)).body
    warc_record.check_payload(record, body)
    return Page(record.field("WARC-Target-URI"), record.field("WARC-Date"), http.status, http.headers, body)


def _read_imported(folder: Path, file: str, offset: int, raw: bytes, length: int) -> Page:
    """A record of another tool. Where the payload of a revisit is, the record after it says."""
    from kistep_archive.warc import captures  # only where there are such records

    if warc_record.parse(raw).field("WARC-Type").lower() != "revisit":
        return captures.read_record(raw)
    said = json.loads(warc_record.parse(record_bytes(folder, file, offset + length)[0]).block)
    return captures.read_record(raw, record_bytes(folder, file, said["payload"])[0])
