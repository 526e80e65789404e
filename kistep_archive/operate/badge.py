"""A small badge of the archive's health, SVG: for a README, a dashboard, an intranet page. The same health is the same bytes."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

LABEL = "kistep archive"
_GREEN, _AMBER, _RED, _GREY = "#1a7f37", "#8a5a00", "#b3261e", "#57606a"  # white text on each: a contrast of at least 4.5 : 1
_WORST = ("unhealthy", "suspicious", "never ran", "debts", "stale")
_SAID = {
    "unhealthy": ("store unhealthy", _RED),
    "suspicious": ("site changed", _RED),
    "never ran": ("never ran", _GREY),
    "debts": ("incomplete", _AMBER),
    "stale": ("stale", _AMBER),
}
_NARROW = frozenset("ijlrtfI.,:;·'|!() -1")
_HEIGHT = 20
_PAD = 6  # pixels on either side of a text

_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img" aria-labelledby="t">
<title id="t">{title}</title>
<clipPath id="r"><rect width="{width}" height="{height}" rx="3"/></clipPath>
<g clip-path="url(#r)">
<rect width="{left}" height="{height}" fill="#24292f"/>
<rect x="{left}" width="{right}" height="{height}" fill="{color}"/>
</g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" aria-hidden="true">
<text x="{pad}" y="14" textLength="{label_length}" lengthAdjust="spacingAndGlyphs">{label}</text>
<text x="{message_x}" y="14" textLength="{message_length}" lengthAdjust="spacingAndGlyphs">{message}</text>
</g>
</svg>
"""


class Badge(NamedTuple):
    """What a badge says, and the colour behind it."""

    message: str
    color: str


def badge(status: Mapping[str, Any]) -> Badge:
    """Of what is worst in a `status`; where all boards are well, that they are current."""
    causes = {cause["cause"] for row in status["results"] for cause in row["causes"]}
    for cause in _WORST:
        if cause in causes:
            return Badge(*_SAID[cause])
    if not status["results"]:
        return Badge(*_SAID["never ran"])
    posts = sum(row["posts"] for row in status["results"])
    return Badge(f"current · {posts:,} {'post' if posts == 1 else 'posts'}", _GREEN)


def as_svg(shown: Badge, label: str = LABEL) -> str:
    """A whole SVG document. Texts are fitted to a length of our own, whichever font is there."""
    label_length, message_length = _length(label), _length(shown.message)
    left, right = label_length + 2 * _PAD, message_length + 2 * _PAD
    return _SVG.format(
        width=left + right,
        height=_HEIGHT,
        left=left,
        right=right,
        pad=_PAD,
        color=escape(shown.color),
        title=escape(f"{label}: {shown.message}"),
        label=escape(label),
        message=escape(shown.message),
        label_length=label_length,
        message_x=left + _PAD,
        message_length=message_length,
    )


def is_badge(file: Path) -> bool:
    """Whether a badge of ours is there."""
    with file.open("rb") as opened:
        start = opened.read(400).decode("utf-8", "replace")
    return start.startswith("<svg") and f'<title id="t">{LABEL}: ' in start


def _length(text: str) -> int:
    """About how many pixels it takes at 11 px in Verdana; a full-width letter takes a whole em."""
    return round(sum(11 if ord(c) > 0x2E7F else 4.2 if c in _NARROW else 7.1 for c in text))
