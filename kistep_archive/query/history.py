"""A post's history: its revisions with the files of each, and its hits, removals and files as series. SQL
only; `diff`, `timeline` and `export/feed` work on the results.

The archive's own views show it as it is now, or as of an instant. The temporary views here add the source of
each row, and respect the same instant (`horizon`, set by store/as_of).
"""

import json
import sqlite3

from kistep_archive.model.documents import Document
from kistep_archive.query import timeline
from kistep_archive.query.posts import evidence_of

# ordered_at: the order in which things happened, even if the clock was set back
_VIEWS = """
CREATE TEMP VIEW IF NOT EXISTS horizon AS SELECT '9999' AS at, '' AS second;
CREATE TEMP VIEW origins AS
  SELECT g.id, g.ordered_at, g.content_id, s.board, s.layout, s.number, s.url
  FROM main.sighting g JOIN main.source s ON s.id = g.source_id;
CREATE TEMP VIEW listed_files AS SELECT content_id, id, kind, seq, name, url FROM main.listed_file;
CREATE TEMP VIEW file_series AS
  SELECT id, url, kind, seen_at, ordered_at, name, media_type, size, sha256, warc_file, warc_offset
  FROM main.file
  WHERE seen_at < (SELECT at FROM horizon) OR seen_at = (SELECT second FROM horizon);
CREATE TEMP VIEW hit_series AS
  SELECT h.id, s.post_id, s.layout, s.number, s.url, h.seen_at, h.ordered_at, h.hits
  FROM main.hit h JOIN main.source s ON s.id = h.source_id
  WHERE h.seen_at < (SELECT at FROM horizon) OR h.seen_at = (SELECT second FROM horizon);
"""
_BYTES = ("seen_at", "media_type", "size", "sha256", "warc_file", "warc_offset")
_LISTED = "SELECT kind, seq, url, name AS listed_as FROM listed_files WHERE content_id = ? ORDER BY id"
_REVISIONS = """
SELECT r.*, o.ordered_at, o.content_id, o.board, o.layout, o.number, o.url FROM revisions r JOIN origins o
  ON o.id = r.id
WHERE r.post_id = ? ORDER BY o.ordered_at, r.id
"""
_REMOVALS = """
SELECT m.layout, m.number, m.removed_at, m.returned_at, s.board, s.url, (SELECT max(id) FROM runs
  WHERE started_at <= m.removed_at) AS run
FROM removals m JOIN sources s ON s.post_id = m.post_id AND s.layout = m.layout AND s.number = m.number
WHERE m.post_id = ? ORDER BY m.removed_at
"""
_FILES = """
SELECT f.* FROM file_series f WHERE f.url IN (
  SELECT l.url FROM revisions r JOIN origins o ON o.id = r.id JOIN listed_files l
    ON l.content_id = o.content_id WHERE r.post_id = ?
) ORDER BY f.ordered_at, f.id
"""

# when the post's number, and so the addresses of its files, were given to another post
_REUSED = """
SELECT min(o.first_seen_at) FROM sources s JOIN sources o ON o.board = s.board AND o.layout = s.layout
  AND o.number = s.number AND o.post_id <> s.post_id AND o.first_seen_at > s.first_seen_at
WHERE s.post_id = ?
"""
_LISTINGS = """
SELECT fetched_at AS seen_at, sha256, min(warc_file) AS warc_file, warc_offset FROM pages
  WHERE kind = 'listing' AND fetched_at IN (
  SELECT seen_at FROM hit_series WHERE post_id = :post UNION SELECT first_seen_at FROM sources
    WHERE post_id = :post
) GROUP BY fetched_at HAVING count(*) = 1
"""
_FILE_OF_RUN = """
SELECT min(warc_file) FROM pages WHERE warc_file = (SELECT name || '.warc.gz' FROM main.run WHERE id = ?)
"""
_GONE = """
SELECT sha256, warc_file, warc_offset FROM pages WHERE run_id = ? AND url = ? AND kind = 'post'
  AND outcome <> 'saved'
ORDER BY fetched_at DESC LIMIT 1
"""


def create_views(conn: sqlite3.Connection) -> None:
    """Creates the views that the queries here need, once per connection."""
    if conn.execute("SELECT 1 FROM temp.sqlite_master WHERE name = 'origins'").fetchone():
        return
    for statement in _VIEWS.split(";"):
        conn.execute(statement)


