"""Two revisions of a post, asked of the archive and set against each other."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from kistep_archive.errors import ArchiveError
from kistep_archive.query import history
from kistep_archive.query.diff import Change, compare

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two revisions of a post as `history.revisions` has them, with their numbers, and what differs; the same one twice where the post has
    no other."""

    post: int
    a: int
    b: int
    before: Answer
    after: Answer
    revisions: int
    changes: list[Change]


def difference(conn: sqlite3.Connection, post_id: int, a: int | None = None, b: int | None = None) -> Difference:
    """Revision A against B; without B against the last one, without both the last but one. Raises ArchiveError (2) for a number that the
    post does not have."""
    revisions = history.revisions(conn, post_id)
    last = len(revisions)
    for number in (a, b):
        if number is not None and not 1 <= number <= last:
            raise ArchiveError(f"post {post_id} has {last} revision(s), not {number}; see 'kistep-archive history {post_id}'", 2)
    first, second = max(1, last - 1) if a is None else a, last if b is None else b
    before, after = revisions[first - 1], revisions[second - 1]
    return Difference(post_id, first, second, before, after, last, compare(before, after))
