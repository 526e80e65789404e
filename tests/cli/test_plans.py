"""A question about one post, a search and a run that finds nothing new read no growing table from end to end:
SQLite's own plan says so for each statement."""

import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from commands import Archive
from flat import steps_of_a_run
from generated import generate

ADDRESS = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no=98911"
QUESTIONS = [
    "search forum",
    "search forum --removed --board news --since 2020-01-01",
    "search forum --sort date --has-file",
    "show 5",
    "show 98911",
    "show news/98911 --revision 1 --as json",
    "show news/98911 --as-of 2100-01-01",
    "history 98911 --as-of 2100-01-01",
    f"show {ADDRESS}",
    f"show --page {ADDRESS}",
    "diff news/98911",
    "history news/98911",
    "explain news/98911 title",
]
# what may be read from end to end: tables that do not grow with the posts, and the index of words by a query
_SMALL = re.compile(
    r"SCAN (?:(?:main\.|temp\.)?sqlite_master|pragma_table_info|json_each|horizon|\(subquery|\d+ CONSTANT"
    r"|CONSTANT|content_text VIRTUAL|main\.content_text_config|temp\.\w+|changed_block"
    r"|(?:main\.)?(?:run|board|walk|owed|failure|wanted|w|seal|removal|_sqlite_migrations|vocabulary)\b"
    r"|walks|c LEFT-JOIN|f\b)"  # as the statements of a run call a board's walks, and the failures
)


_BOUNDED = "ORDER BY number DESC LIMIT 1000"  # reads only so many rows, from an index


class Explaining(sqlite3.Connection):
    """Asks for the plan of each statement before it executes it."""

    scans: ClassVar[set[str]] = set()

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        self._explain(sql, parameters)
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        rows = list(parameters)
        for row in rows[:1]:
            self._explain(sql, row)
        return super().executemany(sql, rows)

    def _explain(self, sql: str, parameters: Any) -> None:
        if re.match(r"\s*(?:SELECT|WITH)", sql):
            factory, self.row_factory = self.row_factory, None
            for row in super().execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall():
                if row[3].startswith("SCAN ") and not _SMALL.match(row[3]) and _BOUNDED not in sql:
                    self.scans.add(f"{row[3]} in {' '.join(sql.split())}")
            self.row_factory = factory


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The statements that read a growing table from end to end, told by SQLite's plans."""
    connect = sqlite3.connect
    monkeypatch.setattr(Explaining, "scans", set())
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **more: connect(*a, **more | {"factory": Explaining}))
    return Explaining.scans


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_about_one_post_or_some_words_reads_no_table_to_its_end(
    place: Archive, scans: set[str], question: str
) -> None:
    done = place.run(*question.split())
    assert (done.returncode, done.stderr) == (0, "")
    assert scans == set()


def test_a_run_that_finds_nothing_new_reads_no_table_to_its_end(tmp_path: Path, scans: set[str]) -> None:
    generate(tmp_path, 1500, body="words ")
    scans.clear()  # a new database is filled from end to end
    steps_of_a_run(tmp_path, 1500)
    assert scans == set()
