"""Transactions that take the write lock at once, so that none is refused halfway."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def write(conn: sqlite3.Connection) -> Iterator[None]:
    """One transaction over an open connection; if it fails, nothing of it stays."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
    conn.execute("COMMIT")


def new_id(cursor: sqlite3.Cursor) -> int:
    """The id of the inserted row."""
    assert cursor.lastrowid is not None
    return cursor.lastrowid
