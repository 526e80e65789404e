"""How a reader opens the database, whatever it may write: directly, or as a private copy of the database and
its log. It never leaves out rows that the log holds.

SQLite in WAL mode needs the file `-shm` beside the database, even for a reader. A reader who may not write
there cannot make it, and cannot tell SQLite that nobody writes (`immutable`) unless that is true.
"""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

from kistep_archive.errors import ArchiveError, ExitCode

_TRIES, _PAUSE = 20, 0.1  # seconds; a change may be as old as a tick of the file system's clock
Stamp: TypeAlias = tuple[tuple[int, int, int] | None, ...]  # (inode, size, mtime in ns) of database and log


class _Frozen(sqlite3.Connection):
    """A connection to one state of a database, which does not see later changes."""

    path: Path
    stamp: Stamp


def connect(path: Path) -> sqlite3.Connection:
    """A connection that only reads. Raises sqlite3.Error; ArchiveError (5) if the file cannot be read, or
    not be copied where a copy is needed."""
    if path.exists() and not os.access(path, os.R_OK):
        words = f"{path}: you may not read this file. Ask its owner for read permission."
        raise ArchiveError(words, ExitCode.STORE_UNHEALTHY)
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return _open(path)
    for _ in range(_TRIES):
        conn = _beside_writer(path) or _of_medium(path) or _copy(path)
        if conn is not None:
            return conn
        time.sleep(_PAUSE)
    words = f"{path}: it changes while it is read. Try again when the run that writes it has ended."
    raise ArchiveError(words, ExitCode.STORE_UNHEALTHY)


def is_outdated(conn: sqlite3.Connection) -> bool:
    """Whether the connection is to an earlier state than that of the database now."""
    return isinstance(conn, _Frozen) and conn.stamp != state_of(conn.path)


def _open(path: Path, mode: str = "mode=ro") -> sqlite3.Connection:
    return sqlite3.connect(_uri(path, mode), uri=True, timeout=30)


def _uri(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?{mode}"


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _beside_writer(path: Path) -> sqlite3.Connection | None:
    """A connection with SQLite's own locks; None if that needs files that are not there."""
    conn = _open(path)
    try:
        conn.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        conn.close()
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        return None
    except sqlite3.Error:
        conn.close()
        raise
    return conn


def _of_medium(path: Path) -> sqlite3.Connection | None:
    """A connection to a file of a read-only file system, without a log; None for any other."""
    stamp = state_of(path)
    if stamp[1] is not None or not os.statvfs(path).f_flag & os.ST_RDONLY:
        return None
    return _freeze(path, path, stamp)


def _copy(path: Path) -> sqlite3.Connection | None:
    """A connection to a copy that nobody else sees, and that is gone with its connection; None if the
    database changed meanwhile. Raises ArchiveError (5) if there is no place for it."""
    import shutil
    import tempfile  # few commands need them

    stamp = state_of(path)
    if _is_new(stamp):
        return None
    try:
        with tempfile.TemporaryDirectory(prefix="kistep-archive-") as folder:
            copy = Path(folder, path.name)
            shutil.copyfile(path, copy)
            if stamp[1] is not None:
                shutil.copyfile(_log(path), _log(copy))
            if state_of(path) != stamp:
                return None
            with closing(_open(copy, "mode=rw")) as conn:
                conn.execute("PRAGMA journal_mode = DELETE").fetchone()  # takes in the log
            return _freeze(copy, path, stamp)  # an open file stays when its name goes
    except OSError as error:
        words = (
            f"{path}: you may not write beside this file, so it is read from a copy in "
            f"{tempfile.gettempdir()}, which failed: {error.strerror}. Set TMPDIR to a folder with more room."
        )
        raise ArchiveError(words, ExitCode.STORE_UNHEALTHY) from error


def _freeze(file: Path, path: Path, stamp: Stamp) -> sqlite3.Connection:
    conn = sqlite3.connect(_uri(file, "mode=ro&immutable=1"), uri=True, factory=_Frozen)
    conn.path, conn.stamp = path, stamp
    try:
        conn.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.Error:
        conn.close()
        raise
    return conn


def state_of(path: Path) -> Stamp:
    """The state of a database and its log: it differs after each change."""
    return tuple(_stamp_of(each) for each in (path, _log(path)))


def _stamp_of(path: Path) -> tuple[int, int, int] | None:
    try:
        values = path.stat()
    except FileNotFoundError:
        return None
    return (values.st_ino, values.st_size, values.st_mtime_ns) if values.st_size else None


def _is_new(stamp: Stamp) -> bool:
    """Whether the next change could have the same stamp."""
    return any(abs(time.time_ns() - each[2]) < _PAUSE * 1e9 for each in stamp if each)