def revisions(conn: sqlite3.Connection, post_id: int) -> list[Document]:
    """A post's revisions, oldest first, as in `posts.find_post`. Each also has its source (board, layout,
    number, url), its place in time (`ordered_at`), and the `attachments` that it lists, as they were then:
    the columns of that view, `listed_as` (the name on the page) and `evidence`."""
    create_views(conn)
    rows = [dict(row) for row in conn.execute(_REVISIONS, (post_id,))]
    series = files(conn, post_id)
    for place, row in enumerate(rows):
        row["changed"] = json.loads(row["changed"])
        row["evidence"] = evidence_of(conn, row)
        until = rows[place + 1]["ordered_at"] if place + 1 < len(rows) else None
        listed = conn.execute(_LISTED, (row.pop("content_id"),)).fetchall()
        row["attachments"] = [_as_then(conn, dict(file), series, until) for file in listed]
    return rows


def _as_then(conn: sqlite3.Connection, file: Document, series: list[Document], until: str | None) -> Document:
    """A listed file with the bytes that it had before an instant: changed bytes make a revision of their
    own."""
    known = [
        row for row in series if row["url"] == file["url"] and (until is None or row["ordered_at"] < until)
    ]
    name = next((row["name"] for row in reversed(known) if row["name"]), file["listed_as"])
    last = next((row for row in reversed(known) if row["sha256"]), dict.fromkeys(_BYTES))
    fetched = {
        "name": name,
        "fetched_at": last["seen_at"],
        **{key: last[key] for key in _BYTES if key != "seen_at"},
    }
    return file | fetched | {"evidence": evidence_of(conn, fetched)}


def files(conn: sqlite3.Connection, post_id: int) -> list[Document]:
    """Every response to a request for a file that the post ever listed, in order. `size` is None if the site
    had no such file."""
    create_views(conn)
    ended = conn.execute(_REUSED, (post_id,)).fetchone()[0]
    rows = [dict(row) for row in conn.execute(_FILES, (post_id,))]
    return [row for row in rows if ended is None or row["ordered_at"] < ended]


def hits(conn: sqlite3.Connection, post_id: int) -> list[Document]:
    """Every change of the number of hits, in order, with the source that showed it."""
    create_views(conn)
    return [
        dict(row)
        for row in conn.execute(
            "SELECT * FROM hit_series WHERE post_id = ? ORDER BY ordered_at, id", (post_id,)
        )
    ]


def removals(conn: sqlite3.Connection, post_id: int) -> list[Document]:
    """When the post counted as removed, when it returned, its source, the run that missed it, and the
    evidence of that run."""
    rows = [dict(row) for row in conn.execute(_REMOVALS, (post_id,))]
    return [row | {"evidence": _gone(conn, row["run"], row["url"])} for row in rows]


def events(conn: sqlite3.Connection, post_id: int) -> list[timeline.Event]:
    """Everything that happened to a post, oldest first."""
    pages = _page_by_instant(conn, post_id)
    sources = conn.execute(
        "SELECT * FROM sources WHERE post_id = ? ORDER BY first_seen_at, layout, number", (post_id,)
    )
    return timeline.in_order(
        [
            *timeline.of_sources(map(dict, sources), pages),
            *timeline.of_revisions(revisions(conn, post_id)),
            *timeline.of_files(row | {"evidence": evidence_of(conn, row)} for row in files(conn, post_id)),
            *timeline.of_hits(hits(conn, post_id), pages),
            *timeline.of_removals(removals(conn, post_id), pages),
        ]
    )


def _page_by_instant(conn: sqlite3.Connection, post_id: int) -> dict[str, Document | None]:
    """Instant -> the page that showed the post then: its own page, or else the one listing fetched then."""
    create_views(conn)
    pages: dict[str, Document | None] = {}
    for row in conn.execute(_LISTINGS, {"post": post_id}):
        pages[row["seen_at"]] = evidence_of(conn, dict(row))
    for row in conn.execute(
        "SELECT seen_at, sha256, warc_file, warc_offset FROM sightings WHERE post_id = ?", (post_id,)
    ):
        pages[row["seen_at"]] = evidence_of(conn, dict(row))
    return pages


def _gone(conn: sqlite3.Connection, run: int | None, url: str) -> Document | None:
    """The page of a run that says that the post is gone, or else the run's file, which records what the run
    missed."""
    page = conn.execute(_GONE, (run, url)).fetchone()
    if page:
        return evidence_of(conn, dict(page))
    file = conn.execute(_FILE_OF_RUN, (run,)).fetchone()[0]
    return file and {
        **dict.fromkeys(("file", "offset", "length", "record_id", "sha256", "url", "fetched_at")),
        "file": file,
    }
