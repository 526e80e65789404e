"""Remembers what `verify` checked and when, so that small samples get through the whole archive in turn; and
what it found, so that `status` can say it.

That is in `verified.db` beside the archive's database, because readers never write into the database and a
rebuild must not forget it. It has one row for each record that a sample verified, and one for each file that
was verified whole; and the result of the last verification of everything and of the last sample. Nothing but
that is lost if the file is deleted."""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

NAME = "verified.db"
_AGAIN = "so the next sample may check the same records again, and status does not show this result"

_TABLES = (
    "CREATE TABLE IF NOT EXISTS past.record (file TEXT, offset INTEGER, turn INTEGER NOT NULL, at TEXT NOT "
    "NULL, PRIMARY KEY (file, offset)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS past.file (name TEXT PRIMARY KEY, turn INTEGER NOT NULL, at TEXT NOT NULL) "
    "WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS past.result (part TEXT PRIMARY KEY CHECK (part IN ('all', 'sample')), at "
    "TEXT NOT NULL, findings INTEGER NOT NULL, first TEXT NOT NULL) WITHOUT ROWID",
)
# Damage stays known until everything was verified: a clean sample may not have looked at it.
_REMEMBER = """
INSERT INTO past.result VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
SET at = excluded.at, findings = excluded.findings, first = excluded.first
WHERE findings = 0 OR excluded.findings > 0
"""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found: when (UTC), whether of everything or of a sample, how many findings, and the
    first of them ("" without one)."""

    at: str
    everything: bool
    findings: int
    first: str


def attach(conn: sqlite3.Connection, folder: Path) -> str:
    """Attaches `verified.db` as `past`, or an empty database in memory if the file cannot be used. Returns
    why nothing is remembered, "" if all is well."""
    path = folder / NAME
    try:
        if path.is_symlink():
            raise sqlite3.OperationalError("it is a link")
        if os.access(path if path.exists() else folder, os.W_OK) and os.access(folder, os.W_OK):
            _attach(conn, f"{path.absolute().as_uri()}?mode=rwc")
            return ""
        why = f"{NAME} cannot be written, {_AGAIN}"
        if path.exists():
            _attach(conn, f"{path.absolute().as_uri()}?mode=ro", exists=True)
            return why
    except sqlite3.Error as error:
        if any(name == "past" for _, name, _ in conn.execute("PRAGMA database_list").fetchall()):
            conn.execute("DETACH past")
        why = f"{NAME} cannot be used ({error}), {_AGAIN}; delete the file, it has nothing else in it"
    _attach(conn, ":memory:")
    return why


def _attach(conn: sqlite3.Connection, name: str, *, exists: bool = False) -> None:
    conn.execute("ATTACH ? AS past", (name,))
    for table in ("record", "file", "result") if exists else ():
        conn.execute(f"SELECT at FROM past.{table} LIMIT 1").fetchone()
    for statement in () if exists else _TABLES:
        conn.execute(statement)


def least_recent(conn: sqlite3.Connection, number: int) -> list[tuple[str, int]]:
    """(file, offset) of this many records that rows refer to: first those that were never verified, then
    those verified longest ago."""
    return [
        (file, offset)
        for file, offset in conn.execute(
            "SELECT DISTINCT warc_file, warc_offset FROM pages p "
            "LEFT JOIN past.record r ON r.file = p.warc_file AND r.offset = p.warc_offset LEFT "
            "JOIN past.file f ON f.name = p.warc_file "
            "ORDER BY max(coalesce(r.turn, 0), coalesce(f.turn, 0)), warc_file, warc_offset LIMIT ?",
            (number,),
        )
    ]


def remember_records(conn: sqlite3.Connection, places: Iterable[tuple[str, int]]) -> None:
    """Remembers that these records were verified now."""
    turn, at = _turn(conn)
    rows = [(file, offset, turn, at) for file, offset in places]
    conn.executemany("INSERT OR REPLACE INTO past.record VALUES (?, ?, ?, ?)", rows)


def remember_files(conn: sqlite3.Connection, names: Iterable[str]) -> None:
    """Remembers that these files were verified now, with all their records: one row for each file."""
    turn, at = _turn(conn)
    conn.execute("BEGIN")
    for name in names:
        conn.execute("INSERT OR REPLACE INTO past.file VALUES (?, ?, ?)", (name, turn, at))
        conn.execute("DELETE FROM past.record WHERE file = ?", (name,))
    conn.execute("COMMIT")


def remember_result(conn: sqlite3.Connection, findings: Sequence[object], *, everything: bool) -> None:
    """Remembers what this verification found."""
    if everything:
        conn.execute("DELETE FROM past.result")
    first = str(findings[0]) if findings else ""
    conn.execute(_REMEMBER, ("all" if everything else "sample", _now(), len(findings), first))


def last_result(folder: Path) -> Verification | None:
    """What the last verification of the archive found; as long as damage is known, the one that found it.
    None if no result is remembered."""
    try:
        with closing(sqlite3.connect(f"{(folder / NAME).absolute().as_uri()}?mode=ro", uri=True)) as conn:
            row = conn.execute(
                "SELECT at, part = 'all', findings, first FROM result ORDER BY findings > 0 DESC, at DESC"
            ).fetchone()
    except sqlite3.Error:  # no such file, or one of an older version
        return None
    return row and Verification(row[0], bool(row[1]), row[2], row[3])


def _turn(conn: sqlite3.Connection) -> tuple[int, str]:
    """(the number of this verification, the instant): the number rises even if the clock is set back."""
    last = conn.execute(
        "SELECT max((SELECT coalesce(max(turn), 0) "
        "FROM past.record), (SELECT coalesce(max(turn), 0) FROM past.file))"
    )
    return int(last.fetchone()[0]) + 1, _now()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
