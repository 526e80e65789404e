"""A body whose box also has the site's licence, copyright or question about the page at its end."""

from kistep_archive.parse.blocks import LabelBlock
from kistep_archive.parse.body import edges
from kistep_archive.parse.body.foreign import notes
from kistep_archive.parse.body.foreign.asides import LICENCE, is_aside
from kistep_archive.parse.text import Element, content

_DEEPEST = 12  # boxes that each have nothing but the next one
_BOXES = {"div", "section", "td", "tr", "table", "tbody"}


def is_body(element: Element, block: LabelBlock) -> bool:
    """Whether a box begins with a post's own words and ends with such a line."""
    for _ in range(_DEEPEST):
        if element.tag not in _BOXES or (element.text or "").strip():
            return False
        parts = [each for each in element.iterchildren("*") if edges.has_content(each)]
        if len(parts) != 1:
            return element.tag in _BOXES - {"tr"} and len(parts) > 1 and _is_own(parts, block)
        element = parts[0]
    return False


def _is_own(parts: list[Element], block: LabelBlock) -> bool:
    first, last = content(parts[0]), parts[-1]
    is_noted = LICENCE.search(content(last)) is not None or notes.is_poll(last)
    is_words = bool(first) and LICENCE.search(first) is None and notes.POLL.search(first) is None
    return is_noted and is_words and not is_aside(parts[0], block) and not notes.is_note(parts[0])
