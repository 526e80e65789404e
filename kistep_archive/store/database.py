"""The database file: its name, and how to open it for reading."""

import sqlite3
from contextlib import closing
from pathlib import Path

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model import archive_toml
from kistep_archive.model.tokens import folded
from kistep_archive.store import connection
from kistep_archive.store.tables import foreign, views

DATABASE_FILE = "kistep.db"
_REBUILD = "move the file away and run 'kistep-archive rebuild': the WARC files have everything."
_CACHE = 16_000  # kB: with SQLite's 2,000 a search reads the index from the disk's cache again and again


def check_evidence(folder: Path) -> None:
    """Raises ArchiveError (2) if a folder is no archive, or its evidence is missing. An archive that had no
    run yet, since an import found nothing to take, has none."""
    if not (folder / "warc").is_dir() and not is_without_runs(folder):
        words = f"{folder}: not an archive (no warc folder in it). Choose one with --archive DIR."
        raise ArchiveError(words, ExitCode.USAGE)


def is_without_runs(folder: Path) -> bool:
    """Whether a folder is an archive to which no run wrote anything."""
    path = folder / DATABASE_FILE
    if not path.is_file():
        return False
    try:
        with closing(connection.connect(path)) as conn:
            return bool(conn.execute("SELECT NOT EXISTS (SELECT 1 FROM run)").fetchone()[0])
    except (ArchiveError, sqlite3.Error):
        return False


def open_archive(folder: Path, as_of: str | None = None, *, whole: bool = True) -> sqlite3.Connection:
    """The archive's database, read-only; with `as_of`, as it was before that instant, if not `whole` without
    its sources (see `as_of.prepare`). Raises ArchiveError: 2 if there is no archive, 5 if it cannot be
    read."""
    path = folder / DATABASE_FILE
    if not path.is_file():
        if (folder / "warc").is_dir():
            words = f"{path}: missing; run 'kistep-archive rebuild' to make it again from the WARC files"
            raise ArchiveError(words, ExitCode.STORE_UNHEALTHY)
        if (folder / archive_toml.NAME).is_file():
            words = f"{folder}: nothing was crawled yet; run 'kistep-archive crawl'"
            raise ArchiveError(words, ExitCode.USAGE)
        raise ArchiveError(
            f"{folder}: not an archive (no {DATABASE_FILE} in it); choose one with --archive DIR, or make "
            "one with 'kistep-archive crawl' or 'kistep-archive demo'",
            ExitCode.USAGE,
        )
    try:
        conn = connection.connect(path)
    except sqlite3.Error as error:
        raise ArchiveError(f"{path}: {error}; {_REBUILD}", ExitCode.STORE_UNHEALTHY) from error
    conn.row_factory = sqlite3.Row
    conn.create_function("folded", 1, lambda text: text and folded(text), deterministic=True)
    try:
        _check(conn, path)
        conn.execute(f"PRAGMA cache_size = -{_CACHE}")
        is_old = views.fill(conn) or not views.are_current(conn)
        if is_old:
            foreign.limit(conn)
        if as_of is not None:
            from kistep_archive.store.as_of import look_back, prepare

            (look_back if whole else prepare)(conn, as_of)
        elif is_old:
            views.cover_all(conn)
    except (ArchiveError, sqlite3.Error):
        conn.close()
        raise
    return conn


def _check(conn: sqlite3.Connection, path: Path) -> None:
    # `verify` shows these messages up to the semicolon
    try:
        views = conn.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'view' AND name IN ('posts', 'runs')"
        ).fetchone()[0]
    except sqlite3.Error as error:
        raise ArchiveError(f"{path}: {error}; {_REBUILD}", ExitCode.STORE_UNHEALTHY) from error
    if views != 2:
        raise ArchiveError(
            f"{path}: a database, but not of kistep-archive; choose another folder with --archive DIR",
            ExitCode.USAGE,
        )


def unreadable(error: sqlite3.Error) -> str:
    """The error message for a database that SQLite cannot read, and what to do."""
    return f"the database cannot be read: {error}; move the file away and run 'kistep-archive rebuild'"
