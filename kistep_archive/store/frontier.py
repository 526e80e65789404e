"""What there is to do for a run: posts that earlier runs should have read and did not, posts that are due,
files that were never fetched. Functions over an open connection, and over the open transaction of `fold`
where they write.

A post is unread from when a listing shows it differently from the archive, until a run reads it, or
its page or a complete walk says that it is gone. So whatever ends a run, the next one knows what to fetch,
however far down the listing it is.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from kistep_archive.model import recrawl
from kistep_archive.model.instants import in_order
from kistep_archive.model.items import DATE_IN_SQL, ListedRow, Row
from kistep_archive.model.outcomes import Outcome
from kistep_archive.store.rows import visits

# Posts that a listing showed, and known posts whose last request failed. A page that was suspicious and was
# read after all (its board has a skin by now) did not fail.
_UNREAD = f"""
SELECT * FROM (
  SELECT number, url, listed, {DATE_IN_SQL} AS date FROM owed WHERE board = :board AND layout = :layout
  UNION ALL
  SELECT s.number, s.url, NULL, c.date FROM (SELECT url, max(at) AS at FROM failure
    WHERE kind = 'post' AND NOT (outcome = 'suspicious' AND EXISTS (SELECT 1 FROM page p
    WHERE p.url = failure.url AND p.run_id = failure.run_id AND p.outcome = 'saved')) GROUP BY url) f
  CROSS JOIN source s ON s.url = f.url JOIN content c ON c.id = s.content_id
  WHERE s.board = :board AND s.layout = :layout AND s.removed_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM owed o WHERE o.board = s.board AND o.layout = s.layout
    AND o.number = s.number)
    AND NOT EXISTS (SELECT 1 FROM sighting g WHERE g.source_id = s.id AND g.file_url IS NULL
    AND g.seen_at > f.at)
    AND coalesce(s.gone_at, '') <= f.at
) WHERE date IS NULL OR date BETWEEN :since AND :until ORDER BY number DESC
"""
# A visit with a date in the future is none: the machine's clock was wrong then, and the post stays due.
_DUE_POSTS = """
SELECT s.number, s.url, (SELECT count(*) FROM listed_file WHERE content_id = c.id AND kind = 'file') AS files,
  c.date, s.removed_at, max(max(iif(g.seen_at <= :at, g.seen_at, '1970-01-01T00:00:00Z')),
    iif(s.gone_at <= :at, s.gone_at, '')) AS seen,
  max(iif(g.changed <> '[]', g.seen_at, NULL)) AS edited, s.strikes > 0 AS missed
FROM source s JOIN content c ON c.id = s.content_id JOIN sighting g ON g.source_id = s.id
  AND g.file_url IS NULL
WHERE s.id IN (
  SELECT id FROM (SELECT id FROM source WHERE {place} AND due_at <= :now ORDER BY due_at LIMIT :most)
  UNION SELECT id FROM (SELECT id FROM source WHERE {place} AND visited_at <= :now ORDER BY visited_at
    LIMIT :most)
  UNION SELECT id FROM (SELECT id FROM source WHERE {place} AND visited_at > :now LIMIT :most))
GROUP BY s.id
""".format(place="board = :board AND layout = :layout AND reused_at IS NULL")
_MOST = (
    500  # posts that are compared for their urgency: those due for longest, and those not visited for longest
)


@dataclass(frozen=True, slots=True)
class DuePost:
    """A post that is due for another visit, how many files it lists (the visit fetches each again), and its
    `recrawl.urgency`."""

    number: int
    url: str
    files: int
    urgency: tuple[bool, float]


@dataclass(frozen=True, slots=True)
class UnreadPost:
    """A post to read; `listed` is the listing row that shows it so, None if its own page failed."""

    number: int
    url: str
    listed: ListedRow | None
    date: str | None


def unread_posts(
    conn: sqlite3.Connection, board: str, layout: str, since: str | None = None, until: str | None = None
) -> list[UnreadPost]:
    """The unread posts of these days, newest first."""
    rows = conn.execute(
        _UNREAD, {"board": board, "layout": layout, "since": since or "", "until": until or "9999-12-31"}
    )
    return [
        UnreadPost(row["number"], row["url"], row["listed"] and ListedRow(row["listed"]), row["date"])
        for row in rows
    ]


def note_row(
    conn: sqlite3.Connection,
    run_id: int,
    board: str,
    layout: str,
    row: Row,
    listed: str,
    known: sqlite3.Row | None,
) -> None:
    """Records a listing row; `known` is the post's row in `source`, None if the archive does not have it."""
    if known is not None and known["listed"] == listed and known["removed_at"] is None:
        _settle(conn, board, layout, row.number)
        return
    conn.execute(
        "INSERT INTO owed (run_id, board, layout, number, url, listed) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (board, layout, number) DO UPDATE "
        "SET run_id = excluded.run_id, url = excluded.url, listed = excluded.listed",
        (run_id, board, layout, row.number, row.url, listed),
    )


