"""The geometry of small charts; the templates draw them as SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kistep_archive.query.stats import HitsReading

_WIDTH, _HEIGHT, _LABELS = 720, 120, 12  # units of the drawing; labels under a chart at most


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart: its name and number, where it stands, the path of what it counts, and whether its
    name is written under it."""

    name: str
    number: int
    x: float
    y: float
    width: float
    height: float
    path: str
    labelled: bool


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars from left to right in a drawing of this size; `most` is the highest number."""

    bars: tuple[Bar, ...]
    most: int
    width: int = _WIDTH
    height: int = _HEIGHT


def bars(counts: Mapping[str, int], path: str) -> BarChart:
    """A bar for each count; "{}" in `path` stands for its name. A year without posts leads nowhere."""
    most, step = max(counts.values(), default=0), _WIDTH / max(1, len(counts))
    every = -(-len(counts) // _LABELS)
    drawn = []
    for place, (name, number) in enumerate(counts.items()):
        height = round(_HEIGHT * number / most, 1) if most else 0
        drawn.append(
            Bar(
                name,
                number,
                x=round(step * place + step * 0.1, 1),
                y=round(_HEIGHT - height, 1),
                width=round(step * 0.8, 1),
                height=height,
                path=path.format(name) if number else "",
                labelled=(len(counts) - 1 - place) % every == 0,
            )
        )
    return BarChart(tuple(drawn), most)


@dataclass(frozen=True, slots=True)
class LineChart:
    """A line through a series: `points` as SVG's polyline has them; the least and the highest number."""

    points: str
    least: int
    most: int
    last_x: float
    last_y: float


def line(readings: Sequence[HitsReading], width: int = 220, height: int = 44) -> LineChart | None:
    """The line of a post's hits, one step a reading; None if there are fewer than two."""
    if len(readings) < 2:
        return None
    least, most = readings[0].hits, readings[-1].hits
    step, span = width / (len(readings) - 1), max(1, most - least)
    places = [
        (round(step * place, 1), round(height - 4 - (height - 8) * (each.hits - least) / span, 1))
        for place, each in enumerate(readings)
    ]
    return LineChart(" ".join(f"{x},{y}" for x, y in places), least, most, *places[-1])
