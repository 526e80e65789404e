"""The links of a listing page, found once for all who ask: those to posts, to other pages and to files."""

from typing import NamedTuple

from lxml import etree
from parsel import Selector

from kistep_archive.parse import tree
from kistep_archive.parse.text import Element

_LINKS = etree.XPath(  # selecting attributes first takes a third of the time of testing each element
    "/descendant::body/descendant::*/@href/parent::* | /descendant::body/descendant::*/@onclick/parent::*"
)


class PageLink(NamedTuple):
    """An element that leads somewhere: its address, and the script of a click on it, each "" without one."""

    element: Element
    href: str
    script: str


class PageLinks(NamedTuple):
    """All of a page's links, in their order, and the address from which relative ones count."""

    base: str
    links: tuple[PageLink, ...]


def find(document: Selector) -> PageLinks:
    """The links in the body of a page."""
    links = (
        PageLink(each, (each.get("href") or "").strip(), each.get("onclick") or "")
        for each in _LINKS(document.root)
    )
    return PageLinks(tree.base(document.root), tuple(links))
