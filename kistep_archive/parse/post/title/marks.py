"""What stands beside a title in its element and is no part of it: buttons, links of the page, badges, the
post's date, the count of comments. Each is an element of its own; plain words are never cut.

The page's head is a witness: what it has in the title is a part of it. Where neither the element nor the head
decides, the title is unclear."""

import re
from copy import deepcopy
from enum import IntEnum

from kistep_archive.parse import heads
from kistep_archive.parse.dates import day
from kistep_archive.parse.elements import CONTROL, CONTROL_CLASS, drop, is_hidden
from kistep_archive.parse.listing.titles import badge
from kistep_archive.parse.post.title import side_by_side, title_edges
from kistep_archive.parse.post.title.title_edges import is_followed, is_preceded
from kistep_archive.parse.text import Element, ParseError, content, is_count
from kistep_archive.parse.values import inline

_UNSEEN = ("script", "style", "noscript", "template", "svg")
_STRUCK = ("del", "s", "strike")
_BUTTONS = ("button", "select", "textarea")
_BUTTON_CLASS = re.compile(r"(?:^|[\s_-])(?:btns?|buttons?)(?:$|[\s_-])", re.I)
_WORD = re.compile(
    r"new|n|hot|h|up|updated?|best|notice|top|important|urgent|pick|신규|새글|최신|인기|추천|공지|중요|필독|긴급"
    r"|마감|종료|진행\s?중|예정|접수\s?중",
    re.I,
)
_HINT_CLASS = re.compile(
    r"(?:^|[\s_-])(?:new|hot|best|notice|noti|important|mark|point|update|top|flag|new\w{0,8}|ico\w{0,8})"
    r"(?:$|[\s_-])",
    re.I,
)
_BADGE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:ico|icons?|badges?|labels?|flag|fa[bsr]?|xi|cate|category|cat|ctg|gubun|tags?|state|status|sticker|ribbon|chip|pill"
    r"|d-?day)(?:$|[\s_-])",
    re.I,
)
_TITLE_CLASS = re.compile(r"(?:^|[\s_-])(?:tit|title|subject|sbj|txt|text)(?:$|[\s_-])", re.I)
_PLAIN_CLASS = re.compile(  # of words that only look different
    r"tit|subj|txt|text|high|keyword|search|found|mark|point|color|colour|red|blue|green|bold|strong|font|lang|fw|fs"
    r"|line|word",
    re.I,
)
_SUB_CLASS = re.compile(r"(?:^|\s)sub(?:$|\s|[_-]?(?:tit|te?xt|subj|desc))", re.I)
_DATE_CLASS = re.compile(r"(?:^|[\s_-])(?:date|day|time|reg_?date)(?:$|[\s_-])", re.I)
_COMMENT_CLASS = re.compile(r"(?:^|[\s_-])(?:comments?|cmt|repl(?:y|ies)|댓글)(?:$|[\s_-])", re.I)
_COUNT_CLASS = re.compile(r"(?:^|[\s_-])(?:count|cnt|num)(?:$|[\s_-])", re.I)
_COUNT = re.compile(
    r"(?:댓글|comments?|repl(?:y|ies))?\s?[:：]?\s?([\[(（]?)\s?\+?[0-9]{1,3}\s?[\])）]?", re.I
)
_PIECES = re.compile(r"\s?[|/·ㆍ,]\s?")
_DAYS_LEFT = re.compile(r"D\s?[-–+]\s?(?:[0-9]{1,3}|day)", re.I)
_LOUD = re.compile(r"NEW|HOT|BEST|UP|N|H")  # in capitals
_SCRIPT = re.compile(r"\s{0,9}(?:#|javascript:|\Z)", re.I)
_PREFIX = re.compile(r"[\[(（<【〈].{1,30}[\])）>】〉]")  # what stands in brackets before a title
_MOST = 50  # elements beside a title that are looked at one by one
_BADGE_LONG = 20  # characters at most of a badge


class Sort(IntEnum):
    """What an element beside a title is, the surest first."""

    UNSEEN = 0  # no reader sees it as a part of the title, whatever the head says
    KNOWN = 1  # known words of a control or a mark
    MADE = 2  # made like a control or a mark, with other words
    UNCLEAR = 3  # it may be either: only the head decides
    PART = 4  # a part of it, unless the head has the title without it


