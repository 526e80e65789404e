"""The rows of runs: a run adds its row before the first request, and completes it with a verdict and the
checksums of all rows. Each function writes in one transaction."""

import json
import sqlite3

from kistep_archive.evidence.events import COUNTERS, RunEnd, RunStart
from kistep_archive.store import checksums
from kistep_archive.store.transaction import write

_CLOSE_DEAD_RUN = """
UPDATE run SET closed = 1,
  requested = (SELECT count(*) FROM page WHERE run_id = :run) + (SELECT count(*) FROM unanswered
    WHERE run_id = :run),
  fetched = (SELECT count(*) FROM page WHERE run_id = :run), failed = (SELECT count(*) FROM failure
    WHERE run_id = :run),
  new = (SELECT count(*) FROM sighting g WHERE warc_file = :file AND id = (SELECT min(id) FROM sighting
    WHERE source_id = g.source_id)),
  revised = (SELECT count(*) FROM sighting g WHERE warc_file = :file AND changed IS NOT NULL
    AND changed <> '[]'
    AND id <> (SELECT min(id) FROM sighting WHERE source_id = g.source_id))
WHERE id = :run
"""


def begin(conn: sqlite3.Connection, began: RunStart) -> None:
    """Adds the run's row before its first request, so that a run that dies leaves a trace. Does nothing if
    the run has a row."""
    with write(conn):
        conn.execute(
            "INSERT INTO run (id, name, kind, started_at, origin, boards, arguments) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (
                began.run,
                began.name,
                began.kind,
                began.started_at,
                began.origin,
                _as_json(began.boards),
                _as_json(began.arguments),
            ),
        )


def name(conn: sqlite3.Connection, run_id: int) -> str:
    """The name of the run's evidence file without its suffixes, "" if there is no such run."""
    row = conn.execute("SELECT name FROM run WHERE id = ?", (run_id,)).fetchone()
    return str(row["name"]) if row else ""


def finish(conn: sqlite3.Connection, run_id: int, ended: RunEnd, *, folded: bool = True) -> None:
    """Completes the run's row and updates the checksums. Unless all its evidence is in the database
    (`folded`), the next run reads it again."""
    columns = ", ".join(f"{name} = ?" for name in COUNTERS)
    with write(conn):
        conn.execute(
            f"UPDATE run SET finished_at = ?, verdict = ?, exit_code = ?, reason = ?, closed = ?, {columns} "
            "WHERE id = ?",
            (
                ended.finished_at,
                ended.verdict,
                ended.exit_code,
                ended.reason,
                folded,
                *_counts(ended),
                run_id,
            ),
        )
        conn.executemany(
            "INSERT INTO board_verdict (run_id, board, verdict, reason) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (run_id, board) DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason",
            [(run_id, each.board, each.verdict, each.reason) for each in ended.boards],
        )
        checksums.update(conn)


def close_dead(conn: sqlite3.Connection, run_id: int, name: str) -> None:
    """Closes the row of a run that died: without a verdict, with counters computed from its rows."""
    with write(conn):
        conn.execute(_CLOSE_DEAD_RUN, {"run": run_id, "file": f"{name}.warc.gz"})
        checksums.update(conn)


def last_id(conn: sqlite3.Connection) -> int:
    """The highest run id, 0 for a new archive."""
    return int(conn.execute("SELECT coalesce(max(id), 0) FROM run").fetchone()[0])


def closed_runs(conn: sqlite3.Connection) -> set[str]:
    """Names of the runs whose evidence files are completely in the database."""
    return {row["name"] for row in conn.execute("SELECT name FROM run WHERE closed")}


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _counts(ended: RunEnd) -> list[int | None]:
    """The values of a run's counters. A counter that the run does not have is 0, but a total that no listing
    declares is None."""
    return [ended.counts.get(name, None if name == "declared_total" else 0) for name in COUNTERS]
