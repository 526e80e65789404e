"""Selectors of a skin that find nothing on a page. One that finds nothing on any page is a mistake."""

from parsel import Selector

from kistep_archive.model.skins import Selection, Skin
from kistep_archive.parse.skin import selectors
from kistep_archive.parse.text import Element

_OF_POSTS = ("writer", "hits")  # a post whose title, date or body is not found is refused
_OF_ROWS = ("writer", "date", "hits")


def of_post(document: Selector, skin: Skin) -> tuple[str, ...]:
    """The keys, such as "post.hits", whose selectors find nothing on a post's page."""
    return tuple(
        f"post.{name}"
        for name in _OF_POSTS
        if skin.post is not None and _finds_nothing([document.root], getattr(skin.post, name))
    )


def of_listing(document: Selector, skin: Skin) -> tuple[str, ...]:
    """The keys, such as "listing.date", whose selectors find nothing in any row, or nowhere on the page."""
    if skin.listing is None:
        return ()
    rows = skin.listing.rows
    found = selectors.elements(document.root, rows) if rows else [document.root]
    keys = [f"listing.{name}" for name in _OF_ROWS if _finds_nothing(found, getattr(skin.listing, name))]
    return (*keys, *(["listing.total"] if _finds_nothing([document.root], skin.listing.total) else []))


def _finds_nothing(places: list[Element], selection: Selection | None) -> bool:
    return selection is not None and not any(selectors.values(place, selection) for place in places)