_EDGES = {"unclear": Sort.UNCLEAR, "witnessed": Sort.PART}


def alone(url: str, element: Element, date: str | None) -> str:
    """The title in an element without what stands beside it. Raises ParseError where that is unclear."""
    title, unclear = words(element, date)
    if not unclear and title == content(element):
        title, unclear = side_by_side.title(element)
    if unclear:
        why = f"it is unclear whether {unclear[:60]!r} beside {title[:60]!r} is a part of it"
        raise ParseError(url, "title", why)
    return title


def words(element: Element, date: str | None = None) -> tuple[str, str]:
    """(the title in an element without what stands beside it, "" or the words of which it is unclear whether
    they are a part of it). `date` is the post's own."""
    if not len(element):
        return content(element), ""
    sorts = ((_sort(each, date), each) for each in element.iterdescendants("*"))
    parts = [(sort, each) for sort, each in sorts if sort is not None]
    if len(parts) > _MOST:
        parts = [(sort, each) for sort, each in parts if sort < Sort.PART]
    if len(parts) > _MOST:
        return content(element), next((words for _, each in parts if (words := content(each))), "…")
    return _decide(element, sorted(parts, key=lambda pair: pair[0])) if parts else (content(element), "")


def _decide(element: Element, parts: list[tuple[Sort, Element]]) -> tuple[str, str]:
    """The words that are left after each element was cut or kept, the surest first."""
    cut: list[Element] = []
    head_texts = heads.find(element) if parts[-1][0] > Sort.UNSEEN else ()
    for at, (sort, each) in enumerate(parts):
        rest = _words_without(element, [*cut, each])
        if not rest or (sort >= Sort.MADE and _PREFIX.fullmatch(rest)):
            continue  # it is the title itself
        if sort > Sort.UNSEEN and _heads_include(
            element, cut, each, [other for _, other in parts[at + 1 :]], head_texts
        ):
            continue
        if sort is Sort.PART:
            cut += [each] if heads.is_piece(head_texts, rest) else []
            continue
        is_long = sort is Sort.MADE and len(content(each)) >= len(rest)
        if (is_long or sort is Sort.UNCLEAR) and not heads.confirm(head_texts, rest):
            return rest, content(each)
        cut.append(each)
    return _words_without(element, cut).rstrip(title_edges.ENDS) if cut else content(element), ""


def _heads_include(
    element: Element, cut: list[Element], each: Element, pending: list[Element], head_texts: tuple[str, ...]
) -> bool:
    """Whether a head of the page has the title with this element in it."""
    if not head_texts or not content(each):
        return False
    alone = heads.pack(content(each))
    titles = {heads.pack(_words_without(element, cut)), heads.pack(_words_without(element, [*cut, *pending]))}
    return any(text != alone and text in heads.pack(head) for text in titles for head in head_texts)


def _words_without(element: Element, cut: list[Element]) -> str:
    """The words without those of some elements. What was before and behind a visible one is apart."""
    if not cut:
        return content(element)
    places = {at: each for at, each in enumerate(element.iter()) if each in cut}
    copy = deepcopy(element)
    copy.tail = None
    for at, each in [(at, each) for at, each in enumerate(copy.iter()) if at in places]:
        each.tail = f"{'' if is_hidden(places[at]) else ' '}{each.tail or ''}"
        drop(each)
    return content(copy)


def _sort(element: Element, date: str | None) -> Sort | None:
    """What an element beside a title is; None for a part of the title."""
    if element.tag in (*_UNSEEN, *_BUTTONS) or element.get("role") == "button" or is_hidden(element):
        return Sort.UNSEEN
    text = content(element)
    if not text or element.tag in ("td", "th", "tr", "tbody", "table"):
        return None
    names = element.get("class") or ""
    if element.tag in _STRUCK or "line-through" in (element.get("style") or "").lower():
        return Sort.UNCLEAR  # the words before a correction
    if _SUB_CLASS.search(names):
        return Sort.UNCLEAR  # a second line
    if element.tag == "a" or element.get("onclick") is not None:
        return _link(element, text, names)
    if badge(element) or (CONTROL_CLASS.search(names) and CONTROL.fullmatch(text)):
        return Sort.KNOWN
    if _BUTTON_CLASS.search(names):
        return Sort.MADE
    if is_followed(element) and is_preceded(element):
        return _badge(element, text, names)
    known = (
        _sort_of_day(text, names, date),
        _sort_of_count(element, text, names),
        _badge(element, text, names),
        _EDGES.get(title_edges.sort(element, text)),
    )
    return next((sort for sort in known if sort is not None), None)


