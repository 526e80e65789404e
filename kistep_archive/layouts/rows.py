"""The rows of a listing in any skin: whatever holds a link to a post of this board."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from lxml import etree

from kistep_archive import boards
from kistep_archive.boards import Location
from kistep_archive.items import Listing, Row
from kistep_archive.layouts import cells, totals
from kistep_archive.layouts.cells import Cells
from kistep_archive.layouts.text import Element, ParseError, content, day, line

_LINKS = etree.XPath(
    "//body//*[@href[contains(., 'list_no=') or contains(., 'bbIdx=') or contains(., 'iew(')]"
    " or @onclick[contains(., 'iew') or contains(., 'etail(')]]"
)
_CALL = re.compile(r"(?<![A-Za-z0-9_])(?:[a-z]{0,10}_?)?(?:view|detail)[a-z]{0,10}\(\s{0,5}['\"]?([0-9]{1,15})(?![0-9])", re.I)
_HIDDEN_BID = etree.XPath("string((//input[@name='bid']/@value)[1])")
_HIDDEN_MID = etree.XPath("string((//input[@name='mid']/@value)[1])")
_BADGES = etree.XPath(".//*[not(self::a)][not(*[normalize-space()])]")
_FILE_SIGNS = etree.XPath(
    "boolean(.//a[contains(@href, 'boardDownload.es') or contains(@href, 'ownload')] or .//img[contains(@alt, '첨부') or "
    "contains(@alt, 'ttach') or contains(@src, 'file')] or .//*[contains(@class, 'xi-attach') or contains(@class, 'xi-file') or "
    "contains(@class, 'ico_file') or contains(@class, 'attach') or contains(@class, 'xi-diskette') or contains(@class, 'xi-clip')])"
)
_FILE_CELL = etree.XPath("boolean(.//a or .//img or .//i or .//button)")
_HEADINGS = etree.XPath(
    ".//*[self::strong or self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6 or self::dt or self::b or "
    "contains(@class, 'tit') or contains(@class, 'subject')][normalize-space()]"
)
_ALTS = etree.XPath(".//img/@alt")
_TEXTS = etree.XPath(".//text()[normalize-space()]")
_HINT = re.compile(r"new|ico|badge|sr[_-]|blind|hid|label|flag|mark|notice", re.I)
_CUT = re.compile(r"(?:\.{2,}|…)$")
_PINNED = {"공지", "공지사항", "notice", "[공지]", "[notice]", "top"}
_NEIGHBOURS = re.compile(r"(?:이전\s?글?|다음\s?글?|prev(?:ious)?(?: post)?|next(?: post)?)", re.I)


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a post, and the element that is its row."""

    element: Element
    number: int
    url: str


def read(url: str, at: Location, root: Element) -> Listing | None:
    """The listing of a page; None where there are no rows and no word of it. Raises ParseError."""
    groups = _groups(_links(url, at, root))
    rows = list(groups)
    page, pages, total = totals.declared(rows, root)
    marked, last = totals.pager(root)
    page = page if page is not None else marked if marked is not None else at.page or 1
    pages = pages if pages is not None else last
    if rows:
        return Listing(at.layout, page, pages, total, _rows(url, groups))
    if not totals.says_none(root):
        return None
    if total and (at.page or 1) == 1:
        raise ParseError(url, "rows", f"the page declares {total} posts and shows none")
    return Listing(at.layout, page, pages, total, ())


# --- which elements are rows ---


def _links(url: str, at: Location, root: Element) -> list[Link]:
    bid, mid = at.bid or _HIDDEN_BID(root), at.place or _HIDDEN_MID(root)
    found = (_link(url, at, element, bid, mid) for element in _LINKS(root))
    return [link for link in found if link is not None]


