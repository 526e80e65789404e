"""The title of a post: its label's value, else the nearest heading before the labels that is neither the
board's name nor the heading of a share box."""

import re
from collections.abc import Iterator
from functools import partial
from itertools import takewhile

from lxml import etree

from kistep_archive.model import urls
from kistep_archive.parse import heads, tree
from kistep_archive.parse.blocks import LabelBlock
from kistep_archive.parse.dates import day
from kistep_archive.parse.elements import HIDDEN_CLASS, first_words, is_before
from kistep_archive.parse.fields import Field
from kistep_archive.parse.post.title import (
    board_names,
    cut_titles,
    labelled_titles,
    labelled_values,
    marks,
    plain_titles,
    title_rows,
    two_headings,
)
from kistep_archive.parse.post.title.two_headings import NAMED
from kistep_archive.parse.text import Element, ParseError, content, label
from kistep_archive.parse.values import KINDS, SMALL, inline

_HEADINGS = etree.XPath(
    "descendant-or-self::*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6 or "
    "contains(translate(@class, 'TISUBJEC', 'tisubjec'), 'tit') or contains(@class, 'subject') or "
    "contains(@class, 'headline')]"
)
_CONTROLS = etree.XPath(
    "boolean(descendant-or-self::*[self::a or self::button or self::input[@type != 'hidden'] or self::select "
    "or self::textarea])"
)
_NAMESAKES = etree.XPath("/descendant::a[@href and normalize-space() = $words]")
_INITIALS = frozenset("TtSs제글[*·ㆍ")  # of the labels of titles
_LABEL = re.compile(r"(?:title|subject|제목|글제목)(?:\s?[:：]\s?|\s)(?=\S)", re.I)
_PATH = re.compile(r"(?:home|홈|main|메인)?\s?[>›»]|(?:home|홈)\b", re.I)  # where the page is in the site
_SHARE = re.compile(r"(?:sns\s?)?(?:share|공유)(?:하기|\sthis(?:\s(?:page|post))?)?|sns", re.I)
_SUBTITLE = re.compile(r"sub_?-?tit|page_?-?tit", re.I)
_VIEW = re.compile(r"(?:^|[\s_-])view(?:$|[\s_-])", re.I)
_COLON = re.compile(r"\w{1,10}\s?[:：]")
_SECTION = re.compile(  # headings of parts of a page, often for screen readers
    r"(?:(?:게시물|게시글|게시판|글|본문)\s?)?(?:정보|상세\s?보기|상세(?:\s?내용)?|보기|내용|제목|본문)"
    r"|(?:(?:post|article|board)\s)?(?:information|info|details?|view|contents?)",
    re.I,
)
_ARROWS = etree.XPath("/descendant::text()[contains(., '>') or contains(., '›') or contains(., '»')]")
_HEADING_TAGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_LISTS = {"ul", "ol", "dl", "tr", "tbody", "thead", "table"}
_LONG = 1000  # characters of a title at most

Title = tuple[str, tuple[Element, ...]]  # its words and the elements that they come from


def find(url: str, block: LabelBlock, scope: Element) -> Title:
    """The title and its elements; `scope` has labels and body. Raises ParseError."""
    labelled = next((field for field in block.fields if field.kind == "title"), None)
    date = day(block.value("date") or "")
    title = (
        (labelled_titles.read(url, labelled, block, date), labelled.read_from)
        if labelled
        else _unlabelled_title(url, block, scope, date)
    )
    if labelled and (heading := _nearer(url, labelled, block, date)) and heading != title[0]:
        words = (
            f"the page says {title[0]!r} behind a label and {heading!r} in a heading that is nearer to the "
            "other labels; it is unclear which one is the post's"
        )
        raise ParseError(url, "title", words)
    if not title[0]:
        raise ParseError(url, "title", "no heading and no title label near the other labels")
    return cut_titles.whole(url, *title), title[1]


def _nearer(url: str, labelled: Field, block: LabelBlock, date: str | None) -> str:
    """The words of a heading between the label of a title and the other labels: the label may be that of
    another post. "" if there is none."""
    path = next(field.path for field in block.fields if field is not labelled)
    for step in path[1:]:
        if step in labelled.path:
            continue
        for each in step.itersiblings("*", preceding=True):
            if each in labelled.path or each in labelled.read_from:
                break
            own = (marks.words(heading, date)[0] for heading in _HEADINGS(each) if _is_own(url, heading))
            if words := next(own, ""):
                return words
    return ""


def _unlabelled_title(url: str, block: LabelBlock, scope: Element, date: str | None) -> Title:
    first = block.fields[0]
    while scope.tag in _LISTS:
        scope = scope.getparent()
    path = first.path[first.path.index(scope) + 1 :]
    if named := _labelled_title(url, path, date):
        return named
    unknown = None if scope.tag == "article" else title_rows.unknown(first, scope)
    if unknown is not None:
        raise ParseError(
            url,
            "title",
            f"no title label, but an unknown label {content(unknown)[:60]!r} in a row before the others",
        )
    before = _before(path)
    heading, rows = _heading(url, before, date), title_rows.find(path, partial(_is_own, url))
    words = "" if heading is None else marks.words(heading, date)[0]
    element = title_rows.choose(url, rows, words) if rows else None
    if element is None and heading is not None:
        element = plain_titles.choose(url, heading, _plains(url, before, date, heading))
    element = next(_plains(url, before, date), None) if element is None else element
    return ("", ()) if element is None else _check_title(url, element, date)


