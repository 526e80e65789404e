"""What takes long is asked once for each state of the archive."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.web.memory import Memory


class Question:
    """Something to ask, which counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> int:
        self.asked += 1
        return self.asked


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a database in it."""
    change(tmp_path, 0)
    return tmp_path


def change(folder: Path, number: int) -> None:
    """Makes another table in the database."""
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as conn:
        conn.execute(f"CREATE TABLE t{number} (x)")
        conn.executemany(f"INSERT INTO t{number} VALUES (?)", [("x" * 100,)] * 100)
        conn.commit()


def test_an_answer_stands_until_the_database_changes(folder: Path) -> None:
    memory, question = Memory(folder, rest=0), Question()
    assert [memory.recall("a", question) for _ in range(3)] == [1, 1, 1]
    change(folder, 1)
    assert memory.recall("a", question) == 2


def test_while_the_database_changes_all_the_time_an_answer_stands_for_a_while(folder: Path) -> None:
    memory, question = Memory(folder, rest=10_000), Question()
    memory.recall("a", question)
    change(folder, 1)
    assert memory.recall("a", question) == 1


def test_each_question_has_its_own_answer(folder: Path) -> None:
    memory = Memory(folder)
    assert (memory.recall("a", lambda: "x"), memory.recall("b", lambda: "y")) == ("x", "y")


def test_of_many_who_ask_at_once_one_asks_the_archive(folder: Path) -> None:
    memory, question, start = Memory(folder), Question(), Barrier(8)

    def ask(_: int) -> int:
        start.wait()
        return memory.recall("a", question)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [1] * 8


def test_a_question_that_fails_is_asked_again(folder: Path) -> None:
    memory = Memory(folder)

    def fail() -> int:
        raise sqlite3.OperationalError("busy")

    with pytest.raises(sqlite3.OperationalError):
        memory.recall("a", fail)
    assert memory.recall("a", Question()) == 1
