"""Where a post ends: at a link to the list, and at its neighbours. What stands behind them, outside of the
element that they are in, is the site's, whatever it looks like."""

import re
from collections.abc import Sequence
from itertools import takewhile

from kistep_archive.parse.body.foreign.asides import is_neighbours
from kistep_archive.parse.text import Element, ParseError, content, is_within

_LIST = re.compile(r"(?:(?:go\s|back\s)?to\s(?:the\s)?)?list|목록(?:\s?(?:으로|보기|가기))?", re.I)
_FRAMES = ("div", "section", "td", "tr", "table", "tbody")
_SHORT = 300  # characters of buttons and of neighbours at most

Around = tuple[Element, list[Element]]


def check(url: str, inner: Sequence[Around], following: Sequence[Element], body: Element) -> None:
    """Raises ParseError if a body stands behind the end of the post: behind a link to the list or neighbours
    in an element that it is not in itself (`inner`), or beside it, where an empty box stands before these."""
    inside = [each for _, elements in inner for each in elements]
    before = takewhile(lambda each: each is not body, following)
    if any(map(_is_end, inside)) or _is_after_empty([*inside, *before]):
        words = (
            f"{content(body)[:60]!r} stands behind the link to the list or the neighbours that end the post, "
            "so it is unclear whether it is its body; a skin can name the body's box"
        )
        raise ParseError(url, "body", words)


def _is_after_empty(before: Sequence[Element]) -> bool:
    """Whether an empty box and then the end of the post are among some elements."""
    rest = iter(before)
    return any(map(_is_empty, rest)) and any(map(_is_end, rest))


def _is_empty(element: Element) -> bool:
    """Whether an element is an empty box, or a table whose last row is one."""
    while element.tag in ("table", "tbody") and len(element):
        element = element[-1]
    return element.tag in _FRAMES and not content(element)


def _is_end(element: Element) -> bool:
    if not is_within(element, _SHORT):
        return False
    links = element.iter("a", "button")
    return any(_LIST.fullmatch(content(link)) for link in links) or is_neighbours(element, content(element))