def _labelled_title(url: str, path: tuple[Element, ...], date: str | None) -> Title | None:
    """The title after its label, where that is made in another way than the other labels: the nearest element
    before them that begins with the label."""
    for step in reversed(path):
        for each in step.itersiblings("*", preceding=True):
            first = first_words(each)
            if first[:1] in _INITIALS and not _CONTROLS(each) and _after_label(content(each), each, first):
                alone = marks.alone(url, each, date)  # it lacks the label if that is hidden
                return _after_label(alone, each, first) or alone, (each,)
    return None


def _after_label(words: str, element: Element, first: str) -> str:
    """An element's words after a title label in its `first` text or at its beginning; "" if there is none. In
    a heading the label has an element of its own: "Title IX in Korea" is a title."""
    if len(words) > _LONG:
        return ""
    if label(first) == "title":
        return words.removeprefix(first).lstrip(" :：")
    match = None if _HEADINGS(element) or element.tag == "div" else _LABEL.match(words)
    return words[match.end() :] if match else ""


def _before(path: tuple[Element, ...]) -> list[Element]:
    """What stands before the labels, the nearest first."""
    return [
        each
        for step in reversed(path)
        if step.getparent().tag not in _LISTS
        for each in step.itersiblings(preceding=True)
        if isinstance(each.tag, str)
        and (not _CONTROLS(each) or _HEADINGS(each))
        and 0 < len(content(each)) <= _LONG
    ]


def _heading(url: str, before: list[Element], date: str | None) -> Element | None:
    """The nearest heading before the labels."""
    for at, each in enumerate(before):
        headings = [
            heading
            for heading in _HEADINGS(each)
            if heading.tag not in ("tr", "th", "dt", "table") and _is_own(url, heading)
        ]
        headings = [heading for heading in headings if date is None or day(content(heading)) != date]
        if headings:
            return _one_of(url, headings, before[at + 1 : at + 2])
    return None


def _plains(
    url: str, before: list[Element], date: str | None, heading: Element | None = None
) -> Iterator[Element]:
    """The plain texts before the labels, the nearest first, up to the one with the heading."""
    around = set() if heading is None else {heading, *heading.iterancestors()}
    nearer = takewhile(lambda each: each not in around, before)
    undated = (each for each in nearer if date is None or day(content(each)) != date)
    return (each for each in undated if _is_plain(each) and _is_own(url, each))


def _one_of(url: str, headings: list[Element], before: list[Element]) -> Element:
    """The title of some headings, and of the heading right before them."""
    real = [heading for heading in headings if heading.tag in _HEADING_TAGS]
    if not real:
        return headings[0]
    above = (each for each in before if each.getnext() is real[0] and each.tag in _HEADING_TAGS)
    real[:0] = filter(partial(_is_own, url), above)
    return two_headings.title(url, real) if len(real) == 2 else real[0]


def _check_title(url: str, element: Element, date: str | None) -> Title:
    """The words of a heading or text, unless they begin with what may be a label."""
    words = marks.alone(url, element, date)
    known = inline(words)
    at = urls.locate(url)
    is_named = element.tag in _HEADING_TAGS or NAMED.search(element.get("class") or "") is not None
    is_label = bool(known) and known[0][0] == "title"
    if is_label and (_COLON.match(words) or (not is_named and (at is None or at.layout == "jsp"))):
        raise ParseError(
            url, "title", f"{words[:60]!r} begins with a label or is a title: it is unclear which"
        )
    if labelled_values.is_labelled(words) and not heads.confirm(heads.find(element), words):
        raise ParseError(url, "title", f"{words!r} is a label with its value, no title")
    return words, (element,)


def _is_own(url: str, heading: Element) -> bool:
    """Whether words are the post's own: not for screen readers, of a share box or a path of the site, and not
    the board's name, as the page's links and paths say it. In an article the title may be that name."""
    words, _ = marks.words(heading)
    names = " ".join(each.get("class") or "" for each in (heading, heading.getparent()) if each is not None)
    if (
        not words
        or _SHARE.fullmatch(words)
        or _SECTION.fullmatch(words)
        or (_PATH.match(words) and board_names.PIECES.search(words))
    ):
        return False
    if HIDDEN_CLASS.search(names) or _SUBTITLE.search(heading.get("class") or ""):
        return False
    is_named = heading.tag in _HEADING_TAGS and NAMED.search(heading.get("class") or "")
    around = heading.iterancestors() if is_named else ()
    if any(each.tag == "article" or _VIEW.search(each.get("class") or "") for each in around):
        return True
    # of what says it on the page the first is enough: if it stands behind the heading, so do the others
    text = next((text for text in _ARROWS(heading) if words in board_names.pieces(text)), None)
    if text is not None and is_before(text.getparent(), heading, is_tail=text.is_tail):
        return False
    at = urls.locate(url)
    if at is None:
        return True
    links = (
        (urls.link(tree.base(each), each.get("href")), each) for each in _NAMESAKES(heading, words=words)
    )
    link = next((each for address, each in links if urls.leads_to(at, address)), None)
    return link is None or link in set(heading.iterancestors()) or not is_before(link, heading)


def _is_plain(element: Element) -> bool:
    """Whether an element is one short text and not a labelled row."""
    words = content(element)
    cells = [child for child in element if child.tag in ("th", "td", "dt", "dd", "li", "strong", "em")]
    return (
        len(words) <= SMALL
        and len(cells) <= 1
        and element.tag not in ("nav", "script", "style", "caption", "colgroup", "col", *_LISTS)
        and next(element.iter("li", "dd"), None) is None
        and label(words) in (None, "title", *KINDS)
    )
