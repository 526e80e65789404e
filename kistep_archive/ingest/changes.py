"""What a rebuild would change: the values of the old database against those of the new one."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kistep_archive.model.columns import SAID

_SEVERAL = 3
_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class RebuildChange:
    """One value that a rebuild would change. `after` is None if it would be lost; `field` is "page" if the
    parser could not read the page any more."""

    post: int
    place: str
    field: str
    before: str | None
    after: str | None

    @property
    def lost(self) -> bool:
        """Whether the rebuild would lose the value."""
        return bool(self.before) and not self.after


def shrunk(changes: list[RebuildChange], posts: int) -> list[RebuildChange]:
    """The bodies that would keep half of their words or fewer, if they are several and a tenth of the
    posts."""
    found = [
        change
        for change in changes
        if change.field == "body_text"
        and change.after
        and 2 * len(change.after.split()) <= len((change.before or "").split())
    ]
    return found if len(found) >= _SEVERAL and len(found) >= _SHARE * posts else []


def changes(path: Path, new: sqlite3.Connection) -> tuple[list[RebuildChange], int, bool]:
    """(the values that differ, how many pages of posts only the new database has, whether the old one could
    be compared)."""
    if not path.is_file():
        return [], 0, True
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as old:
            there = {row[1] for row in old.execute("PRAGMA table_info(sightings)")}
            fields = [name for name in SAID if name in there]  # a new field has nothing to lose
            before = _contents(old, fields)
    except sqlite3.Error:
        return [], 0, False
    after = _contents(new, fields)
    return list(_differing(fields, before, after)), len(after.keys() - before.keys()), True


_Contents = dict[tuple[str, int], tuple[object, ...]]


def _contents(conn: sqlite3.Connection, fields: list[str]) -> _Contents:
    return {
        row[:2]: row[2:]
        for row in conn.execute(
            f"SELECT warc_file, warc_offset, {', '.join(['post_id', *fields])} FROM sightings"
        )
    }


def _differing(fields: list[str], before: _Contents, after: _Contents) -> Iterator[RebuildChange]:
    for place, (post, *values) in before.items():
        at = f"{place[0]} at {place[1]}"
        if place not in after:
            yield RebuildChange(int(str(post)), at, "page", str(values[0]), None)
            continue
        for name, old, new in zip(fields, values, after[place][1:], strict=True):
            if old != new:
                yield RebuildChange(
                    int(str(post)),
                    at,
                    name,
                    None if old is None else str(old),
                    None if new is None else str(new),
                )
