"""Whether an answer is a script wall: a firewall or a JavaScript check whose words the parser does not know.

Such a page only runs a script. A page of a board in an unknown skin has links, rows or a text of some size; a
page that leads to another page of the site says that the board moved."""

import re
from dataclasses import replace
from urllib.parse import urljoin

from lxml import etree

from kistep_archive.http.response import Page
from kistep_archive.model import urls
from kistep_archive.model.urls import Location
from kistep_archive.parse.notice.elsewhere import target, visible_text
from kistep_archive.parse.parser import ParseError, open_page

_TINY = 200  # visible characters at most
# A page whose scripts are all in files may be a board that a script builds: that is another layout.
_RUNS = etree.XPath(
    "//script[not(@src) and normalize-space()] | //meta[translate(@http-equiv, 'REFSH', 'refsh')='refresh']"
)
_PARTS = etree.XPath("//tr | //li | //dl | //article | //a[@onclick] | //iframe | //frame")
_PROSE = etree.XPath(
    "//body//text()[normalize-space() and not(ancestor::script or ancestor::style or ancestor::noscript or "
    "ancestor::a or ancestor::nav or ancestor::footer or ancestor::button)]"
)
_SENTENCE, _PAGE = 300, 800  # characters at most of a notice about cookies, and of a page with one
_NEEDS_COOKIES = re.compile(
    r"(?:enable|accept|allow|turn(?:ed)? on|activate|requires?|needs?|must|without|disabled|blocks?)\b.{0,40}"
    r"\bcookies?|\bcookies?\b.{0,40}\b(?:enabled?|required|needed|necessary|must|disabled|blocked|off|"
    r"turned on)\b"
    r"|쿠키.{0,20}(?:허용|활성|켜|켠|필요|차단|꺼|사용(?:하도록|할 수 있))",
    re.I,
)
_HREFS = etree.XPath("//a/@href | //area/@href")


def is_script_wall(page: Page, address: str, encoding: str = "") -> bool:
    """Whether the page at the `address` of a listing or a post only runs a script. Pure."""
    try:
        _, document, _ = open_page(replace(page, url=address), encoding)
    except ParseError:
        return False
    root = document.root
    if not _RUNS(root) or _PARTS(root) or len(visible_text(root)) > _TINY:
        return False
    led = target(root)
    is_home = bool(led) and urls.is_home(urljoin(address, led))
    return not is_home and not any(_is_another_page(each, address) for each in [*_HREFS(root), led])


def is_cookie_wall(page: Page, address: str, encoding: str = "") -> bool:
    """Whether a page without a listing or a post sets a cookie and says that the reader must accept it.
    Pure."""
    if not page.values("Set-Cookie"):
        return False
    try:
        _, document, _ = open_page(replace(page, url=address), encoding)
    except ParseError:
        return False
    prose = [" ".join(str(text).split()) for text in _PROSE(document.root)]
    demands_cookies = any(len(text) <= _SENTENCE and _NEEDS_COOKIES.search(text) for text in prose)
    return demands_cookies and sum(map(len, prose)) <= _PAGE


def _is_another_page(href: str, address: str) -> bool:
    """Whether an address is that of a listing, a post or a file of the site, and not the requested one."""
    own, linked = urls.locate(address), urls.linked(address, href)
    if own is None or linked is None:
        return False
    return _meaning(linked) != _meaning(own)


def _meaning(at: Location) -> tuple[object, ...]:
    """What an address means, whatever its scheme, and whether it names its first page or not."""
    return at.host.removeprefix("www."), at.prefix, at.place, at.bid, at.kind, at.number, at.page or 1
