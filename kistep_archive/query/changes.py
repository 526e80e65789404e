"""What happened in the archive: posts that were new, revised, removed or restored, newest first. SQL only."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.query import history

ChangeKind = Literal["new", "revised", "removed", "restored"]
KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a post `at` an instant, under the address that showed it. `title` is what it
    had then; `title_before` is None if the title did not change. `changed` names the fields of a revision
    that differ from the one before."""

    at: str
    kind: ChangeKind
    post_id: int
    board: str
    number: int
    title: str
    title_before: str | None
    changed: tuple[str, ...]
    date: str
    url: str


class ChangeFilter(NamedTuple):
    """Which changes: from an instant on, before an instant, of a board, of some kinds. None is no limit."""

    since: str | None = None
    before: str | None = None
    board: str | None = None
    kinds: tuple[ChangeKind, ...] = KINDS


# A removal counts under the address that the post has now: that an old site went away removes no post.
_ABSENCE = """
SELECT m.{column} AS at, '{kind}' AS kind, m.post_id, p.board, p.number,
  coalesce((SELECT title FROM revisions WHERE post_id = m.post_id AND seen_at <= m.{column}
    ORDER BY seen_at DESC, id DESC LIMIT 1), p.title) AS title,
  NULL AS title_before, '[]' AS changed, p.date, p.url
FROM removals m JOIN posts p ON p.id = m.post_id AND p.layout = m.layout AND p.number = m.number
WHERE m.{column} NOT NULL
"""
_REVISIONS = """
SELECT r.seen_at AS at, iif(r.changed = '[]', 'new', 'revised') AS kind, r.post_id, o.board, o.number,
  r.title,
  iif(EXISTS (SELECT 1 FROM json_each(r.changed) WHERE value = 'title'),
    (SELECT b.title FROM revisions b JOIN origins before ON before.id = b.id
     WHERE b.post_id = r.post_id AND (before.ordered_at, b.id) < (o.ordered_at, r.id)
     ORDER BY before.ordered_at DESC, b.id DESC LIMIT 1), NULL) AS title_before,
  r.changed, r.date, o.url
FROM revisions r JOIN origins o ON o.id = r.id
"""
# A capture's instant may lack its fraction: written out, text compares like time.
_FULL_INSTANT = "iif(instr(at, '.'), at, replace(at, 'Z', '.000000Z'))"
_CHANGES = f"""
SELECT * FROM ({_REVISIONS} UNION ALL {_ABSENCE.format(kind="removed", column="removed_at")}
  UNION ALL {_ABSENCE.format(kind="restored", column="returned_at")})
WHERE (:since IS NULL OR {_FULL_INSTANT} >= :since) AND (:before IS NULL OR {_FULL_INSTANT} < :before)
  AND (:board IS NULL OR board = :board) AND kind IN (SELECT value FROM json_each(:kinds))
ORDER BY {_FULL_INSTANT} DESC, kind, date DESC, board, number DESC
"""


def changes(conn: sqlite3.Connection, wanted: ChangeFilter) -> Iterator[sqlite3.Row]:
    """The rows of the changes, newest first, with `changed` as JSON."""
    history.create_views(conn)
    return conn.execute(_CHANGES, wanted._asdict() | {"kinds": json.dumps(wanted.kinds)})


def check_kinds(kinds: str | Iterable[str] | None) -> tuple[ChangeKind, ...]:
    """Kinds as a list, or as text with commas; None means all. Raises ArchiveError (2) for any other."""
    if kinds is None:
        return KINDS
    named = [word.strip() for word in kinds.split(",")] if isinstance(kinds, str) else list(kinds)
    if not named or (unknown := [word for word in named if word not in KINDS]):
        wrong = unknown[0] if named else ""
        raise ArchiveError(f"kind {wrong!r}: unknown; use some of {','.join(KINDS)}", ExitCode.USAGE)
    return tuple(kind for kind in KINDS if kind in named)
