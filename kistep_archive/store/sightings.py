"""When a post was seen: a sighting for each reading of its page, an observation for each other number of hits. Functions over an open
transaction.

Pages of a crawl come in the order of the archive's runs, whatever the clock says; captures that others made come in any order and
are put where their date belongs (`live` is False for those).
"""

import json
import sqlite3

from kistep_archive.model.revisions import Told
from kistep_archive.store.transaction import new_id
from kistep_archive.warc.location import Evidence


def order(evidence: Evidence, before: str | None, live: bool) -> str:
    """Where a sighting belongs among the others: by its date, and what a crawl sees is never older than what is known."""
    return max(evidence.fetched_at, before) if live and before else evidence.fetched_at


def add(
    conn: sqlite3.Connection,
    source_id: int,
    content_id: int,
    ordered: str,
    says: Told,
    evidence: Evidence,
    parser_version: int,
    file_url: str | None = None,
) -> int:
    """Keeps a sighting of a content, and what it says that is new; `file_url` where only a file's bytes are other ones. Returns its id."""
    return new_id(
        conn.execute(
            "INSERT INTO sighting (source_id, content_id, seen_at, ordered_at, changed, repeats, file_url, sha256, warc_file, "
            "warc_offset, parser_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                source_id,
                content_id,
                evidence.fetched_at,
                ordered,
                changed(says),
                says.repeats,
                file_url,
                evidence.sha256,
                evidence.file,
                evidence.offset,
                parser_version,
            ),
        )
    )


def observe(conn: sqlite3.Connection, before: sqlite3.Row, hits: int | None, evidence: Evidence, ordered: str) -> None:
    """Hits that a page or a listing row shows, where they differ from those before."""
    if hits is None:
        return
    if before["hits"] is None or ordered >= before["ordered_at"]:
        if hits != before["hits"]:
            hit(conn, before["id"], evidence.fetched_at, ordered, hits)
        conn.execute("UPDATE source SET hits = ?, hits_at = ? WHERE id = ?", (hits, evidence.fetched_at, before["id"]))
        return
    earlier, later = (
        conn.execute(f"SELECT hits FROM hit WHERE source_id = ? AND ordered_at {side}, id DESC LIMIT 1", (before["id"], ordered)).fetchone()
        for side in ("<= ? ORDER BY ordered_at DESC", "> ? ORDER BY ordered_at")
    )
    if earlier is None or earlier["hits"] != hits:
        hit(conn, before["id"], evidence.fetched_at, ordered, hits)
        if later is None and hits != before["hits"]:  # the last observation made no row, being equal to what is now the one before
            hit(conn, before["id"], before["hits_at"], before["ordered_at"], before["hits"])


def hit(conn: sqlite3.Connection, source_id: int, at: str, ordered: str, hits: int) -> None:
    """Keeps a number of hits that is another one than before."""
    conn.execute("INSERT INTO hit (source_id, seen_at, ordered_at, hits) VALUES (?, ?, ?, ?)", (source_id, at, ordered, hits))


def changed(says: Told) -> str | None:
    """The names of the fields that changed as the database keeps them: JSON, None where the sighting says the same."""
    return None if says.changed is None else json.dumps(says.changed, ensure_ascii=False)
