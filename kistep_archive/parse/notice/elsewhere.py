"""Whether the response at a post's address is another page of the site: its home page, or the list of the
board. Sites answer so for posts that they removed."""

import re
from dataclasses import replace
from urllib.parse import urljoin

from lxml import etree

from kistep_archive.http.response import Page
from kistep_archive.model import urls
from kistep_archive.model.boards import Board
from kistep_archive.model.items import Listing
from kistep_archive.model.urls import Location
from kistep_archive.parse import blocks, fields
from kistep_archive.parse.parser import ParseError, open_page, parse
from kistep_archive.parse.text import Element, uncut

_TEXTS = etree.XPath(
    "/descendant-or-self::*[not(self::style)]/text() | //@content | //@alt | //@title | //@value"
)
_VISIBLE = etree.XPath("/descendant::body/descendant::text()[not(ancestor::script or ancestor::style)]")
_HREFS = etree.XPath("//a/@href | //a/@onclick")
_ADDRESS = re.compile(r"[^'\"\s()]{0,500}\b(?:list_no|bbIdx)=[^'\"\s()]+")
_LEAVES = re.compile(
    r"(?:location(?:\.href)?\s{0,9}=|location\.replace\s{0,9}\()\s{0,9}['\"]([^'\"\n]{1,500})['\"]"
)
_SCRIPTS = etree.XPath("/descendant::script/text()")
_REFRESH = etree.XPath("//meta[translate(@http-equiv, 'REFSH', 'refsh')='refresh']/@content")
_OTHERS = 2  # links to other posts, at least


def is_elsewhere(page: Page, address: str, board: Board | None, title: str) -> bool:
    """Whether the page is not that of the post at the `address`, but the home page or a list of posts.

    Such a page shows links to other posts and nowhere the post's own `title` (as the archive or its listing
    row has it; perhaps cut). A page that only leads to the home page or the list counts too.
    """
    own = urls.locate(address)
    try:
        _, document, _ = open_page(replace(page, url=address), board.encoding if board else "")
    except ParseError:
        return False
    if own is None or (any(blocks.find(fields.find(document.root))) and not _is_listing(page, board)):
        return False
    if led := leads_to(document.root):
        return _is_list_or_home(urljoin(address, led), own)
    known = _fold(uncut(title))
    if not known or known in _fold("".join(_TEXTS(document.root))):
        return False
    return _shows_others(document.root, address, own)


def _is_listing(page: Page, board: Board | None) -> bool:
    """Whether the page can be read as a listing; the labels on it are then those of its columns."""
    try:
        return board is not None and isinstance(
            parse(replace(page, url=board.listing_url(1)), board), Listing
        )
    except ParseError:
        return False


def is_list_or_home(url: str, address: str) -> bool:
    """Whether an address is the site's home page, or the list of the board that `address` belongs to."""
    own = urls.locate(address)
    return own is not None and _is_list_or_home(url, own)


def _is_list_or_home(url: str, own: Location) -> bool:
    try:
        same_site = urls.bare_host(url) == own.host.partition(":")[0].removeprefix("www.")
    except ValueError:
        return False
    location = urls.locate(url)
    is_list = location is not None and location.kind == "listing" and location.layout == own.layout
    if location is not None and is_list and own.layout == "es":
        is_list = location.bid == own.bid if location.bid else location.place == own.place
    return same_site and (is_list or urls.is_home(url))


def shows_posts(page: Page, address: str, encoding: str = "") -> bool:
    """Whether a page links to several posts of the board whose listing is at the `address`: then it is a page
    of the site, whether it can be read or not."""
    own = urls.locate(address)
    try:
        _, document, _ = open_page(replace(page, url=address), encoding)
    except ParseError:
        return False
    posts = {at.number for at in _posts(document.root, address) if own is not None and _is_of_board(at, own)}
    return len(posts) >= _OTHERS


def _is_of_board(at: Location, own: Location) -> bool:
    is_same = at.bid == own.bid if at.bid and own.bid else at.place == own.place
    return (at.layout, at.host) == (own.layout, own.host) and is_same


def visible_text(root: Element) -> str:
    """The text that a page shows, without spaces at its ends."""
    return " ".join(text.strip() for text in _VISIBLE(root) if text.strip())


def leads_to(root: Element) -> str:
    """The address to which a page without any text leads at once; "" for another page."""
    return "" if visible_text(root) else target(root)


def target(root: Element) -> str:
    """The address to which a page's scripts or its refresh lead at once; "" if they lead nowhere else."""
    scripts = "\n".join(_SCRIPTS(root))
    refresh = next(iter(_REFRESH(root)), "").partition("=")[2].strip(" '\"")
    leaves = None if "alert" in scripts else _LEAVES.search(scripts)
    return str(leaves[1]) if leaves else refresh


def _shows_others(root: Element, address: str, own: Location) -> bool:
    """Whether the page links to other posts, more than the neighbours before and after this one."""
    numbers = {at.number for at in _posts(root, address) if at.number is not None}
    if own.number is None or own.number in numbers or len(numbers) < _OTHERS:
        return False
    return len(numbers) > _OTHERS or len({number > own.number for number in numbers}) == 1


def _posts(root: Element, address: str) -> list[Location]:
    """The posts to which a page links."""
    hrefs = (href for text in _HREFS(root) for href in _ADDRESS.findall(text))
    return [at for href in hrefs if (at := urls.linked(address, href)) and at.kind == "post"]


def _fold(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
