"""What a listing declares about itself: its page, how many pages and posts there are, and whether there are
none. Never counted from rows."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import cache
from itertools import islice

from lxml import etree
from parsel import Selector

from kistep_archive.model import urls
from kistep_archive.model.urls import Location
from kistep_archive.parse.elements import is_unshown
from kistep_archive.parse.listing import grouping
from kistep_archive.parse.listing.page_links import PageLink, PageLinks
from kistep_archive.parse.text import Element, content, line

PagerLink = tuple[Element, int]  # a link and the page it leads to
_ASIDE = re.compile(
    r"foot|pop-?_?up|modal|visit|banner|quick|counter|(?:^|[\s_-])(?:pop|slides?|slider|swiper|carousel)(?:$|[\s_-])",
    re.I,
)
_CALL = re.compile(r"[Pp]age\(\s{0,5}['\"]?([0-9]{1,7})")
# no arrow: » may mean the next page
_LAST = re.compile(r"(?<![A-Za-z])last(?![a-z])|Last(?![a-z])|LAST|끝|마지막|맨\s?뒤")
_MARKS = ("strong", "em")  # what the number of the current page is in,
_MAY_MARK = (*_MARKS, "span", "b", "a", "li")  # or with such a class or attribute
_MARKED = {"on", "active", "current"}
_BOXES = ("div", "nav", "p", "td", "ul")
_SAYING = etree.XPath(
    "/descendant::body/descendant::text()[string-length(.) < 120 and (contains(., '없습니다') or "
    "contains(., '않습니다') or contains(., 'o ') or contains(., 'empty'))]"
    "/parent::*[not(self::body or self::script or self::style or self::noscript or self::option)]"
)
_OWN_TEXTS = etree.XPath("text()", smart_strings=False)
_NONE = re.compile(
    r"(?:게시글|게시물|게시된 글|(?<![댓답덧전음련])글|자료|데이터|내용|결과|정보)(?:이|가|은|는)?\s?"
    r"(?:없습니다|존재하지 않습니다)"
    r"|등록된\s?+(?!팝업|배너|댓글|일정|설문|알림|이미지|첨부|파일|태그).{0,20}없습니다"
    r"|\bno (?:posts?|articles?|data|results?|records?|contents?|items?|entries|registered|list)\b|(?:list|"
    r"board) is empty"
    r"|there (?:is|are) no\b",
    re.I,
)
_NONE_ALONE = re.compile(
    r"(?:[가-힣]{1,6}\s){0,3}[가-힣]{0,4}(?:게시글|게시물|(?<![댓답덧전음련])글|자료|데이터|내용|결과|정보)(?:이|가|은|는)?\s?"
    r"(?:없습니다|존재하지 않습니다)[.!]{0,3}"
    r"|(?:there (?:is|are) )?(?:currently )?no (?:\w{1,12} "
    r")?(?:posts?|articles?|data|results?|records?|contents?|items?|entries)"
    r"(?: (?:found|available|registered|yet|posted|here|to (?:show|display)))?[.!]{0,3}|(?:the |this "
    r")?(?:list|board) is empty[.!]{0,3}",
    re.I,
)


def is_frame(element: Element) -> bool:
    name = element.get("id") or ""
    return (
        element.tag in ("footer", "header", "nav", "aside")
        or name.lower() in ("head", "header", "gnb", "lnb")
        or element.get("role") in ("dialog", "alertdialog")
        or _ASIDE.search(f"{name} {element.get('class') or ''}") is not None
    )


def links(at: Location, bid: str, page: PageLinks) -> list[PagerLink]:
    """The links to pages of this listing, each with its page number, wherever they are."""
    numbered = (
        (each.element, _leads_to(at, bid, page.base, each))
        for each in page.links
        if each.element.tag in ("a", "button")
    )
    return [(link, number) for link, number in numbered if number is not None]


def _leads_to(at: Location, bid: str, base: str, link: PageLink) -> int | None:
    if "nPage=" in link.href or "thisPage=" in link.href:
        location = urls.linked(base, link.href)
        return location.page if location is not None and grouping.is_same_board(location, at, bid) else None
    called = _CALL.search(link.href) or _CALL.search(link.script)
    return int(called[1]) if called else None


def pager(links: Sequence[PagerLink]) -> Element | None:
    """The element with most links to pages; None if there are none."""
    boxes: Counter[Element | None] = Counter()
    for parent, times in Counter(link.getparent() for link, _ in links).items():
        around = (parent, *parent.iterancestors())
        boxes[next((each for each in around if each.tag in _BOXES), None)] += times
    return boxes.most_common(1)[0][0] if boxes else None


def outside(links: Sequence[PagerLink], rows: Collection[Element]) -> list[PagerLink]:
    """The links that may be a pager's: those in no row."""
    inside = set(rows)
    is_in_row = cache(lambda box: _is_in(box, inside))  # many links are in one box
    return [each for each in links if each[0] not in inside and not is_in_row(each[0].getparent())]