def _link(url: str, at: Location, element: Element, bid: str, mid: str) -> Link | None:
    href, script = element.get("href") or "", element.get("onclick") or ""
    if "list_no=" in href or "bbIdx=" in href:
        try:
            found = boards.locate(urljoin(url, href.strip()))
        except ValueError:
            return None
        if found and found.kind == "post" and found.number is not None and _is_here(found, at, bid):
            return Link(element, found.number, boards.spell(found if found.bid or not bid else replace(found, bid=bid)))
        if found and found.kind != "listing":
            return None
    call = _CALL.search(script) or _CALL.search(href if href[:11].lower() == "javascript:" else "")
    if call is None:
        return None
    own = f"?brdType=R&bbIdx={call[1]}" if at.layout == "jsp" else f"{at.prefix}board.es?mid={mid}&bid={bid}&act=view&list_no={call[1]}"
    return Link(element, int(call[1]), boards.link(f"{at.scheme}://{at.host}{at.prefix}", own))


def _is_here(found: Location, at: Location, bid: str) -> bool:
    if found.layout != at.layout or found.host.removeprefix("www.") != at.host.removeprefix("www."):
        return False
    return found.prefix == at.prefix if at.layout == "jsp" else not (bid and found.bid) or bid == found.bid


def _groups(links: list[Link]) -> dict[Element, list[Link]]:
    """Row element -> its links, of the rows that stand together; neighbours of a post and side boxes are no rows."""
    numbers: dict[Element, set[int]] = {}
    for link in links:
        for parent in link.element.iterancestors():
            numbers.setdefault(parent, set()).add(link.number)
    rows: dict[Element, list[Link]] = {}
    for link in links:
        rows.setdefault(_row(link, numbers), []).append(link)
    boxes: dict[Element, list[Element]] = {}
    for row in rows:
        if not any(_NEIGHBOURS.fullmatch(line(text)) for text in _TEXTS(row)[:3]):
            boxes.setdefault(_box(row), []).append(row)
    best = max(boxes.values(), key=lambda group: (sum(_has_date(row) for row in group), len(group)), default=[])
    return {row: rows[row] for row in best}


def _row(link: Link, numbers: dict[Element, set[int]]) -> Element:
    if link.element.tag in ("tr", "li"):
        return link.element
    for parent in link.element.iterancestors():
        if parent.tag in ("tr", "li") and len(numbers[parent]) == 1:
            return parent
    row = link.element
    for parent in link.element.iterancestors():
        if len(numbers[parent]) > 1 or parent.tag in ("body", "form", "main") or (len(numbers) == 0 or _has_date(row)):
            break
        row = parent
    return row


def _box(row: Element) -> Element:
    """What holds the rows: for a table all its sections, else the list's own parent, so that pinned rows in a list of their own count."""
    if row.tag == "tr":
        table = next((parent for parent in row.iterancestors("table")), row.getparent())
        return table.getparent() if table.getparent() is not None else table
    parent = row.getparent()
    return parent.getparent() if row.tag == "li" and parent.getparent() is not None else parent


def _has_date(element: Element) -> bool:
    return any(day(text) for text in _TEXTS(element) if len(text) < 60)


# --- what a row says ---


def _rows(url: str, groups: dict[Element, list[Link]]) -> tuple[Row, ...]:
    columns: dict[Element, list[str]] = {}  # table -> its headers
    read_rows = [(row, links, *_read(url, row, links, columns)) for row, links in groups.items()]
    numbered = any(found.words.get("number", "").isdigit() for _, _, found, _ in read_rows)
    signs = [_attached(row, found) for row, _, found, _ in read_rows]
    shown = any(signs)
    return tuple(
        Row(
            links[0].number,
            *_title(url, row, link, found),
            _shown(found, "writer"),
            day(found.words.get("date", "")),
            cells.hits(found),
            link.url,
            _is_pinned(row, link, found, numbered),
            _is_new(row, link, found),
            sign if sign is not None else False if shown else None,
        )
        for (row, links, found, link), sign in zip(read_rows, signs, strict=True)
    )


