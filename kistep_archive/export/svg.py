"""A Vega-Lite specification as an SVG file, drawn by vl-convert. It is readable on light and dark pages.

vl-convert is an optional dependency, because it has 84 MB. It uses no network. The same data gives the same
bytes on every machine, because the specification fixes the size of the picture and the place of each text,
whatever the fonts.
"""

from html import escape
from typing import Any

from kistep_archive.errors import ArchiveError, ExitCode

FONT = "system-ui, 'Noto Sans KR', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', 'Malgun Gothic', sans-serif"
_VEGA_LITE = "6.4"  # one of the versions in vl-convert 1.9

# Colour on a light page -> on a dark one. The contrast to the paper is at least 4.5:1 for text and 3:1 for
# marks, but not for the grid.
PAPER, INK, FAINT, GRID = "#ffffff", "#1a1a1a", "#595959", "#e4e4e4"
SERIES_COLORS = ("#1f5fa8", "#b8500a", "#1a7a4c", "#a8327e", "#7a6a00", "#0f7285", "#8c3b2e", "#55606e")
DARK = {
    PAPER: "#111111",
    INK: "#f0f0f0",
    FAINT: "#b0b0b0",
    GRID: "#333333",
    **dict(
        zip(
            SERIES_COLORS,
            ("#6fb1ff", "#ff9f4a", "#4fd08b", "#f083c9", "#d8c443", "#4cc9dd", "#e5907f", "#b3bfcc"),
            strict=True,
        )
    ),
}


def svg(spec: dict[str, Any], title: str, description: str) -> bytes:
    """The chart as an SVG file with a title and a description for screen readers. Raises ArchiveError (2)
    without vl-convert."""
    try:
        import vl_convert
    except ImportError as error:
        raise ArchiveError(
            "a chart needs vl-convert, which is not installed: pip install 'kistep-archive[charts]'",
            ExitCode.USAGE,
        ) from error
    drawing: str = vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE, allowed_base_urls=[])
    _, _, rest = drawing.partition(">")  # our own root element replaces the one of vl-convert
    width, height = (
        spec[side] + sum(spec["padding"][edge] for edge in edges) for side, edges in _EDGES.items()
    )
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="kistep-archive" role="img" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} '
        f'{height}">\n<title>{escape(title)}</title>\n<desc>{escape(description)}</desc>\n{_style()}\n<rect '
        f'width="{width}" height="{height}" fill="{PAPER}"/>'
    )
    return f"{head}{rest}\n".encode()


_EDGES = {"width": ("left", "right"), "height": ("top", "bottom")}


def _style() -> str:
    rules = "".join(
        f'.kistep-archive [{part}="{light}"]{{{part}:{dark}}}'
        for light, dark in DARK.items()
        for part in ("fill", "stroke")
    )
    return (
        f"<style>.kistep-archive{{max-width:100%;height:auto}}@media "
        f"(prefers-color-scheme:dark){{{rules}}}</style>"
    )
