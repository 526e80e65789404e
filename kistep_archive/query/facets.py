"""How many of the matching posts each board, year and writer has, how many have files, how many were removed.
SQL only."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from kistep_archive.query.filters import Filters, snapshot

_MATCHED = """
CREATE TEMP TABLE matched AS
  SELECT p.id, p.board, substr(p.date, 1, 4) AS year, nullif(trim(p.writer), '') AS writer,
    p.removed_at IS NOT NULL AS removed,
    EXISTS (SELECT 1 FROM attachments WHERE post_id = p.id AND kind = 'file') AS has_file
  FROM (SELECT posts.id AS id {source}) AS chosen CROSS JOIN posts AS p ON p.id = chosen.id
"""
_COUNTS = "SELECT {column}, count(*) FROM matched GROUP BY 1 ORDER BY {order}"
_FEW = "SELECT count(*), coalesce(sum(removed), 0), coalesce(sum(has_file), 0) FROM matched"


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts of the matching posts: by board and by writer, the most first (None: posts without a writer); by
    year, the newest first."""

    total: int
    boards: dict[str, int]
    years: dict[str, int]
    writers: dict[str | None, int]
    removed: int
    with_files: int


def facets(conn: sqlite3.Connection, filters: Filters) -> Facets:
    """The counts of the posts that the filters choose, from one pass over them."""
    if filters.matches_nothing:
        return Facets(0, {}, {}, {}, 0, 0)
    source, values = filters.source()
    with snapshot(conn):
        conn.execute(_MATCHED.format(source=source), values)
        total, removed, with_files = conn.execute(_FEW).fetchone()
        counted = Facets(
            total,
            _counts(conn, "board", "2 DESC, 1"),
            _counts(conn, "year", "1 DESC"),
            _counts(conn, "writer", "2 DESC, 1"),
            removed,
            with_files,
        )
        conn.execute("DROP TABLE matched")
    return counted


def _counts(conn: sqlite3.Connection, column: str, order: str) -> dict[Any, int]:
    return {row[0]: row[1] for row in conn.execute(_COUNTS.format(column=column, order=order))}
