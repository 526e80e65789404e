"""Stores a post that was read: source, content, sighting and hits. Functions over an open transaction.

A post is a group of sources. Two sources of one board are one post if they are the only ones, one in each
layout, that had this title and date when first seen. If more match, none are merged.
"""

import sqlite3
import unicodedata
from typing import Literal

from kistep_archive.model.instants import in_order
from kistep_archive.model.items import ParsedPost
from kistep_archive.model.revisions import (
    Sighting,
    SightingChange,
    changed_fields,
    changes,
    first_of_source,
    shown_contents,
)
from kistep_archive.store.rows import contents, sightings, visits
from kistep_archive.store.rows.sightings import StoredSighting
from kistep_archive.store.transaction import new_id
from kistep_archive.warc.location import Evidence

Effect = Literal["new", "revised", "restored", "unchanged"]


def source(conn: sqlite3.Connection, board: str, layout: str, number: int) -> sqlite3.Row | None:
    cursor = conn.execute(
        "SELECT s.*, c.digest FROM source s LEFT JOIN content c ON c.id = s.content_id WHERE board = ? "
        "AND layout = ? AND number = ? AND reused_at IS NULL",
        (board, layout, number),
    )
    row: sqlite3.Row | None = cursor.fetchone()
    return row


def first_sight(
    conn: sqlite3.Connection,
    board: str,
    url: str,
    post: ParsedPost,
    evidence: Evidence,
    row: str | None,
    live: bool,
) -> None:
    """Stores a post at a new address."""
    at, key = evidence.fetched_at, match_key(post.title, post.date)
    post_id, mate = _post_for(conn, board, post.layout, key)
    ordered = sightings.order(evidence, mate["ordered_at"] if mate else None, live)
    hits_at = None if post.hits is None else at
    place = (post_id, board, post.layout, post.number, url, key, row)
    source_id = new_id(
        conn.execute(
            "INSERT INTO source (post_id, board, layout, number, url, match_key, listed, hits, hits_at, "
            "first_seen_at, last_seen_at, ordered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*place, post.hits, hits_at, at, at, ordered),
        )
    )
    read = contents.draft(post)
    content_id = contents.add(conn, source_id, read)
    conn.execute("UPDATE source SET content_id = ? WHERE id = ?", (content_id, source_id))
    conn.execute(
        "UPDATE post SET source_id = ? WHERE id = ? AND (source_id IS NULL OR ? = 'es')",
        (source_id, post_id, post.layout),
    )
    if post.hits is not None:
        sightings.hit(conn, source_id, at, ordered, post.hits)
    is_earlier = mate is not None and ordered < mate["ordered_at"]
    if mate is None:
        change = SightingChange([])
    elif is_earlier:
        change = SightingChange(None)
    else:
        change = first_of_source(contents.read(conn, mate["content_id"]), read.content)
    sightings.add(conn, StoredSighting(source_id, content_id, ordered, change, post.skin), evidence)
    if is_earlier:
        settle(conn, post_id)
    visits.plan(conn, source_id)


def sight_again(
    conn: sqlite3.Connection,
    before: sqlite3.Row,
    url: str,
    post: ParsedPost,
    evidence: Evidence,
    row: str | None,
    live: bool,
) -> Effect:
    """Stores a post at a known address: an edit, a return, or only another observation."""
    ordered = sightings.order(evidence, before["ordered_at"], live)
    sightings.observe(conn, before, post.hits, evidence, ordered)
    revised = _sight(conn, before, post, evidence, ordered)
    newest = ordered >= before["ordered_at"]
    conn.execute(
        "UPDATE source SET url = iif(?, ?, url), listed = coalesce(?, listed), first_seen_at = ?, "
        "last_seen_at = ?, ordered_at = max(ordered_at, ?) WHERE id = ?",
        (newest, url, row, *sightings.first_and_last(before, evidence), ordered, before["id"]),
    )
    is_restored = _restore(conn, before, evidence, live)
    visits.plan(conn, before["id"])
    if is_restored:
        return "restored"
    return "revised" if revised else "unchanged"


