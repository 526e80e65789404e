"""What the page of a post says again in the box of its body: its title, perhaps with its writer, date and
hits, and its number. A writer may well type the title again, but never a number that the site gives."""

import re
from collections.abc import Collection
from typing import Literal

from lxml import etree

from kistep_archive.parse.body import edges
from kistep_archive.parse.body.foreign import strays
from kistep_archive.parse.elements import drop
from kistep_archive.parse.text import Element, ParseError, content, label, line

_TEXTS = etree.XPath("descendant::text()[normalize-space()]")
_MOST = 4  # elements at one edge that are looked at
_LONG = 400  # characters of them at most
_NUMBERED = re.compile(r"\D{0,24}?(?P<number>[0-9]{1,15})\D{0,4}")
_LONG_NUMBER = 4  # digits of a number that says by itself whose it is
_NAME = re.compile(
    r"\W{0,3}(?:(?:post|article|list|document|게시물|게시글|글|문서|등록)[\s_]?)?(?:no|num|number|id|idx|번호)\W{0,3}",
    re.I,
)


def drop_repeats(url: str, body: Element, title: str, others: Collection[str], number: int) -> None:
    """Removes from the edges of a body's box what the site says there again: the title, with `others` or
    without, and the number. Raises ParseError for a number that is no element of the site's."""
    box = edges.inside(body)
    if any(_is_number(line(text or ""), number) for text in (box.text, box[-1].tail if len(box) else "")):
        raise _error(url, number)
    for at in (0, -1):
        for _ in range(_MOST):
            edge = _edge(box, at)
            words = "" if edge is None else content(edge)
            is_number = _is_number(words, number)
            if is_number and not strays.is_made(edge):
                raise _error(url, number)
            if edge is None or not (is_number or (at == 0 and _repeats_title(edge, words, title, others))):
                break
            drop(edge)


def _edge(box: Element, at: Literal[0, -1]) -> Element | None:
    """The first or the last element with words or images in a box; None if it has no other one, or if text
    stands outside of it."""
    children = box.iterchildren("*", reversed=at != 0)
    edge, other = (next(filter(edges.has_content, children), None) for _ in range(2))
    if edge is None or other is None:
        return None
    texts = [edge.tail, *(each.tail for each in edge.itersiblings())]
    if at == 0:
        texts = [box.text, *(each.tail for each in edge.itersiblings(preceding=True))]
    return None if any((text or "").strip() for text in texts) else edge


def _is_number(words: str, number: int) -> bool:
    """Whether words are the post's own number, with a name of it or long enough to be no other."""
    match = _NUMBERED.fullmatch(words) if len(words) < 50 else None
    if match is None or match["number"] != str(number):
        return False
    return len(match["number"]) >= _LONG_NUMBER or _NAME.fullmatch(words[: match.start("number")]) is not None


def _repeats_title(element: Element, words: str, title: str, others: Collection[str]) -> bool:
    """Whether an element of the site's has only the title, and perhaps other values with their labels."""
    if len(words) > len(title) + _LONG or title not in words or not strays.is_made(element):
        return False
    if words == title:
        return True
    values = {title, *others}
    return all(text in values or label(text) is not None for each in _TEXTS(element) if (text := line(each)))


def _error(url: str, number: int) -> ParseError:
    why = f"the body's box also holds the number of the post, {number}; a skin can drop it"
    return ParseError(url, "body", why)
