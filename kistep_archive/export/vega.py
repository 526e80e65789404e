"""Charts as Vega-Lite specifications: pure functions of rows. Sizes and places are fixed pixels, so that a
chart looks the same with any font."""

import unicodedata
from dataclasses import dataclass

from kistep_archive.display import printable
from kistep_archive.export.svg import FAINT, FONT, GRID, INK, PAPER, SERIES_COLORS
from kistep_archive.export.vega_axes import (
    MOST_MARKED,
    MOST_NUMBERED,
    NAMES,
    ROW,
    Spec,
    band_scale,
    hits_axis,
    integer_axis,
    legend_below,
    milliseconds,
    period_axis,
    time_axis,
    words_at,
)
from kistep_archive.query.stats import Periods, Series

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 672, 300, 64, 64, 92, 74
_BAR = 26  # height of a horizontal bar with its gap
# an observation by what showed it: filled, or only its edge
_MARKS: dict[str, Spec] = {
    "post": {"filled": True},
    "listing": {"filled": False, "fill": PAPER, "strokeWidth": 1.5},
}
_SHAPES = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
)


@dataclass(frozen=True, slots=True)
class ChartText:
    """The texts around a chart."""

    title: str
    subtitle: str
    across: str  # the title of the horizontal axis
    up: str  # the title of the vertical axis
    source: str


def columns(periods: Periods, text: ChartText, kinds: dict[str, str]) -> Spec:
    """Vertical bars from 0, one per period, with its kinds stacked. `kinds` maps kind to colour; two or more
    get a legend."""
    labels = {
        kind: f"{kind} ({total})"
        for kind in kinds
        if (total := sum(counts[kind] for counts in periods.counts.values()))
    }
    rows = [
        {"period": period, "kind": labels[kind], "order": list(kinds).index(kind), "n": counts[kind]}
        for period, counts in periods.counts.items()
        for kind in labels
        if counts[kind]
    ]
    count = len(periods.counts)
    width = max(_WIDTH, 2 * count)  # each bar must be visible
    colors = {"domain": list(labels.values()), "range": [kinds[kind] for kind in labels]}
    encoding = {
        "x": {
            "field": "period",
            "type": "ordinal",
            "axis": period_axis(periods),
            "scale": band_scale(list(periods.counts)),
        },
        "y": {"field": "n", "stack": "zero"}
        | integer_axis(0, max(counts.total() for counts in periods.counts.values())),
    }
    color = {
        "field": "kind",
        "type": "nominal",
        "scale": colors,
        "legend": legend_below(_HEIGHT) if len(kinds) > 1 else None,
    }
    thick = round(min(width / count * (0.8 if count < _WIDTH / 3 else 1), 40), 2)
    apart = {"stroke": PAPER, "strokeWidth": 1} if len(kinds) > 1 and thick > 5 else {}
    bars: Spec = {
        "mark": {"type": "bar", "width": thick} | apart,
        "encoding": encoding | {"color": color, "order": {"field": "order"}},
    }
    numbers: Spec = {
        "mark": {"type": "text", "dy": -8, "fontSize": 11},
        "encoding": encoding | {"text": {"field": "n"}},
    }
    layers = [bars, numbers] if count <= MOST_NUMBERED and len(kinds) == 1 else [bars]
    return _frame(layers, rows, text, width, _HEIGHT, ROW * len(labels) if len(kinds) > 1 else 0)


def horizontal_bars(rows: list[tuple[str, int]], text: ChartText) -> Spec:
    """Horizontal bars from 0, each between its name and its number."""
    values = [
        {"place": place, "name": fit(name, 36), "n": number} for place, (name, number) in enumerate(rows)
    ]
    height = _BAR * len(rows)
    y = {"field": "place", "type": "ordinal", "axis": None, "scale": band_scale(list(range(len(rows))))}
    x = {"field": "n"} | integer_axis(0, max(number for _, number in rows))
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "height": _BAR - 8, "color": SERIES_COLORS[0]},
            "encoding": {"x": x, "y": y},
        },
        {
            "mark": {"type": "text", "x": -8, "align": "right", "fontSize": 12},
            "encoding": {"y": y, "text": {"field": "name"}},
        },
        {
            "mark": {"type": "text", "dx": 5, "align": "left", "fontSize": 11},
            "encoding": {"x": x, "y": y, "text": {"field": "n"}},
        },
    ]
    return _frame(layers, values, text, _WIDTH + _LEFT - NAMES, height, 0, left=NAMES)


