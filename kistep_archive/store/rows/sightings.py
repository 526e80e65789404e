"""When a post was seen: a sighting for each reading of its page, an observation for each change of hits.
Functions over an open transaction.

Pages of a crawl come in the order of the archive's runs, whatever the clock says. Captures by others come in
any order and go where their date belongs (`live` is False for those).
"""

import json
import sqlite3
from dataclasses import dataclass

from kistep_archive.model.instants import in_order
from kistep_archive.model.revisions import SightingChange
from kistep_archive.store.transaction import new_id
from kistep_archive.warc.location import Evidence


def order(evidence: Evidence, before: str | None, live: bool) -> str:
    """The position of a sighting among the others: its date, but for a crawl never before what is known
    already."""
    at = in_order(evidence.fetched_at)
    return max(at, before) if live and before else at


def first_and_last(before: sqlite3.Row, evidence: Evidence) -> tuple[str, str]:
    """When a source was seen first and last, with this sighting."""
    first, last, at = before["first_seen_at"], before["last_seen_at"], evidence.fetched_at
    return min(first, at, key=in_order), max(last, at, key=in_order)


@dataclass(frozen=True, slots=True)
class StoredSighting:
    """A reading of a source's page, and what it changes. `skin` is the digest of the skin that read the page;
    the database knows the parser and the library. `file_url` is given if only the bytes of that file
    changed."""

    source_id: int
    content_id: int
    ordered: str
    change: SightingChange
    skin: str = ""
    file_url: str | None = None


def add(conn: sqlite3.Connection, sighting: StoredSighting, evidence: Evidence) -> int:
    """Stores a sighting. Returns its id."""
    return new_id(
        conn.execute(
            "INSERT INTO sighting (source_id, content_id, seen_at, ordered_at, changed, repeats, file_url, "
            "sha256, warc_file, warc_offset, parser_version, library, skin) "
            "SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, user_version, application_id, ? "
            "FROM pragma_user_version, pragma_application_id",
            (
                sighting.source_id,
                sighting.content_id,
                evidence.fetched_at,
                sighting.ordered,
                changed(sighting.change),
                sighting.change.repeats,
                sighting.file_url,
                evidence.sha256,
                evidence.file,
                evidence.offset,
                sighting.skin,
            ),
        )
    )


def observe(
    conn: sqlite3.Connection, before: sqlite3.Row, hits: int | None, evidence: Evidence, ordered: str
) -> None:
    """Stores the hits that a page or a listing row shows, if they differ from those before."""
    if hits is None:
        return
    if before["hits"] is None or ordered >= before["ordered_at"]:
        if hits != before["hits"]:
            hit(conn, before["id"], evidence.fetched_at, ordered, hits)
        conn.execute(
            "UPDATE source SET hits = ?, hits_at = ? WHERE id = ?", (hits, evidence.fetched_at, before["id"])
        )
        return
    earlier, later = (
        conn.execute(
            f"SELECT hits FROM hit WHERE source_id = ? AND ordered_at {side}, id DESC LIMIT 1",
            (before["id"], ordered),
        ).fetchone()
        for side in ("<= ? ORDER BY ordered_at DESC", "> ? ORDER BY ordered_at")
    )
    if earlier is None or earlier["hits"] != hits:
        hit(conn, before["id"], evidence.fetched_at, ordered, hits)
        # the last observation has no row, since it was equal to the one before it at that time
        if later is None and hits != before["hits"]:
            hit(conn, before["id"], before["hits_at"], before["ordered_at"], before["hits"])


def hit(conn: sqlite3.Connection, source_id: int, at: str, ordered: str, hits: int) -> None:
    """Stores a number of hits that differs from the one before."""
    conn.execute(
        "INSERT INTO hit (source_id, seen_at, ordered_at, hits) VALUES (?, ?, ?, ?)",
        (source_id, at, ordered, hits),
    )


def changed(change: SightingChange) -> str | None:
    """The names of the changed fields as the database stores them: JSON, None if nothing changed."""
    return None if change.changed is None else json.dumps(change.changed, ensure_ascii=False)