def _sight(
    conn: sqlite3.Connection,
    before: sqlite3.Row,
    post: ParsedPost,
    evidence: Evidence,
    ordered: str,
) -> bool:
    """Stores the sighting; True if it makes a revision."""
    read = contents.draft(post)
    content_id = (
        before["content_id"] if read.digest == before["digest"] else contents.keep(conn, before["id"], read)
    )
    if ordered < before["ordered_at"]:
        sighting = StoredSighting(before["id"], content_id, ordered, SightingChange(None), post.skin)
        sighting_id = sightings.add(conn, sighting, evidence)
        settle(conn, before["post_id"])
        changed_now = conn.execute("SELECT changed FROM sighting WHERE id = ?", (sighting_id,)).fetchone()[0]
        return changed_now is not None
    changed = (
        changed_fields(contents.read(conn, before["content_id"]), read.content)
        if content_id != before["content_id"]
        else []
    )
    sighting = StoredSighting(before["id"], content_id, ordered, SightingChange(changed or None), post.skin)
    sightings.add(conn, sighting, evidence)
    if content_id != before["content_id"]:
        conn.execute("UPDATE source SET content_id = ? WHERE id = ?", (content_id, before["id"]))
    return bool(changed)


def _restore(conn: sqlite3.Connection, before: sqlite3.Row, evidence: Evidence, live: bool) -> bool:
    """Clears strikes, and ends a removal that is older than the sighting. True if it ended one."""
    if before["reused_at"] is not None:  # the post whose number was given away stays removed
        return False
    if not live and (
        before["removed_at"] is None or in_order(evidence.fetched_at) <= in_order(before["removed_at"])
    ):
        return False
    conn.execute(
        "UPDATE source SET strikes = 0, strike_run = NULL, removed_at = NULL WHERE id = ?", (before["id"],)
    )
    if before["removed_at"] is None:
        return False
    conn.execute(
        "UPDATE removal SET returned_at = ? WHERE source_id = ? AND returned_at IS NULL",
        (evidence.fetched_at, before["id"]),
    )
    return True


# merging and splitting


def _post_for(conn: sqlite3.Connection, board: str, layout: str, key: str) -> tuple[int, sqlite3.Row | None]:
    """(post, the source that it shares the post with) for a new source. The only source of the other layout
    with this key makes both one post. If two or more match, none are merged, and those that were merged
    before are split. What a person decided stays."""
    mates = conn.execute("SELECT * FROM source WHERE board = ? AND match_key = ?", (board, key)).fetchall()
    if len(mates) == 1 and mates[0]["layout"] != layout and mates[0]["decided"] is None:
        return mates[0]["post_id"], mates[0]
    for mate in mates:
        _split(conn, mate)
    return new_id(conn.execute("INSERT INTO post (source_id) VALUES (NULL)")), None


def _split(conn: sqlite3.Connection, mate: sqlite3.Row) -> None:
    """Splits a legacy source from a merged post; the current source keeps the post's id."""
    is_merged = (
        conn.execute("SELECT count(*) FROM source WHERE post_id = ?", (mate["post_id"],)).fetchone()[0] > 1
    )
    if not is_merged or mate["layout"] != "jsp" or mate["decided"] is not None:
        return
    post_id = new_id(conn.execute("INSERT INTO post (source_id) VALUES (?)", (mate["id"],)))
    conn.execute("UPDATE source SET post_id = ? WHERE id = ?", (post_id, mate["id"]))
    settle(conn, post_id)
    settle(conn, mate["post_id"])


def settle(conn: sqlite3.Connection, post_id: int) -> None:
    """Computes again, from all sightings in order, which of the post's sightings are revisions and what its
    sources show last."""
    rows = conn.execute(
        "SELECT g.* FROM sighting g JOIN source s ON s.id = g.source_id WHERE s.post_id = ? "
        "ORDER BY g.ordered_at, g.id",
        (post_id,),
    ).fetchall()
    ids = shown_contents([(row["source_id"], row["content_id"], row["file_url"] is not None) for row in rows])
    shown = {content_id: contents.read(conn, content_id) for content_id in set(ids)}
    shown_sightings = [
        Sighting(row["source_id"], shown[content_id], row["seen_at"], row["warc_file"], row["file_url"])
        for row, content_id in zip(rows, ids, strict=True)
    ]
    for row, content_id, change in zip(rows, ids, changes(shown_sightings), strict=True):
        values = (content_id, sightings.changed(change), change.repeats, row["id"])
        conn.execute("UPDATE sighting SET content_id = ?, changed = ?, repeats = ? WHERE id = ?", values)
    for source_id, content_id in dict(zip([row["source_id"] for row in rows], ids, strict=True)).items():
        conn.execute("UPDATE source SET content_id = ? WHERE id = ?", (content_id, source_id))
        visits.plan(conn, source_id)


def match_key(title: str, date: str) -> str:
    """What two addresses of one post have in common: the date, and the folded letters and digits of the
    title."""
    letters = unicodedata.normalize("NFKC", title).casefold()
    return f"{date} {''.join(filter(str.isalnum, letters))}"
