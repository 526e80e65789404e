"""A database that somebody handed over may have triggers and views of their making: nothing of it is run."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kistep_archive.audit import crosscheck
from kistep_archive.audit.verify import verify
from kistep_archive.errors import ArchiveError
from kistep_archive.store.database import DATABASE_FILE, open_archive
from kistep_archive.store.store import Store
from kistep_archive.store.tables import foreign, views

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
TRIGGER = "CREATE TRIGGER tidy AFTER INSERT ON run BEGIN DELETE FROM page; END"
TAKEN_NAME = "CREATE TRIGGER unshown_added AFTER INSERT ON content BEGIN DELETE FROM page; END"


def made(folder: Path, *statements: str) -> None:
    Store(folder).close()
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as conn:
        for statement in statements:
            conn.execute(statement)
        conn.commit()


@pytest.mark.parametrize(
    ("statements", "part"),
    [
        ([TRIGGER], "trigger 'tidy' on run"),
        (["DROP TRIGGER unshown_added", TAKEN_NAME], "trigger 'unshown_added' on content"),
        ([f"CREATE VIEW mine AS {ENDLESS}"], "view 'mine'"),
    ],
)
def test_verify_names_what_is_foreign_and_no_run_writes(
    tmp_path: Path, statements: list[str], part: str
) -> None:
    made(tmp_path, *statements)
    with pytest.raises(ArchiveError, match="did not make, so nothing is written.*rebuild") as error:
        Store(tmp_path)
    assert (error.value.exit_code, f"it has a {part} that" in str(error.value)) == (5, True)
    with closing(open_archive(tmp_path)) as conn:
        (finding,) = crosscheck.foreign_parts(conn)
    assert str(finding).startswith(f"{DATABASE_FILE} {part}: this program did not make it")


def test_our_own_parts_are_not_foreign(tmp_path: Path) -> None:
    made(tmp_path)
    with closing(open_archive(tmp_path)) as conn:
        assert foreign.parts(conn) == []
    Store(tmp_path).close()


def test_a_view_of_ours_in_other_words_is_replaced_by_the_next_run(tmp_path: Path) -> None:
    made(tmp_path, "DROP VIEW runs", f"CREATE VIEW runs AS {ENDLESS}")
    Store(tmp_path).close()
    with closing(open_archive(tmp_path)) as conn:
        assert conn.execute("SELECT count(*) FROM runs").fetchone()[0] == 0


LYING = "SELECT 1 AS id, 'news' AS board, 'A lie' AS title"
WORDS = "kistep.db: views that are not those of this version were not read: {}; the next run makes them again"


@pytest.mark.parametrize("view", [*views.VIEWS])
@pytest.mark.parametrize("sql", [ENDLESS, LYING])
def test_a_view_of_ours_in_other_words_is_not_read_and_verify_says_so(
    tmp_path: Path, view: str, sql: str
) -> None:
    made(tmp_path, f"DROP VIEW {view}", f"CREATE VIEW {view} AS {sql}")
    with closing(open_archive(tmp_path)) as conn:
        assert conn.execute(f"SELECT count(*) FROM {view}").fetchone()[0] == 0
    report = verify(tmp_path)
    assert (report.findings, report.notes) == ([], [WORDS.format(view)])


def test_a_question_that_never_ends_is_ended() -> None:
    with closing(sqlite3.connect(":memory:")) as conn:
        foreign.limit(conn, 1000)
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            conn.execute(f"SELECT count(*) FROM ({ENDLESS})").fetchone()
