"""The index of the archive: every write to the database, each in one BEGIN IMMEDIATE transaction.

`save_post`, `save_listing` and `save_file` are the fold that a crawl and a rebuild share: they take parsed items with the evidence they
were read from and know neither HTML nor the network. Questions to the database are in `answers`.
"""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import AbstractContextManager, closing
from pathlib import Path

from sqlite_utils import Database

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.evidence.events import COUNTERS, Failure, MissedPosts, RunEnd, RunStart, Unanswered, WalkEnded
from kistep_archive.model import recrawl
from kistep_archive.model.baseline import Baseline, Witness
from kistep_archive.model.items import ListedRow, Listing, ParsedPost
from kistep_archive.model.outcomes import Outcome, PageKind
from kistep_archive.store import baseline, checksums, files, frontier, posts, sightings, views
from kistep_archive.store.database import NAME
from kistep_archive.store.frontier import Due, KnownAddress
from kistep_archive.store.schema import migrations
from kistep_archive.store.transaction import write
from kistep_archive.warc.location import Evidence

STRIKES = 2  # runs that must miss a post before it counts as removed

_BURIED = """
UPDATE run SET closed = 1,
  requested = (SELECT count(*) FROM page WHERE run_id = :run) + (SELECT count(*) FROM unanswered WHERE run_id = :run),
  fetched = (SELECT count(*) FROM page WHERE run_id = :run), failed = (SELECT count(*) FROM failure WHERE run_id = :run),
  new = (SELECT count(*) FROM sighting g WHERE warc_file = :file AND id = (SELECT min(id) FROM sighting WHERE source_id = g.source_id)),
  revised = (SELECT count(*) FROM sighting g WHERE warc_file = :file AND changed IS NOT NULL AND changed <> '[]'
    AND id <> (SELECT min(id) FROM sighting WHERE source_id = g.source_id))
WHERE id = :run
"""

_DUE = """
SELECT s.number, s.url, (SELECT count(*) FROM listed_file WHERE content_id = c.id AND kind = 'file') AS files,
  c.date, s.removed_at, max(max(g.seen_at), coalesce(
    (SELECT max(fetched_at) FROM page WHERE page.url = s.url AND kind = 'post' AND outcome = 'gone'), '')) AS seen,
  max(iif(g.changed <> '[]', g.seen_at, NULL)) AS edited, s.strikes > 0 AS missed
FROM source s JOIN content c ON c.id = s.content_id JOIN sighting g ON g.source_id = s.id AND g.file_url IS NULL
WHERE s.board = ? AND s.layout = ? GROUP BY s.id
"""


