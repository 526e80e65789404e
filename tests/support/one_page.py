"""An archive with a page that came as a test wants it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from commands import Archive

from kistep_archive.http.response import Page, digest
from kistep_archive.warc.writer import Writer


def with_page(archive: Archive, folder: Path, came: bytes) -> Archive:
    """An archive whose first post was read from a page of these bytes, compressed as they are."""
    url = archive.value("SELECT url FROM sources WHERE post_id = 1")
    headers = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
    writer = Writer(folder / "warc", "000009-crawl")
    page = Page(url, "2026-01-01T00:00:00Z", 200, headers, came)
    evidence = writer.response(page, digest(came), protocol="HTTP/1.1", ip="", request=b"", metadata={})
    writer.close()
    (folder / "kistep.db").write_bytes((archive.folder / "kistep.db").read_bytes())
    with closing(sqlite3.connect(folder / "kistep.db")) as conn, conn:
        place = evidence.file, evidence.offset, digest(came)
        conn.execute("UPDATE sighting SET warc_file = ?, warc_offset = ?, sha256 = ? WHERE id = 1", place)
        conn.execute("DELETE FROM sighting WHERE id > 1")
    return Archive(folder)