def lines(posts: list[Series], text: ChartText) -> Spec:
    """A line per post over time. The axis starts at 0 if that takes less than half of it. Two or more lines
    get a legend. What a listing showed has a hollow mark."""
    names = [fit(f"{series.post}  {series.title}", 96) for series in posts]
    rows: list[Spec] = [
        {
            "post": name,
            "at": milliseconds(reading.at),
            "hits": reading.hits,
            "seen_in": reading.seen_in,
            "marked": len(series.hits) <= MOST_MARKED or place == len(series.hits) - 1,
        }
        for name, series in zip(names, posts, strict=True)
        for place, reading in enumerate(series.hits)
    ]
    legend = legend_below(_HEIGHT) if len(posts) > 1 else None
    colors, shapes = (
        {"domain": names, "range": list(kinds[: len(names)])} for kinds in (SERIES_COLORS, _SHAPES)
    )
    encoding = {
        "x": {"field": "at", "type": "temporal"} | time_axis([row["at"] for row in rows]),
        "y": {"field": "hits"} | hits_axis([row["hits"] for row in rows]),
        "color": {"field": "post", "type": "nominal", "scale": colors, "legend": legend},
    }
    shape = {"field": "post", "type": "nominal", "scale": shapes, "legend": legend}
    marks: list[Spec] = [
        {
            "transform": [{"filter": f"datum.marked && datum.seen_in === '{seen_in}'"}],
            "mark": {"type": "point", "opacity": 1, "size": 60} | look,
            "encoding": encoding | {"shape": shape},
        }
        for seen_in, look in _MARKS.items()
        if any(row["seen_in"] == seen_in for row in rows)
    ]
    layers: list[Spec] = [{"mark": {"type": "line", "strokeWidth": 2}, "encoding": encoding}, *marks]
    return _frame(layers, rows, text, _WIDTH, _HEIGHT, ROW * len(names) if legend else 0)


def fit(text: str, columns: int) -> str:
    """The text on one line, cut to a width in which Hangul and Han count twice; control characters are
    shown."""
    result, room = "", columns
    for letter in (plain := printable(" ".join(text.split()))):
        room -= (
            0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        )
        result += letter
        if room < 0:
            return f"{result[:-2].rstrip()}…"
    return plain


_CONFIG = {
    "aria": False,  # the picture as a whole has a title and a description
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "text": {"color": INK, "baseline": "middle"},
    "axis": {
        "title": None,
        "labelColor": FAINT,
        "labelFontSize": 12,
        "labelOverlap": False,
        "labelBound": False,
        "tickColor": FAINT,
        "domainColor": FAINT,
        "gridColor": GRID,
        "labelFlush": False,
        "labelLimit": 0,
    },
    "legend": {
        "title": None,
        "labelColor": INK,
        "labelFontSize": 12,
        "labelLimit": 0,
        "symbolSize": 90,
    },
}


def _frame(
    layers: list[Spec],
    values: list[Spec],
    text: ChartText,
    width: float,
    height: int,
    legend: int,
    *,
    left: int = _LEFT,
) -> Spec:
    below = height + _BOTTOM + (legend and legend + 16)
    texts = [
        words_at(16 - left, -64, fit(text.title, 80), size=18, weight="bold"),
        words_at(16 - left, -42, fit(text.subtitle, 110), size=13, color=FAINT),
        words_at(16 - left, -14, text.up, size=12, color=FAINT),
        words_at(width / 2, height + 38, text.across, size=12, color=FAINT) | {"align": "center"},
        words_at(16 - left, below - 14, text.source, size=11, color=FAINT),
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "autosize": {"type": "none"},
        "padding": {"left": left, "right": _RIGHT, "top": _TOP, "bottom": below - height},
        "data": {"values": values},
        "layer": [*layers, *({"data": {"values": [{}]}, "mark": mark} for mark in texts if mark["text"])],
        "config": _CONFIG,
    }
