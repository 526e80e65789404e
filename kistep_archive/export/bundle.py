"""One post as a proof that stands alone: its records, untouched, and what the archive says of it, in one WACZ file."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kistep_archive.errors import ArchiveError
from kistep_archive.evidence import pages
from kistep_archive.export.destination import beside, check_place
from kistep_archive.http.response import uri
from kistep_archive.version import __version__
from kistep_archive.warc import reader, wacz_writer
from kistep_archive.warc.reader import WarcError
from kistep_archive.warc.record import Record
from kistep_archive.warc.wacz_writer import Placed

_EVIDENCE = """
SELECT warc_file, warc_offset, sha256 FROM revisions WHERE post_id = :post
UNION SELECT warc_file, warc_offset, sha256 FROM attachments WHERE post_id = :post AND warc_file IS NOT NULL
UNION SELECT warc_file, warc_offset, sha256 FROM pages WHERE url IN (
  SELECT url FROM sources WHERE post_id = :post UNION SELECT url FROM attachments WHERE post_id = :post)
ORDER BY 1, 2
"""

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bundled:
    """What was written: how many records, of them responses, and the file's size in bytes."""

    records: int
    responses: int
    size: int


def write(conn: sqlite3.Connection, folder: Path, post: Answer, out: Path, *, force: bool) -> Bundled:
    """Writes the proof of a post, as `posts.find_post` gave it, to `out`; `folder` holds the WARC files.

    Raises ArchiveError: 2 where `out` cannot be or already is written, 5 (WarcError) where the evidence is damaged or missing.
    """
    _check(folder.parent, out, force)
    records = gather(conn, folder, post["id"])
    with beside(out) as part, part.open("wb") as file:
        _fill(file, folder, post, records)
        size = file.tell()
    return Bundled(len(records), sum(record.type in ("response", "revisit") for record in records.values()), size)


def gather(conn: sqlite3.Connection, folder: Path, post: int) -> Placed:
    """The records that a post's proof needs, in the order of the files: every capture of its addresses, its revisions and files, for a
    revisit also the record of its payload, the requests, and the warcinfo of each file. Raises WarcError."""
    found: Placed = {}
    for file, offset, sha256 in conn.execute(_EVIDENCE, {"post": post}):
        record = _payload(folder, found, file, offset)
        if record.sha256 != sha256:
            raise WarcError(f"{file} at {offset}: the payload is not the one that the database names; the file or the row is damaged")
    for file in dict.fromkeys(file for file, _ in list(found)):
        first = reader.kept_record(folder, file, 0)
        if first.type == "warcinfo":
            found[file, 0] = first
    return {place: found[place] for place in sorted(found)}


def _payload(folder: Path, found: Placed, file: str, offset: int) -> Record:
    """Adds the record there, its request, and what it refers to; returns the record that carries the payload."""
    if (file, offset) not in found:
        record = found[file, offset] = reader.kept_record(folder, file, offset)
        request = reader.next_record(folder, file, record)
        if request and request.type == "request" and request.field("WARC-Concurrent-To") == record.id:
            found[file, request.offset] = request
    record = found[file, offset]
    return _payload(folder, found, *pages.payload_place(folder, file, record)) if record.type == "revisit" else record


def _fill(file: IO[bytes], folder: Path, post: Answer, records: Placed) -> None:
    last = max(record.date for record in records.values())
    with wacz_writer.Container(file, last) as container:
        offsets = container.records(folder, records)
        container.index(wacz_writer.index_lines(records, offsets))
        container.text("pages/pages.jsonl", _pages(post))
        # not at the root: the validator looks for parts one folder deep
        container.text("metadata/kistep-archive.json", [_document(post, records, offsets)])
        container.manifest(_about(post, last))


def _about(post: Answer, last: str) -> Answer:
    newest = post["revisions"][-1]["evidence"]
    return {
        "title": post["title"],
        "description": f"The evidence of one post, {post['board']}/{post['number']}, and what kistep-archive read from it.",
        "created": f"{last[:19]}Z",
        "software": f"kistep-archive {__version__}",
        "mainPageUrl": uri(newest["url"]),
        "mainPageDate": f"{newest['fetched_at'][:19]}Z",
    }


def _pages(post: Answer) -> Iterator[str]:
    """The post's revisions as the pages to begin with."""
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


def _document(post: Answer, records: Placed, offsets: dict[tuple[str, int], int]) -> str:
    """The post as `show --json` prints it; each revision and file also says where its record lies in the bundle."""

    def placed(row: Answer) -> Answer:
        evidence = row["evidence"]
        if evidence is None:
            return row
        place = evidence["file"], evidence["offset"]
        known = {**evidence, "record_id": records[place].id}
        return {**row, "evidence": known, "bundle": {**known, "file": wacz_writer.RECORDS, "offset": offsets[place]}}

    rows = {name: [placed(row) for row in post[name]] for name in ("revisions", "attachments")}
    return json.dumps({**post, **rows}, ensure_ascii=False, indent=2)


def _check(archive: Path, out: Path, force: bool) -> None:
    if out.suffix != ".wacz":
        raise ArchiveError(f"{out}: a bundle's name ends in .wacz; name it {out.stem or 'post'}.wacz", 2)
    check_place(archive, out, "wacz", force)
