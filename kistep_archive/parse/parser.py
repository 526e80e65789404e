"""The entry of the parser: `parse` is pure, so a crawl and a rebuild read the same page in the same way."""

from typing import Protocol

from parsel import Selector

from kistep_archive.http.response import Page, PageError, PageSizeError
from kistep_archive.http.response import text as decoded
from kistep_archive.model import urls
from kistep_archive.model.boards import Board
from kistep_archive.model.items import Layout, Listing, Notice, ParsedPost
from kistep_archive.model.skins import ListingSkin, Skin
from kistep_archive.model.urls import Location
from kistep_archive.parse import blocks, fields, tree
from kistep_archive.parse.layouts import es, jsp
from kistep_archive.parse.notice import notices
from kistep_archive.parse.text import ParseError

VERSION: int = 16  # increase it with every change that gives another result for a stored page

__all__ = ["LAYOUTS", "VERSION", "ParseError", "parse"]


class LayoutReader(Protocol):
    """The functions of a layout's module."""

    def post(
        self, url: str, at: Location, document: Selector, lowered: bytes, skin: Skin | None
    ) -> ParsedPost | None:
        """The post on a page; None if the page shows none. Raises ParseError."""

    def find(self, url: str, at: Location, document: Selector, skin: Skin | None) -> es.Parts | None:
        """The parts of a post's page; None if the page shows no post. Raises ParseError."""

    def listing(
        self, url: str, at: Location, document: Selector, skin: ListingSkin | None, *, ignore_total: bool
    ) -> Listing | None:
        """The listing on a page; None if it shows no rows and does not say that there are none. Raises
        ParseError."""


LAYOUTS: dict[Layout, LayoutReader] = {"es": es, "jsp": jsp}


def open_page(page: Page, encoding: str = "") -> tuple[Location, Selector, bytes]:
    """(what the address means, the page to select from, the page's bytes in lower case). `encoding` counts
    instead of what the page declares. Raises ParseError."""
    at = urls.locate(page.url)
    if at is None or at.kind not in ("post", "listing"):
        raise ParseError(page.url, "url", "the address is neither a post's nor a listing's")
    try:
        words = decoded(page, encoding)
    except PageError as error:
        field = "size" if isinstance(error, PageSizeError) else "encoding"
        raise ParseError(page.url, field, error.args[0].removeprefix(f"{page.url}: ")) from error
    document, lowered = tree.build(page.url, words)
    return at, document, lowered


def _has_labels(at: Location, document: Selector) -> bool:
    """Whether a page without rows has the labels of a post. One without a post was asked for them already."""
    return at.kind != "post" and any(blocks.find(fields.find(document.root)))


def parse(page: Page, board: Board | None = None) -> Listing | ParsedPost | Notice:
    """A complete item, or ParseError with the field that is missing or contradictory; never a guess, no other
    exception. The `board` says how its pages are read (skin, encoding, total)."""
    at, document, lowered = open_page(page, board.encoding if board else "")
    layout, skin = LAYOUTS[at.layout], board.skin if board else None
    ignore_total = board is not None and board.total == "ignore"
    item = (
        layout.post(page.url, at, document, lowered, skin)
        if at.kind == "post"
        else layout.listing(page.url, at, document, skin.listing if skin else None, ignore_total=ignore_total)
    )
    result = item or (None if _has_labels(at, document) else notices.read(document, at.kind == "post"))
    if result is None:
        field, what = (
            ("title", "labels of a post")
            if at.kind == "post"
            else ("rows", "rows, and does not say that there are no posts")
        )
        words = f"the page has no {what}: the layout changed, or another page answered"
        if at.kind == "listing" and skin is not None and skin.listing is not None and skin.listing.rows:
            words = f"skin {skin.name!r}: listing.rows finds no links to posts with {skin.listing.rows!r}"
        raise ParseError(page.url, field, words)
    return result
