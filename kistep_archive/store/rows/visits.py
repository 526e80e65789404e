"""When each post was visited last, and when it is due again. Functions over an open transaction."""

import sqlite3
from collections.abc import Iterator

from kistep_archive.model import recrawl

# what `recrawl.VisitedPost` needs, of one source or of all
_VISITED = """
SELECT s.id, c.date, s.removed_at, max(max(g.seen_at), coalesce(s.gone_at, '')) AS seen,
  max(iif(g.changed <> '[]', g.seen_at, NULL)) AS edited, s.strikes > 0 AS missed
FROM source s JOIN content c ON c.id = s.content_id
  JOIN sighting g ON g.source_id = s.id AND g.file_url IS NULL {where} GROUP BY s.id
"""
_PLAN = "UPDATE source SET visited_at = ?, due_at = ? WHERE id = ?"


def plan(conn: sqlite3.Connection, source_id: int) -> None:
    """Notes when a post is due again: after each change of what that depends on."""
    conn.executemany(_PLAN, _plans(conn, "WHERE s.id = ?", (source_id,)))


def plan_all(conn: sqlite3.Connection) -> None:
    """The same for every post."""
    conn.executemany(_PLAN, list(_plans(conn, "", ())))


def _plans(conn: sqlite3.Connection, where: str, values: tuple[int, ...]) -> Iterator[tuple[str, str, int]]:
    for source_id, *visited in conn.execute(_VISITED.format(where=where), values).fetchall():
        post = recrawl.VisitedPost(*visited)
        yield post.seen_at, recrawl.due_at(post), source_id
