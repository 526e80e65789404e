"""Triggers and views of a database that this program did not make. Whoever hands over a database can write
them: a trigger rewrites rows whenever a run writes, a view may never end."""

import sqlite3

from kistep_archive.store import unshown
from kistep_archive.store.tables import views

_MOST_STEPS = 2_000_000_000  # of SQLite's machine, about a minute
_EVERY = 10_000_000


def parts(conn: sqlite3.Connection) -> list[str]:
    """Each foreign trigger or view in words, such as `trigger 'x' on source`. A view with the name of one of
    ours is none: an older program made it in its own way, and a run replaces it."""
    known = unshown.triggers()
    rows = conn.execute(
        "SELECT type, name, tbl_name, sql FROM main.sqlite_master WHERE type IN ('trigger', 'view')"
    )
    return [
        f"trigger {row[1]!r} on {row[2]}" if row[0] == "trigger" else f"view {row[1]!r}"
        for row in rows.fetchall()
        if (row[0] == "view" and row[1] not in views.VIEWS)
        or (row[0] == "trigger" and known.get(row[1]) != row[3])
    ]


def limit(conn: sqlite3.Connection, steps: int = _MOST_STEPS) -> None:
    """Ends what this connection asks, with an sqlite3.OperationalError, after so many steps in all."""
    left = steps

    def is_over() -> bool:
        nonlocal left
        left -= min(_EVERY, steps)
        return left < 0

    conn.set_progress_handler(is_over, min(_EVERY, steps))
