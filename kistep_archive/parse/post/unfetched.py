"""Files that a post lists and that the archive cannot fetch."""

import re

from lxml import etree

from kistep_archive.model.urls import Location
from kistep_archive.parse.post.file_names import FILE, tidy
from kistep_archive.parse.post.files import Offer
from kistep_archive.parse.text import Element, ParseError, content

_LIKE_DOWNLOADS = etree.XPath(
    "descendant::a[contains(@href, 'ownload') or contains(@href, 'fileDown') or contains(@href, 'seq=')]"
)
_POST = re.compile(r"(?:list_no|bbIdx)=([0-9]+)")
_BOARD = re.compile(r"[?&;]bid=([A-Za-z0-9_]+)")
_SCRIPT = re.compile(r"javascript:|#", re.I)
_SCRIPTED = etree.XPath(
    "descendant::a[not(@href) or starts-with(@href, '#') or starts-with(@href, 'javascript:') or "
    "starts-with(@href, 'JavaScript:')]"
)


def scripted(scope: Element, body: Element, offers: list[Offer]) -> tuple[str, ...]:
    """The names of files beside the body that only a script of the page offers: they have no address."""
    known = {offer.name for offer, _ in offers}
    links = [link for link in _SCRIPTED(scope) if body not in link.iterancestors()]
    names = dict.fromkeys(name for link in links if FILE.search(name := tidy(content(link))))
    return tuple(name for name in names if name not in known)


def check_known(url: str, at: Location, scope: Element, body: Element, offers: list[Offer]) -> None:
    """Raises ParseError for a download of the post at this location, beside its body, whose address is
    spelled in an unknown way: the post would silently lose its file."""
    known = {link for _, links in offers for link in links}
    names = tuple(offer.name for offer, _ in offers)
    for link in _LIKE_DOWNLOADS(scope):
        href, box = link.get("href"), link.getparent()
        if _SCRIPT.match(href) or _is_of_another(href, at) or body in link.iterancestors():
            continue
        name = next(filter(FILE.search, map(tidy, (content(link), content(box)))), "")
        if name and not name.endswith(names) and known.isdisjoint(box.iter("a")):
            words = f"the link to {name[:60]!r} is spelled in an unknown way: {href[:80]!r}"
            raise ParseError(url, "attachments", words)


def _is_of_another(href: str, at: Location) -> bool:
    """Whether an address names another post, or another board."""
    post, board = _POST.search(href), _BOARD.search(href)
    if post is not None and post[1].lstrip("0") != str(at.number):
        return True
    return board is not None and bool(at.bid) and board[1] != at.bid
