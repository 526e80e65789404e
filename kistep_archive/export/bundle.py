"""The evidence of one post in one WACZ file: its records, untouched, and what the archive says about it."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kistep_archive import progress
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.evidence import pages
from kistep_archive.export.destination import check_destination, replacing
from kistep_archive.http.response import uri
from kistep_archive.model.documents import Document
from kistep_archive.version import __version__
from kistep_archive.warc import reader, wacz_writer
from kistep_archive.warc.reader import WarcError
from kistep_archive.warc.record import Record
from kistep_archive.warc.replay_urls import instant
from kistep_archive.warc.wacz_writer import Placed

_EVIDENCE = """
SELECT warc_file, warc_offset, sha256 FROM revisions WHERE post_id = :post
UNION SELECT warc_file, warc_offset, sha256 FROM attachments WHERE post_id = :post AND warc_file IS NOT NULL
UNION SELECT warc_file, warc_offset, sha256 FROM pages WHERE url IN (
  SELECT url FROM sources WHERE post_id = :post UNION SELECT url FROM attachments WHERE post_id = :post)
ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class BundleResult:
    """What was written: the number of records and of responses among them, and the file's size in bytes."""

    records: int
    responses: int
    size: int


def write(conn: sqlite3.Connection, folder: Path, post: Document, out: Path, *, force: bool) -> BundleResult:
    """Writes the evidence of a post (as `posts.find_post` returns it) to `out`. `folder` holds the WARC
    files.

    Raises ArchiveError: 2 if `out` exists or cannot be written, 5 (WarcError) if the evidence is damaged or
    missing.
    """
    _check(folder.parent, out, force)
    records = gather(conn, folder, post["id"])
    with replacing(out) as part, part.open("wb") as file:
        _write(file, folder, post, records)
        size = file.tell()
    return BundleResult(
        len(records), sum(record.type in ("response", "revisit") for record in records.values()), size
    )


def gather(conn: sqlite3.Connection, folder: Path, post: int) -> Placed:
    """The records of a post's evidence, in the order of the files: every capture of its addresses, revisions
    and files; for a revisit also the record with its payload; the requests; and the warcinfo record of each
    file. Raises WarcError."""
    records: Placed = {}
    places = conn.execute(_EVIDENCE, {"post": post}).fetchall()
    progress.expect(len(places), progress.Unit.RECORDS)
    for file, offset, sha256 in places:
        progress.advance(1)
        record = _payload(folder, records, file, offset)
        if record.sha256 != sha256:
            raise WarcError(
                f"{file} at {offset}: not the payload that the database names; the file or the row is damaged"
            )
    for file in dict.fromkeys(file for file, _ in list(records)):
        first = reader.read_record(folder, file, 0)
        if first.type == "warcinfo":
            records[file, 0] = first
    return {place: records[place] for place in sorted(records)}


def _payload(folder: Path, records: Placed, file: str, offset: int) -> Record:
    """Adds the record at this place, its request, and the record it refers to; returns the record with the
    payload."""
    record = _add(folder, records, file, offset)
    return (
        _add(folder, records, *pages.payload_place(folder, file, record))
        if record.type == "revisit"
        else record
    )


def _add(folder: Path, records: Placed, file: str, offset: int) -> Record:
    if (file, offset) not in records:
        record = records[file, offset] = reader.read_record(folder, file, offset)
        request = reader.next_record(folder, file, record)
        if request and request.type == "request" and request.field("WARC-Concurrent-To") == record.id:
            records[file, request.offset] = request
    return records[file, offset]


def _write(file: IO[bytes], folder: Path, post: Document, records: Placed) -> None:
    last = max(instant(record.date) for record in records.values())
    with wacz_writer.Container(file, last) as container:
        offsets = container.records(folder, records)
        container.index(wacz_writer.index_lines(records, offsets))
        container.text("pages/pages.jsonl", _pages(post))
        # not at the root: the validator looks for parts one folder deep
        container.text("metadata/kistep-archive.json", [_document(post, records, offsets)])
        container.manifest(_description(post, last))


def _description(post: Document, last: str) -> Document:
    newest = post["revisions"][-1]["evidence"]
    return {
        "title": post["title"],
        "description": f"The evidence of one post, {post['board']}/{post['number']}, and what kistep-archive "
        "read from it.",
        "created": f"{last[:19]}Z",
        "software": f"kistep-archive {__version__}",
        "mainPageUrl": uri(newest["url"]),
        "mainPageDate": f"{newest['fetched_at'][:19]}Z",
    }


def _pages(post: Document) -> Iterator[str]:
    """The post's revisions as the start pages."""
    yield json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "Revisions"})
    for number, revision in enumerate(post["revisions"], start=1):
        evidence = revision["evidence"]
        page = {
            "id": f"revision-{number}",
            "url": uri(evidence["url"]),
            "ts": f"{evidence['fetched_at'][:19]}Z",
            "title": revision["title"],
        }
        yield json.dumps(page, ensure_ascii=False)


def _document(post: Document, records: Placed, offsets: dict[tuple[str, int], int]) -> str:
    """The post as `show --json` prints it; each revision and file also says where its record is in the
    bundle."""

    def with_place(row: Document) -> Document:
        evidence = row["evidence"]
        if evidence is None:
            return row
        place = evidence["file"], evidence["offset"]
        complete = {**evidence, "record_id": records[place].id}
        return {
            **row,
            "evidence": complete,
            "bundle": {**complete, "file": wacz_writer.RECORDS, "offset": offsets[place]},
        }

    rows = {name: [with_place(row) for row in post[name]] for name in ("revisions", "attachments")}
    return json.dumps({**post, **rows}, ensure_ascii=False, indent=2)


def _check(archive: Path, out: Path, force: bool) -> None:
    if out.suffix != ".wacz":
        raise ArchiveError(
            f"{out}: the name of a bundle must end in .wacz: use {out.stem or 'post'}.wacz", ExitCode.USAGE
        )
    check_destination(archive, out, "wacz", force)