class Store:
    """The open database of an archive, for its one writer."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        """Opens or creates it and brings its shape up to date; what is not `durable` is made anew after a crash.
        Raises ArchiveError (5).

        A commit does not wait for the disk (`synchronous = NORMAL`): a power cut may take the last of them back, in order and whole.
        Nothing is lost by it, since the evidence is durable before the row commits, and the next run folds in the pages of a run whose
        row is not closed. A run's end is on the disk before the run says so (`close`)."""
        path = folder / NAME
        self._conn = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._conn.row_factory = sqlite3.Row
        try:
            for pragma in (
                "journal_mode = WAL",
                f"synchronous = {'NORMAL' if durable else 'OFF'}",
                "foreign_keys = ON",
                "busy_timeout = 30000",
                "wal_autocheckpoint = 16000",  # pages, 64 MB: to fold in the log more often took 4 % of a long crawl's time
            ):
                self._conn.execute(f"PRAGMA {pragma}").fetchall()
            _migrate(Database(self._conn), path)
        except (sqlite3.Error, ArchiveError) as error:
            self._conn.close()
            if isinstance(error, ArchiveError):
                raise
            raise ArchiveError(
                f"{path}: {error}; keep the file aside and restore a copy: the warc folder holds everything", ExitCode.STORE_UNHEALTHY
            ) from error

    def close(self) -> None:
        """Folds the write-ahead log into the file, durably, and closes it. Raises sqlite3.Error, and is closed nevertheless."""
        try:
            self._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            self._conn.close()

    @property
    def parser_version(self) -> int:
        """The version of the parser that its rows were read with, 0 for a new one."""
        return int(self._conn.execute("PRAGMA user_version").fetchone()[0])

    @parser_version.setter
    def parser_version(self, version: int) -> None:
        if version != self.parser_version:
            self._conn.execute(f"PRAGMA user_version = {version}")

    # runs

    def begin_run(self, began: RunStart) -> None:
        """Opens the run's row before its first request, so that a run that dies is seen. Does nothing for a run that is known."""
        with self._write():
            self._conn.execute(
                "INSERT INTO run (id, name, kind, started_at, origin, boards, arguments) VALUES (?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO NOTHING",
                (
                    began.run,
                    began.name,
                    began.kind,
                    began.started_at,
                    began.origin,
                    _as_json(began.boards),
                    _as_json(began.arguments),
                ),
            )

    def finish_run(self, run_id: int, ended: RunEnd, *, folded: bool = True) -> None:
        """Ends the run's row and seals all rows. Unless all its evidence is `folded` in, the next run looks through it again."""
        columns = ", ".join(f"{name} = ?" for name in COUNTERS)
        with self._write():
            self._conn.execute(
                f"UPDATE run SET finished_at = ?, verdict = ?, exit_code = ?, reason = ?, closed = ?, {columns} WHERE id = ?",
                (ended.finished_at, ended.verdict, ended.exit_code, ended.reason, folded, *_counts(ended), run_id),
            )
            self._conn.executemany(
                "INSERT INTO board_verdict (run_id, board, verdict, reason) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (run_id, board) DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason",
                [(run_id, each.board, each.verdict, each.reason) for each in ended.boards],
            )
            checksums.set_all(self._conn)

    def bury_run(self, run_id: int, name: str) -> None:
        """Closes the row of a run that died: without a verdict, its counters as the rows tell them."""
        with self._write():
            self._conn.execute(_BURIED, {"run": run_id, "file": f"{name}.warc.gz"})
            checksums.set_all(self._conn)

    def last_run_id(self) -> int:
        """The highest run id, 0 for a new archive."""
        return int(self._conn.execute("SELECT coalesce(max(id), 0) FROM run").fetchone()[0])

    def closed_runs(self) -> set[str]:
        """Names of the runs whose evidence files are folded in whole."""
        return {row["name"] for row in self._conn.execute("SELECT name FROM run WHERE closed")}

    def origins(self) -> set[str]:
        """The origins that have answered crawls so far, "" for the boards' own hosts."""
        return {row["origin"] for row in self._conn.execute("SELECT DISTINCT origin FROM run WHERE kind <> 'import'")}

    # what a run wants to know

    def known(self, board: str, layout: str) -> dict[int, KnownAddress]:
        """Number -> what is held of it, for every address of a board in one layout."""
        rows = self._conn.execute("SELECT number, listed, removed_at FROM source WHERE board = ? AND layout = ?", (board, layout))
        return {row["number"]: KnownAddress(row["listed"] and ListedRow(row["listed"]), row["removed_at"] is not None) for row in rows}

    def owed_files(self, board: str, layout: str) -> dict[str, tuple[str, str]]:
        """Address -> (kind, name as listed) of the files and images that no run has had an answer for yet."""
        rows = self._conn.execute(
            "SELECT l.url, l.kind, l.name FROM source s JOIN listed_file l ON l.content_id = s.content_id WHERE removed_at IS NULL "
            "AND board = ? AND layout = ? AND NOT EXISTS (SELECT 1 FROM file WHERE url = l.url) ORDER BY l.id",
            (board, layout),
        )
        return {row["url"]: (row["kind"], row["name"]) for row in rows}

    def owed_posts(self, board: str, layout: str, since: str | None = None, until: str | None = None) -> list[frontier.Owed]:
        """The posts that earlier runs should have read and did not, of these days."""
        return frontier.owed_posts(self._conn, board, layout, since or "", until or "9999-12-31")

    def walks(self, board: str, layout: str) -> frontier.Walks:
        """What earlier walks over a board's listing came to."""
        return frontier.walks(self._conn, board, layout)

    def held_files(self, board: str, layout: str) -> set[str]:
        """Addresses of the board's files and images that need not be asked for: their bytes are held, or the site has none."""
        rows = self._conn.execute(
            "SELECT DISTINCT l.url FROM source s JOIN listed_file l ON l.content_id = s.content_id JOIN file f ON f.url = l.url "
            "WHERE board = ? AND layout = ?",
            (board, layout),
        )
        return {row["url"] for row in rows}

    def was_forbidden(self, url: str) -> bool:
        """Whether the last that was told of this address is that robots.txt forbids it."""
        row = self._conn.execute("SELECT outcome FROM failure WHERE url = ? ORDER BY id DESC LIMIT 1", (url,)).fetchone()
        return row is not None and row["outcome"] == Outcome.FORBIDDEN_BY_ROBOTS

    def due(self, board: str, layout: str, at: str, limit: int) -> list[Due]:
        """The posts that are to be visited again at this instant, the most urgent first. To have found a post gone is a
        visit too: else those that are gone would be visited in each run."""
        rows = self._conn.execute(_DUE, (board, layout))
        visits = (Due(row["number"], row["url"], row["files"], recrawl.urgency(recrawl.Visited(*row[3:]), at)) for row in rows)
        first = sorted(visits, key=lambda due: (due.urgency, due.number), reverse=True)[:limit]
        return [due for due in first if due.urgency[1] >= 1]

    def longest_unread(self, urls: Iterable[str]) -> list[str]:
        """The addresses of files, those first that were never fetched or longest ago."""
        read = "SELECT coalesce(max(ordered_at), '') FROM file WHERE url = ?"
        return sorted(urls, key=lambda url: str(self._conn.execute(read, (url,)).fetchone()[0]))

    def holds_posts(self) -> bool:
        """Whether any post is held."""
        return self._conn.execute("SELECT 1 FROM source LIMIT 1").fetchone() is not None

    def history(self, board: str, layout: str, file: str) -> Baseline:
        """What is held of a board in one layout, for its guards; without what was read from this evidence file."""
        return baseline.history(self._conn, board, layout, file)

    def witnesses(self, board: str, layout: str, file: str) -> list[Witness]:
        """The posts that can bear witness of a layout, the best first."""
        return baseline.witnesses(self._conn, board, layout, file)

    def struck(self, board: str, layout: str) -> set[int]:
        """The posts that the run before missed as well, and that do not count as removed yet."""
        rows = self._conn.execute(
            "SELECT number FROM source WHERE board = ? AND layout = ? AND strikes > 0 AND removed_at IS NULL", (board, layout)
        )
        return {row["number"] for row in rows}

    def twin(self, sha256: str) -> Evidence | None:
        """The first evidence of the same payload."""
        row = self._conn.execute("SELECT * FROM page WHERE sha256 = ? ORDER BY id LIMIT 1", (sha256,)).fetchone()
        return row and Evidence(
            row["warc_file"], row["warc_offset"], row["warc_length"], row["sha256"], row["url"], row["fetched_at"], row["status"]
        )

    def holds(self, url: str, fetched_at: str, sha256: str) -> bool:
        """Whether this very capture has a row."""
        rows = self._conn.execute("SELECT 1 FROM page WHERE sha256 = ? AND url = ? AND fetched_at = ?", (sha256, url, fetched_at))
        return rows.fetchone() is not None

    def listed_as(self, url: str) -> tuple[str, str]:
        """As what a post lists this address, file or image, and under which name; empty where none does."""
        row = self._conn.execute("SELECT kind, name FROM listed_file WHERE url = ? ORDER BY id DESC LIMIT 1", (url,)).fetchone()
        return (row["kind"], row["name"]) if row else ("", "")

    def folded(self, warc_file: str) -> set[int]:
        """Offsets of the responses in an evidence file that have a row."""
        return {row["warc_offset"] for row in self._conn.execute("SELECT warc_offset FROM page WHERE warc_file = ?", (warc_file,))}

    # the fold

    def save_post(
        self,
        run_id: int,
        board: str,
        url: str,
        post: ParsedPost,
        evidence: Evidence,
        parser_version: int,
        row: ListedRow | None,
        *,
        live: bool = True,
    ) -> posts.Effect:
        """One post as one page shows it. `url` is its canonical address, `row` the listing row that it was fetched for;
        `live` is False for a capture that was made by others at any time."""
        with self._write():
            self._page(run_id, PageKind.POST, evidence, Outcome.SAVED)
            before = posts.source(self._conn, board, post.layout, post.number)
            effect: posts.Effect = "new"
            if before is not None:
                effect = posts.seen_again(self._conn, before, url, post, evidence, parser_version, row.text if row else None, live)
            else:
                posts.first_sight(self._conn, board, url, post, evidence, parser_version, row.text if row else None, live)
            frontier.read(self._conn, board, post.layout, post.number)
            return effect

    def post_gone(self, run_id: int, board: str, layout: str, number: int, evidence: Evidence) -> None:
        """A post's own page says that it is gone: nothing of it is owed."""
        with self._write():
            self._page(run_id, PageKind.POST, evidence, Outcome.GONE)
            frontier.gone(self._conn, board, layout, number)

    def save_listing(self, run_id: int, board: str, listing: Listing, evidence: Evidence, *, live: bool = True) -> None:
        """A page of rows: each known address was seen, with the hits the row shows; what it shows otherwise than it is held is owed."""
        with self._write():
            self._page(run_id, PageKind.LISTING, evidence, Outcome.SAVED)
            if live:
                frontier.begun(self._conn, run_id, board, listing.layout, evidence.fetched_at)
            for row in listing.rows:
                before = posts.source(self._conn, board, listing.layout, row.number)
                if live:
                    frontier.seen(self._conn, run_id, board, listing.layout, row, ListedRow.of(row).text, before)
                if before is not None:
                    ordered = sightings.order(evidence, before["ordered_at"], live)
                    sightings.observe(self._conn, before, row.hits, evidence, ordered)
                    self._conn.execute(
                        "UPDATE source SET first_seen_at = min(first_seen_at, ?), last_seen_at = max(last_seen_at, ?), "
                        "ordered_at = max(ordered_at, ?), strikes = iif(removed_at IS NULL AND ?, 0, strikes) WHERE id = ?",
                        (evidence.fetched_at, evidence.fetched_at, ordered, live, before["id"]),
                    )

    def save_file(
        self,
        run_id: int,
        url: str,
        kind: PageKind,
        evidence: Evidence,
        size: int,
        media_type: str,
        name: str,
        parser_version: int,
        *,
        live: bool = True,
    ) -> int:
        """The bytes of a file or an image; `name` is the server's, empty where it gives none. Bytes that replace other bytes under
        the same address make a revision of each post that lists them. Returns how many."""
        with self._write():
            self._page(run_id, kind, evidence, Outcome.SAVED)
            return files.save(self._conn, url, kind, evidence, size, media_type, name, parser_version, live)

    def file_gone(self, run_id: int, url: str, kind: PageKind, evidence: Evidence, *, live: bool = True) -> None:
        """The site answered that it has no such file: nothing to ask for again until the post changes."""
        with self._write():
            self._page(run_id, kind, evidence, Outcome.GONE)
            files.save(self._conn, url, kind, evidence, None, None, "", 0, live)

    def record(self, run_id: int, kind: PageKind, evidence: Evidence, outcome: Outcome) -> None:
        """A response that changed nothing: robots.txt, a redirect, a notice, a page that is tried again."""
        with self._write():
            self._page(run_id, kind, evidence, outcome)

    def fail(self, run_id: int, failed: Failure | Unanswered) -> None:
        """A request that gave nothing to keep, or one without a response, with the reason in words. Does nothing where the same record
        was folded before."""
        with self._write():
            if isinstance(failed, Failure):
                self._conn.execute(
                    "INSERT INTO failure (run_id, url, kind, outcome, reason, at, warc_offset) VALUES (?, ?, ?, ?, ?, ?, ?) "
                    "ON CONFLICT (run_id, warc_offset) DO NOTHING",
                    (run_id, failed.url, failed.kind, failed.outcome, failed.reason, failed.at, failed.offset),
                )
            else:
                self._conn.execute(
                    "INSERT INTO unanswered (run_id, url, kind, reason, at, warc_offset) VALUES (?, ?, ?, ?, ?, ?) "
                    "ON CONFLICT (run_id, warc_offset) DO NOTHING",
                    (run_id, failed.url, failed.kind, failed.reason, failed.at, failed.offset),
                )

    def strike(self, run_id: int, missed: MissedPosts) -> int:
        """These posts were missed in this run. Returns how many of them now count as removed, by having been missed in STRIKES runs."""
        removed = 0
        with self._write():
            for number in missed.numbers:
                place = (missed.board, missed.layout, number)
                self._conn.execute(
                    "UPDATE source SET strikes = strikes + 1, strike_run = ? WHERE board = ? AND layout = ? AND number = ? "
                    "AND removed_at IS NULL AND strike_run IS NOT ?",
                    (run_id, *place, run_id),
                )
                gone = self._conn.execute(
                    "UPDATE source SET removed_at = ? WHERE board = ? AND layout = ? AND number = ? AND removed_at IS NULL "
                    "AND strikes >= ? RETURNING id",
                    (missed.at, *place, STRIKES),
                ).fetchall()
                for row in gone:
                    self._conn.execute("INSERT INTO removal (source_id, removed_at) VALUES (?, ?)", (row["id"], missed.at))
                removed += len(gone)
        return removed

    def walked(self, run_id: int, event: WalkEnded) -> None:
        """A walk over a listing came to its end."""
        with self._write():
            frontier.walked(self._conn, run_id, event)

    # the parts of the fold

    def _write(self) -> AbstractContextManager[None]:
        return write(self._conn)

    def _page(self, run_id: int, kind: PageKind, evidence: Evidence, outcome: Outcome) -> None:
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


def _counts(ended: RunEnd) -> list[int | None]:
    """The values of a run's counters; what a run does not count is 0, but a total that no listing declares is not known."""
    return [ended.counts.get(name, None if name == "declared_total" else 0) for name in COUNTERS]


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def unknown(conn: sqlite3.Connection) -> str:
    """Which changes to a database's shape this program does not know, in words; "" for none."""
    with closing(Database(memory=True)) as empty:
        ours = {migration.name for migration in migrations.pending(empty)}
    newer = sorted({done.name for done in migrations.applied(Database(conn))} - ours)
    return f"made by a newer kistep-archive or an unreleased one (it has {', '.join(newer)})" if newer else ""


def _migrate(db: Database, path: Path) -> None:
    if words := unknown(db.conn):
        raise ArchiveError(f"{path}: {words}; upgrade this program, or run 'kistep-archive rebuild'", ExitCode.STORE_UNHEALTHY)
    if not migrations.pending(db) and views.are_current(db.conn):
        return
    with write(db.conn):  # each migration is a savepoint within it
        views.drop(db.conn)
        migrations.apply(db)
        views.create(db.conn)
