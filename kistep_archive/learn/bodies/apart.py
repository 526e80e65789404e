"""Whether boxes that vary are one body. Words between them, or a heading of the site over a later one, say
that it is perhaps another part of the page, such as the comments of readers."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kistep_archive.learn.weights import WeighedPage
from kistep_archive.parse.text import Element, content

_DIGITS = re.compile(r"\d+")
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "legend", "dt"}
_PAGES = 2  # pages that show it, at least


def is_apart(pages: Sequence[WeighedPage], bodies: Sequence[Sequence[Element]]) -> bool:
    """Whether words stand between the boxes of a body, or the same heading begins later boxes."""
    ordered = [
        sorted(boxes, key=lambda each: page.tree.place[each])
        for page, boxes in zip(pages, bodies, strict=True)
    ]
    divided = sum(any(_has_words_between(*pair) for pair in pairwise(boxes)) for boxes in ordered)
    headings = Counter(heading for boxes in ordered for heading in {_heading(box) for box in boxes[1:]})
    del headings[""]
    return divided >= _PAGES or any(count >= _PAGES for count in headings.values())


def _has_words_between(box: Element, later: Element) -> bool:
    return any(content(each) for each in _between(box, later))


def _between(box: Element, later: Element) -> Iterator[Element]:
    for each in box.itersiblings("*"):
        if each is later:
            return
        yield each


def _heading(box: Element) -> str:
    """The heading that begins a box, without its counts; "" without one."""
    first = next(
        (each for each in box.iterdescendants() if isinstance(each.tag, str) and content(each)), None
    )
    is_heading = first is not None and first.tag in _HEADINGS and not (box.text or "").strip()
    return _DIGITS.sub("#", content(first)) if is_heading else ""
