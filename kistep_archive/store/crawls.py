"""What an archive crawled so far, and which of its runs are history. Imports are no crawls. Queries over an
open connection."""

import sqlite3

from kistep_archive.evidence.events import UNKNOWN_ORIGIN, RunStart


def boards(conn: sqlite3.Connection) -> set[str]:
    """The boards of all crawls so far."""
    rows = conn.execute("SELECT DISTINCT value FROM runs, json_each(runs.boards) WHERE kind <> 'import'")
    return {str(board) for (board,) in rows}


def origins(conn: sqlite3.Connection) -> set[str]:
    """The origins of all crawls so far, "" for the boards' own hosts. A run whose first record is damaged may
    be of any of them."""
    rows = conn.execute(
        "SELECT DISTINCT origin FROM run WHERE kind <> 'import' AND origin <> ?", (UNKNOWN_ORIGIN,)
    )
    return {str(origin) for (origin,) in rows}


def later_boards(run: str, started_at: str) -> str:
    """A query for the boards which another run, that was here before this one, crawled at a later time. For a
    run that was taken over, these boards are history. `run`, `started_at`: SQL for its id and its start."""
    return (
        "SELECT value FROM runs later, json_each(later.boards) WHERE later.kind <> 'import' "
        f"AND later.id < {run} AND later.started_at > {started_at}"
    )


def overtaken(conn: sqlite3.Connection, began: RunStart) -> set[str]:
    """The boards of a run that are history, see `later_boards`."""
    if began.taken is None:
        return set()
    rows = conn.execute(later_boards("?", "?"), (began.run, began.started_at))
    return {str(board) for (board,) in rows} & set(began.boards)
