"""Transactions that take the write lock at once, so that none is refused halfway."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

_T = TypeVar("_T")
GROUP = 50  # writes of a transaction


@contextmanager
def write(conn: sqlite3.Connection) -> Iterator[None]:
    """One transaction over an open connection; if it fails, nothing of it stays. Inside another one it is a
    part of that."""
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
    conn.execute("COMMIT")


def grouped(conn: sqlite3.Connection, things: Iterable[_T]) -> Iterator[_T]:
    """The things, with a transaction around what is done with each GROUP of them. A commit costs more than a
    post's rows; what a kill takes back is read from the evidence again."""
    rest = iter(things)
    while group := list(islice(rest, GROUP)):
        with write(conn):
            yield from group


def new_id(cursor: sqlite3.Cursor) -> int:
    """The id of the inserted row."""
    assert cursor.lastrowid is not None
    return cursor.lastrowid
