"""Words on a page: labels, counts and clean text. Every pattern here is linear in its input."""

import re
from collections.abc import Collection
from functools import lru_cache
from itertools import islice
from typing import Any, Literal

from lxml import etree

from kistep_archive.parse import raised

Element = Any  # an lxml element: lxml has no types of its own
Label = Literal["title", "writer", "date", "hits", "file", "number", "other"]

_WORDS: dict[Label, str] = {
    "title": "title|subject|제목|글제목",
    "writer": "writer|name|author|written by|posted by|writer "
    "name|registrant|등록자|작성자|글쓴이|이름|게시자|성명|작성자명|등록자명|department|dept|dept.|division|"
    "담당부서|부서|부서명|작성부서|등록부서|담당부서명|소속",
    "date": "date|registration date|registered date|reg. date|reg date|regdate|date posted|posted date|post "
    "date|posted|posted on|write date|written date|date of registration|created|date created|created "
    "date|publication date|published|등록일|등록일자|등록일시|작성일|작성일자|작성일시|게시일|게시일자|날짜|"
    "일자|발행일|공고일|공개일|공개일자|배포일|배포일자|보도일|보도일자",
    "hits": "hit|hits|view|views|view count|views count|hit count|read|reads|views hits|number of views|no. "
    "of views|조회수|조회|조회건수|조회횟수|열람수|열람|읽음",
    "file": "file|files|attachment|attachments|attached file|attached files|attach|첨부|첨부파일|파일|붙임|"
    "붙임파일",
    "number": "no|no.|num|number|번호|순번|연번|글번호|#",
    "other": "category|type|구분|분류|말머리|tel|phone|contact|전화|전화번호|연락처|email|e-mail|이메일|"
    "status|상태|image|images|이미지|사진|"
    "thumbnail|썸네일|선택|select|content|contents|내용|download|다운로드|수정일|최종수정일|updated|last "
    "updated|수정일시|modified|last modified|modified date|date modified|"
    "담당자|period|기간|language|link|url|source|출처|share|공유|preview|미리보기|like|likes|추천|"
    "comment|comments|댓글",
}
LABELS: dict[str, Label] = {
    re.sub(r"\s", "", word): kind for kind, words in _WORDS.items() for word in words.split("|")
}
_OFFICES = frozenset(
    re.sub(r"\s", "", word)
    for word in [
        "department",
        "dept",
        "dept.",
        "division",
        "담당부서",
        "부서",
        "부서명",
        "작성부서",
        "등록부서",
        "담당부서명",
        "소속",
    ]
)

_TWICE = re.compile(r"[()（）/|]")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LISTS = ("ul", "ol", "li", "dl", "dt", "dd")
_TABLES = ("table", "tr", "td", "th")
_APART = frozenset(("br", "p", "div", "section", *_LISTS, *_TABLES, *_HEADINGS))
_SMALL = ("sup", "sub")
_NOT_PLAIN = _APART.union(_SMALL)
_ALL_TEXTS = etree.XPath("descendant::text()")
_STRING = etree.XPath("string()", smart_strings=False)
_FEW = 16  # elements that are read as fast as they are counted
_CUT = re.compile(r"(?:\.{2,}|…)$")
_UNIT = r"\s?(?:회|건|views?|hits?)?"
_COUNT = re.compile(rf"([0-9]{{1,41}}|[1-9][0-9]{{0,2}}(?:,[0-9]{{3}}){{1,13}}){_UNIT}", re.I)
_NUMBER = re.compile(rf"[0-9][0-9,]{{0,40}}{_UNIT}", re.I)


class ParseError(ValueError):
    """The parser cannot read a page: `field` is missing or contradictory, `url` is the page's address."""

    def __init__(self, url: str, field: str, why: str) -> None:
        super().__init__(url, field, why)
        self.url, self.field, self.why = url, field, why

    def __str__(self) -> str:
        return f"{self.url}: {self.field}: {self.why}"


def line(text: str) -> str:
    """The text on one line: each run of whitespace, no-break spaces included, becomes one space."""
    return " ".join(text.split())


