"""What a rebuild would change: the values of the old database against those of the new one."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kistep_archive.model.columns import CONTENT
from kistep_archive.store.rows import bodies

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


def shrunk_bodies(changes: list[RebuildChange], posts: int) -> list[RebuildChange]:
    """The bodies that would keep half of their words or fewer, if they are several and a tenth of the
    posts."""
    losses = [
        change
        for change in changes
        if change.field == "body_text"
        and change.after
        and 2 * len(change.after.split()) <= len((change.before or "").split())
    ]
    return losses if len(losses) >= _SEVERAL and len(losses) >= _SHARE * posts else []


def changes(path: Path, new: sqlite3.Connection) -> tuple[list[RebuildChange], int, bool]:
    """(the values that differ, how many pages of posts only the new database has, whether the old one could
    be compared). SQLite compares the rows: of those that are equal none comes into memory."""
    if not path.is_file():
        return [], 0, True
    try:
        new.execute("ATTACH ? AS old", (f"{path.absolute().as_uri()}?mode=ro",))
        there = {row[1] for row in new.execute("PRAGMA old.table_info(sightings)")}
        fields = [name for name in CONTENT if name in there]  # a new field has nothing to lose
        new.execute(_PLACES)
        new.execute(
            "INSERT OR REPLACE INTO place SELECT warc_file, warc_offset, id FROM main.sighting "
            "WHERE file_url IS NULL"
        )
        differences = list(_differences(new, fields))
        (added,) = new.execute(_ADDED).fetchone()
    except sqlite3.Error:
        return [], 0, False
    return differences, added, True


_PLACES = "CREATE TEMP TABLE place (file TEXT, offset INTEGER, id INTEGER, PRIMARY KEY (file, offset))"
_ADDED = """
SELECT (SELECT count(*) FROM place) - (SELECT count(*) FROM (SELECT DISTINCT warc_file, warc_offset
  FROM old.sightings o JOIN place p ON p.file = o.warc_file AND p.offset = o.warc_offset))
"""


def _differences(new: sqlite3.Connection, fields: list[str]) -> Iterator[RebuildChange]:
    stored = {name: bodies.unpack_sql("c") if name == "body_html" else f"c.{name}" for name in fields}
    values = ", ".join(f"o.{name}, {now}" for name, now in stored.items())
    differ = " OR ".join(f"o.{name} IS NOT {now}" for name, now in stored.items())
    rows = new.execute(
        f"SELECT o.post_id, o.warc_file, o.warc_offset, p.id, {values} FROM old.sightings o "
        "LEFT JOIN place p ON p.file = o.warc_file AND p.offset = o.warc_offset "
        "LEFT JOIN main.sighting g ON g.id = p.id LEFT JOIN main.content c ON c.id = g.content_id "
        f"WHERE p.id IS NULL OR {differ}"
    )
    for post, file, offset, is_there, *pairs in rows:
        at, before, after = f"{file} at {offset}", pairs[::2], pairs[1::2]
        if is_there is None:
            yield RebuildChange(post, at, "page", str(before[0]), None)
            continue
        for name, old, now in zip(fields, before, after, strict=True):
            if old != now:
                yield RebuildChange(post, at, name, _text(old), _text(now))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
