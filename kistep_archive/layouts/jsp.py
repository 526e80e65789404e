"""The legacy layout (`sub3.jsp`): what is its own, in posts and in listings."""

from lxml import etree

from kistep_archive.boards import Location
from kistep_archive.items import Listing, Post
from kistep_archive.layouts import es, files, posts, rows
from kistep_archive.layouts.text import Element

_NUMBER = etree.XPath("//form//input[@type='hidden' and @name='bbIdx']/@value")
_BEFORE_OR_AFTER = etree.XPath(".//a[@href]")


def post(url: str, at: Location, root: Element, lowered: bytes) -> Post | None:
    """The post of a page; None where the page shows none. Raises ParseError."""
    found = posts.find(url, root)
    if found is None:
        return None
    numbers = [value.strip() for value in _NUMBER(root) if value.strip()]
    inside = set(_BEFORE_OR_AFTER(found.body))
    links = [link for link in _BEFORE_OR_AFTER(found.scope) if link not in inside]
    return es.posts_item(url, at, found, numbers, files.linked(url, links), lowered)


def listing(url: str, at: Location, root: Element) -> Listing | None:
    """The rows of a page; None where it shows none and does not say so either. Raises ParseError."""
    return rows.read(url, at, root)
