"""Walks over the listings: when each began, and how it ended. Functions over an open connection, and over the
open transaction of `fold` where they write."""

import sqlite3
from dataclasses import dataclass

from kistep_archive.evidence.events import WalkEnded
from kistep_archive.model.outcomes import WalkEnd

_WALKS = """
WITH walks AS (SELECT * FROM walk WHERE board = :board AND layout = :layout)
SELECT c.at AS complete, EXISTS (SELECT 1 FROM walks WHERE ended IS NULL AND run_id > c.run_id) AS broke_off,
  (SELECT ended IS 'retired' FROM walks ORDER BY run_id DESC LIMIT 1) AS retired,
  (SELECT off FROM walks WHERE ended IN ('complete', 'short') ORDER BY run_id DESC LIMIT 1) AS off,
  (SELECT ended FROM walks WHERE ended IN ('complete', 'short') ORDER BY run_id DESC LIMIT 1) AS whole
FROM (SELECT max(run_id) AS last FROM walks WHERE ended = 'complete') LEFT JOIN walks c ON c.run_id = last
"""


@dataclass(frozen=True, slots=True)
class Walks:
    """The results of earlier walks over a listing: when the last `complete` one ended, whether one
    `broke_off` since then, whether the last one found the address `retired`; by how many posts the declared
    total was `off` in the last whole walk, and whether it counted as complete all the same (`settled`)."""

    complete: str | None
    broke_off: bool
    retired: bool
    off: int = 0
    settled: bool = False


def walks(conn: sqlite3.Connection, board: str, layout: str) -> Walks:
    """The results of earlier walks over a listing."""
    row = conn.execute(_WALKS, {"board": board, "layout": layout}).fetchone()
    off = row["off"] or 0
    settled = bool(off) and row["whole"] == WalkEnd.COMPLETE
    return Walks(row["complete"], bool(row["broke_off"]), bool(row["retired"]), off, settled)


def begun(conn: sqlite3.Connection, run_id: int, board: str, layout: str, at: str) -> None:
    """Records that a walk began: it has no end until one is recorded."""
    conn.execute(
        "INSERT OR IGNORE INTO walk (run_id, board, layout, at) VALUES (?, ?, ?, ?)",
        (run_id, board, layout, at),
    )


def walked(conn: sqlite3.Connection, run_id: int, event: WalkEnded) -> None:
    """Records the end of a walk. Posts that a complete walk did not meet are no longer unread."""
    place = (event.board, event.layout)
    begun(conn, run_id, *place, event.at)
    conn.execute(
        "UPDATE walk SET ended = ?, at = ?, off = ? WHERE run_id = ? AND board = ? AND layout = ?",
        (event.ended, event.at, event.off, run_id, *place),
    )
    if event.ended is WalkEnd.COMPLETE:
        conn.execute("DELETE FROM owed WHERE board = ? AND layout = ? AND run_id < ?", (*place, run_id))