def content(element: Element) -> str:
    """All text inside an element, on one line, with a space between two blocks; a raised number right behind
    a word as in a body's text."""
    if not len(element):
        return line(element.text or "")
    if not any(each.tag in _NOT_PLAIN for each in element.iterdescendants()):
        return line(str(_STRING(element)))
    parts: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in walk:
        if event == "start" and node.tag in _SMALL and (number := _raised_number(node, "".join(parts[-4:]))):
            parts.append(number)
            walk.skip_subtree()
            continue
        parts.append(" " if node.tag in _APART else "")
        parts.append((node.text if event == "start" else node.tail if node is not element else "") or "")
    return line("".join(parts))


def _raised_number(node: Element, before: str) -> str | None:
    """The number in a <sup> or <sub> right behind some text."""
    is_glued = before[-1:].strip() != ""
    return raised.write(str(_STRING(node)), node.tag) if is_glued else None


def is_within(element: Element, most: int) -> bool:
    """Whether an element has at most so many characters of content. It reads no more of it than needed."""
    return short_content(element, most) is not None


def short_content(element: Element, most: int) -> str | None:
    """The content of an element that has at most so many characters of it, else None. It reads no more of it
    than needed."""
    if next(islice(element.iter(), _FEW, None), None) is not None:
        left = most
        for text in element.itertext():
            left -= sum(map(len, text.split()))
            if left < 0:
                return None
    words = content(element)
    return words if len(words) <= most else None


def without(element: Element, skipped: Collection[Element]) -> str:
    """The text inside an element, on one line, without that of some elements in it."""
    parts: list[str] = []
    for text in _ALL_TEXTS(element):
        if not _is_within(text, skipped, element):
            holder = text.getparent()
            is_small = text.is_text and holder.tag in _SMALL and not len(holder)
            parts.append((_raised_number(holder, "".join(parts[-4:])) if is_small else None) or text)
    return line("".join(parts))


def _is_within(text: Element, skipped: Collection[Element], top: Element) -> bool:
    if not skipped:
        return False
    holder = text.getparent().getparent() if text.is_tail else text.getparent()
    while holder is not None and holder is not top:
        if holder in skipped:
            return True
        holder = holder.getparent()
    return False


@lru_cache(maxsize=4096)
def label(text: str) -> Label | None:
    """The kind of a label, or None for text that is not a label. Spaces inside ("작 성 자") and a colon do
    not count."""
    if len(text) >= 60:
        return None
    words = "".join(text.split()).strip(":：*·ㆍ[]").lower()
    if words in LABELS or not _TWICE.search(words):
        return LABELS.get(words)
    kinds = {LABELS.get(part) for part in _TWICE.split(words) if part}  # in two languages: 작성자(Writer)
    return kinds.pop() if len(kinds) == 1 else None


def is_office(text: str) -> bool:
    """Whether the label is for a department; a person's label beside it gives the better writer."""
    return "".join(text.split()).strip(":：*·ㆍ[]").lower() in _OFFICES


def uncut(title: str) -> str:
    """A title without the ellipsis at its end."""
    return (_CUT.sub("", title) if is_cut(title) else title).rstrip()


def is_cut(title: str) -> bool:
    """Whether a title ends in an ellipsis."""
    return title.removesuffix("\n").endswith(("..", "…"))


def is_blank(text: str) -> bool:
    """Whether a value is empty or only dashes."""
    return not line(text).strip("-–— ")


def count(text: str) -> int | None:
    """A count such as "519" or "1,201"; None if it is not one or exceeds 63 bits."""
    match = _COUNT.fullmatch(line(text[:200]))
    number = int(match[1].replace(",", "")) if match else None
    return number if number is not None and number < 2**63 else None


def is_number(text: str) -> bool:
    """Whether the text looks like a count, also one with commas in wrong places."""
    return _NUMBER.fullmatch(line(text[:200])) is not None


def is_count(text: str) -> bool:
    """Whether the text is a count of any size."""
    return _COUNT.fullmatch(line(text[:200])) is not None
