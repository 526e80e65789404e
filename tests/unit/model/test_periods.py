"""Periods and instants as people write them."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistep_archive.model.periods import read

NOW = "2026-03-31T12:00:00.000000Z"  # the month before has no such day
ITS_EDGES = {
    "2024": ("2024-01-01", "2024-12-31", "2024-01-01T00:00:00.000000Z", "2025-01-01T00:00:00.000000Z"),
    "2024-02": ("2024-02-01", "2024-02-29", "2024-02-01T00:00:00.000000Z", "2024-03-01T00:00:00.000000Z"),
    "2024-05-01": ("2024-05-01", "2024-05-01", "2024-05-01T00:00:00.000000Z", "2024-05-02T00:00:00.000000Z"),
    "today": ("2026-03-31", "2026-03-31", "2026-03-31T00:00:00.000000Z", "2026-04-01T00:00:00.000000Z"),
    "Yesterday": ("2026-03-30", "2026-03-30", "2026-03-30T00:00:00.000000Z", "2026-03-31T00:00:00.000000Z"),
    "7d": ("2026-03-24", "2026-03-24", "2026-03-24T12:00:00.000000Z", "2026-03-24T12:00:00.000001Z"),
    "36 hours ago": (
        "2026-03-30",
        "2026-03-30",
        "2026-03-30T00:00:00.000000Z",
        "2026-03-30T00:00:00.000001Z",
    ),
    "2024-05-01T09:00:00Z": (
        *("2024-05-01", "2024-05-01", "2024-05-01T09:00:00.000000Z", "2024-05-01T09:00:00.000001Z"),
    ),
    "2024-05-01T03:00+09:00": (
        *("2024-05-01", "2024-05-01", "2024-04-30T18:00:00.000000Z", "2024-04-30T18:00:00.000001Z"),
    ),
    "9999": ("9999-01-01", "9999-12-31", "9999-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"),
}


@pytest.mark.parametrize(("text", "edges"), ITS_EDGES.items())
def test_a_period_has_its_first_and_last_day_and_the_instants_at_its_edges(
    text: str, edges: tuple[str, ...]
) -> None:
    period = read(text, NOW)
    assert (period.first_day(), period.last_day(), period.since(), period.before()) == edges


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *[("1w", "2026-03-24"), ("2 weeks", "2026-03-17"), ("a", None), ("1 month ago", "2026-02-28")],
        *[("13mo", "2025-02-28"), ("3 months ago", "2025-12-31"), ("1 YEAR AGO", "2025-03-31")],
        *[("  7   days  ago ", "2026-03-24"), ("0d", "2026-03-31"), ("2024-W18-3", "2024-05-01")],
        *[("3m", None), ("-7d", None), ("7", None), ("7d ahead", None), ("3000 years ago", None), ("", None)],
        *[("99999y", None), ("2024-00", None), ("2024-13", None), ("0000", None), ("2023-02-29", None)],
        *[("٢٠٢٤", None), ("7\u0661d", None), ("0001-01-01T00:00+14:00", None)],
    ],
)
def test_a_day_counts_back_from_now_and_anything_else_is_refused(text: str, day: str | None) -> None:
    if day is None:
        with pytest.raises(ValueError, match="not a date; write 2024, "):
            read(text, NOW)
    else:
        assert read(text, NOW).first_day() == day


def test_a_date_and_a_datetime_mean_what_their_text_means() -> None:
    korea = timezone(timedelta(hours=9))
    for value in (date(2024, 5, 1), datetime(2024, 5, 1, 3), datetime(2024, 5, 1, 3, tzinfo=korea)):
        assert read(value, NOW) == read(value.isoformat(), NOW)
    for wrong in (None, 2024, b"2024"):
        with pytest.raises(ValueError, match="not a date; write 2024, "):
            read(wrong, NOW)


@given(st.text(max_size=30) | st.from_regex(r"\d{1,6} ?[a-z-]{1,7} ?\d*", fullmatch=True))
def test_any_text_is_a_period_in_order_or_a_value_error(text: str) -> None:
    try:
        period = read(text, NOW)
    except ValueError:
        return
    assert period.first_day() <= period.last_day()
    assert period.since() < period.before()
