"""What was verified when, so that small samples go through the whole archive by turns.

It is kept in `verified.db` beside the archive's database: readers never write into that one, and a rebuild
must not forget it. One row a record that a sample verified, one row a file that was verified as a whole. It
holds nothing that cannot be lost."""

import os
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

NAME = "verified.db"

_TABLES = (
    "CREATE TABLE IF NOT EXISTS past.record (file TEXT, offset INTEGER, turn INTEGER NOT NULL, at TEXT NOT "
    "NULL, PRIMARY KEY (file, offset)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS past.file (name TEXT PRIMARY KEY, turn INTEGER NOT NULL, at TEXT NOT NULL) "
    "WITHOUT ROWID",
)


def attach(conn: sqlite3.Connection, folder: Path) -> str:
    """Attaches it as `past`, an empty one in memory where it cannot be used. Returns why it will not
    remember, "" if it will."""
    path = folder / NAME
    try:
        if os.access(path if path.exists() else folder, os.W_OK) and os.access(folder, os.W_OK):
            _attach(conn, f"{path.absolute().as_uri()}?mode=rwc")
            return ""
        why = f"{NAME}: cannot be written here; what was verified is not remembered"
        if path.exists():
            _attach(conn, f"{path.absolute().as_uri()}?mode=ro&immutable=1", made=True)
            return why
    except sqlite3.Error as error:
        if any(name == "past" for _, name, _ in conn.execute("PRAGMA database_list").fetchall()):
            conn.execute("DETACH past")
        why = f"{NAME}: {error}; what was verified is not remembered; remove the file: it holds nothing else"
    _attach(conn, ":memory:")
    return why


def _attach(conn: sqlite3.Connection, name: str, *, made: bool = False) -> None:
    conn.execute("ATTACH ? AS past", (name,))
    for table in ("record", "file") if made else ():
        conn.execute(f"SELECT turn FROM past.{table} LIMIT 1").fetchone()
    for statement in () if made else _TABLES:
        conn.execute(statement)


def least_recent(conn: sqlite3.Connection, number: int) -> list[tuple[str, int]]:
    """(file, offset) of so many records that rows lead to, those first that were never verified or longest
    ago."""
    return [
        (file, offset)
        for file, offset in conn.execute(
            "SELECT DISTINCT warc_file, warc_offset FROM main.pages p "
            "LEFT JOIN past.record r ON r.file = p.warc_file AND r.offset = p.warc_offset LEFT "
            "JOIN past.file f ON f.name = p.warc_file "
            "ORDER BY max(coalesce(r.turn, 0), coalesce(f.turn, 0)), warc_file, warc_offset LIMIT ?",
            (number,),
        )
    ]


def remember_records(conn: sqlite3.Connection, places: Iterable[tuple[str, int]]) -> None:
    """These records were verified now."""
    turn, at = _turn(conn)
    rows = [(file, offset, turn, at) for file, offset in places]
    conn.executemany("INSERT OR REPLACE INTO past.record VALUES (?, ?, ?, ?)", rows)


def remember_files(conn: sqlite3.Connection, names: Iterable[str]) -> None:
    """These files were verified now, with all their records: one row each stands for theirs."""
    turn, at = _turn(conn)
    conn.execute("BEGIN")
    for name in names:
        conn.execute("INSERT OR REPLACE INTO past.file VALUES (?, ?, ?)", (name, turn, at))
        conn.execute("DELETE FROM past.record WHERE file = ?", (name,))
    conn.execute("COMMIT")


def _turn(conn: sqlite3.Connection) -> tuple[int, str]:
    """The number of this verification, which a clock that is set back does not change, and the instant."""
    last = conn.execute(
        "SELECT max((SELECT coalesce(max(turn), 0) "
        "FROM past.record), (SELECT coalesce(max(turn), 0) FROM past.file))"
    )
    return int(last.fetchone()[0]) + 1, datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
