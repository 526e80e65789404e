"""Requests that brought no page, in databases of every version."""

import sqlite3
from collections.abc import Iterator

from kistep_archive.model.outcomes import FORBIDDEN_IN_WORDS, Outcome

# in a database of the first version
_OUTCOME_BY_REASON = (
    f"iif(reason = '{FORBIDDEN_IN_WORDS}', '{Outcome.FORBIDDEN_BY_ROBOTS}', '{Outcome.UNKNOWN}')"
)


def of_run(conn: sqlite3.Connection, run: int) -> Iterator[sqlite3.Row]:
    """The failures of a run, in order, with the columns of `Failure`."""
    sql = (
        f"SELECT run_id, url, kind, reason, at, {outcome_column(conn)} AS outcome FROM failures "
        "WHERE run_id = ? ORDER BY at, url"
    )
    return conn.execute(sql, (run,))


def outcome_column(conn: sqlite3.Connection) -> str:
    """The column that says what a failed request came to, or what stands for it."""
    columns = {row["name"] for row in conn.execute("PRAGMA table_info(failures)")}
    return "outcome" if "outcome" in columns else _OUTCOME_BY_REASON
