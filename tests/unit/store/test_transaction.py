"""Writes that are committed together."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from kistep_archive.store.transaction import GROUP, Group


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        conn.execute("CREATE TABLE said (number INTEGER)")
        yield conn


def say(conn: sqlite3.Connection, number: int) -> None:
    conn.execute("INSERT INTO said VALUES (?)", (number,))


def said(conn: sqlite3.Connection) -> list[int]:
    return [number for (number,) in conn.execute("SELECT number FROM said ORDER BY number")]


def test_a_group_is_committed_when_it_is_full_after_what_comes_before(conn: sqlite3.Connection) -> None:
    befores: list[int] = []
    group = Group(conn, lambda: befores.append(len(said(conn))))
    for number in range(GROUP + 1):
        with group.one():
            say(conn, number)
    assert befores == [GROUP]
    assert conn.in_transaction
    group.commit()
    group.commit()  # nothing waits
    assert befores == [GROUP, GROUP + 1]
    assert not conn.in_transaction


def test_of_a_write_that_fails_nothing_stays_but_what_was_written_before_it(conn: sqlite3.Connection) -> None:
    group = Group(conn, lambda: None)
    with group.one():
        say(conn, 1)
    with suppress(KeyboardInterrupt), group.one():
        say(conn, 2)
        raise KeyboardInterrupt
    group.commit()
    assert said(conn) == [1]
    assert not group.is_lost


def test_writes_whose_evidence_does_not_become_durable_are_taken_back(conn: sqlite3.Connection) -> None:
    def fails() -> None:
        raise OSError(5, "Input/output error")

    group = Group(conn, fails)
    with group.one():
        say(conn, 1)
    with suppress(OSError):
        group.commit()
    assert group.is_lost
    assert said(conn) == []
