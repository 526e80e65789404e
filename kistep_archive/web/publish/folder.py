"""The folder of a published site: files are written only if they differ, and what a site does not have any
more is removed. A small database in the folder knows which files are ours."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kistep_archive.errors import ArchiveError, ExitCode

LIST = ".kistep-archive.db"  # in the folder: which files `publish` wrote, and of which state of a post
_SCHEMA = """
CREATE TABLE IF NOT EXISTS file (path TEXT, post TEXT, PRIMARY KEY (path, post)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS file_post ON file (post);
CREATE TABLE IF NOT EXISTS post (path TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
CREATE TEMP TABLE seen (path TEXT, post TEXT, PRIMARY KEY (path, post)) WITHOUT ROWID;
CREATE TEMP TABLE seen_post (path TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(slots=True)
class Counts:
    """How many files were written, were as they should be, and were removed."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0


class SiteFolder:
    """A folder into which a site is published."""

    def __init__(self, folder: Path, conn: sqlite3.Connection) -> None:
        self._folder, self._conn, self.counts = folder, conn, Counts()

    def is_current(self, post: str, state: str) -> bool:
        """Whether all files of a post were written in this state and are there. If so they count as seen."""
        row = self._conn.execute("SELECT state FROM post WHERE path = ?", (post,)).fetchone()
        files = [path for (path,) in self._conn.execute("SELECT path FROM file WHERE post = ?", (post,))]
        if row is None or row[0] != state or not all((self._folder / path).is_file() for path in files):
            return False
        for path in files:
            self.keep(path, post)
        self._conn.execute("INSERT INTO seen_post VALUES (?, ?)", (post, state))
        return True

    def remember(self, post: str, state: str) -> None:
        """All files of a post are written in this state."""
        self._conn.execute("INSERT OR REPLACE INTO seen_post VALUES (?, ?)", (post, state))

    def has(self, path: str) -> bool:
        """Whether this run has written the file or found it as it should be."""
        return self._conn.execute("SELECT 1 FROM seen WHERE path = ?", (path,)).fetchone() is not None

    def keep(self, path: str, post: str = "") -> bool:
        """Lets a file stay as it is, as one of this post; False if there is no such file."""
        if not (self._folder / path).is_file():
            return False
        self.counts.unchanged += not self.has(path)
        self._see(path, post)
        return True

    def _see(self, path: str, post: str) -> None:
        self._conn.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (path, post))

    def write(self, path: str, content: bytes, post: str = "") -> None:
        """Writes a file unless it is there with these bytes. `post` is the post to which it belongs; several
        posts may have the same file."""
        place = self._folder / path
        self._see(path, post)
        if _has(place, content):
            self.counts.unchanged += 1
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{sha256(path.encode()).hexdigest()[:16]}.part")
        part.write_bytes(content)
        os.replace(part, place)
        self.counts.written += 1

    def clear(self) -> None:
        """Removes the files of earlier runs that this one did not see, and folders that become empty."""
        gone = "SELECT path FROM file WHERE path NOT IN (SELECT path FROM seen)"
        for (path,) in self._conn.execute(gone).fetchall():
            place = self._folder / path
            place.unlink(missing_ok=True)
            self.counts.removed += 1
            self._remove_empty(place.parent)
        self._take_over("file", "seen")
        self._take_over("post", "seen_post")

    def _take_over(self, table: str, seen: str) -> None:
        """What was seen becomes the list; a list that is right already is not written again."""
        columns = {"file": "path, post", "post": "path, state"}[table]
        self._conn.execute(f"DELETE FROM {table} WHERE ({columns}) NOT IN (SELECT * FROM {seen})")
        self._conn.execute(f"INSERT INTO {table} SELECT * FROM {seen} EXCEPT SELECT * FROM {table}")

    def _remove_empty(self, folder: Path) -> None:
        while folder != self._folder and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


@contextmanager
def open_folder(folder: Path) -> Iterator[SiteFolder]:
    """The folder to publish into; it is made if it is not there. Raises ArchiveError (2) if it holds what
    `publish` did not write, or cannot be written; 75 if another `publish` writes it."""
    try:
        if folder.is_dir() and any(folder.iterdir()) and not (folder / LIST).is_file():
            raise ArchiveError(
                f"{folder}: not empty, and 'publish' did not make it; choose an empty folder", ExitCode.USAGE
            )
        folder.mkdir(parents=True, exist_ok=True)
        conn = sqlite3.connect(folder / LIST, timeout=1, isolation_level=None)
        try:
            conn.execute("PRAGMA temp_store = FILE")
            conn.executescript(_SCHEMA)
            conn.execute("BEGIN IMMEDIATE")
            yield (site := SiteFolder(folder, conn))
            site.clear()
            conn.execute("COMMIT")
        finally:
            conn.close()
    except OSError as error:
        raise ArchiveError(
            f"{error.filename or folder}: {error.strerror}; choose another folder", ExitCode.USAGE
        ) from error
    except sqlite3.Error as error:
        raise _unusable(folder, error) from error


def _unusable(folder: Path, error: sqlite3.Error) -> ArchiveError:
    """Says why the list cannot be used, and what to do."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
        words = f"{folder}: another 'publish' writes this site; try again when it has ended"
        return ArchiveError(words, ExitCode.LOCKED)
    return ArchiveError(f"{folder / LIST}: {error}; choose another folder", ExitCode.USAGE)


def _has(place: Path, content: bytes) -> bool:
    """Whether a file has these bytes."""
    try:
        return place.stat().st_size == len(content) and place.read_bytes() == content
    except FileNotFoundError:
        return False
