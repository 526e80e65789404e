"""The views that everything outside the store reads. A database that has other views gets these when it is
opened for writing, so no migration makes a view.

The SQL names tables without a schema: as of a day it reads temporary tables of the same names (`as_of.py`).
"""

import sqlite3
from collections.abc import Iterable

from kistep_archive.model import columns
from kistep_archive.model.columns import Column
from kistep_archive.store.rows import bodies

# Columns that are not simply a column of the content or of the source.
_OF_POST = {
    "id": "p.id",
    "first_seen_at": "(SELECT min(first_seen_at) FROM source WHERE post_id = p.id) AS first_seen_at",
    "last_seen_at": "(SELECT max(last_seen_at) FROM source WHERE post_id = p.id) AS last_seen_at",
    "revisions": "(SELECT count(*) FROM sighting JOIN source ON source.id = source_id "
    "WHERE post_id = p.id AND changed IS NOT NULL AND NOT repeats) AS revisions",
}
_OF_CONTENT = {"body_html": f"{bodies.unpack_sql('c')} AS body_html"}
_OF_SIGHTING = {"post_id": "s.post_id"}
_OF_SIGHTINGS = [column for column in columns.REVISION if column.name not in ("id", "parser_version")]


def _selected(listed: Iterable[Column], others: dict[str, str], source: str) -> str:
    return ", ".join(
        {**_OF_CONTENT, **others}.get(column.name, f"{'c' if column.form else source}.{column.name}")
        for column in listed
    )


VIEWS = {
    # `s.post_id = p.id` follows from the rest: without it SQLite would look through all posts for each source
    "posts": f"""
  SELECT {_selected(columns.POST, _OF_POST, "s")}
  FROM post p JOIN source s ON s.id = p.source_id AND s.post_id = p.id
    JOIN content c ON c.id = s.content_id""",
    # post -> the row of content_text that holds its state
    "texts": """
  SELECT s.post_id, s.content_id FROM source s JOIN post p ON p.id = s.post_id AND p.source_id = s.id""",
    "revisions": f"""
  SELECT {_selected(columns.REVISION, _OF_SIGHTING, "g")}
  FROM sighting g JOIN source s ON s.id = g.source_id JOIN content c ON c.id = g.content_id
  WHERE g.changed IS NOT NULL AND NOT g.repeats ORDER BY g.ordered_at, g.id""",
    # every reading of a post's page, whether it changed anything or not
    "sightings": f"""
  SELECT {_selected(_OF_SIGHTINGS, _OF_SIGHTING, "g")}
  FROM sighting g JOIN source s ON s.id = g.source_id JOIN content c ON c.id = g.content_id
    WHERE g.file_url IS NULL
  ORDER BY g.ordered_at, g.id""",
    # what read each of them
    "readings": """
  SELECT s.post_id, g.seen_at, g.warc_file, g.warc_offset, g.parser_version, g.library, g.skin
  FROM sighting g JOIN source s ON s.id = g.source_id WHERE g.file_url IS NULL ORDER BY g.ordered_at, g.id""",
    # a reading of the post's own page leaves a sighting, a row of a listing does not
    "hits": """
  SELECT s.post_id, h.seen_at, h.hits,
    iif(EXISTS (SELECT 1 FROM sighting WHERE source_id = h.source_id AND seen_at = h.seen_at),
      'post', 'listing') AS seen_in
  FROM hit h JOIN source s ON s.id = h.source_id ORDER BY h.ordered_at, h.id""",
    "attachments": """
  SELECT s.post_id, l.seq,
    coalesce((SELECT name FROM file WHERE url = l.url AND name <> ''
    ORDER BY ordered_at DESC, id DESC LIMIT 1), l.name) AS name,
    l.url, f.media_type, f.size, f.sha256, f.seen_at AS fetched_at, f.warc_file, f.warc_offset, l.kind
  FROM source s JOIN listed_file l ON l.content_id = s.content_id
  LEFT JOIN file f ON f.id = (SELECT id FROM file WHERE url = l.url
    AND (s.reused_at IS NULL OR ordered_at < s.reused_at)
    ORDER BY sha256 IS NULL, ordered_at DESC, id DESC LIMIT 1)
  ORDER BY s.id, l.id""",
    "sources": """
  SELECT post_id, layout, board, number, url, first_seen_at, last_seen_at FROM source""",
    "removals": """
  SELECT s.post_id, s.layout, s.number, r.removed_at, r.returned_at FROM removal r JOIN source s
    ON s.id = r.source_id""",
    "pages": """
  SELECT url, kind, status, fetched_at, sha256, warc_file, warc_offset, warc_length, run_id, outcome
    FROM page""",
    "runs": """
  SELECT id, kind, started_at, finished_at, boards, arguments, verdict, exit_code, reason, requested, fetched,
    failed, new, revised,
    removed, restored, unchanged, declared_total FROM run""",
    "failures": """
  SELECT run_id, url, kind, reason, at, outcome FROM failure""",
    "unanswered_requests": """
  SELECT run_id, url, kind, reason, at FROM unanswered""",
    "board_verdicts": """
  SELECT run_id, board, verdict, reason FROM board_verdict""",
}


def are_current(conn: sqlite3.Connection) -> bool:
    """Whether the database has exactly these views."""
    return not others(conn)


def others(conn: sqlite3.Connection) -> list[str]:
    """The names of those that the database does not have, or has in other words."""
    there = dict(
        tuple(row) for row in conn.execute("SELECT name, sql FROM main.sqlite_master WHERE type = 'view'")
    )
    return [name for name in VIEWS if there.get(name) != f"CREATE VIEW {_view(name)}"]


def drop(conn: sqlite3.Connection) -> None:
    """Drops the views, within the caller's transaction: a table cannot be replaced while a view reads it."""
    for name in VIEWS:
        conn.execute(f"DROP VIEW IF EXISTS main.{name}")


def create(conn: sqlite3.Connection) -> None:
    """Creates all views, within the caller's transaction."""
    for name in VIEWS:
        conn.execute(f"CREATE VIEW {_view(name)}")


def cover(conn: sqlite3.Connection, names: Iterable[str]) -> None:
    """Makes temporary views that hide those of the database, for this connection only. They read its
    temporary tables if it has some."""
    for name in names:
        conn.execute(f"CREATE TEMP VIEW {_view(name)}")


def cover_all(conn: sqlite3.Connection) -> None:
    """Hides the views of the database, whoever made them, for this connection only; not those for which an
    older database has no tables."""
    cover(conn, VIEWS)
    for name in VIEWS:
        try:
            conn.execute(f"SELECT 1 FROM temp.{name} LIMIT 0")
        except sqlite3.OperationalError:
            conn.execute(f"DROP VIEW temp.{name}")


def fill(conn: sqlite3.Connection) -> bool:
    """Adds the columns that an older database lacks, with nothing in them, for this connection only; True if
    it lacks any. The next run rebuilds such a database; until then it can be read but not written."""
    there = {name for (name,) in conn.execute("SELECT name FROM pragma_table_info('content', 'main')")}
    lacking = [name for name in columns.CONTENT if there and name not in there]
    if lacking:
        nothing = ", ".join(f"NULL AS {name}" for name in lacking)
        conn.execute(f"CREATE TEMP VIEW content AS SELECT *, {nothing} FROM main.content")
    return bool(lacking)


def _view(name: str) -> str:
    return f"{name} AS{VIEWS[name]}"
