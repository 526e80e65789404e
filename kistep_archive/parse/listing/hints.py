"""Where the short texts of a listing page stand that may declare something: outside of its rows and links."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from lxml import etree

from kistep_archive.parse.text import Element

_HINT = re.compile("전체|총|건|페이지|[Tt]otal|TOTAL|[Pp]age|PAGE|/|[Aa]rticles|[Pp]osts")
_BODIES = etree.XPath("/descendant::body")  # a page with a pasted document may have two trees
_SKIPPED = {"script", "style", "option", "noscript", "title", "a", "button", "label", "select"}


def find(root: Element, rows: Collection[Element]) -> Iterator[Element]:
    """The elements that have a short text outside the rows that may declare something; with two such texts
    twice."""
    for body in _BODIES(root):
        for holder, words in _texts(body, rows):
            if len(words) < 200 and holder.tag not in _SKIPPED and _may_declare(words):
                yield holder


def _texts(top: Element, rows: Collection[Element]) -> Iterator[tuple[Element, str]]:
    """(the element that has it, text) for each text in an element, in order, but not in its rows and
    links."""
    yield top, top.text or ""
    path, walks = [top], [iter(top)]
    while walks:
        for each in walks[-1]:
            is_entered = each.tag not in ("a", "button") and each not in rows
            if is_entered and (words := each.text):
                yield each, words
            if is_entered and len(each):
                path.append(each)
                walks.append(iter(each))
                break
            if words := each.tail:
                yield path[-1], words
        else:
            walks.pop()
            last = path.pop()
            if path and (words := last.tail):
                yield path[-1], words


@lru_cache(maxsize=2048)  # the same texts, those of a menu, are on every page
def _may_declare(words: str) -> bool:
    return _HINT.search(words) is not None
