"""A post in any skin: the block of its labels, the heading above it, the region below it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from kistep_archive import boards
from kistep_archive.layouts import meta
from kistep_archive.layouts.text import Element, ParseError, content, count, day, is_blank, is_count, label

_KNOWN = ("contents", "tb_contents", "view_cont", "view_con", "view_contents", "view_content", "board_txt", "context", "board_contents")
_BODY = etree.XPath(
    "descendant-or-self::*[@class][" + " or ".join(f"contains(concat(' ', @class, ' '), ' {name} ')" for name in _KNOWN) + "]"
)
_FILES = etree.XPath(
    "descendant-or-self::a[contains(@href, 'boardDownload.es') or contains(@href, 'ownload') or contains(@href, 'fileDown')]"
)
_HEADINGS = etree.XPath(
    "descendant-or-self::*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6 or "
    "contains(translate(@class, 'TISUBJEC', 'tisubjec'), 'tit') or contains(@class, 'subject')]"
)
_CONTROLS = etree.XPath(
    "descendant-or-self::*[self::a or self::button or self::input[@type != 'hidden'] or self::select or self::textarea]"
)
_NAVIGATION = etree.XPath(
    "descendant-or-self::*[self::button or self::a[not(@href) or starts-with(@href, '#') or starts-with(@href, 'javascript') or "
    "contains(@href, 'board.es') or contains(@href, 'menu.es') or contains(@href, '.jsp')]]"
)
_IMAGES = etree.XPath("count(descendant-or-self::img[not(ancestor::a)]) * 200 + count(descendant-or-self::a//img) * 20")
_NUMBER = re.compile(r"(?:list_no=|bbIdx=|iew\(['\"]?)([0-9]{1,15})")
_INPUTS = etree.XPath("boolean(descendant-or-self::form[.//textarea or .//select or .//input[not(@type='hidden')]])")
_CONTENT = etree.XPath("boolean(.//text()[normalize-space() and not(parent::script or parent::style)] or .//img)")
_FILE_START = re.compile(r"(?:[a-z]{2,5}\s)?(?:첨부|파일|붙임|files?\b|attach)", re.I)
_ASIDE = re.compile(r"공공누리|저작물|출처표시|kogl|자동등록방지|보안문자|captcha|만족도|만족하|satisf|copyright|all rights reserved", re.I)
_NEIGHBOUR = re.compile(r"이전|다음|prev|next", re.I)
_NEIGHBOURS = re.compile(r"(?:이전|다음|글|목록|없습니다|prev(?:ious)?|next|post|article|list|there|are|is|no|none|[\W_])++", re.I)
_PLACES = {
    "nav",
    "footer",
    "aside",
    "header",
    "script",
    "style",
    "noscript",
    "button",
    "iframe",
    "br",
    "hr",
    "input",
    "a",
    "span",
    "em",
    "b",
    "i",
    "strong",
    "label",
    "select",
    "link",
    "meta",
    "thead",
    "caption",
    "colgroup",
    "col",
    "img",
}
_LISTS = {"ul", "ol", "dl", "tr", "p", "span", "li"}
_HEADING_TAGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


Read = tuple[str, tuple[Element, ...]]  # a value and the elements that it was read from


@dataclass(frozen=True, slots=True)
class Found:
    """What a post's page says before its body is read, and from which elements."""

    title: str
    writer: str | None
    date: str
    hits: int | None
    body: Element
    scope: Element
    block: meta.Block
    title_from: tuple[Element, ...]


def find(url: str, root: Element) -> Found | None:
    """The parts of a post; None where no labels stand together, so that the page is none. Raises ParseError for a part that is missing."""
    blocks = list(meta.blocks(meta.marks(root)))
    block = next((each for each in blocks if not _is_listed(url, each)), None)
    if blocks and block is None:
        raise ParseError(url, "title", "the labels stand in rows that link to posts, as in a listing: not a post")
    if block is None:
        return None
    values = {kind: block.value(kind) for kind in meta.KINDS}
    for kind, value in values.items():
        if value is None:
            raise ParseError(url, kind, f"no label for it beside the others of {_shown(block)!r}; the page's labels may have changed")
    body, scope = _region(url, block)
    title, title_from = _title(url, block, scope)
    writer, date, hits = _writer(values["writer"]), _date(url, values["date"]), _hits(url, values["hits"])
    return Found(title, writer, date, hits, body, scope, block, title_from)


