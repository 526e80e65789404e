"""A message that lists things stays short, however many there are, or has a line for each."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kistep_archive.audit.database_checks import database_pages
from kistep_archive.crawl.ledger import Ledger
from kistep_archive.display import some_of
from kistep_archive.model.boards import BUILT_IN, Catalogue

LONGEST = 400


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, ""), (1, "0"), (3, "0, 1, 2"), (4, "0, 1, 2 and 1 more"), (2000, "0, 1, 2 and 1,997 more")],
)
def test_some_of_many_things_are_named_and_the_others_counted(number: int, words: str) -> None:
    assert some_of(range(number), 3) == words


def test_an_unknown_board_is_told_only_some_of_a_thousand() -> None:
    catalogue = Catalogue(tuple(replace(BUILT_IN[0], name=f"board-{number}") for number in range(1000)))
    with pytest.raises(ValueError, match="unknown board 'x'") as error:
        catalogue.named(["x"])
    assert "and 990 more" in str(error.value)
    assert len(str(error.value)) < LONGEST


def test_the_reason_of_a_run_has_only_some_of_its_notes() -> None:
    ledger = Ledger()
    ledger.notes += [f"board-{number}: a note of this board" for number in range(50)]
    _, reason = ledger.verdict()
    assert reason.endswith(" and 45 more")
    assert len(reason) < LONGEST


def test_a_damaged_database_has_a_finding_for_each_line_of_sqlites_check(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x.db")) as conn:
        conn.execute("CREATE TABLE t (words TEXT)")
        conn.executemany("INSERT INTO t VALUES (?)", [("some words",)] * 2000)
        conn.commit()
    content = bytearray((tmp_path / "x.db").read_bytes())
    content[3 * 4096 + 8 : 3 * 4096 + 108] = b"\xff" * 100  # where a page's rows are
    (tmp_path / "x.db").write_bytes(content)
    with closing(sqlite3.connect(tmp_path / "x.db")) as conn:
        findings = list(database_pages(conn))
    assert len(findings) > 5
    assert max(len(str(one)) for one in findings) < LONGEST
