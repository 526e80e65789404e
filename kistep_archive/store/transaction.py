"""Transactions that take the write lock at once, so that none is refused halfway."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
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


def in_groups(conn: sqlite3.Connection, things: Iterable[_T]) -> Iterator[_T]:
    """The things, with a transaction around what is done with each GROUP of them. A commit costs more than a
    post's rows; what a kill takes back is read from the evidence again."""
    rest = iter(things)
    while group := list(islice(rest, GROUP)):
        with write(conn):
            yield from group


class Group:
    """Writes that are committed GROUP at a time. `before` is called before each commit: it makes the evidence
    of the writes durable."""

    def __init__(self, conn: sqlite3.Connection, before: Callable[[], None]) -> None:
        self._conn, self._before, self._waiting = conn, before, 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """One write; if it fails, nothing of it stays, but the writes before it do."""
        if not self._conn.in_transaction:
            self._conn.execute("BEGIN IMMEDIATE")
        self._conn.execute("SAVEPOINT one")
        try:
            yield
        except BaseException:
            if self._conn.in_transaction:
                self._conn.execute("ROLLBACK TO one")
            raise
        self._conn.execute("RELEASE one")
        self._waiting += 1
        if self._waiting >= GROUP:
            self.commit()

    @property
    def is_lost(self) -> bool:
        """Whether writes were taken back: by SQLite if the disk is full, or because `before` failed."""
        return self._waiting > 0 and not self._conn.in_transaction

    def commit(self) -> None:
        """Commits what waits."""
        if not self._conn.in_transaction:
            return
        try:
            self._before()
        except BaseException:
            self._conn.execute("ROLLBACK")
            raise
        self._conn.execute("COMMIT")
        self._waiting = 0


def new_id(cursor: sqlite3.Cursor) -> int:
    """The id of the inserted row."""
    assert cursor.lastrowid is not None
    return cursor.lastrowid