def _shown(block: meta.Block) -> str:
    return content(block.element)[:80]


def _writer(value: str | None) -> str | None:
    return None if value is None or is_blank(value) else value


def _date(url: str, value: str | None) -> str:
    found = day(value or "")
    if found is None:
        raise ParseError(url, "date", f"{(value or '')[:60]!r} is not a date of a known form")
    return found


def _hits(url: str, value: str | None) -> int | None:
    if not is_blank(value or "") and not is_count(value or ""):
        raise ParseError(url, "hits", f"{(value or '')[:60]!r} is not a count")
    return count(value or "")


def _is_listed(url: str, block: meta.Block) -> bool:
    """True for the labels of a listing's row: it links to another post, or the next one links to posts and carries the same labels."""
    row = next((each for each in (block.element, *block.element.iterancestors()) if each.tag in ("tr", "li")), None)
    if row is None or len(content(row)) > 2 * meta.SMALL:
        return False
    own = boards.locate(url)
    number = str(own.number) if own else ""
    if _numbers(row) - {number}:
        return True
    following = row.getnext()
    words = {content(mark.holder) for mark in block.marks if mark.exact}
    return (
        following is not None
        and bool(_numbers(row) and _numbers(following))
        and len(words & {content(mark.holder) for mark in meta.marks(following)}) >= 2
    )


def _numbers(row: Element) -> set[str]:
    """The numbers of the posts that a row links to."""
    calls = (f"{link.get('href') or ''} {link.get('onclick') or ''}" for link in row.iter("a"))
    return {found[1] for call in calls if "boardDownload" not in call for found in [_NUMBER.search(call)] if found}


# --- the body ---


def _region(url: str, block: meta.Block) -> tuple[Element, Element]:
    """(body, the element that holds labels and body)."""
    for parent, following in _levels(block):
        for element in following:
            if known := _BODY(element):
                return known[0], parent
    for parent, following in _levels(block):
        if candidates := [(weight, -at, element) for at, element in enumerate(following) if (weight := _weight(element, block))]:
            return _inner(max(candidates, key=lambda each: each[:2])[2], block), parent
    raise ParseError(url, "body", "no region with text or images behind the labels")


def _levels(block: meta.Block) -> Iterator[tuple[Element, list[Element]]]:
    """From the labels outwards: each element around them with its children behind them, up to the article."""
    last = block.marks[-1].path
    depth = last.index(block.element)
    inside = block.element.tag not in _LISTS and depth + 1 < len(last)
    chain = [last[depth + 1]] if inside else []
    chain += [block.element, *block.element.iterancestors()]
    for element in chain[:9]:
        parent = element.getparent()
        if parent is None or element.tag in ("article", "main", "body"):
            return
        yield parent, [each for each in element.itersiblings() if isinstance(each.tag, str)]


def _weight(element: Element, block: meta.Block) -> int:
    """How much a region looks like a body: its text and images, nothing for what is known to be something else."""
    words = content(element)
    if (
        element.tag in _PLACES
        or _is_row(element, block)
        or (len(words) < 500 and _ASIDE.search(words))
        or (len(words) < 2000 and _INPUTS(element))
    ):
        return 0
    if _is_file_block(element, words):
        return 0
    own = words
    for link in _NAVIGATION(element):
        own = own.replace(content(link), " ", 1)
    if (_NAVIGATION(element) or _NEIGHBOUR.search(own)) and _NEIGHBOURS.fullmatch(own):
        own = ""
    return int(len(own.strip()) + _IMAGES(element)) and int(len(words) + _IMAGES(element))