def _link(element: Element, text: str, names: str) -> Sort | None:
    """What a link is. One whose words are an address is a part of the title."""
    if _COUNT.fullmatch(text):
        return Sort.KNOWN
    is_script = element.tag != "a" or _SCRIPT.match(element.get("href") or "") is not None
    if is_script or CONTROL_CLASS.search(names):
        return Sort.KNOWN if CONTROL.fullmatch(text) else Sort.MADE
    if CONTROL.fullmatch(text) and not text[:1].islower():
        return Sort.KNOWN
    if _BADGE_CLASS.search(names) and not _TITLE_CLASS.search(names):
        return Sort.MADE
    return None if text.startswith(("http", "www.")) else Sort.UNCLEAR


def _sort_of_day(text: str, names: str, date: str | None) -> Sort | None:
    """The post's own date, with a label or without; any date if the class says so; the count of readers."""
    labelled = inline(text)
    if len(labelled) == 1 and labelled[0][0] == "hits" and is_count(labelled[0][1]):
        return Sort.KNOWN  # the count of readers
    if date is not None and _PIECES.search(text) and date in map(day, _PIECES.split(text)):
        return Sort.UNCLEAR  # a writer and a date, it seems
    text_day = day(labelled[0][1] if len(labelled) == 1 and labelled[0][0] == "date" else text.strip("()[] "))
    is_own = text_day is not None and (text_day == date or bool(labelled) or bool(_DATE_CLASS.search(names)))
    return Sort.KNOWN if is_own else None


def _sort_of_count(element: Element, text: str, names: str) -> Sort | None:
    """The count of comments: a number in square brackets, or one whose class or words say so, at the end."""
    match = _COUNT.fullmatch(text)
    if match is None or not any(letter.isdigit() for letter in text):
        return None
    is_worded = text[:1] not in "[(（+" and not text[:1].isdigit()
    if is_worded or _COMMENT_CLASS.search(names) or (match[1] and _COUNT_CLASS.search(names)):
        return Sort.KNOWN
    if match[1] == "[" and element.tag != "sup":  # there it may be a footnote's
        return Sort.KNOWN
    return Sort.UNCLEAR if match[1] else None


def _badge(element: Element, text: str, names: str) -> Sort | None:
    """A word such as "HOT" or a category; a class for badges says so, or one for marks with a known word."""
    if _DAYS_LEFT.fullmatch(text.strip("[]() ")):
        return Sort.KNOWN
    is_word = _WORD.fullmatch(text.strip("[]() ")) is not None
    if is_word and (element.tag == "i" or _HINT_CLASS.search(names) or _BADGE_CLASS.search(names)):
        return Sort.KNOWN
    if _BADGE_CLASS.search(names) and not _TITLE_CLASS.search(names) and len(text) <= _BADGE_LONG:
        return Sort.MADE
    is_loud = _LOUD.fullmatch(text) is not None and element.tag not in ("b", "strong")
    return Sort.UNCLEAR if is_loud or _is_welded(element, text, names) else None


def _is_welded(element: Element, text: str, names: str) -> bool:
    """Whether a word of its own class has no space between it and the title, before it or behind it: the
    style of the page may keep them apart."""
    if element.tag not in ("span", "em", "i") or not names or _PLAIN_CLASS.search(names) or len(text) < 2:
        return False
    if len(text) > _BADGE_LONG or is_preceded(element) == is_followed(element):
        return False
    before = element.getprevious()
    beside = (
        element.tail if is_followed(element) else element.getparent().text if before is None else before.tail
    )
    at = 0 if is_followed(element) else -1
    return (beside or " ")[at].isalnum()
