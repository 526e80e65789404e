"""What happened last in an archive, for a feed.

A first crawl sees years of posts within an hour, in an arbitrary order. So the order is: the day of the
crawl, changes before new posts, the post's own date. It does not depend on ids, because an import or a
rebuild may assign others. The revisions that can be among the last ones are found first, by what takes least
to read.
"""

import sqlite3

from kistep_archive.model.documents import Document
from kistep_archive.query import history
from kistep_archive.query.filters import Filters, choose

_LAST = """
SELECT * FROM (
  SELECT r.post_id, 'revision' AS kind, r.id AS revision, r.seen_at AS at, r.changed = '[]' AS new, r.date,
    o.board, o.layout, o.number, o.url, r.sha256
  FROM revisions r JOIN origins o ON o.id = r.id WHERE {late} {of_chosen}
  UNION ALL
  SELECT r.post_id, 'removed', NULL, r.removed_at, 0, p.date, s.board, s.layout, s.number, s.url, ''
  FROM removals r JOIN posts p ON p.id = r.post_id
  JOIN sources s ON s.post_id = r.post_id AND s.layout = r.layout AND s.number = r.number
    WHERE true {of_chosen}
  UNION ALL
  SELECT r.post_id, 'returned', NULL, r.returned_at, 0, p.date, s.board, s.layout, s.number, s.url, ''
  FROM removals r JOIN posts p ON p.id = r.post_id
  JOIN sources s ON s.post_id = r.post_id AND s.layout = r.layout AND s.number = r.number
    WHERE r.returned_at IS NOT NULL {of_chosen}
) ORDER BY substr(at, 1, 10) DESC, new, date DESC, at DESC, board, layout, number, kind, sha256 LIMIT :limit
"""
# The day of as many revisions as are wanted: none of an earlier day is among the last ones.
_DAY = """
SELECT substr(g.seen_at, 1, 10) FROM sighting g {join}
WHERE g.changed IS NOT NULL AND NOT g.repeats {of_chosen}
ORDER BY g.seen_at DESC LIMIT 1 OFFSET :limit - 1
"""
# If that day's new posts are many, as after a first crawl, the date of as many of them as are wanted. They
# are looked for among the newest posts only: where they are few, it is no use.
_DATE = """
SELECT c.date FROM (SELECT id, source_id, date FROM content ORDER BY date DESC LIMIT 20 * :limit) c
CROSS JOIN sighting g ON g.source_id = c.source_id AND g.content_id = c.id {join}
WHERE g.changed = '[]' AND NOT g.repeats AND substr(g.seen_at, 1, 10) = :day {of_chosen}
ORDER BY c.date DESC LIMIT 1 OFFSET :limit - 1
"""
_SINCE_DAY = "r.seen_at >= :day"
_SINCE_DATE = """
r.id IN (SELECT id FROM sighting WHERE seen_at >= :day AND (substr(seen_at, 1, 10) > :day OR changed <> '[]')
  UNION ALL SELECT g.id FROM content c CROSS JOIN sighting g
    ON g.source_id = c.source_id AND g.content_id = c.id WHERE c.date >= :date AND g.seen_at >= :day)
"""
_OF_CHOSEN = "AND r.post_id IN (SELECT id FROM chosen)"


def changes(conn: sqlite3.Connection, filters: Filters, limit: int) -> list[Document]:
    """The latest revisions, removals and returns of the matching posts, the latest first. Begins a
    transaction, so that a crawl can keep writing."""
    history.create_views(conn)
    parts = {"join": "", "of_chosen": ""}
    if filters.conditions:
        choose(conn, filters)
        parts = {"join": "JOIN source r ON r.id = g.source_id", "of_chosen": _OF_CHOSEN}
    else:
        conn.execute("BEGIN")
    values: Document = {"limit": limit, "day": "", "date": None}
    for name, query in (("day", _DAY), ("date", _DATE)) if limit else ():
        if found := conn.execute(query.format(**parts), values).fetchone():
            values[name] = found[0]
    late = _SINCE_DATE if values["date"] else _SINCE_DAY
    return [dict(row) for row in conn.execute(_LAST.format(late=late, **parts), values)]


_OF_REVISION = """
SELECT r.title, r.changed, iif(EXISTS (SELECT 1 FROM json_each(r.changed) WHERE value = 'title'),
  (SELECT title FROM revisions b WHERE b.post_id = r.post_id AND b.id <> r.id AND b.seen_at <= r.seen_at
   ORDER BY b.seen_at DESC, b.id DESC LIMIT 1), NULL) AS title_before
FROM revisions r WHERE r.id = ?
"""
_OF_POST = "SELECT title, '[]' AS changed, NULL AS title_before FROM posts WHERE id = ?"


def with_titles(conn: sqlite3.Connection, row: Document) -> Document:
    """The columns of `query.changes.Change` for one of the latest changes, with `changed` as JSON."""
    is_revision = row["kind"] == "revision"
    found = conn.execute(
        _OF_REVISION if is_revision else _OF_POST, (row["revision"] if is_revision else row["post_id"],)
    ).fetchone()
    kind = ("new" if row["new"] else "revised") if is_revision else _PRESENCE[row["kind"]]
    shared = {name: row[name] for name in ("at", "post_id", "board", "number", "date", "url")}
    return {**shared, "kind": kind, **dict(found)}


_PRESENCE = {"removed": "removed", "returned": "restored"}
