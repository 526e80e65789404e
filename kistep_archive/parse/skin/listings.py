"""A page of a listing read with a skin: which elements are rows, and what their cells say. What the skin does
not select is read as on any page."""

from collections.abc import Sequence
from dataclasses import replace

from parsel import Selector

from kistep_archive.model.items import Row
from kistep_archive.model.skins import ListingSkin, Selection
from kistep_archive.parse.dates import day
from kistep_archive.parse.listing.grouping import Link
from kistep_archive.parse.skin import selectors
from kistep_archive.parse.text import Element, ParseError, count, is_blank, is_cut


def groups(
    url: str, document: Selector, skin: ListingSkin, links: Sequence[Link]
) -> dict[Element, list[Link]]:
    """Row element -> its links to posts. Raises ParseError for a row that links to several posts."""
    rows: dict[Element, list[Link]] = {row: [] for row in selectors.elements(document.root, skin.rows)}
    for link in links:
        row = next((each for each in (link.element, *link.element.iterancestors()) if each in rows), None)
        if row is not None:
            rows[row].append(link)
    for row_links in rows.values():
        if len({link.number for link in row_links}) > 1:
            numbers = f"{row_links[0].number} and {row_links[-1].number}"
            raise ParseError(url, "rows", f"listing.rows gives one row with two posts, {numbers}")
    return {row: row_links for row, row_links in rows.items() if row_links}


def row(url: str, element: Element, read: Row, skin: ListingSkin) -> Row:
    """The row with what the skin says of its cells. Raises ParseError that names the skin's key."""
    shown = {
        name: _one(url, element, name, selection)
        for name, selection in (
            ("title", skin.title),
            ("writer", skin.writer),
            ("date", skin.date),
            ("hits", skin.hits),
        )
        if selection is not None
    }
    if "title" in shown:
        if not shown["title"]:
            raise ParseError(url, "rows", f"listing.title finds nothing in the row of post {read.number}")
        read = replace(read, title=shown["title"], title_cut=is_cut(shown["title"]))
    if "writer" in shown:
        read = replace(read, writer=None if is_blank(shown["writer"]) else shown["writer"])
    if "date" in shown:
        read = replace(read, date=day(shown["date"]))
    return replace(read, hits=count(shown["hits"])) if "hits" in shown else read


def number(url: str, document: Selector, name: str, selection: Selection) -> int | None:
    """A number that the page declares: "total", or "pages"."""
    text = _one(url, document.root, name, selection)
    value = count(text)
    if text and value is None:
        raise ParseError(url, name, f"listing.{name} gives {text[:60]!r}, which is not a count")
    return value


def _one(url: str, element: Element, name: str, selection: Selection) -> str:
    values = selectors.values(element, selection)
    if len(values) > 1:
        (one, _), (other, _) = values[:2]
        raise ParseError(url, "rows", f"listing.{name} gives two values, {one[:60]!r} and {other[:60]!r}")
    return values[0][0] if values else ""
