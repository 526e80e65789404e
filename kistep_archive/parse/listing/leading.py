"""The newest posts, where the first page shows them in boxes of their own above its list, and not in the list
again."""

from collections.abc import Sequence

from kistep_archive.parse.listing import grouping
from kistep_archive.parse.listing.grouping import Link
from kistep_archive.parse.text import Element, content


def rows(
    all_links: list[Link], groups: dict[Element, list[Link]], pager: Element | None
) -> dict[Element, list[Link]]:
    """Row element -> its links, for links to newer posts than the list has, above it in the box that has both
    the list and its pager; each with a title and a day. (On a later page, any other post would be newer.)"""
    if pager is None or not groups:
        return {}
    newest = max(link.number for links in groups.values() for link in links)
    if all(link.number <= newest for link in all_links):
        return {}
    above = _elements_above(next(iter(groups)), pager)
    return {
        row: links
        for row, links in grouping.rows(all_links).items()
        if links[0].number > newest and not above.isdisjoint(_chain(row)) and _has_title_and_day(row, links)
    }


def _elements_above(row: Element, pager: Element) -> set[Element]:
    """What stands before the list in the smallest element around its first row and its pager, if that is
    less than the whole page."""
    around = set(_chain(pager))
    branch = next((each for each in _chain(row) if each.getparent() in around), None)
    if branch is None or branch.getparent().tag in ("body", "html"):
        return set()
    return set(branch.itersiblings(preceding=True)) - around


def _chain(element: Element) -> list[Element]:
    return [element, *element.iterancestors()]


def _has_title_and_day(row: Element, links: Sequence[Link]) -> bool:
    return any(content(link.element) and grouping.has_date(row, link) for link in links)
