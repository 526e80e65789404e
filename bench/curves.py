"""Figures of `bench.scale` as an SVG: processor time over the number of posts, both in powers of ten."""

from collections.abc import Sequence
from typing import Any

from kistep_archive.export.svg import FAINT, FONT, GRID, INK, PAPER, SERIES_COLORS, svg

_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 190, 48, 56


def drawn(points: Sequence[tuple[str, int, float]], title: str) -> bytes:
    """The curves of (name, posts, seconds) as an SVG file."""
    last = max(posts for _, posts, _ in points)
    rows = [
        {"name": name, "posts": posts, "seconds": seconds, "end": name if posts == last else ""}
        for name, posts, seconds in points
    ]
    names = list(dict.fromkeys(name for name, _, _ in points))
    return svg(_spec(rows, names, title), title, ", ".join(names))


def _spec(rows: list[dict[str, Any]], names: list[str], title: str) -> dict[str, Any]:
    across = {
        "field": "posts",
        "type": "quantitative",
        "title": "posts",
        "scale": {"type": "log", "nice": False},
        "axis": {"values": sorted({row["posts"] for row in rows}), "format": ","},
    }
    up = {"field": "seconds", "type": "quantitative", "title": "seconds", "scale": {"type": "log"}}
    colour = {
        "field": "name",
        "type": "nominal",
        "legend": None,
        "scale": {
            "domain": names,
            "range": [SERIES_COLORS[at % len(SERIES_COLORS)] for at in range(len(names))],
        },
    }
    line = {"mark": {"type": "line", "point": True}, "encoding": {"x": across, "y": up, "color": colour}}
    label = {
        "mark": {"type": "text", "align": "left", "dx": 8},
        "encoding": {"x": across, "y": up, "text": {"field": "end"}, "color": colour},
    }
    return {
        "width": 520,
        "height": 420,
        "autosize": "none",
        "background": PAPER,
        "padding": {"left": _LEFT, "right": _RIGHT, "top": _TOP, "bottom": _BOTTOM},
        "title": {"text": title, "anchor": "start", "color": INK, "fontSize": 15},
        "data": {"values": rows},
        "layer": [line, label],
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {
                "gridColor": GRID,
                "labelColor": FAINT,
                "titleColor": FAINT,
                "domainColor": FAINT,
                "tickColor": FAINT,
            },
        },
    }
