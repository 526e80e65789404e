"""The index of the archive: every write to the database, each in one BEGIN IMMEDIATE transaction.

`save_post`, `save_listing` and `save_file` are the fold that a crawl and a rebuild share: they take parsed items with the evidence they
were read from and know neither HTML nor the network. Questions to the database are in `answers`.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from kistep_archive import fold
from kistep_archive.answers import NAME
from kistep_archive.errors import ArchiveError
from kistep_archive.items import Listing, Post, Row
from kistep_archive.page import Evidence
from kistep_archive.schema import migrations

STRIKES = 2  # runs that must miss a post before it counts as removed


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive holds of one address: the listing row at its last fetch, and whether it counts as removed."""

    listed: str | None
    removed: bool


def listed(row: Row) -> str:
    """What of a listing row makes a post worth fetching again when it differs: title, writer, date and the attachment mark; never hits."""
    return json.dumps([row.title, row.writer, row.date, row.attachments], ensure_ascii=False)


class Store:
    """The open database of an archive, for its one writer."""

    def __init__(self, folder: Path) -> None:
        """Opens or creates it and brings its shape up to date. Raises ArchiveError (5)."""
        path = folder / NAME
        self._conn = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._conn.row_factory = sqlite3.Row
        try:
            for pragma in (
                "journal_mode = WAL",
                "synchronous = FULL",
                "foreign_keys = ON",
                "busy_timeout = 30000",
                "wal_autocheckpoint = 4000",
            ):
                self._conn.execute(f"PRAGMA {pragma}").fetchall()
            _migrate(Database(self._conn))
        except (sqlite3.Error, ArchiveError) as error:
            self._conn.close()
            if isinstance(error, ArchiveError):
                raise
            raise ArchiveError(f"{path}: {error}; keep the file aside and restore a copy: the warc folder holds everything", 5) from error

    def close(self) -> None:
        """Folds the write-ahead log into the file and closes it."""
        self._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._conn.close()

    # runs

    def begin_run(self, name: str, kind: str, started_at: str, origin: str, boards: Sequence[str], arguments: dict[str, object]) -> int:
        """Opens the run's row before its first request, so that a run that dies is seen. Returns its id."""
        with self._write():
            return fold.new_id(
                self._conn.execute(
                    "INSERT INTO run (name, kind, started_at, origin, boards, arguments) VALUES (?, ?, ?, ?, ?, ?)",
                    (name, kind, started_at, origin, fold.as_json(list(boards)), fold.as_json(arguments)),
                )
            )

    def finish_run(self, run_id: int, finished_at: str, verdict: str, exit_code: int, reason: str, counts: dict[str, int | None]) -> None:
        """Closes the run's row; `counts` are its counter columns."""
        columns = ", ".join(f"{name} = ?" for name in counts)
        with self._write():
            self._conn.execute(
                f"UPDATE run SET finished_at = ?, verdict = ?, exit_code = ?, reason = ?, {columns} WHERE id = ?",
                (finished_at, verdict, exit_code, reason, *counts.values(), run_id),
            )

    def last_run_id(self) -> int:
        """The highest run id, 0 for a new archive."""
        return int(self._conn.execute("SELECT coalesce(max(id), 0) FROM run").fetchone()[0])

    def origins(self) -> set[str]:
        """The origins that have answered so far, "" for the boards' own hosts."""
        return {row["origin"] for row in self._conn.execute("SELECT DISTINCT origin FROM run")}

    # what a run wants to know

    def known(self, board: str, layout: str) -> dict[int, Known]:
        """Number -> what is held of it, for every address of a board in one layout."""
        rows = self._conn.execute("SELECT number, listed, removed_at FROM source WHERE board = ? AND layout = ?", (board, layout))
        return {row["number"]: Known(row["listed"], row["removed_at"] is not None) for row in rows}

    def owed_files(self, board: str, layout: str) -> dict[str, str]:
        """Address -> kind of the files and images that no run has had an answer for yet."""
        rows = self._conn.execute(
            "SELECT a.url, a.kind FROM attachment a JOIN source s ON s.id = a.source_id "
            "WHERE fetched_at IS NULL AND removed_at IS NULL AND board = ? AND layout = ? ORDER BY a.id",
            (board, layout),
        )
        return {row["url"]: row["kind"] for row in rows}

    def held_files(self, board: str, layout: str) -> set[str]:
        """Addresses of the board's files and images that need not be asked for: their bytes are held, or the site has none."""
        rows = self._conn.execute(
            "SELECT a.url FROM attachment a JOIN source s ON s.id = a.source_id WHERE fetched_at IS NOT NULL AND board = ? AND layout = ?",
            (board, layout),
        )
        return {row["url"] for row in rows}

    def twin(self, sha256: str) -> Evidence | None:
        """The first evidence of the same payload."""
        row = self._conn.execute("SELECT * FROM page WHERE sha256 = ? ORDER BY id LIMIT 1", (sha256,)).fetchone()
        return row and Evidence(
            row["warc_file"], row["warc_offset"], row["warc_length"], row["sha256"], row["url"], row["fetched_at"], row["status"]
        )

    # the fold

    def save_post(
        self, run_id: int, board: str, url: str, post: Post, evidence: Evidence, parser_version: int, row: str | None
    ) -> fold.Outcome:
        """One post as one page shows it. `url` is its canonical address, `row` the listing row (see `listed`) it was fetched for."""
        with self._write():
            self._page(run_id, "post", evidence, "saved")
            before = fold.source(self._conn, board, post.layout, post.number)
            if before is not None:
                return fold.seen_again(self._conn, before, url, post, evidence, parser_version, row)
            fold.first_sight(self._conn, board, url, post, evidence, parser_version, row)
            return "new"

    def save_listing(self, run_id: int, board: str, listing: Listing, evidence: Evidence) -> None:
        """A page of rows: each known address was seen, with the hits the row shows."""
        with self._write():
            self._page(run_id, "listing", evidence, "saved")
            for row in listing.rows:
                source = fold.source(self._conn, board, listing.layout, row.number)
                if source is not None:
                    fold.observe(self._conn, source["id"], row.hits, evidence.fetched_at)
                    self._conn.execute(
                        "UPDATE source SET last_seen_at = max(last_seen_at, ?), strikes = iif(removed_at IS NULL, 0, strikes) WHERE id = ?",
                        (evidence.fetched_at, source["id"]),
                    )

    def save_file(
        self, run_id: int, url: str, kind: str, evidence: Evidence, size: int, media_type: str, name: str, parser_version: int
    ) -> None:
        """The bytes of a file or an image; `name` is the server's, empty where it gives none. Bytes that replace other bytes under
        the same address make a revision."""
        with self._write():
            self._page(run_id, kind, evidence, "saved")
            for row in self._conn.execute("SELECT id, source_id, sha256 FROM attachment WHERE url = ?", (url,)).fetchall():
                self._conn.execute(
                    "UPDATE attachment SET media_type = ?, size = ?, sha256 = ?, fetched_at = ?, warc_file = ?, warc_offset = ?, "
                    "name = iif(? <> '', ?, name) WHERE id = ?",
                    (media_type, size, evidence.sha256, evidence.fetched_at, evidence.file, evidence.offset, name, name, row["id"]),
                )
                if row["sha256"] not in (None, evidence.sha256):
                    fold.replaced_file(self._conn, row["source_id"], evidence, parser_version)
                fold.index(self._conn, row["source_id"])

    def file_gone(self, run_id: int, url: str, kind: str, evidence: Evidence) -> None:
        """The site answered that it has no such file: nothing to ask for again until the post changes."""
        with self._write():
            self._page(run_id, kind, evidence, "gone")
            self._conn.execute("UPDATE attachment SET fetched_at = ? WHERE url = ? AND sha256 IS NULL", (evidence.fetched_at, url))

    def record(self, run_id: int, kind: str, evidence: Evidence, outcome: str) -> None:
        """A response that changed nothing: robots.txt, a redirect, a notice, a page that is tried again."""
        with self._write():
            self._page(run_id, kind, evidence, outcome)

    def fail(self, run_id: int, url: str, kind: str, reason: str, at: str) -> None:
        """A request that gave nothing to keep, with the reason in words."""
        with self._write():
            self._conn.execute(
                "INSERT INTO failure (run_id, url, kind, reason, at) VALUES (?, ?, ?, ?, ?)", (run_id, url, kind, reason, at)
            )

    def strike(self, run_id: int, board: str, layout: str, numbers: Iterable[int], at: str) -> int:
        """These posts were missed in this run. Returns how many of them now count as removed, by having been missed in STRIKES runs."""
        removed = 0
        with self._write():
            for number in numbers:
                self._conn.execute(
                    "UPDATE source SET strikes = strikes + 1, strike_run = ? WHERE board = ? AND layout = ? AND number = ? "
                    "AND removed_at IS NULL AND strike_run IS NOT ?",
                    (run_id, board, layout, number, run_id),
                )
                removed += self._conn.execute(
                    "UPDATE source SET removed_at = ? WHERE board = ? AND layout = ? AND number = ? AND removed_at IS NULL "
                    "AND strikes >= ?",
                    (at, board, layout, number, STRIKES),
                ).rowcount
        return removed

    # the parts of the fold

    @contextmanager
    def _write(self) -> Iterator[None]:
        self._conn.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._conn.in_transaction:
                self._conn.execute("ROLLBACK")
            raise
        self._conn.execute("COMMIT")

    def _page(self, run_id: int, kind: str, evidence: Evidence, outcome: str) -> None:
        self._conn.execute(
            "INSERT INTO page (run_id, url, kind, status, fetched_at, sha256, warc_file, warc_offset, warc_length, outcome) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                run_id,
                evidence.url,
                kind,
                evidence.status,
                evidence.fetched_at,
                evidence.sha256,
                evidence.file,
                evidence.offset,
                evidence.length,
                outcome,
            ),
        )


def _migrate(db: Database) -> None:
    known = {migration.name for migration in migrations.pending(db)} | {done.name for done in migrations.applied(db)}
    with closing(Database(memory=True)) as empty:
        ours = {migration.name for migration in migrations.pending(empty)}
    if newer := known - ours:
        raise ArchiveError(f"the database was made by a newer kistep-archive (it has {', '.join(sorted(newer))}); upgrade this program", 5)
    if migrations.pending(db):
        migrations.apply(db)
