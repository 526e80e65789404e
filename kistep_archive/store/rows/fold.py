"""The writes that a crawl and a rebuild share: each function takes what was read, with its evidence, and
writes its rows in one transaction. It knows neither HTML nor the network."""

import sqlite3
from dataclasses import dataclass

from kistep_archive.evidence.events import Decided, Failure, MissedPosts, Unanswered, WalkEnded
from kistep_archive.model.items import ListedRow, Listing, ParsedPost, Row
from kistep_archive.model.outcomes import Outcome, PageKind
from kistep_archive.store import frontier
from kistep_archive.store.rows import contents, decisions, files, numbers, posts, sightings, visits, walks
from kistep_archive.store.rows.files import ServedFile
from kistep_archive.store.transaction import write
from kistep_archive.warc.location import Evidence

STRIKES = 2  # a post counts as removed after this many runs missed it


@dataclass(frozen=True, slots=True)
class PostPage:
    """The page of a post: its board, its canonical address, its evidence, and the listing row that led to
    it."""

    board: str
    url: str
    evidence: Evidence
    row: ListedRow | None

    @property
    def listed(self) -> str | None:
        """The row as it is stored."""
        return self.row.text if self.row else None


def save_post(
    conn: sqlite3.Connection, run_id: int, page: PostPage, post: ParsedPost, *, live: bool = True
) -> posts.Effect:
    """Stores a post as one page shows it. `live` is False for a capture by others, made at any time."""
    board, url, evidence = page.board, page.url, page.evidence
    with write(conn):
        _page(conn, run_id, PageKind.POST, evidence, Outcome.SAVED)
        before = numbers.holder(conn, board, post, evidence, live)
        effect: posts.Effect = "new"
        if before is not None:
            effect = posts.sight_again(conn, before, url, post, evidence, page.listed, live)
        else:
            posts.first_sight(conn, board, url, post, evidence, page.listed, live)
        frontier.read(conn, board, post.layout, post.number)
        return effect


def post_gone(
    conn: sqlite3.Connection, run_id: int, board: str, layout: str, number: int, evidence: Evidence
) -> None:
    """Records that the answer at a post's address says that the post is gone: it need not be read."""
    with write(conn):
        _page(conn, run_id, PageKind.POST, evidence, Outcome.GONE)
        frontier.gone(conn, board, layout, number, evidence.fetched_at)


def save_listing(
    conn: sqlite3.Connection,
    run_id: int,
    board: str,
    listing: Listing,
    evidence: Evidence,
    *,
    live: bool = True,
) -> None:
    """Stores a page of a listing: each known address was seen, with the hits of its row. A post that the row
    shows differently from the archive is unread."""
    with write(conn):
        _page(conn, run_id, PageKind.LISTING, evidence, Outcome.SAVED)
        if live:
            walks.begun(conn, run_id, board, listing.layout, evidence.fetched_at)
        for row in listing.rows:
            before = posts.source(conn, board, listing.layout, row.number)
            if live:
                frontier.note_row(conn, run_id, board, listing.layout, row, ListedRow.of(row).text, before)
            if before is not None and not _is_of_another(conn, before, row):
                ordered = sightings.order(evidence, before["ordered_at"], live)
                sightings.observe(conn, before, row.hits, evidence, ordered)
                conn.execute(
                    "UPDATE source SET first_seen_at = ?, last_seen_at = ?, ordered_at = max(ordered_at, ?), "
                    "strikes = iif(removed_at IS NULL AND ?, 0, strikes) WHERE id = ?",
                    (*sightings.first_and_last(before, evidence), ordered, live, before["id"]),
                )
                if before["strikes"]:
                    visits.plan(conn, before["id"])


def _is_of_another(conn: sqlite3.Connection, before: sqlite3.Row, row: Row) -> bool:
    """Whether a listing row under the number of a removed post speaks of another post."""
    if before["removed_at"] is None or row.date is None:
        return False
    was = contents.read(conn, before["content_id"]).fields
    return row.date != was["date"] and posts.match_key(row.title, "") != posts.match_key(
        was["title"] or "", ""
    )


def save_file(
    conn: sqlite3.Connection,
    run_id: int,
    url: str,
    file: ServedFile,
    evidence: Evidence,
    *,
    live: bool = True,
) -> int:
    """Stores a file or an image. Bytes that replace others at the same address make a revision of each post
    that lists them. Returns how many."""
    with write(conn):
        _page(conn, run_id, file.kind, evidence, Outcome.SAVED)
        return files.save(conn, url, file, evidence, live)


