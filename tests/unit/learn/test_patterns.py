"""How a value is taken out of its text: by the words that are around it on all pages."""

import re

import pytest

from kistep_archive.learn import patterns
from kistep_archive.learn.patterns import FieldName
from kistep_archive.learn.samples import RowValues


def row_values(writer: str, date: str, hits: int, title: str = "A talk", *, cut: bool = False) -> RowValues:
    return RowValues(title, cut, writer, date, hits, None)


LINES = {
    "Writer : Kim Sora | Date : 2024-01-02 | Hit : 1,201": row_values("Kim Sora", "2024-01-02", 1201),
    "Writer : Ana Lim | Date : 2023-11-12 | Hit : 87": row_values("Ana Lim", "2023-11-12", 87),
    "Writer : Bo | Date : 2023-11-30 | Hit : 300": row_values("Bo", "2023-11-30", 300),
}
VALUES = frozenset({"Kim Sora", "Ana Lim", "Bo", "A talk"})


def learnt(name: FieldName, lines: dict[str, RowValues]) -> str:
    places = [patterns.spans(row, name, text)[0] for text, row in lines.items()]
    return patterns.pattern(name, list(lines), places, VALUES)


@pytest.mark.parametrize("name", ["writer", "date", "hits"])
def test_a_pattern_takes_the_value_out_of_a_line(name: FieldName) -> None:
    pattern = learnt(name, LINES)
    for text, row in LINES.items():
        found = re.search(pattern, text)
        assert found is not None
        assert patterns.fits(row, name, found[1])


@pytest.mark.parametrize("mark", [" · ", " | ", " / ", ", "])
@pytest.mark.parametrize("name", ["writer", "date", "hits"])
def test_a_value_without_a_label_is_taken_from_between_two_marks(name: FieldName, mark: str) -> None:
    rows = [row_values("Kim Sora", "2024-01-02", 1201), row_values("Ana Lim", "2023-11-12", 87)]
    lines = {mark.join(map(str, (row.writer, row.date, row.hits))): row for row in rows}
    pattern = learnt(name, lines)
    for text, row in lines.items():
        found = re.search(pattern, text)
        assert found is not None
        assert patterns.fits(row, name, found[1])


def test_marks_that_differ_from_page_to_page_say_nothing() -> None:
    lines = {f"Bo{mark}2023-11-12": row_values("Bo", "2023-11-12", 1) for mark in (" · ", " | ")}
    assert learnt("date", lines) == ""


def test_a_pattern_holds_no_digits_of_a_value_and_no_value() -> None:
    lines = {
        f"Bo on 2023-11-12 seen {hits} times": row_values("Bo", "2023-11-12", hits) for hits in (87, 300)
    }
    assert learnt("hits", lines).startswith(r"\bseen (")
    lines = {f"By Bo posted {date}": row_values("Bo", date, 1) for date in ("2023-11-12", "2024-01-02")}
    assert learnt("date", lines).startswith(r"\bposted (")


def test_a_pattern_begins_where_a_word_begins() -> None:
    lines = {
        "Posted: 2024-01-02": row_values("", "2024-01-02", 1),
        "Modified 1 Created: 2024-02-03": row_values("", "2024-02-03", 1),
    }
    assert learnt("date", lines) == ""


def test_a_colon_may_be_right_before_a_number() -> None:
    assert patterns.spans(row_values("", "", 3125), "hits", "Hit:3,125") == [(4, 9)]
    assert patterns.spans(row_values("", "", 10), "hits", "at 10:22") == []


def test_a_cut_title_fits_a_longer_one() -> None:
    row = row_values("", "", 1, "A talk on...", cut=True)
    assert patterns.fits(row, "title", "A talk on bridges")
    assert not patterns.fits(row, "title", "Talks")


DAYS = {
    "months first": ("Mar 5, 2021", "November 12, 2023"),
    "days first": ("5 Mar 2021", "12th November 2023"),
    "weekdays": ("Fri, 05 Mar 2021", "Sun, 12 Nov 2023"),
    "times first": ("오후 3:07 2021-03-05", "오전 10:30 2023-11-12"),
    "months between": ("2021-Mar-05", "2023-Nov-12"),
    "numbers and names": ("2021.03.05", "Nov. 12, 2023"),
}


@pytest.mark.parametrize("shape", DAYS)
def test_a_pattern_takes_a_day_in_any_spelling_out_of_a_line(shape: str) -> None:
    rows = [row_values("Bo", "2021-03-05", 1), row_values("Bo", "2023-11-12", 1)]
    lines = {f"Posted : {words} 15:07 | Hit : 3": row for words, row in zip(DAYS[shape], rows, strict=True)}
    found = learnt("date", lines)
    for text, row in lines.items():
        match = re.search(found, text)
        assert match is not None
        assert patterns.fits(row, "date", match[1])


def test_a_day_that_is_in_a_line_twice_has_two_places_and_another_day_none() -> None:
    row = row_values("Bo", "2021-03-05", 1)
    assert patterns.spans(row, "date", "Mar 5, 2021 | 2021-03-05") == [(0, 11), (14, 24)]
    assert patterns.spans(row, "date", "Mar 6, 2021 | 03/05/2021 | May 2021") == []


def test_a_day_in_numbers_is_learnt_as_before() -> None:
    assert learnt("date", LINES).endswith("([0-9]{4}[^0-9A-Za-z]{1,3}[0-9]{1,2}[^0-9A-Za-z]{1,3}[0-9]{1,2})")
