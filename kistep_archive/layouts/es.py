"""The current layout (`board.es`): what is its own, in posts and in listings."""

from lxml import etree

from kistep_archive.boards import Location
from kistep_archive.items import Attachment, Listing, Post
from kistep_archive.layouts import body, files, posts, rows, tree
from kistep_archive.layouts.text import Element, ParseError

_NUMBERS = etree.XPath("//input[@name='list_no']")


def post(url: str, at: Location, root: Element, lowered: bytes) -> Post | None:
    """The post of a page; None where the page shows none. Raises ParseError."""
    numbers = numbers_in(root)
    found = posts.find(url, root)
    return None if found is None else posts_item(url, at, found, numbers, files.downloads(url, root, at.bid, at.number or 0), lowered)


def numbers_in(root: Element) -> list[str]:
    """The post's own number as the page's forms carry it, the view's form before any other."""
    inputs = [(next(each.iterancestors("form"), None), (each.get("value") or "").strip()) for each in _NUMBERS(root)]
    own = [value for form, value in inputs if value and form is not None and "vewForm" in (form.get("id"), form.get("name"))]
    return own or [value for form, value in inputs if value and form is not None]


def posts_item(url: str, at: Location, found: posts.Found, numbers: list[str], attachments: tuple[Attachment, ...], lowered: bytes) -> Post:
    """The item of what was found, after the last checks that need the whole page."""
    if at.number is None or any(number != str(at.number) for number in numbers):
        raise ParseError(url, "number", f"the page is of post {', '.join(numbers) or 'unknown'}, not {at.number}")
    if not posts.is_followed(found.body) and not tree.is_closed(lowered):
        raise ParseError(url, "end", "the page stops inside the post's body")
    text, html, images = body.read(found.body, url)
    return Post(at.layout, at.number, found.title, found.writer, found.date, found.hits, text, html, attachments, images)


def listing(url: str, at: Location, root: Element) -> Listing | None:
    """The rows of a page; None where it shows none and does not say so either. Raises ParseError."""
    if numbers_in(root):
        raise ParseError(url, "rows", "the page is a post, not a listing")
    return rows.read(url, at, root)
