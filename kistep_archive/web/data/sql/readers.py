"""The connections of the threads that answer: one each, opened as every question to the archive is."""

import sqlite3
import threading
from pathlib import Path

from kistep_archive.store import connection, database
from kistep_archive.web.data.sql import permissions


class Readers:
    """Connections to one archive. Each sees what a run has just committed, and the new file after a
    rebuild."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._path = folder, folder / database.DATABASE_FILE
        self._own = threading.local()

    def of_thread(self) -> sqlite3.Connection:
        """The connection of the calling thread. Raises ArchiveError if the archive cannot be read."""
        conn: sqlite3.Connection | None = getattr(self._own, "conn", None)
        file = self._file()
        if conn is None or self._own.file != file or connection.is_outdated(conn):
            self.close_own()
            conn = self._own.conn = open_restricted(self._folder)
            self._own.file = file
        return conn

    def close_own(self) -> None:
        """Closes the connection of the calling thread, if it has one."""
        conn: sqlite3.Connection | None = getattr(self._own, "conn", None)
        self._own.conn = None
        if conn is not None:
            conn.close()

    @property
    def size(self) -> int:
        """The size of the database file in bytes."""
        return self._path.stat().st_size

    def _file(self) -> tuple[int, int] | None:
        """Which file has the database's name now; None if there is none."""
        try:
            values = self._path.stat()
        except FileNotFoundError:
            return None
        return values.st_dev, values.st_ino


def open_restricted(folder: Path) -> sqlite3.Connection:
    """The archive's database for one thread, for reading only. Raises ArchiveError."""
    conn = database.open_archive(folder)
    conn.text_factory = lambda raw: str(raw, "utf-8", "replace")  # one broken text does not hide all others
    permissions.restrict(conn)
    return conn
