"""Which elements of a listing page are its rows, in any skin: whatever has a link to a post of this board."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from lxml import etree
from parsel import Selector

from kistep_archive.model import urls
from kistep_archive.model.outcomes import PageKind
from kistep_archive.model.urls import Location
from kistep_archive.parse.dates import listed_day
from kistep_archive.parse.elements import is_unshown
from kistep_archive.parse.listing import calls, cells, forms, nearness
from kistep_archive.parse.listing.headers import ListingHeaders
from kistep_archive.parse.listing.page_links import PageLink, PageLinks
from kistep_archive.parse.text import Element, line

_SCRIPT = re.compile(r"list_no=|bbIdx=|iew|etail\(")  # what a script has that may lead to a post
_TEXTS = etree.XPath("descendant::text()[normalize-space()]")
_NEIGHBOURS = re.compile(r"(?:이전\s?글?|다음\s?글?|prev(?:ious)?(?: post)?|next(?: post)?)", re.I)


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a post, and the element that is its row."""

    element: Element
    number: int
    url: str


def links(at: Location, bid: str, document: Selector, page: PageLinks) -> list[Link]:
    """All links on a page that lead to posts of its board."""
    mid = at.place or forms.value(document, "mid")
    candidates = (_link(at, page.base, each, bid, mid) for each in page.links if _may_lead(each))
    return [link for link in candidates if link is not None]


def _may_lead(link: PageLink) -> bool:
    """Whether a link may lead to a post."""
    href, script = link.href, link.script
    return (
        "list_no=" in href
        or "bbIdx=" in href
        or "iew(" in href
        or "etail(" in href
        or (script != "" and _SCRIPT.search(script) is not None)
    )


def _link(at: Location, base: str, link: PageLink, bid: str, mid: str) -> Link | None:
    for address in calls.addresses(link.href, link.script):
        target = urls.linked(base, address)
        if target and target.kind == "post" and target.number is not None and is_same_board(target, at, bid):
            own = target if target.bid or not bid else replace(target, bid=bid)
            return Link(link.element, target.number, urls.spell(own))
        if target and target.kind != "listing":
            return None
    number = calls.called_number(link.href, link.script, bid)
    if number is None:
        return None
    own = replace(at, kind=PageKind.POST, number=number, bid=bid, place=mid)
    return Link(link.element, number, urls.spell(own))


def is_same_board(other: Location, at: Location, bid: str) -> bool:
    """Whether an address is of the same board as the page: by the board's id, else by its place in the
    menu."""
    if other.layout != at.layout or other.host.removeprefix("www.") != at.host.removeprefix("www."):
        return False
    if at.layout == "jsp":
        return other.prefix == at.prefix
    return (
        bid == other.bid if bid and other.bid else other.place == at.place or not (other.place and at.place)
    )


def rows(links: list[Link]) -> dict[Element, list[Link]]:
    """Row element -> its links, for all of these links."""
    numbers = defaultdict[Element, set[int]](set)
    for link in links:
        for parent in link.element.iterancestors():
            numbers[parent].add(link.number)
    made: dict[Element, list[Link]] = {}
    dated = cache(_days_in)  # many links may be in one large element
    for link in _visible_links(links, numbers):
        made.setdefault(_row(link, numbers, dated), []).append(link)
    return made


def groups(links: list[Link], pager: Element | None) -> dict[Element, list[Link]]:
    """Row element -> its links, for the rows of the listing. Neighbours of a post and side boxes are not
    rows."""
    known = rows(links)
    lists: dict[Element, list[Element]] = {}
    for row in known:
        lists.setdefault(row.getparent(), []).append(row)
    boxes: dict[Element, list[Element]] = {}
    headers = ListingHeaders()
    for together in lists.values():
        if not all(_is_neighbour(row, known[row][0], headers) for row in together):
            boxes.setdefault(_box(together[0]), []).extend(together)
    best = _best({box: _alike(group, known) for box, group in boxes.items()}, known, pager, headers)
    return {row: links for row, links in known.items() if row in best}


def _alike(group: list[Element], known: dict[Element, list[Link]]) -> list[Element]:
    """The rows of a box without links beside its table, such as those of a popup: they have no day."""
    dated = (row for row in group if row.tag == "tr" and has_date(row, known[row][0]))
    if all(row.tag == "tr" for row in group) or len(list(islice(dated, 2))) < 2:
        return group
    return [row for row in group if row.tag == "tr" or has_date(row, known[row][0])]


