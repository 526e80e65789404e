"""A small SVG badge of the archive's health, for a README or a dashboard. The same health gives the same
bytes."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from kistep_archive.display import plural
from kistep_archive.operate.causes import CauseKind, damage

LABEL = "kistep archive"
# white text on each: a contrast of at least 4.5 : 1
_GREEN, _AMBER, _RED, _GREY = "#1a7f37", "#8a5a00", "#b3261e", "#57606a"
_MESSAGES = {
    CauseKind.UNHEALTHY: ("store unhealthy", _RED),
    CauseKind.SUSPICIOUS: ("site changed", _RED),
    CauseKind.NEVER_RAN: ("never ran", _GREY),
    CauseKind.READ_OTHERWISE: ("to be read anew", _AMBER),
    CauseKind.INCOMPLETE: ("incomplete", _AMBER),
    CauseKind.STALE: ("stale", _AMBER),
}
_NARROW = frozenset("ijlrtfI.,:;·'|!() -1")
_HEIGHT = 20
_PAD = 6  # pixels on each side of a text

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
    """The text of a badge, and the colour behind it."""

    message: str
    color: str


def badge(status: Mapping[str, Any]) -> Badge:
    """The badge for the worst cause in a `status`; "current" if all boards are well."""
    causes = {cause["cause"] for row in status["results"] for cause in row["causes"]}
    if damage(status):
        causes.add(CauseKind.UNHEALTHY)
    for cause in CauseKind:
        if cause in causes:
            return Badge(*_MESSAGES[cause])
    if not status["results"]:
        return Badge(*_MESSAGES[CauseKind.NEVER_RAN])
    posts = sum(row["posts"] for row in status["results"])
    return Badge(f"current · {plural(posts, 'post')}", _GREEN)


def as_svg(content: Badge, label: str = LABEL) -> str:
    """An SVG document. Each text has a fixed length, so that it fits with any font."""
    label_length, message_length = _length(label), _length(content.message)
    left, right = label_length + 2 * _PAD, message_length + 2 * _PAD
    return _SVG.format(
        width=left + right,
        height=_HEIGHT,
        left=left,
        right=right,
        pad=_PAD,
        color=escape(content.color),
        title=escape(f"{label}: {content.message}"),
        label=escape(label),
        message=escape(content.message),
        label_length=label_length,
        message_x=left + _PAD,
        message_length=message_length,
    )


def is_badge(file: Path) -> bool:
    """Whether the file is a badge of ours."""
    with file.open("rb") as opened:
        start = opened.read(400).decode("utf-8", "replace")
    return start.startswith("<svg") and f'<title id="t">{LABEL}: ' in start


def _length(text: str) -> int:
    """About how many pixels a text takes at 11 px in Verdana; a full-width letter takes a whole em."""
    return round(sum(11 if ord(c) > 0x2E7F else 4.2 if c in _NARROW else 7.1 for c in text))