def _read(url: str, row: Element, links: list[Link], columns: dict[Element, list[str]]) -> tuple[Cells, Link]:
    if row.tag != "tr":
        best = max(links, key=lambda link: len(content(link.element)))
        return cells.of_item(row, _title_element(best.element)), best
    table = next(row.iterancestors("table"), None)
    if table is not None and table not in columns:
        columns[table] = cells.headers(table)
    found = cells.of_table_row(row, columns[table] if table is not None else [])
    if found.labelled and "title" not in found.found:
        raise ParseError(url, "title", "the listing's columns are labelled, but none is the title; its labels may have changed")
    for kind in ("date", "writer", "hits"):
        if found.labelled and found.unknown and kind not in found.words:
            raise ParseError(url, kind, f"no column for it, but one is labelled {found.unknown[0]!r}; the labels may have changed")
    cell = found.found.get("title")
    within = [link for link in links if cell is not None and (link.element is row or cell in link.element.iterancestors())]
    if cell is not None and not within:
        raise ParseError(url, "title", "the title's cell holds no link to the post")
    return found, max(within or links, key=lambda link: len(content(link.element)))


def _shown(found: Cells, kind: str) -> str | None:
    return found.words.get(kind) or None  # type: ignore[call-overload]


def _title_element(link: Element) -> Element:
    """Of a link around a whole card the heading, else the link itself."""
    if link.tag in ("tr", "li"):
        return link
    if len(_TEXTS(link)) > 1 and (headings := _HEADINGS(link)):
        return headings[0]
    return link


def _title(url: str, row: Element, link: Link, found: Cells) -> tuple[str, bool]:
    element = found.found["title"] if link.element is row and "title" in found.found else _title_element(link.element)
    skipped = {badge for badge in _BADGES(element) if _badge(badge)}
    words = line("".join(text for text in _TEXTS_AND_SPACE(element) if not _is_within(text, skipped, element)))
    if not words:
        raise ParseError(url, "title", f"the row of post {link.number} has no title")
    longer = line(link.element.get("title") or "")
    start = _CUT.sub("", words).rstrip()
    if _CUT.search(words) and longer.startswith(start) and len(_CUT.sub("", longer)) > len(start):
        words = longer
    return words, bool(_CUT.search(words))


_TEXTS_AND_SPACE = etree.XPath(".//text()")


def _is_within(text: Element, skipped: set[Element], top: Element) -> bool:
    if not skipped:
        return False
    holder = text.getparent().getparent() if text.is_tail else text.getparent()
    while holder is not None and holder is not top:
        if holder in skipped:
            return True
        holder = holder.getparent()
    return False


def _badge(element: Element) -> str | None:
    """ "new" or "pinned" for an element that is such a mark and no part of a title."""
    words = (element.get("alt") or "").strip().lower() if element.tag == "img" else content(element).lower()
    is_hinted = element.tag in ("img", "i") or bool(_HINT.search(element.get("class") or ""))
    is_last = element.getnext() is None and not (element.tail or "").strip() and element.tag == "span"
    if words in ("새글", "새 글", "새로운 글", "새로운글", "new post") or (
        words in ("new", "n") and (is_hinted or (is_last and words == "n"))
    ):
        return "new"
    return "pinned" if words in _PINNED and (is_hinted or not words.isascii()) else None


def _is_new(row: Element, link: Link, found: Cells) -> bool:
    cell: Element = found.found.get("title", row)
    return any(_badge(element) == "new" for element in _BADGES(cell)) or bool(cell.xpath("boolean(.//*[contains(@class, 'xi-new')])"))


def _is_pinned(row: Element, link: Link, found: Cells, numbered: bool) -> bool:
    if "number" in found.words:
        cell = found.found["number"]
        words = found.words["number"] or line(" ".join(_ALTS(cell)))
        return words.lower() in _PINNED or (numbered and not words.isdigit())
    inside = set(link.element.iter())
    leaves: Sequence[Element] = [each for each in row.iter() if isinstance(each.tag, str) and each not in inside]
    return (
        any(content(each).lower() in _PINNED for each in leaves if not len(each))
        or any((alt or "").strip().lower() in _PINNED for alt in _ALTS(row))
        or any(_badge(each) == "pinned" for each in _BADGES(row))
    )


def _attached(row: Element, found: Cells) -> bool | None:
    if "file" in found.found:
        return bool(_FILE_CELL(found.found["file"])) or found.words["file"].strip("-0 ") not in ("", "없음", "no", "none")
    return True if _FILE_SIGNS(row) else None
