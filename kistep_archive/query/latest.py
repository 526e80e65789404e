"""What happened last in an archive, for a feed."""

import sqlite3

from kistep_archive.model.documents import Document
from kistep_archive.query import history
from kistep_archive.query.filters import Filters

# A first crawl sees years of posts within an hour, in an arbitrary order. So the order is: the day of the
# crawl, changes before new posts, the post's own date. It does not depend on ids, because an import or a
# rebuild may assign others.
_LAST = """
{chosen}
SELECT * FROM (
  SELECT r.post_id, 'revision' AS kind, r.id AS revision, r.seen_at AS at, r.changed = '[]' AS new, r.date,
    o.board, o.layout, o.number, o.url, r.sha256
  FROM revisions r JOIN origins o ON o.id = r.id WHERE r.seen_at >= ? {of_chosen}
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
) ORDER BY substr(at, 1, 10) DESC, new, date DESC, at DESC, board, layout, number, kind, sha256 LIMIT ?
"""
# The day of as many revisions as the feed may have: none of an earlier day is in it. It is found first, since
# it takes less of each revision than their order does.
_FROM_DAY = """
{chosen}
SELECT substr(g.seen_at, 1, 10) FROM sighting g {join}
WHERE g.changed IS NOT NULL AND NOT g.repeats {of_chosen}
ORDER BY g.seen_at DESC LIMIT 1 OFFSET ?
"""
_CHOSEN = "WITH chosen AS MATERIALIZED (SELECT posts.id {source})"
_OF_CHOSEN = "AND r.post_id IN chosen"


def changes(conn: sqlite3.Connection, filters: Filters, limit: int) -> list[Document]:
    """The latest revisions, removals and returns of the matching posts, the latest first."""
    if limit == 0 or filters.matches_nothing:
        return []
    history.create_views(conn)
    source, values = filters.source()
    chosen = _CHOSEN.format(source=source) if filters.conditions else ""
    join = "JOIN source r ON r.id = g.source_id" if chosen else ""
    parts = {"chosen": chosen, "join": join, "of_chosen": _OF_CHOSEN if chosen else ""}
    day = conn.execute(_FROM_DAY.format(**parts), (*values, limit - 1)).fetchone()
    rows = conn.execute(_LAST.format(**parts), (*values, day[0] if day else "", limit))
    return list(map(dict, rows))