def read(conn: sqlite3.Connection, board: str, layout: str, number: int) -> None:
    """Records that a run read a post: it is no longer unread, unless the listing shows another row by now."""
    conn.execute(
        "DELETE FROM owed AS o WHERE board = ? AND layout = ? AND number = ? AND EXISTS (SELECT 1 "
        "FROM source s WHERE s.board = o.board AND s.layout = o.layout AND s.number = o.number "
        "AND s.listed = o.listed AND s.removed_at IS NULL)",
        (board, layout, number),
    )


def gone(conn: sqlite3.Connection, board: str, layout: str, number: int, at: str) -> None:
    """Records that a post's own address said that the post is gone: it was visited, and need not be read."""
    _settle(conn, board, layout, number)
    sources = conn.execute(
        "UPDATE source SET gone_at = max(coalesce(gone_at, ''), ?) WHERE board = ? AND layout = ? "
        "AND number = ? AND reused_at IS NULL RETURNING id",
        (at, board, layout, number),
    ).fetchall()
    for (source_id,) in sources:
        visits.plan(conn, source_id)


def _settle(conn: sqlite3.Connection, board: str, layout: str, number: int) -> None:
    conn.execute("DELETE FROM owed WHERE board = ? AND layout = ? AND number = ?", (board, layout, number))


def title(conn: sqlite3.Connection, board: str, layout: str, number: int) -> str:
    """The title of a known post, "" for one that the archive does not have."""
    row = conn.execute(
        "SELECT c.title FROM source s JOIN content c ON c.id = s.content_id WHERE board = ? AND layout = ? "
        "AND number = ? AND reused_at IS NULL",
        (board, layout, number),
    ).fetchone()
    return str(row["title"]) if row else ""


def unfetched_files(conn: sqlite3.Connection, board: str, layout: str) -> dict[str, tuple[str, str]]:
    """Address -> (kind, name as listed) of the files and images that no run has a response for yet."""
    rows = conn.execute(
        "SELECT l.url, l.kind, l.name FROM wanted w CROSS JOIN listed_file l ON l.url = w.url "
        "CROSS JOIN source s ON s.content_id = l.content_id "
        "WHERE removed_at IS NULL AND board = ? AND layout = ? ORDER BY l.id",
        (board, layout),
    )
    return {row["url"]: (row["kind"], row["name"]) for row in rows}


def has_file(conn: sqlite3.Connection, board: str, layout: str, url: str) -> bool:
    """Whether a file or image that a post of the board lists needs no request: the archive has its bytes, or
    the site has none."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM file WHERE url = :url) AND EXISTS (SELECT 1 FROM listed_file l "
        "CROSS JOIN source s ON s.content_id = l.content_id WHERE l.url = :url AND s.board = :board "
        "AND s.layout = :layout AND s.reused_at IS NULL)"
    )
    return bool(conn.execute(query, {"url": url, "board": board, "layout": layout}).fetchone()[0])


def was_forbidden(conn: sqlite3.Connection, url: str) -> bool:
    """Whether the last failure of this address is that robots.txt forbids it."""
    row = conn.execute(
        "SELECT outcome FROM failure WHERE url = ? ORDER BY id DESC LIMIT 1", (url,)
    ).fetchone()
    return row is not None and row["outcome"] == Outcome.FORBIDDEN_BY_ROBOTS


def due_posts(conn: sqlite3.Connection, board: str, layout: str, at: str, limit: int) -> list[DuePost]:
    """The posts that are due for a visit at this instant, most urgent first. Finding a post gone is a visit
    too; otherwise every run would visit the posts that are gone."""
    place = {"board": board, "layout": layout, "at": at, "now": in_order(at), "most": max(limit, _MOST)}
    rows = conn.execute(_DUE_POSTS, place)
    visits = (
        DuePost(row["number"], row["url"], row["files"], recrawl.urgency(recrawl.VisitedPost(*row[3:]), at))
        for row in rows
    )
    first = sorted(visits, key=lambda post: (post.urgency, post.number), reverse=True)[:limit]
    return [post for post in first if post.urgency[1] >= 1]


def longest_unread(conn: sqlite3.Connection, urls: Iterable[str]) -> list[str]:
    """The addresses of files, first those that were never fetched or longest ago."""
    read = "SELECT coalesce(max(ordered_at), '') FROM file WHERE url = ?"
    return sorted(urls, key=lambda url: str(conn.execute(read, (url,)).fetchone()[0]))


def struck(conn: sqlite3.Connection, board: str, layout: str) -> set[int]:
    """The posts that an earlier run missed too and that do not count as removed yet."""
    rows = conn.execute(
        "SELECT number FROM source WHERE board = ? AND layout = ? AND strikes > 0 AND removed_at IS NULL",
        (board, layout),
    )
    return {row["number"] for row in rows}
