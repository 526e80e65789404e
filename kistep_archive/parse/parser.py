"""What a stored page says: `parse` is pure, so that a crawl and a rebuild read the same page alike.

text.py words and numbers · tree.py whole pages only · meta.py labels that stand together · posts.py, titles.py, regions.py, body.py,
files.py a post · grouping.py, rows.py, cells.py, totals.py a listing · notices.py everything else that may come · es.py and jsp.py what
differs between the layouts · trace.py from which elements a post was read.
"""

from typing import Protocol

from kistep_archive.http.response import Page, PageError
from kistep_archive.http.response import text as decoded
from kistep_archive.model import urls
from kistep_archive.model.items import Layout, Listing, Notice, Post
from kistep_archive.model.urls import Location
from kistep_archive.parse import es, jsp, meta, notices, tree
from kistep_archive.parse.text import Element, ParseError

VERSION: int = 3  # goes up with every change that reads a stored page otherwise

__all__ = ["LAYOUTS", "VERSION", "ParseError", "parse"]


class Reading(Protocol):
    """What the module of a layout can do."""

    def post(self, url: str, at: Location, root: Element, lowered: bytes) -> Post | None:
        """The post of a page; None where the page shows none. Raises ParseError."""

    def find(self, url: str, at: Location, root: Element) -> es.Parts | None:
        """The parts of a post's page; None where the page shows no post. Raises ParseError."""

    def listing(self, url: str, at: Location, root: Element) -> Listing | None:
        """The rows of a page; None where it shows none and does not say so either. Raises ParseError."""


LAYOUTS: dict[Layout, Reading] = {"es": es, "jsp": jsp}


def opened(page: Page) -> tuple[Location, Element, bytes]:
    """(what the address says, the tree, the page's bytes in lower case). Raises ParseError."""
    at = urls.locate(page.url)
    if at is None or at.kind not in ("post", "listing"):
        raise ParseError(page.url, "url", "the address is neither a post's nor a listing's")
    try:
        words = decoded(page)
    except PageError as error:
        raise ParseError(page.url, "encoding", error.args[0].removeprefix(f"{page.url}: ")) from error
    root, lowered = tree.build(page.url, words)
    return at, root, lowered


def parse(page: Page) -> Listing | Post | Notice:
    """A whole item, or ParseError with the field that is missing or contradicts; never a guess, no other exception."""
    at, root, lowered = opened(page)
    layout = LAYOUTS[at.layout]
    item = layout.post(page.url, at, root, lowered) if at.kind == "post" else layout.listing(page.url, at, root)
    result = item or (None if meta.block(meta.marks(root)) else notices.read(root, at.kind == "post"))
    if result is None:
        field, what = ("title", "labels of a post") if at.kind == "post" else ("rows", "rows, and no word that there are no posts")
        raise ParseError(page.url, field, f"the page has no {what}: the layout changed, or another page answered")
    return result
