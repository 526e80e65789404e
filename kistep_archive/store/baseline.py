"""What the archive has of a board, for the guards' comparison with new pages. Queries over an open
connection.

They skip the run's own evidence file by its name: so the pages of a run that was killed while it wrote are
judged again.
"""

import sqlite3

from kistep_archive.model.baseline import Baseline, FieldCounts, KnownPost, KnownRow, Witness
from kistep_archive.model.items import ListedRow

_LAST = (
    "(SELECT id FROM sighting WHERE source_id = s.id AND warc_file <> :file "
    "ORDER BY ordered_at DESC, id DESC LIMIT 1)"
)
_NEWEST = 1000  # posts that say what is usual on a board, or may serve as witnesses
_OF_BOARD = "s.board = :board AND s.layout = :layout AND s.reused_at IS NULL"
_LISTED = "s.removed_at IS NULL AND s.strikes = 0"  # no run missed the post
_KNOWN_ROW = f"""
SELECT s.listed, c.date, s.removed_at, s.strikes,
  iif(EXISTS (SELECT 1 FROM page WHERE kind = 'listing' AND fetched_at = s.hits_at), s.hits, NULL) AS hits
FROM source s JOIN sighting g ON g.id = {_LAST} JOIN content c ON c.id = g.content_id
WHERE {_OF_BOARD} AND s.number = :number
"""
_BETWEEN = f"""
SELECT s.number, c.date FROM content c CROSS JOIN source s ON s.id = c.source_id
WHERE c.date > :after AND c.date < :until AND {_OF_BOARD} AND {_LISTED}
  AND (SELECT content_id FROM sighting WHERE id = {_LAST}) = c.id
"""
_PRESENT = f"""
SELECT (SELECT count(*) FROM source s WHERE {_OF_BOARD} AND s.removed_at IS NULL)
  - (SELECT count(*) FROM source s INDEXED BY source_struck WHERE {_OF_BOARD} AND s.removed_at IS NULL
    AND s.strikes > 0)
"""
_FIELD_COUNTS = f"""
SELECT count(*), count(c.writer), count(s.hits), sum(c.body_text <> '')
FROM (SELECT * FROM source s WHERE {_OF_BOARD} ORDER BY number DESC LIMIT {_NEWEST}) s
JOIN sighting g ON g.id = {_LAST} JOIN content c ON c.id = g.content_id
"""
_LAST_CONTENT = f"""
SELECT c.*, s.hits FROM source s JOIN sighting g ON g.id = {_LAST} JOIN content c ON c.id = g.content_id
WHERE {_OF_BOARD} AND s.number = :number
"""
_FILES = "SELECT name, url FROM listed_file WHERE content_id = ? AND kind = ? ORDER BY seq"
_WITNESS = f"""
SELECT s.number, s.url, c.writer IS NOT NULL AS writer, s.hits IS NOT NULL AS hits, c.body_text <> '' AS text,
  EXISTS (SELECT 1 FROM listed_file WHERE content_id = c.id AND kind = 'file') AS attachments,
  EXISTS (SELECT 1 FROM listed_file WHERE content_id = c.id AND kind = 'image') AS images
FROM (SELECT * FROM source s WHERE {_OF_BOARD} AND s.removed_at IS NULL
  ORDER BY number DESC LIMIT {_NEWEST}) s
JOIN sighting g ON g.id = {_LAST} JOIN content c ON c.id = g.content_id
ORDER BY (SELECT max(seen_at) FROM sighting WHERE source_id = s.id AND changed IS NOT NULL
  AND warc_file <> :file),
  min(length(c.body_text), 500) DESC, s.number
"""

_ALWAYS, _SOMETIMES = (
    frozenset({"page", "title", "date", "body"}),
    ("writer", "hits", "text", "attachments", "images"),
)


def history(conn: sqlite3.Connection, board: str, layout: str, file: str) -> Baseline:
    """What the archive has of a board in one layout, without what comes from this evidence file."""
    place = {"board": board, "layout": layout, "file": file}

    def between(after: str, until: str) -> dict[int, str]:
        rows = conn.execute(_BETWEEN, place | {"after": after, "until": until})
        return {row["number"]: row["date"] for row in rows}

    counts = conn.execute(_FIELD_COUNTS, place).fetchone()
    return Baseline(
        lambda number: _known_row(conn, place | {"number": number}),
        between,
        conn.execute(_PRESENT, place).fetchone()[0],
        FieldCounts(*(count or 0 for count in counts)),
        lambda number: _last_content(conn, place | {"number": number}),
    )


def _known_row(conn: sqlite3.Connection, place: dict[str, object]) -> KnownRow | None:
    row = conn.execute(_KNOWN_ROW, place).fetchone()
    return row and KnownRow(
        row["listed"] and ListedRow(row["listed"]),
        row["date"],
        row["hits"],
        row["removed_at"] is not None,
        row["strikes"] > 0,
    )


def witnesses(conn: sqlite3.Connection, board: str, layout: str, file: str) -> list[Witness]:
    """The posts that can serve as witnesses, best first: those that did not change for longest."""
    rows = conn.execute(_WITNESS, {"board": board, "layout": layout, "file": file})
    return [
        Witness(row["number"], row["url"], _ALWAYS | {name for name in _SOMETIMES if row[name]})
        for row in rows
    ]


def _last_content(conn: sqlite3.Connection, place: dict[str, object]) -> KnownPost | None:
    row = conn.execute(_LAST_CONTENT, place).fetchone()
    if row is None:
        return None
    files = tuple((file["name"], file["url"]) for file in conn.execute(_FILES, (row["id"], "file")))
    images = tuple(file["url"] for file in conn.execute(_FILES, (row["id"], "image")))
    return KnownPost(row["title"], row["writer"], row["date"], row["hits"], row["body_text"], files, images)
