"""Rows that lead to several posts: a second link to another one ("see also"), and a list of replies inside
the row of the post that they answer."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, pairwise

from kistep_archive.parse.listing.grouping import Link
from kistep_archive.parse.listing.headers import ListingHeaders
from kistep_archive.parse.text import Element, ParseError

_LISTS = ("table", "ul", "ol")
_BOXES = ("div", "article", "section", "dl", "p")


def _unnest(links_of: Mapping[Element, list[Link]]) -> bool:
    """Moves the items of a list that is inside an item, and that lead to other posts, behind that item: each
    is a row of its own. Returns whether there were any."""
    numbers_of = {item: _numbers(links) for item, links in links_of.items() if item.tag == "li"}
    inner: dict[Element, list[Element]] = {}
    for item in numbers_of:
        outer = next((each for each in item.iterancestors("li") if each in numbers_of), None)
        if outer is not None and numbers_of[item] - numbers_of[outer]:
            inner.setdefault(outer, []).append(item)
    for outer, items in inner.items():
        for item in reversed(items):
            outer.addnext(item)
    return bool(inner)


def firsts(all_links: Sequence[Link]) -> list[Link]:
    """The links without those in a row that lead to another post than its own, which is the first one that
    has no other row. A row is a table's with labels, or one among others of which most lead to one post
    each. Items inside of items are moved behind them first."""
    links_of = _holders(all_links)
    if _unnest(links_of):
        links_of = _holders(all_links)
    several = [holder for holder, links in links_of.items() if len(_numbers(links)) > 1]
    if not several:
        return list(all_links)
    single = Counter(_list(each) for each in links_of)
    single.subtract(_list(each) for each in several)
    many = Counter(map(_list, several))
    headers = ListingHeaders()
    own = {links[0].number for links in links_of.values() if len(_numbers(links)) == 1}
    dropped: set[Element] = set()
    for holder in several:
        if not _has_others(holder, links_of) and (
            single[_list(holder)] > many[_list(holder)] or "title" in _labels(holder, headers)
        ):
            links = links_of[holder]
            first = next((link.number for link in links if link.number not in own), links[0].number)
            dropped |= {link.element for link in links if link.number != first}
    return [link for link in all_links if link.element not in dropped]


def check_none_lost(
    url: str, all_links: Sequence[Link], rows: Collection[Element], shown: Collection[int]
) -> None:
    """Raises ParseError if something like a row, in the list of the rows, leads to a post that no row
    shows."""
    if all(link.number in shown for link in all_links):
        return
    inside = set(rows)
    holders = [
        each
        for each, links in _holders(all_links).items()
        if any(not inside.isdisjoint(_chain(link.element)) for link in links)
    ]
    lists = {_list(row) for row in (*rows, *holders)}
    like = {_kind(row) for row in (*rows, *holders)}
    lost = [
        link.number
        for link in all_links
        if link.number not in shown
        and not any(each in inside for each in _chain(link.element))
        and any(
            around in lists and (around.tag in _LISTS or _kind(below) in like)
            for below, around in pairwise(_chain(link.element))
        )
    ]
    if lost:
        one = len(set(lost)) == 1
        words = (
            f"the list has links to {len(set(lost))} post{'' if one else 's'} that no row is about "
            f"({', '.join(map(str, dict.fromkeys(lost[:3])))}): it is unclear which post such a row shows"
        )
        raise ParseError(url, "rows", words)


def _holders(links: Sequence[Link]) -> dict[Element, list[Link]]:
    """The nearest rows or items around the links -> their links."""
    links_of: dict[Element, list[Link]] = {}
    around = cache(lambda: {each for link in links for each in _chain(link.element)})  # few pages need it
    for link in links:
        holder = next((each for each in _chain(link.element) if _may_be_row(each, around)), None)
        if holder is not None:
            links_of.setdefault(holder, []).append(link)
    return links_of


def _numbers(links: Iterable[Link]) -> set[int]:
    return {link.number for link in links}


def _may_be_row(element: Element, around: Callable[[], Collection[Element]]) -> bool:
    """Whether an element is a row by its tag, or has one beside it that is like it and leads to posts too."""
    if element.tag in ("tr", "li") or element.get("role") == "row":
        return True
    if element.tag not in _BOXES:
        return False
    beside = (each for preceding in (True, False) for each in element.itersiblings(preceding=preceding))
    return any(_kind(each) == _kind(element) and each in around() for each in beside)


def _kind(element: Element) -> tuple[str, str | None]:
    return element.tag, element.get("class")


def _has_others(holder: Element, holders: Collection[Element]) -> bool:
    """Whether a row has other rows in it: it is a box of the page."""
    return any(each is not holder and each in holders for each in holder.iter())


def _labels(row: Element, headers: ListingHeaders) -> Collection[str]:
    return headers.labels(row) if row.tag == "tr" else ()


def _list(row: Element) -> Element | None:
    """What a row is in: its table, else the element around it."""
    table = next(row.iterancestors("table"), None) if row.tag == "tr" else None
    return row.getparent() if table is None else table


def _chain(element: Element) -> Iterator[Element]:
    return chain((element,), element.iterancestors())
