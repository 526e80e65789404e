"""The open database of an archive, for its only writer."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.boards import Board, as_record
from kistep_archive.store import checksums
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.store.rows import boards
from kistep_archive.store.tables import foreign, views
from kistep_archive.store.tables.schema import add_columns, migrations
from kistep_archive.store.tables.sqlite_utils_alone import Database
from kistep_archive.store.transaction import write

_PAGE = 8_192  # bytes; in SQLite's pages of 4 kB, posts of 2 kB would leave a quarter of each empty
_LOG = 64_000_000  # bytes of the write-ahead log that make a checkpoint
_CACHE, _LARGE_CACHE = -2_000, -64_000  # kB of the database's pages in memory


class Store:
    """The open database of an archive, for its only writer."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        """Opens or creates the database and updates its tables. Without `durable` it must be made again after
        a crash, and nobody reads it before it is closed: then its pages are written once, not into a log
        first. Raises ArchiveError (5).

        A commit does not wait for the disk (`synchronous = NORMAL`): after a power cut the last commits may
        be missing, whole and in order. Nothing is lost, since the evidence is durable before the row commits,
        and the next run reads the pages of a run whose row is not closed. The end of a run is on the disk
        before the run reports it (`close`).
        """
        path = folder / DATABASE_FILE
        self._at_last = "wal_checkpoint(TRUNCATE)" if durable else "journal_mode = WAL"
        self.conn = sqlite3.connect(path, timeout=30, isolation_level=None)
        self.conn.row_factory = sqlite3.Row
        try:
            for pragma in (
                f"page_size = {_PAGE}",  # of a new database
                f"journal_mode = {'WAL' if durable else 'TRUNCATE'}",
                f"synchronous = {'NORMAL' if durable else 'OFF'}",
                f"cache_size = {_CACHE if durable else _LARGE_CACHE}",
                "foreign_keys = ON",
                "busy_timeout = 30000",
                # more frequent checkpoints took 4 % of a long crawl's time
                f"wal_autocheckpoint = {_LOG // _page_size(self.conn)}",
            ):
                self.conn.execute(f"PRAGMA {pragma}").fetchall()
            _update(self.conn, path)
            checksums.watch(self.conn)
        except (sqlite3.Error, ArchiveError) as error:
            self.conn.close()
            if isinstance(error, ArchiveError):
                raise
            raise ArchiveError(
                f"{path}: {error}. Move the file away and run 'kistep-archive rebuild': the WARC files have "
                "everything.",
                ExitCode.STORE_UNHEALTHY,
            ) from error

    def close(self) -> None:
        """Writes the write-ahead log into the file, durably, and closes the database. Raises sqlite3.Error,
        and closes it all the same."""
        try:
            self.conn.execute(f"PRAGMA {self._at_last}").fetchall()
        finally:
            self.conn.close()

    @property
    def parser_version(self) -> int:
        """The version of the parser that read its rows, 0 for a new database."""
        return int(self.conn.execute("PRAGMA user_version").fetchone()[0])

    @parser_version.setter
    def parser_version(self, version: int) -> None:
        if version != self.parser_version:
            self.conn.execute(f"PRAGMA user_version = {version}")

    @property
    def library(self) -> int:
        """The version of the HTML library that made the trees for its rows; 0 if that was not noted. It is in
        the header of SQLite's file, beside the parser's version."""
        return int(self.conn.execute("PRAGMA application_id").fetchone()[0])

    @library.setter
    def library(self, version: int) -> None:
        if version != self.library:
            self.conn.execute(f"PRAGMA application_id = {version}")

    @property
    def boards(self) -> tuple[Board, ...]:
        """The boards as its rows were read, see `boards.of_rows`."""
        return boards.of_rows(self.conn)

    @boards.setter
    def boards(self, rows: tuple[Board, ...]) -> None:
        if rows != self.boards:
            with write(self.conn):
                self.conn.execute("DELETE FROM board")
                self.conn.executemany(
                    "INSERT INTO board (name, layout, record) VALUES (?, ?, ?)",
                    [(*row.key, json.dumps(as_record(row), ensure_ascii=False)) for row in rows],
                )


def _page_size(conn: sqlite3.Connection) -> int:
    return int(conn.execute("PRAGMA page_size").fetchone()[0])


def _wrapped(conn: sqlite3.Connection) -> Database:
    """The connection as sqlite-utils sees it. Its plugins, which somebody may have installed, stay out: they
    can change what SQL means, and looking for them takes longer than opening the database."""
    return Database(conn, execute_plugins=False)


def unknown(conn: sqlite3.Connection) -> str:
    """The changes to the database's tables that this program does not know, in words; "" if there are
    none."""
    with closing(Database(memory=True, execute_plugins=False)) as empty:
        ours = {migration.name for migration in migrations.pending(empty)}
    newer = sorted({done.name for done in migrations.applied(_wrapped(conn))} - ours)
    return f"made by a newer kistep-archive or an unreleased one (it has {', '.join(newer)})" if newer else ""


def _update(conn: sqlite3.Connection, path: Path) -> None:
    """Updates the database at `path`, all in one transaction. Raises ArchiveError (5) for one that a newer
    program made."""
    if words := unknown(conn):
        raise ArchiveError(
            f"{path}: {words}; upgrade this program, or run 'kistep-archive rebuild'",
            ExitCode.STORE_UNHEALTHY,
        )
    if parts := foreign.parts(conn):
        raise ArchiveError(
            f"{path}: it has a {parts[0]} that this program did not make, so nothing is written. Move the "
            "file away and run 'kistep-archive rebuild': the WARC files have everything.",
            ExitCode.STORE_UNHEALTHY,
        )
    db = _wrapped(conn)
    if not migrations.pending(db) and views.are_current(conn):
        return
    with write(conn):  # each migration is a savepoint within it
        views.drop(conn)
        migrations.apply(db)
        add_columns(conn)
        views.create(conn)
