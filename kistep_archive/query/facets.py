"""How many of the matching posts each board, year and writer has, how many have files, how many were removed.
SQL only."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from kistep_archive.query.filters import Filters

_ROWS = """
SELECT board, substr(date, 1, 4), content.writer, removed_at IS NOT NULL,
  EXISTS (SELECT 1 FROM listed_file f WHERE f.content_id = source.content_id AND f.kind = 'file') {source}
"""


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
    rows = Counter(_rows(conn, filters))
    boards, years, writers = Counter[str](), Counter[str](), Counter[str | None]()
    removed = with_files = 0
    for (board, year, writer, is_removed, has_file), number in rows.items():
        boards[board] += number
        years[year] += number
        writers[(writer or "").strip() or None] += number
        removed += number * is_removed
        with_files += number * has_file
    return Facets(
        boards.total(),
        dict(sorted(boards.items(), key=lambda each: (-each[1], each[0]))),
        dict(sorted(years.items(), reverse=True)),
        dict(sorted(writers.items(), key=lambda each: (-each[1], each[0] or ""))),
        removed,
        with_files,
    )


def _rows(conn: sqlite3.Connection, filters: Filters) -> Iterator[tuple[str, str, str | None, int, int]]:
    """(board, year, writer, whether it was removed, whether it has a file) of each matching post."""
    if filters.matches_nothing:
        return iter(())
    source, values = filters.source()
    cursor = conn.execute(_ROWS.format(source=source), values)
    cursor.row_factory = None
    return cursor
