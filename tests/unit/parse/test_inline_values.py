"""Labels and values in one text."""

import pytest

from kistep_archive.parse.values import inline


@pytest.mark.parametrize(
    "day", ["November 13, 2026", "Nov. 13 2026", "13 November 2026", "13th Nov. 2026", "2026-11-13"]
)
def test_a_sentence_with_a_date_is_no_writer(day: str) -> None:
    assert inline(f"Posted by Lee Jiwon on {day}, read 9 times.") == []


@pytest.mark.parametrize("name", ["Lee Jiwon", "May Marsh", "August Team 2026", "Bureau 13"])
def test_a_name_is_a_writer_though_it_holds_a_month_or_a_number(name: str) -> None:
    assert inline(f"Posted by {name}") == [("writer", name)]
