"""Which elements of a listing page are its rows, in any skin: whatever has a link to a post of this board."""

import re
from dataclasses import dataclass, replace

from lxml import etree
from parsel import Selector

from kistep_archive.model import urls
from kistep_archive.model.outcomes import PageKind
from kistep_archive.model.urls import Location
from kistep_archive.parse import tree
from kistep_archive.parse.listing import cells
from kistep_archive.parse.text import Element, day, line

_LINKS = (  # selecting attributes first takes a third of the time of testing each element
    "/descendant::body/descendant::*/@href[contains(., 'list_no=') or contains(., 'bbIdx=') or contains(., "
    "'iew(')]/parent::* | /descendant::body/descendant::*/@onclick[contains(., 'iew') or contains(., "
    "'etail(')]/parent::*"
)
_CALL = re.compile(
    r"(?<![A-Za-z0-9_])(?:[a-z]{0,10}_?)?(?:view|detail)[a-z]{0,10}\(\s{0,5}['\"]?([0-9]{1,15})(?![0-9])",
    re.I,
)
_HIDDEN_BID = "/descendant::input[@name='bid']/@value"
_HIDDEN_MID = "/descendant::input[@name='mid']/@value"
_TEXTS = etree.XPath("descendant::text()[normalize-space()]")
_NEIGHBOURS = re.compile(r"(?:이전\s?글?|다음\s?글?|prev(?:ious)?(?: post)?|next(?: post)?)", re.I)


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a post, and the element that is its row."""

    element: Element
    number: int
    url: str


def links(at: Location, bid: str, document: Selector) -> list[Link]:
    """All links on a page that lead to posts of its board."""
    mid = at.place or document.xpath(_HIDDEN_MID).get("")
    found = (_link(at, each.root, bid, mid) for each in document.xpath(_LINKS))
    return [link for link in found if link is not None]


def bid_of(at: Location, document: Selector) -> str:
    """The board's own id in addresses: from the page's address, else from its form; "" if neither has it."""
    return at.bid or document.xpath(_HIDDEN_BID).get("")


def _link(at: Location, element: Element, bid: str, mid: str) -> Link | None:
    href, script = element.get("href") or "", element.get("onclick") or ""
    if "list_no=" in href or "bbIdx=" in href:
        found = urls.linked(tree.base(element), href)
        if found and found.kind == "post" and found.number is not None and is_same_board(found, at, bid):
            return Link(
                element, found.number, urls.spell(found if found.bid or not bid else replace(found, bid=bid))
            )
        if found and found.kind != "listing":
            return None
    call = _CALL.search(script) or _CALL.search(href if href[:11].lower() == "javascript:" else "")
    if call is None:
        return None
    own = replace(at, kind=PageKind.POST, number=int(call[1]), bid=bid, place=mid)
    return Link(element, int(call[1]), urls.spell(own))


def is_same_board(found: Location, at: Location, bid: str) -> bool:
    """Whether an address is of the same board as the page."""
    if found.layout != at.layout or found.host.removeprefix("www.") != at.host.removeprefix("www."):
        return False
    return found.prefix == at.prefix if at.layout == "jsp" else not (bid and found.bid) or bid == found.bid


def groups(found: list[Link], pager: Element | None) -> dict[Element, list[Link]]:
    """Row element -> its links, for the rows of the listing. Neighbours of a post and side boxes are not
    rows."""
    numbers: dict[Element, set[int]] = {}
    for link in found:
        for parent in link.element.iterancestors():
            numbers.setdefault(parent, set()).add(link.number)
    rows: dict[Element, list[Link]] = {}
    for link in found:
        rows.setdefault(_row(link, numbers), []).append(link)
    lists: dict[Element, list[Element]] = {}
    for row in rows:
        lists.setdefault(row.getparent(), []).append(row)
    boxes: dict[Element, list[Element]] = {}
    for together in lists.values():
        if not all(_is_neighbour(row, rows[row][0]) for row in together):
            boxes.setdefault(_box(together[0]), []).extend(together)
    best = _best(boxes, rows, pager)
    return {row: links for row, links in rows.items() if row in best}


def _best(
    boxes: dict[Element, list[Element]], rows: dict[Element, list[Link]], pager: Element | None
) -> set[Element]:
    """The rows of the listing, if several boxes have rows: those with labels first, then those near the
    pager, then the most."""
    if len(boxes) < 2:
        return {row for group in boxes.values() for row in group}
    around = (
        {}
        if pager is None
        else {element: depth for depth, element in enumerate((*reversed(list(pager.iterancestors())), pager))}
    )

    def weight(box: Element) -> tuple[bool, int, int, int]:
        near = next((around[element] for element in (box, *box.iterancestors()) if element in around), -1)
        group = boxes[box]
        return (
            len(cells.labels(group[0])) > 1,
            near,
            sum(_has_date(row, rows[row][0]) for row in group),
            len(group),
        )

    return set(boxes[max(boxes, key=weight)])


def _is_neighbour(row: Element, link: Link) -> bool:
    """Whether a row is a link to the previous or next post: such a word comes before its title, and no label
    explains it."""
    texts = [line(text) for text in _TEXTS(row)]
    first = next(map(line, _TEXTS(link.element)), None)
    before = texts[: texts.index(first) + 1] if first in texts else texts
    return any(map(_NEIGHBOURS.fullmatch, before)) and not cells.labels(row)


def _row(link: Link, numbers: dict[Element, set[int]]) -> Element:
    if link.element.tag in ("tr", "li"):
        return link.element
    for parent in link.element.iterancestors():
        if parent.tag in ("tr", "li") and len(numbers[parent]) == 1:
            return parent
    row = link.element
    for parent in link.element.iterancestors():
        if len(numbers[parent]) > 1 or parent.tag in ("body", "form", "main") or _has_date(row, link):
            break
        row = parent
    while (parent := row.getparent()) is not None and len(numbers[parent]) == 1 and _holds_only(parent, row):
        row = parent
    return row


def _holds_only(parent: Element, row: Element) -> bool:
    return (
        parent.tag == "div" and len(parent) == 1 and not line(parent.text or "") and not line(row.tail or "")
    )


def _box(row: Element) -> Element:
    """The element around the rows: for a table all its sections, else the parent of the list, so pinned rows
    in a list of their own count too."""
    if row.tag == "tr":
        table = next((parent for parent in row.iterancestors("table")), row.getparent())
        return table.getparent() if table.getparent() is not None else table
    parent = row.getparent()
    return parent.getparent() if row.tag == "li" and parent.getparent() is not None else parent


def _has_date(row: Element, link: Link) -> bool:
    """Whether a row has a day outside its title, which may be a day too."""
    texts, title = list(_TEXTS(row)), next(iter(_TEXTS(link.element)), None)
    if title in texts:
        texts.remove(title)
    return any(day(text) for text in texts if len(text) < 60)
