"""Charts as Vega-Lite specifications: pure functions of rows. Sizes and places are fixed pixels, so that a
chart looks the same with any font."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kistep_archive.display import printable
from kistep_archive.export.svg import FAINT, FONT, GRID, INK, PAPER, SERIES
from kistep_archive.query.stats import By, Periods, Series

Spec = dict[str, Any]
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 672, 300, 64, 64, 92, 74
_ROW = 20  # height of a row of the legend
_BAR = 26  # height of a horizontal bar with its gap
_NAMES = 260  # width of the names beside horizontal bars
_LABELS = 12  # of an axis, at most
_MOST_NUMBERED = 24  # bars; with more, they have no numbers
_MOST_MARKED = 40  # observations of a post; with more, only the last is marked
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
_LINES = 6  # of the grid, not counting the first, at most
_DAY = 86_400
_SHORT = (60, 300, 900, 3600, 10_800, 21_600)  # seconds, if a day is too long
_TIMES = 5  # time steps on an axis
_STEPS: dict[By, tuple[int, ...]] = {
    "month": (1, 2, 3, 6, 12, 24, 60, 120, 240),
    "year": (1, 2, 5, 10, 20, 50, 100, 200),
}


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
            "axis": _period_axis(periods),
            "scale": _bands(list(periods.counts)),
        },
        "y": {"field": "n", "stack": "zero"}
        | _whole(0, max(counts.total() for counts in periods.counts.values())),
    }
    color = {
        "field": "kind",
        "type": "nominal",
        "scale": colors,
        "legend": _legend(_HEIGHT) if len(kinds) > 1 else None,
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
    layers = [bars, numbers] if count <= _MOST_NUMBERED and len(kinds) == 1 else [bars]
    return _frame(layers, rows, text, width, _HEIGHT, _ROW * len(labels) if len(kinds) > 1 else 0)


def horizontal_bars(rows: list[tuple[str, int]], text: ChartText) -> Spec:
    """Horizontal bars from 0, each between its name and its number."""
    values = [
        {"place": place, "name": fit(name, 36), "n": number} for place, (name, number) in enumerate(rows)
    ]
    height = _BAR * len(rows)
    y = {"field": "place", "type": "ordinal", "axis": None, "scale": _bands(list(range(len(rows))))}
    x = {"field": "n"} | _whole(0, max(number for _, number in rows))
    layers: list[Spec] = [
        {"mark": {"type": "bar", "height": _BAR - 8, "color": SERIES[0]}, "encoding": {"x": x, "y": y}},
        {
            "mark": {"type": "text", "x": -8, "align": "right", "fontSize": 12},
            "encoding": {"y": y, "text": {"field": "name"}},
        },
        {
            "mark": {"type": "text", "dx": 5, "align": "left", "fontSize": 11},
            "encoding": {"x": x, "y": y, "text": {"field": "n"}},
        },
    ]
    return _frame(layers, values, text, _WIDTH + _LEFT - _NAMES, height, 0, left=_NAMES)


def lines(posts: list[Series], text: ChartText) -> Spec:
    """A line per post over time. The axis starts at 0 if that takes less than half of it. Two or more lines
    get a legend."""
    names = [fit(f"{series.post}  {series.title}", 96) for series in posts]
    rows: list[Spec] = [
        {
            "post": name,
            "at": _milliseconds(at),
            "hits": hits,
            "marked": len(series.hits) <= _MOST_MARKED or place == len(series.hits) - 1,
        }
        for name, series in zip(names, posts, strict=True)
        for place, (at, hits) in enumerate(series.hits)
    ]
    legend = _legend(_HEIGHT) if len(posts) > 1 else None
    colors, shapes = ({"domain": names, "range": list(kinds[: len(names)])} for kinds in (SERIES, _SHAPES))
    encoding = {
        "x": {"field": "at", "type": "temporal"} | _time([row["at"] for row in rows]),
        "y": {"field": "hits"} | _hits([row["hits"] for row in rows]),
        "color": {"field": "post", "type": "nominal", "scale": colors, "legend": legend},
    }
    shape = {"field": "post", "type": "nominal", "scale": shapes, "legend": legend}
    layers: list[Spec] = [
        {"mark": {"type": "line", "strokeWidth": 2}, "encoding": encoding},
        {
            "transform": [{"filter": "datum.marked"}],
            "mark": {"type": "point", "filled": True, "opacity": 1, "size": 60},
            "encoding": encoding | {"shape": shape},
        },
    ]
    return _frame(layers, rows, text, _WIDTH, _HEIGHT, _ROW * len(names) if legend else 0)


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
        _text(16 - left, -64, fit(text.title, 80), size=18, weight="bold"),
        _text(16 - left, -42, fit(text.subtitle, 110), size=13, color=FAINT),
        _text(16 - left, -14, text.up, size=12, color=FAINT),
        _text(width / 2, height + 38, text.across, size=12, color=FAINT) | {"align": "center"},
        _text(16 - left, below - 14, text.source, size=11, color=FAINT),
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "autosize": {"type": "none"},
        "padding": {"left": left, "right": _RIGHT, "top": _TOP, "bottom": below - height},
        "data": {"values": values},
        "layer": [*layers, *({"data": {"values": [{}]}, "mark": mark} for mark in texts if mark["text"])],
        "config": {
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
            }
            | {
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
        },
    }


def _text(x: float, y: float, text: str, *, size: int, color: str = INK, weight: str = "normal") -> Spec:
    place = {"x": x, "y": y, "align": "left", "baseline": "alphabetic"}
    return {"type": "text", "text": text, "fontSize": size, "fontWeight": weight, "color": color, **place}


def _bands(domain: list[Any]) -> Spec:
    # with 0, Vega loses the first label if its place rounds below 0
    return {"domain": domain, "paddingInner": 0, "paddingOuter": 0.05}


def _whole(low: int, high: int) -> Spec:
    """The axis and scale of whole numbers that include both, with round steps."""
    step = next(step for step in _round_steps() if (high - low) / step <= _LINES)
    ticks = list(range(low // step * step, -(-high // step) * step + 1, step))
    axis = {"values": ticks, "format": ",d", "domain": False, "ticks": False, "grid": True, "labelPadding": 9}
    return {
        "type": "quantitative",
        "axis": axis,
        "scale": {"domain": [ticks[0], ticks[-1]], "nice": False, "zero": False},
    }


def _round_steps() -> Iterator[int]:
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def _legend(height: int) -> Spec:
    return {
        "orient": "none",
        "legendX": 0,
        "legendY": height + 54,
        "direction": "vertical",
        "columns": 1,
        "rowPadding": _ROW - 12,
    }


def _period_axis(periods: Periods) -> Spec:
    """Labels at round periods, few enough not to touch; whole years are shown without a month."""
    names = list(periods.counts)
    ordinals = [
        int(name[:4]) * 12 + int(name[5:]) - 1 if periods.by == "month" else int(name) for name in names
    ]
    for step in _STEPS[periods.by]:
        values = [name for name, ordinal in zip(names, ordinals, strict=True) if ordinal % step == 0]
        if len(values) <= _LABELS:
            break
    short = {"labelExpr": "slice(datum.value, 0, 4)"} if periods.by == "month" and step % 12 == 0 else {}
    return {"values": values, "labelAngle": 0, "grid": False} | short


def _time(instants: list[int]) -> Spec:
    """The axis and scale of round times that include the instants, in milliseconds: days, or less if they
    span only hours."""
    first, last = min(instants) // 1000, max(instants) // 1000
    short = [step for step in _SHORT if first < last and last // step - first // step < _TIMES]
    step = short[0] if short else _DAY
    begin, end = first // step * step, (last // step + 1) * step
    every = step * -(-(end - begin) // step // _TIMES)
    axis = {
        "values": [at * 1000 for at in range(begin, end + 1, every)],
        "labelExpr": f"utcFormat(datum.value, '%Y-%m-%d{'' if step == _DAY else ' %H:%M'}')",
        "grid": False,
    }
    return {"axis": axis, "scale": {"type": "utc", "domain": [begin * 1000, end * 1000]}}


def _hits(hits: list[int]) -> Spec:
    low, high = min(hits), max(hits)
    if zero_based(low, high):
        return _whole(0, max(high, 1))
    return _whole(low, high) if low < high else _whole(low - 1, low + 1)


def zero_based(low: int, high: int) -> bool:
    """Whether an axis of such values starts at 0."""
    return low * 2 <= high


def _milliseconds(at: str) -> int:
    return round(datetime.fromisoformat(at).timestamp() * 1000)
