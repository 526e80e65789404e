"""Two revisions of a post, asked of the archive and set against each other."""

import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kistep_archive import past
from kistep_archive.diffs import Change, compare
from kistep_archive.diffs_text import Side, only_one, same
from kistep_archive.errors import ArchiveError

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two revisions of a post as `past.revisions` has them, with their numbers, and what differs; the same one twice where the post has
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
    revisions = past.revisions(conn, post_id)
    last = len(revisions)
    for number in (a, b):
        if number is not None and not 1 <= number <= last:
            raise ArchiveError(f"post {post_id} has {last} revision(s), not {number}; see 'kistep-archive history {post_id}'", 2)
    first, second = max(1, last - 1) if a is None else a, last if b is None else b
    before, after = revisions[first - 1], revisions[second - 1]
    return Difference(post_id, first, second, before, after, last, compare(before, after))


def as_text(found: Difference, form: Callable[[Side, Side, list[Change]], str]) -> str:
    """A difference in one of the forms of `diffs_text`, or the line that there is none."""
    if found.revisions == 1:
        return only_one(found.post, found.after["seen_at"])
    before, after = Side(found.a, found.before["seen_at"]), Side(found.b, found.after["seen_at"])
    return form(before, after, found.changes) if found.changes else same(before, after)


def as_answer(found: Difference, folder: Path) -> Answer:
    """The same as plain data, with the evidence of both sides."""
    from kistep_archive.evidence import named_row

    evidence = {name: named_row(side, folder)["evidence"] for name, side in (("a", found.before), ("b", found.after))}
    return {
        "post": found.post,
        "a": found.a,
        "b": found.b,
        "evidence": evidence,
        "changes": [asdict(change) for change in found.changes],
    }
