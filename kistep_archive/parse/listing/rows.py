"""A listing: its rows, in any skin, and what it declares about itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree
from parsel import Selector

from kistep_archive.model.items import Listing, Row
from kistep_archive.model.skins import ListingSkin
from kistep_archive.model.urls import Location
from kistep_archive.parse.listing import cells, grouping, totals
from kistep_archive.parse.listing.cells import Cells
from kistep_archive.parse.listing.grouping import Link
from kistep_archive.parse.skin import listings
from kistep_archive.parse.text import Element, ParseError, content, day, label, line

_BADGES = etree.XPath("descendant::*[not(self::a)][not(*[normalize-space()])]")
_FILE_SIGNS = etree.XPath(
    "boolean(descendant::a[contains(@href, 'boardDownload.es') or contains(@href, 'ownload')] or "
    "descendant::img[contains(@alt, '첨부') or contains(@alt, 'ttach') or contains(@src, 'file')] or "
    "descendant::*/@class[contains(., 'attach') or contains(., 'xi-file') or contains(., 'ico_file') or "
    "contains(., 'xi-diskette') or contains(., 'xi-clip')])"
)
_FILE_CELL = etree.XPath("boolean(descendant::a or descendant::img or descendant::i or descendant::button)")
_HEADINGS = etree.XPath(
    "descendant::*[self::strong or self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6 or "
    "self::dt or self::b or contains(@class, 'tit') or contains(@class, 'subject')][normalize-space()]"
)
_NEW = etree.XPath("boolean(descendant::*[contains(@class, 'xi-new')])")
_ALTS = etree.XPath("descendant::img/@alt")
_TEXTS = etree.XPath("descendant::text()[normalize-space()]")
_HINT = re.compile(r"new|ico|badge|sr[_-]|blind|hid|label|flag|mark|notice", re.I)
_MORE = re.compile(
    r"(?:read |view |see )?(?:more|details?)|view|read|(?:더|자세히|상세)\s?보기|자세히|바로\s?가기|보기",
    re.I,
)
_CUT = re.compile(r"(?:\.{2,}|…)$")
_PINNED = {"공지", "공지사항", "notice", "[공지]", "[notice]", "top"}


@dataclass(frozen=True, slots=True)
class RowReading:
    """A row's element with its links to the post, its cells, the link that counts and the element with the
    title."""

    element: Element
    links: list[Link]
    cells: Cells
    link: Link
    title: Element


def read(url: str, at: Location, document: Selector, skin: ListingSkin | None = None) -> Listing | None:
    """The listing on a page, by its skin where it has one; None if there are no rows and the page does not
    say so. Raises ParseError."""
    bid = grouping.bid_of(at, document)
    links = totals.links(at, bid, document)
    found = grouping.links(at, bid, document)
    groups = (
        listings.groups(url, document, skin, found)
        if skin is not None and skin.rows
        else grouping.groups(found, totals.pager(links))
    )
    rows = list(groups)
    page, pages, total = totals.counts(rows, document)
    marked, last = totals.pager_counts(links, rows)
    is_declared = bool(links) or pages is not None or total is not None
    page = page if page is not None else marked if marked is not None else at.page or 1
    pages = pages if pages is not None else last
    if skin is not None:
        total = listings.number(url, document, "total", skin.total) if skin.total else total
        pages = listings.number(url, document, "pages", skin.pages) if skin.pages else pages
    if rows:
        shown = _rows(url, groups, is_declared or skin is not None)
        if skin is not None:
            shown = tuple(listings.row(url, row, each, skin) for row, each in zip(rows, shown, strict=True))
        if total is not None and total < sum(not row.pinned for row in shown):
            total = None  # a number of something else
        return Listing(at.layout, page, pages, total, shown)
    if not totals.says_none(document):
        return None
    if total and (at.page or 1) == 1:
        raise ParseError(url, "rows", f"the page declares {total} posts but shows none")
    return Listing(at.layout, page, pages, total, ())


# --- rows ---


def _rows(url: str, groups: dict[Element, list[Link]], is_declared: bool) -> tuple[Row, ...]:
    columns: dict[Element, list[str]] = {}  # table -> its headers
    buttons = _buttons(groups)
    read_rows = [_read(url, row, links, columns, buttons) for row, links in groups.items()]
    if not is_declared and not any(_says_more(row) for row in read_rows):
        words = (
            "the rows have only titles and days, and the page has no pager and no total: a box of "
            "links, not a listing"
        )
        raise ParseError(url, "rows", words)
    numbered = any(row.cells.words.get("number", "").isdigit() for row in read_rows)
    signs = [_attached(row.element, row.cells) for row in read_rows]
    shown = any(signs)
    return tuple(
        Row(
            row.links[0].number,
            *_title(url, row),
            _shown(row.cells, "writer"),
            day(row.cells.words.get("date", "")),
            cells.hits(row.cells),
            row.link.url,
            _is_pinned(row.element, row.link, row.cells, numbered),
            _is_new(row.element, row.cells),
            sign if sign is not None else False if shown else None,
        )
        for row, sign in zip(read_rows, signs, strict=True)
    )


def _says_more(row: RowReading) -> bool:
    """Whether a row has labels, or more than a title and a day: a picture, a writer, hits."""
    return (
        row.cells.labelled
        or bool(row.cells.words.keys() - {"title", "date"})
        or any(_badge(image) is None for image in row.element.iter("img"))
    )


def _buttons(groups: dict[Element, list[Link]]) -> set[str]:
    """The words of links that every row has, such as "Read more"; they are not titles."""
    words = [{content(link.element) for link in links} for links in groups.values()]
    return set.intersection(*words) if len(words) > 1 else set()


def _read(
    url: str, row: Element, links: list[Link], columns: dict[Element, list[str]], buttons: set[str]
) -> RowReading:
    named = [
        link
        for link in links
        if (words := content(link.element)) not in buttons and not _MORE.fullmatch(words)
    ]
    best = max(named or links, key=lambda link: len(content(link.element)))
    title = _title_element(best.element) if named else _heading(row, best)
    if row.tag == "tr":
        table = next(row.iterancestors("table"), None)
        if table is not None and table not in columns:
            columns[table] = cells.headers(table)
        found = cells.of_table_row(row, columns[table] if table is not None else [])
    else:
        found = cells.of_item(row, best.element if title is None else title)
    _check_labels(url, found)
    cell = found.found.get("title")
    if cell is None and title is None:
        words = f"the row of post {best.number} has no title, only its link {content(best.element)!r}"
        raise ParseError(url, "title", words)
    if cell is None:
        return RowReading(row, links, found, best, title)
    within = [link for link in links if link.element in (row, cell) or cell in link.element.iterancestors()]
    if not within:
        raise ParseError(url, "title", "the title's cell has no link to the post")
    best = max(within, key=lambda link: len(content(link.element)))
    return RowReading(row, links, found, best, cell if best.element is row else _title_element(best.element))


def _check_labels(url: str, found: Cells) -> None:
    """Rejects a row if one label is unknown and a known one is missing: the label may have changed."""
    if found.labelled and "title" not in found.found:
        raise ParseError(
            url,
            "title",
            "the listing's columns have labels, but none for the title; the labels may have changed",
        )
    for kind in ("date", "writer", "hits"):
        if found.labelled and found.unknown and kind not in found.words:
            raise ParseError(
                url, kind, f"no column for it, but a column {found.unknown[0]!r}; the labels may have changed"
            )


def _shown(found: Cells, kind: str) -> str | None:
    return found.words.get(kind) or None  # type: ignore[call-overload]


def _title_element(link: Element) -> Element:
    """The title's element: in a link around a whole card the heading or its first paragraph; else the link
    itself."""
    texts = [] if link.tag in ("tr", "li") else _TEXTS(link)
    if len(texts) < 2:
        return link
    headings = _HEADINGS(link)
    named = next((each for each in headings if label(content(each)) is None and _badge(each) is None), None)
    if named is not None:
        return named
    first, is_card = (
        texts[0].getparent(),
        any(label(text) in ("writer", "date", "hits") for text in texts[1:]),
    )
    is_title = (
        texts[0].is_text and first is not link and (is_card or first in headings or first.tag in ("p", "div"))
    )
    return first if is_title else link


def _heading(row: Element, button: Link) -> Element | None:
    """The title of a row whose link only says "Read more": its heading. A link inside the heading is the
    title itself."""
    inside, around = {button.element, *button.element.iterdescendants()}, set(button.element.iterancestors())
    headings = [each for each in _HEADINGS(row) if each not in inside]
    if any(each in around for each in headings):
        return button.element
    named = next((each for each in headings if label(content(each)) is None and _badge(each) is None), None)
    return (
        named
        if named is not None or _MORE.fullmatch(content(button.element))
        else _title_element(button.element)
    )


def _title(url: str, row: RowReading) -> tuple[str, bool]:
    element, link = row.title, row.link
    skipped = {badge for badge in _BADGES(element) if _badge(badge)}
    words = line(
        "".join(text for text in _TEXTS_AND_SPACE(element) if not _is_within(text, skipped, element))
    )
    if not words:
        raise ParseError(url, "title", f"the row of post {link.number} has no title")
    longer = line(link.element.get("title") or "")
    start = _CUT.sub("", words).rstrip()
    if _CUT.search(words) and longer.startswith(start) and len(_CUT.sub("", longer)) > len(start):
        words = longer
    return words, bool(_CUT.search(words))


_TEXTS_AND_SPACE = etree.XPath("descendant::text()")


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
    """The mark "new" or "pinned", for an element that is such a mark and not part of a title."""
    words = (element.get("alt") or "").strip().lower() if element.tag == "img" else content(element).lower()
    is_hinted = element.tag in ("img", "i") or bool(_HINT.search(element.get("class") or ""))
    is_last = element.getnext() is None and not (element.tail or "").strip() and element.tag == "span"
    if words in ("새글", "새 글", "새로운 글", "새로운글", "new post") or (
        words in ("new", "n") and (is_hinted or (is_last and words == "n"))
    ):
        return "new"
    return "pinned" if words in _PINNED and (is_hinted or not words.isascii()) else None


def _is_new(row: Element, found: Cells) -> bool:
    cell: Element = found.found.get("title", row)
    return any(_badge(element) == "new" for element in _BADGES(cell)) or bool(_NEW(cell))


def _is_pinned(row: Element, link: Link, found: Cells, numbered: bool) -> bool:
    if "number" in found.words:
        cell = found.found["number"]
        words = found.words["number"] or line(" ".join(_ALTS(cell)))
        return words.lower() in _PINNED or (numbered and not words.isdigit())
    inside = set(link.element.iter())
    leaves: Sequence[Element] = [
        each for each in row.iter() if isinstance(each.tag, str) and each not in inside
    ]
    return (
        any(content(each).lower() in _PINNED for each in leaves if not len(each))
        or any((alt or "").strip().lower() in _PINNED for alt in _ALTS(row))
        or any(_badge(each) == "pinned" for each in _BADGES(row))
    )


def _attached(row: Element, found: Cells) -> bool | None:
    if "file" in found.found:
        return bool(_FILE_CELL(found.found["file"])) or found.words["file"].strip("-0 ") not in (
            "",
            "없음",
            "no",
            "none",
        )
    return True if _FILE_SIGNS(row) else None
