"""Two revisions of a post, read from the archive and compared."""

import sqlite3
from dataclasses import dataclass

from kistep_archive.model.documents import Document
from kistep_archive.query import history, posts
from kistep_archive.query.diff import FieldDiff, compare


@dataclass(frozen=True, slots=True)
class Difference:
    """Two revisions of a post as in `history.revisions`, with their numbers, and what differs. They are the
    same one if the post has no other."""

    post: int
    a: int
    b: int
    before: Document
    after: Document
    revisions: int
    changes: list[FieldDiff]


def difference(
    conn: sqlite3.Connection, post_id: int, a: int | None = None, b: int | None = None
) -> Difference:
    """Compares revision A with B; without B with the last one, without both the last two. Raises ArchiveError
    (2) for a number that the post does not have."""
    revisions = history.revisions(conn, post_id)
    last = len(revisions)
    first, second = max(1, last - 1) if a is None else a, last if b is None else b
    before, after = (posts.nth(post_id, revisions, number) for number in (first, second))
    return Difference(post_id, first, second, before, after, last, compare(before, after))
