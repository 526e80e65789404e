"""A database with the words of an earlier version gets today's, and its checksums still tell of damage."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from kistep_archive.model.outcomes import Outcome
from kistep_archive.store import checksums
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.store.store import Store
from kistep_archive.store.tables.schema import migrations

OLD = [
    "asked for again",
    "not whole, asked for again",
    "something else",
    "not a file",
    "internal error",
    "of no known board",
    "status 418",
]
NEW = [
    Outcome.RETRIED,
    Outcome.NOT_WHOLE,
    Outcome.OTHER_PAGE,
    Outcome.NOT_A_FILE,
    Outcome.INTERNAL_ERROR,
    Outcome.UNKNOWN_BOARD,
    Outcome.STATUS,
]
RUN = (
    "INSERT INTO run (id, name, kind, started_at, origin, boards, arguments, closed) "
    "VALUES (1, '', 'crawl', '', '', '[]', '{}', 1)"
)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The database of a run by the version before, sealed."""
    path = tmp_path / DATABASE_FILE
    with closing(sqlite3.connect(path)) as conn:
        migrations.apply(Database(conn), stop_before="m005_words")
        conn.execute(RUN)
        for number, outcome in enumerate([*OLD, "saved"]):
            conn.execute(
                "INSERT INTO page VALUES (NULL, 1, 'u', 'post', 200, 'x', 's', 'f', ?, 9, ?)",
                (number, outcome),
            )
        for number, reason in enumerate(["Forbidden by robots.txt", "refused"]):
            conn.execute("INSERT INTO failure VALUES (NULL, 1, 'u', 'file', ?, 'x', ?)", (reason, number))
        checksums.update(conn)
        conn.commit()
    return tmp_path


def test_outcomes_in_english_become_names(old: Path) -> None:
    Store(old).close()
    with closing(sqlite3.connect(old / DATABASE_FILE)) as conn:
        assert [word for (word,) in conn.execute("SELECT outcome FROM pages")] == [*NEW, "saved"]
        assert [word for (word,) in conn.execute("SELECT outcome FROM failures")] == [
            "forbidden_by_robots",
            "unknown",
        ]
        assert checksums.broken_blocks(conn) == []


def test_a_damaged_row_is_still_found_after_the_change(old: Path) -> None:
    with closing(sqlite3.connect(old / DATABASE_FILE)) as conn:
        conn.execute("UPDATE page SET url = 'v' WHERE id = 3")
        conn.commit()
    Store(old).close()
    with closing(sqlite3.connect(old / DATABASE_FILE)) as conn:
        assert [name for name, _, _ in checksums.broken_blocks(conn)] == ["page"]
