"""A page of rows that passes over posts of the days between its rows: it cannot be read any more, or it is an
old copy."""

from dataclasses import replace

import pytest
from guarded import USUAL

from kistep_archive.ingest.guards.drift import Judge
from kistep_archive.model.baseline import Baseline, KnownRow
from kistep_archive.model.items import ListedRow, Listing, Row

ROWS = tuple(
    Row(100 + day, f"Title {day}", False, None, f"2022-07-{day}", None, "u", False, False, None)
    for day in range(20, 10, -1)
)  # of 20 to 11 July
HELD = {row.number: KnownRow(ListedRow.of(row), row.date or "", None, False) for row in ROWS}


def posts(
    count: int, day: str, *, removed: bool = False, missed: bool = False, first: int = 1000
) -> dict[int, KnownRow]:
    """So many posts of a day that the archive has and the page lacks."""
    return {first + number: KnownRow(None, day, None, removed, missed) for number in range(count)}


def why(held: dict[int, KnownRow], rows: tuple[Row, ...] = ROWS, page: int = 2) -> str:
    """Why the rows of a page cannot be trusted; "" where they can."""
    judge = Judge(Baseline.of(HELD | held, USUAL, lambda _: None))
    judge.rows("u", page, Listing("es", page, 9, 90, rows))
    assert judge.listing is None or judge.listing.field == "rows"
    return judge.listing.why if judge.listing else ""


@pytest.mark.parametrize(("count", "trusted"), [(0, True), (2, True), (3, False), (9, False)])
def test_three_posts_that_are_passed_over_are_suspicious(count: int, trusted: bool) -> None:
    assert (why(posts(count, "2022-07-15")) == "") == trusted


@pytest.mark.parametrize(("count", "trusted"), [(4, True), (5, False)])
def test_on_a_large_board_more_than_a_fiftieth_must_be_passed_over(count: int, trusted: bool) -> None:
    others = posts(200 - len(HELD) - count, "2010-01-01", first=5000)  # with them it has 200
    assert (why(posts(count, "2022-07-15") | others) == "") == trusted


@pytest.mark.parametrize(
    ("day", "page", "trusted"),
    [
        ("2022-07-11", 2, True),  # the last row's own day: the rest of it may stand on the next page
        ("2022-07-12", 2, False),
        ("2022-07-19", 2, False),
        ("2022-07-20", 2, True),  # the first row's: on the page before
        ("2022-07-21", 2, True),
        ("2022-07-20", 1, False),
        ("2022-07-21", 1, False),
        ("2022-07-10", 1, True),
    ],
)
def test_only_days_between_the_rows_count_and_on_the_first_page_all_newer_ones(
    day: str, page: int, trusted: bool
) -> None:
    assert (why(posts(3, day), page=page) == "") == trusted


def test_an_old_copy_of_the_first_page_is_told_by_what_is_newer() -> None:
    days = ("2022-07-21", "2022-07-25", "2022-07-20")  # the last is that of the first row
    newer = {at: row for at, day in enumerate(days, start=1000) for row in posts(1, day).values()}
    assert why(newer, page=1) == (
        "its newest post is of 2022-07-20, but the archive has 2 newer posts, the newest of 2022-07-25"
    )
    assert "3 posts whose days are between" in why(posts(3, "2022-07-15"), page=1)


def test_what_is_gone_or_was_missed_before_or_shown_on_an_earlier_page_is_not_passed_over() -> None:
    assert why(posts(9, "2022-07-15", removed=True)) == ""
    assert why(posts(9, "2022-07-15", missed=True)) == ""
    judge = Judge(Baseline.of(HELD | posts(3, "2022-07-15"), USUAL, lambda _: None))
    judge.seen = {1000}
    assert judge.rows("u", 2, Listing("es", 2, 9, 90, ROWS))


def test_rows_that_are_pinned_undated_or_in_another_order_say_nothing_of_days() -> None:
    passed = posts(3, "2022-07-15")
    old = replace(ROWS[0], number=99, date="2009-01-01", pinned=True)
    assert why(posts(3, "2010-01-01"), (old, *ROWS)) == ""
    assert why(passed, (old, *ROWS)) != ""
    known = {row.number: HELD[row.number] for row in ROWS[1:]}
    undated = Judge(Baseline.of(known | passed, USUAL, lambda _: None))
    assert undated.rows("u", 2, Listing("es", 2, 9, 90, (replace(ROWS[0], date=None), *ROWS[1:])))
    assert why(passed, ROWS[::-1]) == ""
    assert why(passed, (*ROWS[:3], ROWS[4], ROWS[3], *ROWS[5:])) == ""
    assert why(passed, ()) == ""