def file_gone(
    conn: sqlite3.Connection, run_id: int, url: str, kind: PageKind, evidence: Evidence, *, live: bool = True
) -> None:
    """Records that the site has no such file. The crawl does not request it again until the post changes."""
    with write(conn):
        _page(conn, run_id, kind, evidence, Outcome.GONE)
        files.save(conn, url, ServedFile(kind, None, None, ""), evidence, live)


def record(
    conn: sqlite3.Connection, run_id: int, kind: PageKind, evidence: Evidence, outcome: Outcome
) -> None:
    """Records a response that changed nothing: robots.txt, a redirect, a notice, a page that is requested
    again."""
    with write(conn):
        _page(conn, run_id, kind, evidence, outcome)


def fail(conn: sqlite3.Connection, run_id: int, failed: Failure | Unanswered) -> None:
    """Records a failed request or one without a response, with the reason in words. Does nothing if the
    database has this record already."""
    with write(conn):
        if isinstance(failed, Failure):
            conn.execute(
                "INSERT INTO failure (run_id, url, kind, outcome, reason, at, warc_offset) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run_id, warc_offset) DO NOTHING",
                (run_id, failed.url, failed.kind, failed.outcome, failed.reason, failed.at, failed.offset),
            )
        else:
            conn.execute(
                "INSERT INTO unanswered (run_id, url, kind, reason, at, warc_offset) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (run_id, warc_offset) DO NOTHING",
                (run_id, failed.url, failed.kind, failed.reason, failed.at, failed.offset),
            )


def strike(conn: sqlite3.Connection, run_id: int, missed: MissedPosts) -> int:
    """Gives a strike to each post that this run missed. Returns how many now count as removed, after STRIKES
    runs."""
    removed = 0
    with write(conn):
        for number in missed.numbers:
            place = (missed.board, missed.layout, number)
            struck = conn.execute(
                "UPDATE source SET strikes = strikes + 1, strike_run = ? WHERE board = ? AND layout = ? "
                "AND number = ? AND removed_at IS NULL AND strike_run IS NOT ? RETURNING id",
                (run_id, *place, run_id),
            ).fetchall()
            gone = conn.execute(
                "UPDATE source SET removed_at = ? WHERE board = ? AND layout = ? AND number = ? "
                "AND removed_at IS NULL AND strikes >= ? RETURNING id",
                (missed.at, *place, STRIKES),
            ).fetchall()
            for row in gone:
                conn.execute(
                    "INSERT INTO removal (source_id, removed_at) VALUES (?, ?)", (row["id"], missed.at)
                )
            for (source_id,) in {*map(tuple, struck), *map(tuple, gone)}:
                visits.plan(conn, source_id)
            removed += len(gone)
    return removed


def walked(conn: sqlite3.Connection, run_id: int, event: WalkEnded) -> None:
    """Records that a walk over a listing ended."""
    with write(conn):
        walks.walked(conn, run_id, event)


def decide(conn: sqlite3.Connection, event: Decided) -> None:
    """Makes one post of addresses, or one of each, as a person decided."""
    with write(conn):
        decisions.decide(conn, event)


def _page(
    conn: sqlite3.Connection, run_id: int, kind: PageKind, evidence: Evidence, outcome: Outcome
) -> None:
    conn.execute(
        "INSERT INTO page (run_id, url, kind, status, fetched_at, sha256, warc_file, warc_offset, "
        "warc_length, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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


def same_payload(conn: sqlite3.Connection, sha256: str) -> Evidence | None:
    """The first evidence of the same payload."""
    row = conn.execute("SELECT * FROM page WHERE sha256 = ? ORDER BY id LIMIT 1", (sha256,)).fetchone()
    return row and Evidence(
        row["warc_file"],
        row["warc_offset"],
        row["warc_length"],
        row["sha256"],
        row["url"],
        row["fetched_at"],
        row["status"],
    )


def holds(conn: sqlite3.Connection, url: str, fetched_at: str, sha256: str) -> bool:
    """Whether this capture has a row."""
    rows = conn.execute(
        "SELECT 1 FROM page WHERE sha256 = ? AND url = ? AND fetched_at = ?", (sha256, url, fetched_at)
    )
    return rows.fetchone() is not None


def folded_offsets(conn: sqlite3.Connection, warc_file: str) -> set[int]:
    """Offsets of the responses in an evidence file that have a row."""
    return {
        row["warc_offset"]
        for row in conn.execute("SELECT warc_offset FROM page WHERE warc_file = ?", (warc_file,))
    }
