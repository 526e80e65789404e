"""Axes, bars, points and texts have room in a picture, whatever the numbers and the words are."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from unicodedata import combining, east_asian_width

import pytest
from charted import NS, bars, texts_in
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kistep_archive.export.svg import SERIES_COLORS, svg
from kistep_archive.export.vega import ChartText, columns, fit, horizontal_bars, lines
from kistep_archive.query.stats import HitsReading, Periods, Series

WORDS = ChartText("T", "S", "across", "up", "source")
NASTY = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


def test_months_without_posts_keep_their_place() -> None:
    spec = columns(
        Periods("month", {"2021-11": Counter(posts=1), "2021-12": Counter(), "2022-01": Counter(posts=2)}),
        WORDS,
        {"posts": SERIES_COLORS[0]},
    )
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == ["2021-11", "2021-12", "2022-01"]


@pytest.mark.parametrize("count", [1, 2, 13, 19, 25, 120, 121, 200, 1200])
@pytest.mark.parametrize("by", ["month", "year"])
def test_however_many_bars_their_labels_do_not_touch_and_each_bar_is_seen(count: int, by: str) -> None:
    names = [
        f"{1000 + place // 12}-{place % 12 + 1:02}" if by == "month" else f"{1000 + place}"
        for place in range(count)
    ]
    spec = columns(
        Periods(by, {name: Counter(posts=1) for name in names}), WORDS, {"posts": SERIES_COLORS[0]}
    )  # type: ignore[arg-type]
    axis = spec["layer"][0]["encoding"]["x"]["axis"]
    root = ET.fromstring(svg(spec, "T", "D"))
    labels = [label for label in root.iter(f"{NS}text") if re.fullmatch(r"\d{4}(-\d\d)?", label.text or "")]
    assert [(label.text or "")[:7] for label in labels] == [
        name[: 4 if "labelExpr" in axis else 7] for name in axis["values"]
    ]
    assert labels
    places = [float(re.findall(r"[\d.]+", label.get("transform") or "")[0]) for label in labels]
    widest = 7 * max(len(label.text or "") for label in labels) + 3  # pixels, of digits 12 high
    assert all(after - before >= widest for before, after in pairwise(places))
    shown = bars(root)
    assert len(shown) == count
    assert all(width >= 1.5 for _, _, width, _ in shown)


@pytest.mark.parametrize("seconds", [0, 5, 90, 4000, 40_000, 90_000, 3_000_000, 500_000_000])
def test_times_on_the_axis_hold_all_observations_and_do_not_touch(seconds: int) -> None:
    start = datetime(2026, 1, 1, 3, tzinfo=UTC)
    at = [start.isoformat(), (start + timedelta(seconds=seconds)).isoformat()]
    spec = lines([Series(1, "T", [HitsReading(at[0], 5), HitsReading(at[1], 6)])], WORDS)
    x = spec["layer"][0]["encoding"]["x"]
    begin, end = x["scale"]["domain"]
    drawn_at = [row["at"] for row in spec["data"]["values"]]
    assert begin <= min(drawn_at) <= max(drawn_at) <= end
    ticks = x["axis"]["values"]
    assert begin == ticks[0] <= ticks[-1] <= end
    width = spec["width"] / (end - begin) * (ticks[1] - ticks[0])
    assert width >= (120 if "%H" in x["axis"]["labelExpr"] else 75)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=5))
@example([0])
@example([7, 7])
def test_numbers_on_the_axis_are_whole_round_and_hold_all_hits(hits: list[int]) -> None:
    y = lines([Series(1, "T", [HitsReading("2026-01-01T03:00:00Z", number) for number in hits])], WORDS)[
        "layer"
    ][0]["encoding"]["y"]
    low, high = y["scale"]["domain"]
    ticks = y["axis"]["values"]
    assert low <= min(hits) <= max(hits) <= high
    assert ticks[0] == low < ticks[-1] == high
    assert len(ticks) <= 9
    assert len({after - before for before, after in pairwise(ticks)}) == 1


def test_one_point_is_marked_and_of_two_hundred_the_last() -> None:
    for count, marked in ((1, 1), (40, 40), (200, 1)):
        spec = lines(
            [
                Series(
                    1,
                    "T",
                    [
                        HitsReading(f"2026-01-01T03:{place // 60:02}:{place % 60:02}Z", place)
                        for place in range(count)
                    ],
                )
            ],
            WORDS,
        )
        assert sum(row["marked"] for row in spec["data"]["values"]) == marked
        assert spec["data"]["values"][-1]["marked"]


@given(st.text(st.characters(codec="utf-8"), max_size=80), st.integers(5, 60))
@example("과학기술정책" * 20, 36)
@example("a\r\nb\0\x1b[31m\ufffe", 20)
def test_a_fitted_text_is_one_printable_line_of_that_width(text: str, room: int) -> None:
    said = fit(text, room)
    assert said.isprintable()
    assert (
        sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in said)
        <= room
    )


@settings(max_examples=max(3, settings().max_examples // 4))
@given(st.lists(NASTY, min_size=1, max_size=30))
@example(["</text><script>alert(1)</script>", "]]>&amp;", "\0\x0b\ufffe", "{{datum}}", "=1+1", "A\u202eB"])
def test_fault_any_writer_and_title_makes_a_well_formed_picture(names: list[str]) -> None:
    root = ET.fromstring(
        svg(horizontal_bars([(name, 1) for name in names], WORDS), fit(names[0], 80), fit(names[-1], 80))
    )
    assert not list(root.iter(f"{NS}script"))
    assert Counter(shown for name in names if (shown := fit(name, 36))) <= Counter(texts_in(root))
    ET.fromstring(
        svg(
            lines(
                [
                    Series(n, name, [HitsReading("2026-01-01T03:00:00Z", n)])
                    for n, name in enumerate(names[:8])
                ],
                WORDS,
            ),
            "T",
            "D",
        )
    )
