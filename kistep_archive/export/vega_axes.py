"""Axes, legends and labels of a Vega-Lite chart."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from kistep_archive.export.svg import INK
from kistep_archive.query.stats import By, Periods

Spec = dict[str, Any]
ROW = 20  # height of a row of the legend
NAMES = 260  # width of the names beside horizontal bars
MOST_LABELS = 12  # of an axis, at most
MOST_NUMBERED = 24  # bars; with more, they have no numbers
MOST_MARKED = 40  # observations of a post; with more, only the last is marked
MOST_LINES = 6  # of the grid, not counting the first, at most
TIME_STEPS = 5  # time steps on an axis
DAY = 86_400
SHORT = (60, 300, 900, 3600, 10_800, 21_600)  # seconds, if a day is too long
_STEPS: dict[By, tuple[int, ...]] = {
    "month": (1, 2, 3, 6, 12, 24, 60, 120, 240),
    "year": (1, 2, 5, 10, 20, 50, 100, 200),
}


def words_at(x: float, y: float, text: str, *, size: int, color: str = INK, weight: str = "normal") -> Spec:
    place = {"x": x, "y": y, "align": "left", "baseline": "alphabetic"}
    return {"type": "text", "text": text, "fontSize": size, "fontWeight": weight, "color": color, **place}


def band_scale(domain: list[Any]) -> Spec:
    # with 0, Vega loses the first label if its place rounds below 0
    return {"domain": domain, "paddingInner": 0, "paddingOuter": 0.05}


def integer_axis(low: int, high: int) -> Spec:
    """The axis and scale of whole numbers that include both, with round steps."""
    step = next(step for step in _round_steps() if (high - low) / step <= MOST_LINES)
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


def legend_below(height: int) -> Spec:
    return {
        "orient": "none",
        "legendX": 0,
        "legendY": height + 54,
        "direction": "vertical",
        "columns": 1,
        "rowPadding": ROW - 12,
    }


def period_axis(periods: Periods) -> Spec:
    """Labels at round periods, few enough not to touch; whole years are shown without a month."""
    names = list(periods.counts)
    ordinals = [
        int(name[:4]) * 12 + int(name[5:]) - 1 if periods.by == "month" else int(name) for name in names
    ]
    for step in _STEPS[periods.by]:
        values = [name for name, ordinal in zip(names, ordinals, strict=True) if ordinal % step == 0]
        if len(values) <= MOST_LABELS:
            break
    short = {"labelExpr": "slice(datum.value, 0, 4)"} if periods.by == "month" and step % 12 == 0 else {}
    return {"values": values, "labelAngle": 0, "grid": False} | short


def time_axis(instants: list[int]) -> Spec:
    """The axis and scale of round times that include the instants, in milliseconds: days, or less if they
    span only hours."""
    first, last = min(instants) // 1000, max(instants) // 1000
    short = [step for step in SHORT if first < last and last // step - first // step < TIME_STEPS]
    step = short[0] if short else DAY
    begin, end = first // step * step, (last // step + 1) * step
    every = step * -(-(end - begin) // step // TIME_STEPS)
    axis = {
        "values": [at * 1000 for at in range(begin, end + 1, every)],
        "labelExpr": f"utcFormat(datum.value, '%Y-%m-%d{'' if step == DAY else ' %H:%M'}')",
        "grid": False,
    }
    return {"axis": axis, "scale": {"type": "utc", "domain": [begin * 1000, end * 1000]}}


def hits_axis(hits: list[int]) -> Spec:
    low, high = min(hits), max(hits)
    if zero_based(low, high):
        return integer_axis(0, max(high, 1))
    return integer_axis(low, high) if low < high else integer_axis(low - 1, low + 1)


def zero_based(low: int, high: int) -> bool:
    """Whether an axis of such values starts at 0."""
    return low * 2 <= high


def milliseconds(at: str) -> int:
    return round(datetime.fromisoformat(at).timestamp() * 1000)
