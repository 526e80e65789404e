"""Seals: whichever row of a block is changed, taken out or put in, the block that holds it is named, and no
other."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kistep_archive.store import checksums
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.store.store import Store
from kistep_archive.store.transaction import write

ROWS = 1101
EDGES = {
    1: (1, 500),
    499: (1, 500),
    500: (1, 500),
    501: (501, 1000),
    1000: (501, 1000),
    1001: (1001, 1101),
    1101: (1001, 1101),
}


def put(conn: sqlite3.Connection, rows: range) -> None:
    told = [(row, f"https://www.kistep.re.kr/{row}", row) for row in rows]
    conn.executemany(
        "INSERT INTO failure (id, run_id, url, kind, reason, at, warc_offset) "
        "VALUES (?, 1, ?, 'post', 'x', '', ?)",
        told,
    )


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A database with two full blocks of failures and a third one begun, sealed."""
    Store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as conn:
        put(conn, range(1, ROWS + 1))
        checksums.update(conn)
        assert checksums.broken_blocks(conn) == []
        yield conn


@pytest.mark.parametrize("row", EDGES)
@pytest.mark.parametrize(
    "change", ["UPDATE failure SET reason = 'y' WHERE id = ?", "DELETE FROM failure WHERE id = ?"]
)
def test_a_row_at_any_edge_of_a_block_is_sealed_with_it(
    sealed: sqlite3.Connection, row: int, change: str
) -> None:
    sealed.execute(change, (row,))
    named = checksums.broken_blocks(sealed)
    if row == ROWS and change.startswith("DELETE"):  # the last block ends with its last row
        assert named == [("failure", 1001, 1100), ("failure", 1001, 1101)]
    else:
        assert named == [("failure", *EDGES[row])]


@pytest.mark.parametrize("more", [0, 1, 399, 400, 900])
def test_what_is_added_is_sealed_and_what_was_sealed_in_full_is_not_sealed_anew(
    sealed: sqlite3.Connection, more: int
) -> None:
    sealed.execute("UPDATE failure SET reason = 'y' WHERE id = 500")
    put(sealed, range(ROWS + 1, ROWS + 1 + more))
    checksums.update(sealed)
    assert checksums.broken_blocks(sealed) == [("failure", 1, 500)]
    sealed.execute("UPDATE failure SET reason = 'x' WHERE id = 500")
    assert checksums.broken_blocks(sealed) == []


def test_a_changed_byte_of_the_words_is_found(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store:
        conn = store.conn
        with write(conn):
            conn.execute("INSERT INTO content_text (rowid, title, body) VALUES (1, 'snow', 'before noon')")
            checksums.update(conn)
        assert checksums.broken_blocks(conn) == []
        changed = "replace(CAST(hex(block) AS TEXT), hex('noon'), hex('moon'))"
        rows = conn.execute(f"SELECT id, {changed} FROM content_text_data").fetchall()
        conn.executemany(
            "UPDATE content_text_data SET block = ? WHERE id = ?",
            [(bytes.fromhex(row[1]), row[0]) for row in rows],
        )
        assert [name for name, *_ in checksums.broken_blocks(conn)] == ["content_text_data"]
