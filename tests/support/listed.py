"""Listings that a test writes itself, and what is read of them."""

import pytest
from entries import ES, page

from kistep_archive.model.items import Listing
from kistep_archive.parse.parser import ParseError, parse

PAGER = '<div class="pager"><a href="/board.es?mid=a20501000000&amp;bid=0051&amp;nPage=2">2</a></div>'


def link(number: int, words: str, query: str = "mid=a20501000000&amp;bid=0051") -> str:
    return f'<a href="/board.es?{query}&amp;act=view&amp;list_no={number}">{words}</a>'


def framed(main: str, outside: str = "") -> str:
    return f"<!DOCTYPE html><html><body>{outside}<main>{main}</main></body></html>"


def read(html: str, url: str = f"{ES}&nPage=1") -> Listing:
    item = parse(page(url, html))
    assert isinstance(item, Listing)
    return item


def refusal(html: str, url: str = f"{ES}&nPage=1") -> ParseError:
    with pytest.raises(ParseError) as caught:
        parse(page(url, html))
    return caught.value


def facts(listing: Listing) -> list[tuple[object, ...]]:
    return [(each.number, each.title, each.writer, each.date, each.hits) for each in listing.rows]
