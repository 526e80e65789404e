"""What must hold for a listing as a whole: it is of one board, each post is in it once, and no row leads only
to a file."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from lxml import etree
from parsel import Selector

from kistep_archive.display import some_of
from kistep_archive.model import urls
from kistep_archive.model.items import Row
from kistep_archive.model.urls import Location
from kistep_archive.parse import tree
from kistep_archive.parse.listing import grouping
from kistep_archive.parse.listing.page_links import PageLinks
from kistep_archive.parse.listing.totals import PagerLink
from kistep_archive.parse.text import Element, ParseError, content, uncut

_MORE = re.compile(r"[\W_]{0,5}(?:more|view all|all|더\s?보기|전체\s?보기|바로\s?가기|목록)?[\W_]{0,5}", re.I)
_FORM = etree.XPath(
    "boolean(/descendant::form/descendant::*[@name='nPage' or @name='thisPage' or @name='b_list' or "
    "@name='keyField' or @name='searchField'])"
)
_POSTS = etree.XPath("/descendant::a/@href[contains(., 'list_no=') or contains(., 'bbIdx=')]")


def is_listing(document: Selector, links: Sequence[PagerLink]) -> bool:
    """Whether a page has a pager or the form of a listing. A link "more" beside a box of posts is no
    pager."""
    pager = any(not _MORE.fullmatch(content(link)) or link.find(".//img") is not None for link, _ in links)
    return pager or _FORM(document.root) is True


def is_of_one_board(at: Location, bid: str, document: Selector) -> bool:
    """Whether no link of a page leads to a post of another board: a home page has boxes of several boards."""
    base = tree.base(document.root)
    locations = (urls.linked(base, str(href)) for href in _POSTS(document.root))
    return all(
        where is None or where.kind != "post" or grouping.is_same_board(where, at, bid) for where in locations
    )


def check_boards(url: str, at: Location, addresses: Sequence[str]) -> None:
    """Raises ParseError if the rows lead to several boards and the page's address does not say which is its
    own."""
    bids = {where.bid for address in addresses if (where := urls.locate(address)) and where.bid}
    if at.layout == "es" and len(bids) > 1:
        boards = some_of(sorted(bids))
        words = f"the links lead to posts of several boards ({boards}), so the page is no listing"
        raise ParseError(url, "rows", words)


def check_files(
    url: str, bid: str, rows: Collection[Element], shown: Collection[int], page: PageLinks
) -> None:
    """Raises ParseError if rows lead to files of posts but not to the posts: they would be missing. The posts
    that are `shown` are not."""
    offered: dict[int, Element] = {}
    for link in page.links:
        is_file = "boardDownload.es" in link.href and link.element.tag == "a"
        location = urls.linked(page.base, link.href) if is_file else None
        if location is not None and location.number is not None and location.bid == (bid or location.bid):
            offered.setdefault(location.number, link.element)
    lists = {parent for row in rows for parent in [row.getparent()] if parent is not None}
    lost = [
        number
        for number, element in offered.items()
        if number not in shown
        and not any(parent in rows for parent in element.iterancestors())
        and (not rows or any(parent in lists for parent in element.iterancestors()))
    ]
    if lost:
        words = (
            f"the page links to the files of {len(lost)} post{'s' * (len(lost) > 1)} but not to a page of "
            f"{'them' if len(lost) > 1 else 'it'} ({', '.join(map(str, lost[:3]))}): a post without a page "
            "cannot be archived"
        )
        raise ParseError(url, "rows", words)


def merge_repeats(url: str, rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, without one that only repeats another, whose values fill its gaps. Raises ParseError if two
    rows have one number but different words."""
    by_key: dict[tuple[int, bool], Row] = {}
    for row in rows:
        for pinned in (True, False):
            if known := by_key.get((row.number, pinned)):
                _check_same(url, known, row)
        known = by_key.get((row.number, row.pinned))
        by_key[row.number, row.pinned] = row if known is None else _fill_gaps(known, row)
    return tuple(by_key.values())


def _fill_gaps(row: Row, again: Row) -> Row:
    """A row with what only its repetition shows."""
    gaps = {name: getattr(again, name) for name in ("writer", "date", "hits") if getattr(row, name) is None}
    return replace(row, **gaps) if gaps else row


def _check_same(url: str, one: Row, other: Row) -> None:
    first, second = (uncut(row.title) for row in (one, other))
    is_same = first == second or (
        (one.title_cut or other.title_cut) and (first.startswith(second) or second.startswith(first))
    )
    pairs = [] if is_same else [("title", one.title, other.title)]
    pairs += [
        (name, a, b)
        for name, a, b in (("date", one.date, other.date), ("writer", one.writer, other.writer))
        if a and b and a != b
    ]
    for name, a, b in pairs:
        raise ParseError(url, name, f"two rows have the number {one.number}, one with {a!r}, one with {b!r}")
