"""What an archive crawled so far, and which of its runs are history. Imports are no crawls. Queries over an
open connection."""

import sqlite3

from kistep_archive.evidence.events import UNKNOWN_ORIGIN, RunStart

# by the name of the run's file, which an index has: of a million pages the last may be a run's first
_ANSWERED = "EXISTS (SELECT 1 FROM main.page WHERE page.warc_file = run.name || '.warc.gz')"


def boards(conn: sqlite3.Connection) -> set[str]:
    """The boards of all crawls so far."""
    rows = conn.execute("SELECT DISTINCT value FROM runs, json_each(runs.boards) WHERE kind <> 'import'")
    return {str(board) for (board,) in rows}


def origins(conn: sqlite3.Connection) -> set[str]:
    """The origins that answered a crawl so far, "" for the boards' own hosts. A run whose first record is
    damaged may be of any of them; one that got no answer binds the archive to none."""
    rows = conn.execute(
        f"SELECT DISTINCT origin FROM main.run WHERE kind <> 'import' AND origin <> ? AND {_ANSWERED}",
        (UNKNOWN_ORIGIN,),
    )
    return {str(origin) for (origin,) in rows}


def is_first(conn: sqlite3.Connection, run: int) -> bool:
    """Whether this is the only crawl so far that got an answer."""
    rows = conn.execute(f"SELECT id FROM main.run WHERE kind <> 'import' AND {_ANSWERED}")
    return {number for (number,) in rows} == {run}


def later_boards(run: str, started_at: str) -> str:
    """A query for the boards which another run, that was here before this one, crawled at a later time. For a
    run that was taken over, these boards are history. `run`, `started_at`: SQL for its id and its start."""
    return (
        "SELECT value FROM runs later, json_each(later.boards) WHERE later.kind <> 'import' "
        f"AND later.id < {run} AND later.started_at > {started_at}"
    )


def overtaken_boards(conn: sqlite3.Connection, began: RunStart) -> set[str]:
    """The boards of a run that are history, see `later_boards`."""
    if began.takeover is None:
        return set()
    rows = conn.execute(later_boards("?", "?"), (began.run, began.started_at))
    return {str(board) for (board,) in rows} & set(began.boards)
