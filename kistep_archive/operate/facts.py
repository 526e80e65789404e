"""What `status` reads of all boards at once: each fact from one pass over the archive, since a pass for each
board makes its cost the product of boards and posts."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from kistep_archive.model.boards import Catalogue
from kistep_archive.model.documents import Document
from kistep_archive.model.revisions import another_post
from kistep_archive.query.failures import outcome_column

# the index of dates gives them in order; of a content only its date is read
_DAYS = """
SELECT s.board, c.date, count(*) AS posts, sum(s.removed_at IS NOT NULL) AS removed
FROM content c CROSS JOIN source s ON s.content_id = c.id
  CROSS JOIN post p ON p.id = s.post_id AND p.source_id = s.id
GROUP BY c.date, s.board
"""
# Few sightings change anything after the first one. That one may have `changed` too, if a file was replaced
# at once.
_REVISED = """
SELECT board, count(*) FROM posts WHERE revisions > 1 AND id IN (SELECT s.post_id
  FROM sighting g JOIN source s ON s.id = g.source_id WHERE g.changed <> '[]' AND NOT g.repeats)
GROUP BY board
"""
_MERGED = """
SELECT board, count(*) FROM (SELECT board FROM sources
  WHERE post_id IN (SELECT post_id FROM sources GROUP BY post_id HAVING count(*) > 1)
  GROUP BY board, post_id HAVING count(*) > 1) GROUP BY board
"""
_REWRITTEN = """
SELECT id, board, number FROM posts WHERE id IN (SELECT post_id FROM revisions
  WHERE changed LIKE '%"title"%"date"%"body_text"%') ORDER BY id
"""
_LAST_FAILURES = (
    "SELECT url, kind, reason, run_id, max(at) AS at, {outcome} AS outcome FROM failures "
    "WHERE NOT ({outcome} = 'suspicious' AND EXISTS (SELECT 1 FROM pages p WHERE p.url = failures.url "
    "AND p.run_id = failures.run_id AND p.outcome = 'saved')) GROUP BY url ORDER BY min(run_id), url"
)


@dataclass(slots=True)
class BoardCounts:
    """A board's posts by their date, and how many of them are removed, revised, and merged of several
    addresses."""

    days: Counter[str] = field(default_factory=Counter)
    removed: int = 0
    revised: int = 0
    merged: int = 0

    @property
    def posts(self) -> int:
        """How many posts the board has."""
        return self.days.total()

    @property
    def newest(self) -> str | None:
        """The date of its newest post."""
        return max(self.days, default=None)


@dataclass(frozen=True, slots=True)
class Facts:
    """`counts` by board, only of those with posts; `reused`: the posts of each board whose number the site
    may have given to another post; `failures`: the last one of each address, by its board's name, None for
    an address of no board."""

    counts: dict[str, BoardCounts]
    reused: dict[str, list[str]]
    failures: dict[str | None, list[Document]]

    def of(self, board: str) -> BoardCounts:
        """The counts of a board."""
        return self.counts.get(board) or BoardCounts()

    def failures_of(self, board: str) -> Iterable[Document]:
        """The last failure of each address of a board, in the order of their runs. What belongs to no board
        (robots.txt) counts for all of them."""
        of_board = [*self.failures.get(board, ()), *self.failures.get(None, ())]
        return sorted(of_board, key=lambda row: row["place"])


def read(conn: sqlite3.Connection, catalogue: Catalogue) -> Facts:
    """The facts of all boards."""
    return Facts(_counts(conn), _reused_numbers(conn), _failures(conn, catalogue))


def _counts(conn: sqlite3.Connection) -> dict[str, BoardCounts]:
    counts: dict[str, BoardCounts] = {}
    for board, day, posts, removed in conn.execute(_DAYS):
        of_board = counts.setdefault(board, BoardCounts())
        of_board.days[day] = posts
        of_board.removed += removed
    for board, revised in conn.execute(_REVISED):
        counts[board].revised = revised
    for board, merged in conn.execute(_MERGED):
        counts.setdefault(board, BoardCounts()).merged = merged
    return counts


def _reused_numbers(conn: sqlite3.Connection) -> dict[str, list[str]]:
    """Posts whose number the site may have given to another post. They stay one post with a revision: one
    address is one source."""
    reused: dict[str, list[str]] = {}
    for post, board, number in conn.execute(_REWRITTEN).fetchall():
        revisions = map(dict, conn.execute("SELECT * FROM revisions WHERE post_id = ?", (post,)))
        if any(another_post(before, after) for before, after in pairwise(revisions)):
            reused.setdefault(board, []).append(f"{board}/{number}")
    return reused


def _failures(conn: sqlite3.Connection, catalogue: Catalogue) -> dict[str | None, list[Document]]:
    failures: dict[str | None, list[Document]] = {}
    rows = conn.execute(_LAST_FAILURES.format(outcome=outcome_column(conn)))
    for place, row in enumerate(map(dict, rows)):
        board = catalogue.board(row["url"])
        failures.setdefault(board.name if board else None, []).append(row | {"place": place})
    return failures
