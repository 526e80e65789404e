"""Which post a number belongs to: the site may give the number of a removed post to another one. Functions
over an open transaction."""

import sqlite3

from kistep_archive.model.instants import in_order
from kistep_archive.model.items import ParsedPost
from kistep_archive.model.revisions import Content, is_reuse
from kistep_archive.store.rows import contents, posts
from kistep_archive.warc.location import Evidence


def holder(
    conn: sqlite3.Connection, board: str, post: ParsedPost, evidence: Evidence, live: bool
) -> sqlite3.Row | None:
    """The row of `source` that a page belongs to; None for a new one.

    A number may have been given to another post after a removal. Then the removed post keeps its row, and the
    page is the first of a new one. A capture by others goes to the post that had the number at its time.
    """
    current = posts.source(conn, board, post.layout, post.number)
    if current is None:
        return None
    read = contents.draft(post).content
    if not live and (earlier := _earlier(conn, current, read, evidence)):
        return earlier
    at = in_order(evidence.fetched_at)
    is_after = live or at > in_order(current["removed_at"] or "")
    if current["removed_at"] and is_after and is_reuse(contents.read(conn, current["content_id"]), read):
        conn.execute("UPDATE source SET reused_at = ? WHERE id = ?", (at, current["id"]))
        return None
    return current


def _earlier(
    conn: sqlite3.Connection, current: sqlite3.Row, read: Content, evidence: Evidence
) -> sqlite3.Row | None:
    """The post that had the number of the `current` one when this capture was made, or that it shows."""
    rows = conn.execute(
        "SELECT s.*, c.digest FROM source s LEFT JOIN content c ON c.id = s.content_id WHERE board = ? "
        "AND layout = ? AND number = ? AND reused_at IS NOT NULL ORDER BY reused_at",
        (current["board"], current["layout"], current["number"]),
    ).fetchall()
    of_its_time = [row for row in rows if in_order(evidence.fetched_at) < row["reused_at"]]
    for row in [*of_its_time, current, *rows]:
        if not is_reuse(contents.read(conn, row["content_id"]), read):
            return None if row is current else row
    return next(iter(of_its_time), None)
