"""Days as pages and rows write them: which are read, and which are refused."""

from datetime import date

import pytest
from real_pages import page, source

from kistep_archive.model.items import Listing, ParsedPost
from kistep_archive.parse.dates import day
from kistep_archive.parse.parser import parse
from kistep_archive.parse.values import inline, is_inline


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("2022-07-14", "2022-07-14"),
        ("2010-09-29 18:04", "2010-09-29"),
        ("2022/04/12 00:00:00", "2022-04-12"),
        ("2026.06.30", "2026-06-30"),
        ("2026. 6. 30.", "2026-06-30"),
        ("20260420", "2026-04-20"),
        ("202604201230", "2026-04-20"),
        ("2026년 6월 3일", "2026-06-03"),
        ("2024-04-04(Thu)", "2024-04-04"),
        ("2024-04-04 Thursday", "2024-04-04"),
        ("2024-04-04 11:05 AM", "2024-04-04"),
        ("2024-04-04 오후 3:20", "2024-04-04"),
        ("2024.04.04. (목) 15:20", "2024-04-04"),
        ("2024-04-04 15:20:30 (KST)", "2024-04-04"),
        ("2024-04-04 15:20 UTC+09:00", "2024-04-04"),
        ("2024-04-04T23:20:30.5Z", "2024-04-04"),
        ("2024-04-04, 15:20", "2024-04-04"),
        ("2024-04-04 15시 20분", "2024-04-04"),
        ("2024\u201104\u201104", "2024-04-04"),
        ("2024\u201304\u201304 15:20", "2024-04-04"),
        ("2567-04-04", None),
        ("0113-04-04", None),
        ("2024-04-04 ~ 2024-04-06", None),
        ("2024-04-04 or later", None),
        ("2023-02-29", None),
        ("99999999", None),
        ("2022-7", None),
        ("", None),
        ("0000-00-00", None),
        ("1,234", None),
    ],
)
def test_dates_of_all_met_forms(words: str, said: str | None) -> None:
    assert day(words) == said


NAMED = [
    "Mar 5, 2021", "March 5, 2021", "MARCH 5, 2021", "mar. 5, 2021", "Mar 5th, 2021", "Mar.5,2021",
    "5 Mar 2021", "05 March 2021", "5 Mar. 2021", "5th of March, 2021", "05-Mar-2021", "05/MAR/2021",
    "2021 Mar 5", "2021-Mar-05", "Friday, March 5, 2021", "Fri, 5 Mar 2021", "(Fri) Mar 5, 2021",
]  # fmt: skip
TIMES = [
    "Fri, 05 Mar 2021 15:07:00 +0900", "Fri, 05 Mar 2021 06:07:00 GMT", "5 Mar 2021 15:07:00 +09:00 (KST)",
    "March 5, 2021 03:07 PM", "March 5, 2021 at 3:07 p.m.", "Mar 5, 2021, 15:07", "Mar 5 2021 오후 3:07",
    "PM 3:07 2021-03-05", "오후 3:07 2021-03-05", "오후 3시 7분 2021년 3월 5일", "3:07 PM, March 5, 2021",
    "15:07 Fri, 5 Mar 2021", "15:07:00 2021.03.05.", "Fri Mar 05 15:07:00 KST 2021",
]  # fmt: skip


@pytest.mark.parametrize("words", [*NAMED, *TIMES, *(f"{words} 15:07" for words in NAMED)])
def test_a_day_with_the_name_of_its_month_or_after_its_time_is_read(words: str) -> None:
    assert day(words) == "2021-03-05"


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("form", ["%B %d, %Y", "%b %d, %Y", "%d %b. %Y", "%a, %d %b %Y", "%A %d %B %Y"])
def test_every_month_is_read(month: int, form: str) -> None:
    assert day(date(2021, month, 28).strftime(form)) == f"2021-{month:02d}-28"


@pytest.mark.parametrize(
    "words",
    [
        "03/05/2021", "05.03.2021", "05-03-2021", "5 3 2021",  # which is the month?
        "Feb 30, 2021", "31 Apr 2021", "29 Feb 2023", "0 Mar 2021", "Mar 32, 2021",
        "Mar 5, 2553", "5 Mar 4357", "PM 3:07 2553-03-05", "PM 3:07 2021-02-30",
        "Mar 5, 21", "May 2021", "5 March", "Mars 5, 2021", "Marble 5, 2021", "Mar 5, 20211",
        "Mar 5 - Mar 7, 2021", "Mar 5-7, 2021", "Mar 5, 2021 or later", "Forum of Mar 5, 2021",
        "PM 3:07", "오후 2021-03-05", "Friday 2021", "Room 15:07 2021-03-05",
    ],
)  # fmt: skip
def test_what_is_no_day_or_may_be_two_is_refused(words: str) -> None:
    assert day(words) is None


@pytest.mark.parametrize("words", NAMED[:6] + TIMES)
@pytest.mark.parametrize("beside", ["Writer KISTEP Date {} Hit 519", "Writer: KISTEP | Date: {} | Hit: 519"])
def test_a_day_with_a_name_is_the_value_of_a_label_on_the_same_line(words: str, beside: str) -> None:
    assert dict(inline(beside.format(words))) == {"writer": "KISTEP", "date": words, "hits": "519"}


@pytest.mark.parametrize("words", ["Date may change", "Date of March", "Posted Friday", "Date 오후"])
def test_a_sentence_with_a_month_or_a_weekday_is_no_label_with_its_value(words: str) -> None:
    assert not is_inline(words)


WHOLE = ["March 5, 2021", "Fri, 05 Mar 2021 15:07:00 +0900", "오후 3:07 2021-03-05"]


@pytest.mark.parametrize("words", WHOLE)
def test_a_post_and_a_row_with_such_a_day_are_read(words: str) -> None:
    for name in ("es_post_info.html", "es_listing_aria.html"):
        found = parse(page(name, source(name).replace("2022-07-14", words)))
        assert isinstance(found, ParsedPost | Listing)
        rows = [found] if isinstance(found, ParsedPost) else found.rows[1:2]
        assert [row.date for row in rows] == ["2021-03-05"]


@pytest.mark.parametrize("year", [1923, 1970, 1989, 2100, 2553, 4357])
def test_a_year_in_which_no_site_was_written_is_no_day(year: int) -> None:
    assert day(f"{year}-05-01") is None
