"""Tables for people: as wide as they need to be, on a terminal not wider than it, with all words."""

from itertools import pairwise
from typing import Any

from rich.cells import cell_len

from kistep_archive.cli.render.plain import table

COLUMNS = {"at": "AT", "number": "NUMBER", "title": "TITLE", "url": "URL"}
ROWS: list[dict[str, Any]] = [
    {
        "at": "2026-11-29T16:12:25.066366Z",
        "number": 97928,
        "title": "Card News: Five Numbers on Korean R&D",
        "url": "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no=97928",
    },
    {
        "at": "2026-11-30T16:12:25.066366Z",
        "number": 4,
        "title": "국가연구개발사업예산배분 설명회 안내",
        "url": "https://x.org/a",
    },
]


def columns_of(said: str) -> list[list[str]]:
    """The lines of a table that has no wide characters, cut where its headings begin."""
    heading = said.splitlines()[0]
    starts = [*(heading.index(name) for name in COLUMNS.values()), 999]
    return [[line[a:b].strip() for a, b in pairwise(starts)] for line in said.splitlines()]


def test_a_table_that_fits_and_one_that_is_not_for_a_terminal_have_one_line_for_each_row() -> None:
    assert len(table(ROWS, COLUMNS).splitlines()) == 3
    assert table(ROWS, COLUMNS, room=400) == table(ROWS, COLUMNS)


def test_cells_that_do_not_fit_go_on_below_and_nothing_is_lost() -> None:
    said = table(ROWS[:1], COLUMNS, room=100)
    assert max(map(cell_len, said.splitlines())) <= 100
    cells = ["".join(column) for column in zip(*columns_of(said)[1:], strict=True)]
    assert [cell.replace(" ", "") for cell in cells] == [
        str(value).replace(" ", "") for value in ROWS[0].values()
    ]


def test_words_instants_and_hangul_stay_whole_where_there_is_room_for_them() -> None:
    lines = table(ROWS, COLUMNS, room=100).splitlines()
    assert max(map(cell_len, lines)) <= 100
    for word in (ROWS[0]["at"], "Numbers", "국가연구개발사업예산배분", "https://x.org/a"):
        assert any(word in line for line in lines), word


def test_a_narrow_terminal_breaks_words_and_one_that_is_too_narrow_gets_the_narrowest_table() -> None:
    assert max(map(cell_len, table(ROWS, COLUMNS, room=50).splitlines())) <= 50
    assert table(ROWS, COLUMNS, room=10) == table(ROWS, COLUMNS, room=42)
