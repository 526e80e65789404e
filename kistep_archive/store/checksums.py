"""Checksums: a sha256 of each block of rows of each table. A run writes them when it ends, so damage to the
database is found without parsing the evidence again. From a run's first write to its end the checksums of
what it writes are outdated; the ledger shows that."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256

BLOCK = 500  # rows of a block
TABLES = (
    "run",
    "post",
    "source",
    "content",
    "listed_file",
    "sighting",
    "hit",
    "removal",
    "file",
    "page",
    "failure",
    "unanswered",
    "walk",
    "owed",
    "board_verdict",
)
_GROWING = (
    "content",
    "listed_file",
    "hit",
    "file",
    "page",
    "failure",
    "unanswered",
)  # their rows never change: a full block needs one checksum only


def update(conn: sqlite3.Connection) -> None:
    """Writes the checksums of all tables, within the caller's transaction."""
    for name in TABLES:
        stored = {
            row[0]: row[1] for row in conn.execute("SELECT first, last FROM seal WHERE name = ?", (name,))
        }
        start = (
            max((first for first, last in stored.items() if last - first == BLOCK - 1), default=1 - BLOCK)
            + BLOCK
        )
        wanted = _blocks(conn, name, start if name in _GROWING else 1)
        conn.execute(
            "DELETE FROM seal WHERE name = ? AND first >= ?", (name, start if name in _GROWING else 1)
        )
        conn.executemany(
            "INSERT INTO seal (name, first, last, sha256) VALUES (?, ?, ?, ?)",
            [(name, *block) for block in wanted],
        )


@contextmanager
def preserve(conn: sqlite3.Connection, names: Sequence[str]) -> Iterator[None]:
    """Wraps a change to all rows of these tables: blocks that were undamaged get new checksums, damaged
    blocks stay known as damaged."""
    intact = {(name, *place) for name in names for place in _intact(conn, name)}
    yield
    for name in names:
        blocks = [block for block in _blocks(conn, name, 1) if (name, *block[:2]) in intact]
        conn.executemany(
            "UPDATE seal SET sha256 = ? WHERE name = ? AND first = ?",
            [(block[2], name, block[0]) for block in blocks],
        )


def _intact(conn: sqlite3.Connection, name: str) -> set[tuple[int, int]]:
    now = _blocks(conn, name, 1)
    set_before = set(conn.execute("SELECT first, last, sha256 FROM seal WHERE name = ?", (name,)).fetchall())
    return {block[:2] for block in now if block in {tuple(row) for row in set_before}}


def are_current(conn: sqlite3.Connection) -> bool:
    """Whether no run has written since the checksums were updated."""
    return bool(conn.execute("SELECT NOT EXISTS (SELECT 1 FROM run WHERE NOT closed)").fetchone()[0])


def broken(conn: sqlite3.Connection) -> list[tuple[str, int, int]]:
    """(table, first id, last id) of each block whose rows do not match their checksum."""
    found = []
    for name in TABLES:
        now = {(first, last): digest for first, last, digest in _blocks(conn, name, 1)}
        stored = {
            (row[0], row[1]): row[2]
            for row in conn.execute("SELECT first, last, sha256 FROM seal WHERE name = ?", (name,))
        }
        found += [
            (name, *place)
            for place in sorted(now.keys() | stored.keys())
            if now.get(place) != stored.get(place)
        ]
    return found


def _blocks(conn: sqlite3.Connection, name: str, start: int) -> list[tuple[int, int, str]]:
    """(first id, last id, sha256) of each block of BLOCK ids from `start` on that has rows; the last block
    ends with the last row."""
    last = conn.execute(f"SELECT coalesce(max(id), 0) FROM {name}").fetchone()[0]
    blocks = []
    for first in range(start, last + 1, BLOCK):
        end = min(first + BLOCK - 1, last)
        digest = sha256()
        for row in conn.execute(f"SELECT * FROM {name} WHERE id BETWEEN ? AND ? ORDER BY id", (first, end)):
            digest.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
        blocks.append((first, end, digest.hexdigest()))
    return blocks