def pager_counts(links: Sequence[PagerLink], rows: Collection[Element]) -> tuple[int | None, int | None]:
    """(page, pages) as the links `outside` of the rows show them: the marked page, and the last page if a
    link is named so and no link leads further."""
    if not links:
        return None, None
    page = _marked_page(pager(links), set(rows))
    last = next((number for link, number in reversed(links) if _LAST.search(_names(link))), None)
    is_last = last is not None and last >= max(number for _, number in links)
    return page, max(last, page or 1) if last is not None and is_last else None


def reach(links: Sequence[PagerLink], at: int) -> int:
    """The last page to which a page, the number `at`, links by its number, as the next one, or as the last
    one; 1 if it links to none. The links are those `outside` of its rows."""
    proven = [
        number
        for link, number in links
        if content(link).strip("[]() ") == str(number) or number == at + 1 or _LAST.search(_names(link))
    ]
    return max(proven, default=1)


def _is_in(element: Element, rows: Collection[Element]) -> bool:
    return element in rows or any(parent in rows for parent in element.iterancestors())


def _marked_page(box: Element | None, rows: Collection[Element]) -> int | None:
    """The number of the page that a pager marks as the current one."""
    marked = {
        int(words)
        for each in ([] if box is None else box.iterdescendants(*_MAY_MARK))
        if _is_marked(each) and (words := _page_number(content(each))) and not _is_in(each, rows)
    }
    return marked.pop() if len(marked) == 1 else None


def _is_marked(element: Element) -> bool:
    return (
        element.tag in _MARKS
        or not _MARKED.isdisjoint((element.get("class") or "").split(" "))
        or element.get("aria-current") is not None
        or "현재" in (element.get("title") or "")
    )


def _page_number(words: str) -> str:
    """The digits of a page's number, with or without brackets around it; "" for other words."""
    number = words[:20].strip("[]() ")
    is_number = number.isascii() and number.isdigit() and len(number) < 8
    return number if is_number and words.strip("[]() ") == number else ""


def _names(link: Element) -> str:
    images = " ".join(image.get("alt") or "" for image in link.iter("img")) if len(link) else ""
    return f"{link.get('class') or ''} {link.get('title') or ''} {content(link)} {images}"


def says_none(document: Selector) -> bool:
    """Whether the page says that there are no posts: in the only cell of a row, in place of the rows, or in
    an element with no other words; not in the site's frame, and not in hidden elements."""
    saying = (
        each for each in _SAYING(document.root) if any(_NONE.search(line(text)) for text in _OWN_TEXTS(each))
    )
    return any(map(_says_none, islice(saying, 50)))  # a page says so once


def _says_none(element: Element) -> bool:
    chain = (element, *element.iterancestors())
    if any(is_frame(each) or is_unshown(each) for each in chain):
        return False
    row = next((each for each in chain if each.tag in ("tr", "li")), None)
    words = "" if row is None or not _is_alone(row) else content(row)
    return bool(_NONE.search(words) if 0 < len(words) < 200 else _NONE_ALONE.fullmatch(content(element)))


def _is_alone(row: Element) -> bool:
    """Whether a row has one cell, or is a list's only item."""
    return len(row) < 2 if row.tag == "tr" else row.getnext() is None and row.getprevious() is None
