"""What an archive keeps, beside what it is of: the database beside the text in it, the records of responses
beside their bodies as gzip packs them at its usual level."""

import sqlite3
import zlib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench import searching
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.warc.reader import PAGES, read_record
from kistep_archive.warc.record import response

_LEVEL = 6  # of gzip
_TEXT = "SELECT sum(length(CAST(title || coalesce(writer, '') || body_text AS BLOB))) FROM posts"
_RESPONSES = "SELECT warc_file, warc_offset, warc_length FROM pages WHERE kind IN ('listing', 'post')"


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes that are kept, and bytes of what they are of."""

    stored: int
    plain: int


def database(posts: int, folder: Path) -> Size:
    """Of an archive of so many posts, some of them revised or seen at two addresses, as `searching` fills
    it."""
    searching.fill(folder, posts)
    return of_database(folder)


def of_database(archive: Path) -> Size:
    """Of an archive's database and the texts of its posts."""
    with closing(sqlite3.connect(archive / DATABASE_FILE)) as conn:
        return Size((archive / DATABASE_FILE).stat().st_size, int(conn.execute(_TEXT).fetchone()[0]))


def evidence(archive: Path) -> Size:
    """Of the records of an archive's listings and posts."""
    stored = plain = 0
    with closing(sqlite3.connect(archive / DATABASE_FILE)) as conn:
        for file, offset, length in conn.execute(_RESPONSES):
            record = read_record(archive / "warc", file, offset, PAGES)
            stored += length
            plain += len(_gzip(response(record).body))
    return Size(stored, plain)


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(_LEVEL, wbits=31)
    return packer.compress(body) + packer.flush()