def _visible_links(links: list[Link], numbers: dict[Element, set[int]]) -> list[Link]:
    """The links without those that only repeat another one in something hidden, such as a preview below a
    row."""
    times = Counter(link.number for link in links)
    if len(times) == len(links):
        return links
    hidden = {
        link.element
        for link in links
        if times[link.number] > 1
        and any(
            is_unshown(each) and len(numbers.get(each, ())) < 2
            for each in (link.element, *link.element.iterancestors())
        )
    }
    known = {link.number for link in links if link.element not in hidden}
    return [link for link in links if link.element not in hidden or link.number not in known]


def _best(
    boxes: dict[Element, list[Element]],
    rows: dict[Element, list[Link]],
    pager: Element | None,
    headers: ListingHeaders,
) -> set[Element]:
    """The rows of the listing, if several boxes have rows: those with labels first, then those near the
    pager, then the most."""
    if len(boxes) < 2:
        return {row for group in boxes.values() for row in group}
    near = dict(zip(boxes, nearness.of([group[0] for group in boxes.values()], pager), strict=True))

    def weight(box: Element) -> tuple[bool, int, int, int, int]:
        group = boxes[box]
        dates = sum(has_date(row, rows[row][0]) for row in group)
        return len(headers.labels(group[0])) > 1, *near[box], dates, len(group)

    best = max(boxes, key=weight)
    alike = (box for box in boxes if box is not best and _is_alike(boxes[box][0], boxes[best][0], headers))
    return {row for box in (best, *alike) for row in boxes[box]}


def _is_alike(one: Element, other: Element, headers: ListingHeaders) -> bool:
    """Whether two rows are of tables with the same columns, as of notices and posts; one of the tables may
    have no header."""
    if one.tag != "tr" or other.tag != "tr":
        return False
    known = [labels for labels in (headers.labels(one), headers.labels(other)) if len(labels) > 2]
    if len(known) == 2:
        return known[0] <= known[1] or known[1] <= known[0]
    return len(known) == 1 and len(cells.of(one)) == len(cells.of(other))


def _is_neighbour(row: Element, link: Link, headers: ListingHeaders) -> bool:
    """Whether a row is a link to the previous or next post: such a word comes before its title, and no label
    explains it."""
    texts = [line(text) for text in _TEXTS(row)]
    first = next(map(line, _TEXTS(link.element)), None)
    before = texts[: texts.index(first) + 1] if first in texts else texts
    return any(map(_NEIGHBOURS.fullmatch, before)) and not headers.labels(row)


def _row(link: Link, numbers: dict[Element, set[int]], dated: Callable[[Element], list[str]]) -> Element:
    if link.element.tag in ("tr", "li"):
        return _with_cells(link.element, numbers)
    for parent in link.element.iterancestors():
        if (parent.tag in ("tr", "li") or parent.get("role") == "row") and len(numbers[parent]) == 1:
            return _with_cells(parent, numbers)
    row = link.element
    for parent in link.element.iterancestors():
        if len(numbers[parent]) > 1 or parent.tag in ("body", "form", "main") or has_date(row, link, dated):
            break
        row = parent
    while (parent := row.getparent()) is not None and len(numbers[parent]) == 1 and _holds_only(parent, row):
        row = parent
    return row


def _with_cells(item: Element, numbers: dict[Element, set[int]]) -> Element:
    """A row, or the list around it if that is the row and its items are the cells."""
    around = item.getparent()
    if item.tag != "li" or around is None or len(numbers.get(around, ())) != 1:
        return item
    return around if any(map(cells.is_cell, (each for each in around if each is not item))) else item


def _holds_only(parent: Element, row: Element) -> bool:
    return (
        parent.tag == "div"
        and row.getprevious() is row.getnext() is None
        and not line(parent.text or "")
        and not line(row.tail or "")
    )


def _box(row: Element) -> Element:
    """The element around the rows: for a table all its sections, else the parent of the list, so pinned rows
    in a list of their own count too, and so do those of lists in the items of a list."""
    if row.tag in ("tr", "td"):
        table = next((parent for parent in row.iterancestors("table")), row.getparent())
        return table.getparent() if table.getparent() is not None else table
    box = row.getparent()
    if row.tag == "li":
        box = box.getparent() if box.getparent() is not None else box
        while box.tag == "li" and box.getparent().getparent() is not None:
            box = box.getparent().getparent()
    return box


def _days_in(row: Element) -> list[str]:
    """The first two days among the texts of an element."""
    return list(islice((text for text in _TEXTS(row) if len(text) < 60 and listed_day(text)), 2))


def has_date(row: Element, link: Link, dated: Callable[[Element], list[str]] = _days_in) -> bool:
    """Whether a row has a day outside its title, which may be a day too. `dated` remembers what `_days_in`
    says of an element."""
    days = dated(row)
    return len(days) > 1 or (len(days) == 1 and days[0] != next(iter(_TEXTS(link.element)), None))
