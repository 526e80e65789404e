"""Files whose bytes change under one address: the archive stores each version, and each change makes a
revision of each post that lists the file. Functions over an open transaction."""

import sqlite3
from dataclasses import dataclass
from itertools import pairwise

from kistep_archive.model.outcomes import PageKind
from kistep_archive.model.revisions import SightingChange
from kistep_archive.store.rows import contents, posts, sightings
from kistep_archive.store.rows.sightings import StoredSighting
from kistep_archive.warc.location import Evidence


@dataclass(frozen=True, slots=True)
class ServedFile:
    """What a server answers at a file's address. Its `name` is the server's, "" if it gives none; without a
    `size` the site has no such file."""

    kind: PageKind
    size: int | None
    media_type: str | None
    name: str


def save(conn: sqlite3.Connection, url: str, file: ServedFile, evidence: Evidence, live: bool) -> int:
    """Stores one response for a file's address. Returns how many revisions it makes."""
    before = conn.execute(
        "SELECT * FROM file WHERE url = ? ORDER BY ordered_at DESC, id DESC LIMIT 1", (url,)
    ).fetchone()
    ordered = sightings.order(evidence, before and before["ordered_at"], live)
    gone = file.size is None
    renamed = contents.contents_naming(conn, url, file.name) if file.name else []
    for content_id in renamed:
        contents.unindex(conn, content_id)
    conn.execute(
        "INSERT INTO file (url, kind, seen_at, ordered_at, name, media_type, size, sha256, warc_file, "
        "warc_offset) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            url,
            file.kind,
            evidence.fetched_at,
            ordered,
            file.name,
            file.media_type,
            file.size,
            None if gone else evidence.sha256,
            None if gone else evidence.file,
            None if gone else evidence.offset,
        ),
    )
    for content_id in renamed:
        contents.index(conn, content_id)
    conn.execute("DELETE FROM wanted WHERE url = ?", (url,))
    revised = 0
    if (
        before is not None
        and not gone
        and (before["sha256"] != evidence.sha256 or ordered < before["ordered_at"])
    ):
        for source_id in _sources(conn, url):
            _revise(conn, source_id, url)
            revised += _is_revision(conn, source_id, evidence)
    return revised


def _sources(conn: sqlite3.Connection, url: str) -> list[int]:
    rows = conn.execute(
        "SELECT DISTINCT c.source_id FROM listed_file l JOIN content c ON c.id = l.content_id "
        "JOIN source s ON s.id = c.source_id WHERE l.url = ? AND s.reused_at IS NULL ORDER BY 1",
        (url,),
    )
    return [source_id for (source_id,) in rows]


def _revise(conn: sqlite3.Connection, source_id: int, url: str) -> None:
    """Updates the source's sightings of this file: one wherever the bytes differ from those before."""
    stored = {(row["warc_file"], row["warc_offset"]): row["id"] for row in _sightings(conn, source_id, url)}
    wanted = {(row["warc_file"], row["warc_offset"]): row for row in _changes(conn, source_id, url)}
    for place in stored.keys() - wanted.keys():
        conn.execute("DELETE FROM sighting WHERE id = ?", (stored[place],))
    for place in [place for place in wanted if place not in stored]:
        _sight(conn, source_id, wanted[place])
    post_id = conn.execute("SELECT post_id FROM source WHERE id = ?", (source_id,)).fetchone()[0]
    posts.settle(conn, post_id)


def _is_revision(conn: sqlite3.Connection, source_id: int, evidence: Evidence) -> bool:
    query = (
        "SELECT 1 FROM sighting WHERE source_id = ? AND warc_file = ? AND warc_offset = ? "
        "AND changed IS NOT NULL"
    )
    return conn.execute(query, (source_id, evidence.file, evidence.offset)).fetchone() is not None


def _sightings(conn: sqlite3.Connection, source_id: int, url: str) -> list[sqlite3.Row]:
    return conn.execute(
        "SELECT * FROM sighting WHERE source_id = ? AND file_url = ?", (source_id, url)
    ).fetchall()


def _changes(conn: sqlite3.Connection, source_id: int, url: str) -> list[sqlite3.Row]:
    """The responses with other bytes than the one before. What an address gave when its number belonged to
    another post does not count."""
    since = conn.execute(
        "SELECT coalesce(max(o.reused_at), '') FROM source s JOIN source o ON o.board = s.board "
        "AND o.layout = s.layout AND o.number = s.number AND o.id < s.id WHERE s.id = ?",
        (source_id,),
    ).fetchone()[0]
    rows = conn.execute(
        "SELECT * FROM file WHERE url = ? AND sha256 IS NOT NULL AND ordered_at >= ? ORDER BY ordered_at, id",
        (url, since),
    ).fetchall()
    return [row for before, row in pairwise(rows) if before["sha256"] != row["sha256"]]


def _sight(conn: sqlite3.Connection, source_id: int, row: sqlite3.Row) -> None:
    """Adds a sighting with the post's content at that time, placed after the page's own sighting of the same
    visit."""
    before = (
        "SELECT content_id, ordered_at FROM sighting WHERE source_id = ? AND ordered_at <= ? "
        "ORDER BY ordered_at DESC, id DESC LIMIT 1"
    )
    first = "SELECT content_id, ordered_at FROM sighting WHERE source_id = ? ORDER BY ordered_at, id LIMIT 1"
    shown = (
        conn.execute(before, (source_id, row["ordered_at"])).fetchone()
        or conn.execute(first, (source_id,)).fetchone()
    )
    evidence = Evidence(
        row["warc_file"], row["warc_offset"], 0, row["sha256"], row["url"], row["seen_at"], 200
    )
    ordered = max(row["ordered_at"], shown["ordered_at"])
    sighting = StoredSighting(
        source_id, shown["content_id"], ordered, SightingChange(None), file_url=row["url"]
    )
    sightings.add(conn, sighting, evidence)
    conn.execute("UPDATE source SET ordered_at = max(ordered_at, ?) WHERE id = ?", (ordered, source_id))
