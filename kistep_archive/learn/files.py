"""Learns where the links to a post's files are, if the parser does not find them by their addresses."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from kistep_archive.learn import candidates
from kistep_archive.learn.page_tree import PageTree
from kistep_archive.learn.weights import FILE
from kistep_archive.parse.skin import selectors
from kistep_archive.parse.text import Element, content

_WORD = re.compile(r"[A-Za-z_]{4,}")  # of an address


def find(trees: Sequence[PageTree], bodies: Sequence[Sequence[Element]], known: Sequence[int]) -> str:
    """A selector for the links that show the names of files, outside the body; "" if no page has any that the
    parser does not know already. `known` says how many files the parser finds on each page."""
    links = [_links(tree, set(body)) for tree, body in zip(trees, bodies, strict=True)]
    if not any(links) or all(len(each) <= count for each, count in zip(links, known, strict=True)):
        return ""
    cost_of: dict[str, float] = {}
    for each in (link for page in links for link in page):
        for select, cost in _spellings(each):
            cost_of[select] = min(cost, cost_of.get(select, cost))
    right = [
        (cost, len(select), select) for select, cost in cost_of.items() if _is_right(select, trees, links)
    ]
    return min(right)[2] if right else ""


def _links(tree: PageTree, body: set[Element]) -> list[Element]:
    return [
        each
        for each in tree.elements
        if each.tag == "a"
        and each.get("href")
        and FILE.search(content(each))
        and body.isdisjoint(each.iterancestors())
    ]


def _spellings(link: Element) -> list[tuple[str, float]]:
    """The link by a word in its address, by its own class, and by the boxes around it."""
    own = [(f'a[href*="{word}"]', 0.5) for word in _WORD.findall(urlsplit(link.get("href") or "").path)]
    own += [(name, 1.0) for name in candidates.names(link)]
    anchors = [each for each in link.iterancestors() if isinstance(each.tag, str)][:4]
    inside = [
        (f"{name} a", 2.0 + distance)
        for distance, each in enumerate(anchors)
        for name in candidates.names(each)
    ]
    return own + inside


def _is_right(select: str, trees: Sequence[PageTree], links: Sequence[Sequence[Element]]) -> bool:
    return all(
        set(selectors.elements(tree.root, select)) == set(wanted)
        for tree, wanted in zip(trees, links, strict=True)
    )
