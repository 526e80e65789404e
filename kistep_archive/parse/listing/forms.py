"""What the forms of a listing page say of its board."""

from lxml import etree
from parsel import Selector

from kistep_archive.model.urls import Location
from kistep_archive.parse.text import ParseError

_NAMED = etree.XPath("/descendant::input[@name = $name]/@value", smart_strings=False)


def check(url: str, at: Location, document: Selector) -> None:
    """Raises ParseError if the page's own form names another board than the page's address."""
    for name, own in (("bid", at.bid), ("mid", "" if at.bid else at.place)):
        named = [value.strip() for value in _values(document, name) if value.strip()] if own else []
        if named and own not in named:
            words = f"the page is of board {named[0]} by its form, but of {own} by its address"
            raise ParseError(url, "rows", words)


def bid_of(at: Location, document: Selector) -> str:
    """The board's own id in addresses: from the page's address, else from its form; "" if neither has it."""
    return at.bid or value(document, "bid")


def value(document: Selector, name: str) -> str:
    """The first value of this name in the page's forms; "" if there is none."""
    return next(iter(_values(document, name)), "")


def _values(document: Selector, name: str) -> list[str]:
    return list(_NAMED(document.root, name=name))