def _is_file_block(element: Element, words: str) -> bool:
    if any(
        not _FILES(child) and (len(content(child)) > 30 or child.find(".//img") is not None)
        for child in element
        if isinstance(child.tag, str)
    ):
        return False
    return (bool(_FILE_START.match(words)) and (len(words) < 80 or bool(_FILES(element)))) or (
        bool(_FILES(element)) and len(words) < 200 * len(_FILES(element))
    )


def _is_row(element: Element, block: meta.Block) -> bool:
    """True for one more labelled row of the block: a telephone number is not a body."""
    mark = block.marks[-1]
    at = next((step for step in mark.path if step.getparent() is element.getparent()), None)
    if element.tag == "tr":
        heads = [cell for cell in element if cell.tag in ("th", "td")]
        return len(heads) > 1 and content(heads[0]).lower() not in ("내용", "content", "contents", "body")
    alike = at is not None and at.tag == element.tag and at.get("class") == element.get("class")
    return alike and sum(at in each.path for each in block.marks) == 1


def _inner(element: Element, block: meta.Block) -> Element:
    """Inside a frame that also holds the files or the buttons, the body is the part that does not."""
    while True:
        children = [child for child in element if isinstance(child.tag, str)]
        if element.tag in ("tr", "tbody", "table") and children:
            cells = [child for child in children if child.tag in ("tr", "tbody", "td")]
            if element.tag == "tr" or len(cells) == 1:
                element = cells[-1]
                continue
            return element
        rest = [child for child in children if not _is_file_block(child, content(child))]
        if len(rest) == len(children) or (element.text or "").strip():
            return element
        weighed = [(weight, -at, child) for at, child in enumerate(rest) if (weight := _weight(child, block))]
        if not weighed:
            return element
        element = max(weighed, key=lambda each: each[:2])[2]


def is_followed(body: Element) -> bool:
    """True when something with content stands behind the body: the page did not stop inside it."""
    return any(
        _CONTENT(each)
        for parent in (body, *body.iterancestors())
        for each in parent.itersiblings()
        if isinstance(each.tag, str) and each.tag not in ("script", "noscript", "style")
    )


# --- the title ---


def _title(url: str, block: meta.Block, scope: Element) -> Read:
    """The labelled title, or the heading before the labels and inside the element that holds labels and body."""
    labelled = next((mark for mark in block.marks if mark.kind == "title"), None)
    if labelled and labelled.exact:
        title: Read = labelled.value or "", labelled.read_from
    else:
        first = next(mark for mark in block.marks if mark.kind != "title")
        title = _heading(block, first.path[first.path.index(scope) + 1 :], labelled)
    if not title[0]:
        raise ParseError(url, "title", "no heading and no label for it near the other labels")
    return title


def _heading(block: meta.Block, path: tuple[Element, ...], labelled: meta.Mark | None) -> Read:
    before = [
        each
        for step in reversed(path)
        for each in step.itersiblings(preceding=True)
        if isinstance(each.tag, str)
        and each.tag not in ("caption", "colgroup", "col")
        and not _CONTROLS(each)
        and 0 < len(content(each)) <= 1000
    ]
    outside = [each for each in before if each.getparent().tag not in ("ul", "ol", "dl", "tr")]
    for each in outside:
        if each.tag in _HEADING_TAGS:
            return content(each), (each,)
    for each in outside:
        if headings := [heading for heading in _HEADINGS(each) if content(heading) and heading.tag not in ("tr", "th", "dt", "table")]:
            heading = next((heading for heading in headings if heading.tag in _HEADING_TAGS), headings[0])
            return content(heading), (heading,)
    if labelled and labelled.value:
        return labelled.value, labelled.read_from
    return next(((content(each), (each,)) for each in outside if _is_plain(each)), ("", ()))


def _is_plain(element: Element) -> bool:
    """True for one short run of words that is no labelled row."""
    cells = [child for child in element if child.tag in ("th", "td", "dt", "dd", "li", "strong", "em")]
    return (
        len(content(element)) <= 300
        and len(cells) <= 1
        and element.tag not in ("ul", "ol", "dl", "table", "nav", "script", "style")
        and label(content(element)) is None
    )
