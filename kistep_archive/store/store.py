"""The open database of an archive, for its one writer: what is written goes by functions over its connection."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.store import views
from kistep_archive.store.database import NAME
from kistep_archive.store.schema import migrations
from kistep_archive.store.transaction import write


class Store:
    """The open database of an archive, for its one writer."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        """Opens or creates it and brings its shape up to date; what is not `durable` is made anew after a crash.
        Raises ArchiveError (5).

        A commit does not wait for the disk (`synchronous = NORMAL`): a power cut may take the last of them back, in order and whole.
        Nothing is lost by it, since the evidence is durable before the row commits, and the next run folds in the pages of a run whose
        row is not closed. A run's end is on the disk before the run says so (`close`)."""
        path = folder / NAME
        self.conn = sqlite3.connect(path, timeout=30, isolation_level=None)
        self.conn.row_factory = sqlite3.Row
        try:
            for pragma in (
                "journal_mode = WAL",
                f"synchronous = {'NORMAL' if durable else 'OFF'}",
                "foreign_keys = ON",
                "busy_timeout = 30000",
                "wal_autocheckpoint = 16000",  # pages, 64 MB: to fold in the log more often took 4 % of a long crawl's time
            ):
                self.conn.execute(f"PRAGMA {pragma}").fetchall()
            _update(self.conn, path)
        except (sqlite3.Error, ArchiveError) as error:
            self.conn.close()
            if isinstance(error, ArchiveError):
                raise
            raise ArchiveError(
                f"{path}: {error}; keep the file aside and restore a copy: the warc folder holds everything", ExitCode.STORE_UNHEALTHY
            ) from error

    def close(self) -> None:
        """Folds the write-ahead log into the file, durably, and closes it. Raises sqlite3.Error, and is closed nevertheless."""
        try:
            self.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            self.conn.close()

    @property
    def parser_version(self) -> int:
        """The version of the parser that its rows were read with, 0 for a new one."""
        return int(self.conn.execute("PRAGMA user_version").fetchone()[0])

    @parser_version.setter
    def parser_version(self, version: int) -> None:
        if version != self.parser_version:
            self.conn.execute(f"PRAGMA user_version = {version}")


def unknown(conn: sqlite3.Connection) -> str:
    """Which changes to a database's shape this program does not know, in words; "" for none."""
    with closing(Database(memory=True)) as empty:
        ours = {migration.name for migration in migrations.pending(empty)}
    newer = sorted({done.name for done in migrations.applied(Database(conn))} - ours)
    return f"made by a newer kistep-archive or an unreleased one (it has {', '.join(newer)})" if newer else ""


def _update(conn: sqlite3.Connection, path: Path) -> None:
    """Updates the database at `path`, all in one transaction. Raises ArchiveError (5) for one that a newer program made."""
    if words := unknown(conn):
        raise ArchiveError(f"{path}: {words}; upgrade this program, or run 'kistep-archive rebuild'", 5)
    db = Database(conn)
    if not migrations.pending(db) and views.are_current(conn):
        return
    with write(conn):  # each migration is a savepoint within it
        views.drop(conn)
        migrations.apply(db)
        views.create(conn)
