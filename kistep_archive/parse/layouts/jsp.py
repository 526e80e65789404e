"""The legacy layout (`sub3.jsp`): its own rules for posts and listings."""

from lxml import etree
from parsel import Selector

from kistep_archive.model.items import Listing, ParsedPost
from kistep_archive.model.skins import ListingSkin, Skin
from kistep_archive.model.urls import Location
from kistep_archive.parse import heads
from kistep_archive.parse.files import files
from kistep_archive.parse.layouts import es
from kistep_archive.parse.listing import rows
from kistep_archive.parse.skin import posts as skinned

_NUMBERS = etree.XPath("/descendant::form/descendant::input[@type='hidden' and @name='bbIdx']")
_LINKS = etree.XPath("descendant::a[@href]")


def post(
    url: str, at: Location, document: Selector, lowered: bytes, skin: Skin | None = None
) -> ParsedPost | None:
    """The post on a page; None if the page shows none. Raises ParseError."""
    parts = find(url, at, document, skin)
    return None if parts is None else es.item(url, at, parts, lowered)


def find(url: str, at: Location, document: Selector, skin: Skin | None = None) -> es.Parts | None:
    """The parts of a post's page; None if the page shows no post. Raises ParseError."""
    skin = skinned.applicable_skin(skin, document)
    unmatched_keys = skinned.unmatched_keys(document, skin)
    outline = skinned.outline(url, document, skin)
    if outline is None:
        return None
    numbers = [each for each in _NUMBERS(document.root) if (each.get("value") or "").strip()]
    inside = set(_LINKS(outline.body))
    links = [link for link in _LINKS(outline.scope) if link not in inside]
    around = outline.around
    offers = skinned.files(url, document, skin, files.named_files(url, links, around))
    offers, scripted = es.all_files(url, at, outline, around, offers, skin)
    return es.Parts(outline, numbers, offers, heads.find(document.root), skin, scripted, unmatched_keys)


def listing(
    url: str, at: Location, document: Selector, skin: ListingSkin | None = None, *, ignore_total: bool = False
) -> Listing | None:
    """The listing on a page; None if it shows no rows and does not say that there are none. Raises
    ParseError."""
    return rows.read(url, at, document, skin, ignore_total=ignore_total)
