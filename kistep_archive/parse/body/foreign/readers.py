"""What readers say of a post, at the end of its body's box and without a heading that says so: items that
each have a name, the moment of writing, and words."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from lxml import etree

from kistep_archive.parse.body.foreign import notes, strays
from kistep_archive.parse.dates import day
from kistep_archive.parse.text import Element, content, label, line

_TEXTS = etree.XPath("descendant::text()[normalize-space() and not(parent::script or parent::style)]")
_DEEPEST = 8  # boxes in each other that are looked into
_PIECES = 20  # texts of one item at most
_LISTS = {"ul", "ol", "dl", "table", "tbody"}
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
_MOMENT = re.compile(
    rf"[0-9]{{2}}[-./][0-9]{{1,2}}[-./][0-9]{{1,2}}\.?(?:\s{_CLOCK})?"
    rf"|[0-9]{{1,2}}[-./][0-9]{{1,2}}\.?\s{_CLOCK}"
    r"|(?:[0-9]{1,3}|an?)\s?(?:seconds?|secs?|minutes?|mins?|hours?|days?|weeks?|months?|years?|[smhdw])\sago"
    r"|[0-9]{1,3}\s?(?:초|분|시간|일|주일?|개월|달|년)\s?전|방금(?:\s?전)?|어제|yesterday|just\snow",
    re.I,
)
_CLOCKED = re.compile(rf"{_CLOCK}|ago\Z|전\Z", re.I)
_BOTH = re.compile(  # "Kim (2022-08-01 10:11)"
    r"(?P<name>[^\d|()\[\]:]{1,30}?)\s?[|(\[·,/]?\s?(?P<moment>[0-9][^|()\[\]]{5,40})[)\]]?"
)
_LINE = re.compile(  # "Kim | 2022-08-01 10:11 | Well done"
    r"(?P<name>[^\d|()\[\]:]{1,30}?)\s?[|(\[·,/]?\s?"
    rf"[0-9]{{2,4}}[-./][0-9]{{1,2}}[-./][0-9]{{1,2}}\.?\s{_CLOCK}[)\]]?[\s|:·]{{1,3}}\S"
)
_NAME = re.compile(r"[^\W\d_](?:[^\W_]|[ .'*_-]){0,29}")
_ADDRESS = re.compile(r"[(\[]?(?:ip\s?:?\s?)?[0-9*x]{1,3}(?:\.[0-9*x]{1,3}){3}[)\]]?", re.I)
_REPLY = re.compile(r"(?:reply|report|답글|답변|댓글|신고)(?:\s?(?:달기|쓰기|하기))?", re.I)
_CONTROLS = {"a", "button"}

_Piece = tuple[Element, str]  # a text of an item on one line, and the element that it is in


def comment_at_end(boxes: Sequence[Element]) -> str:
    """The words of a reader with which a body of some boxes, or the only box of a body, ends; "" if it ends
    with none."""
    last = _last(boxes)
    if last is not None and last.tag == "tr" and not etree.iselement(boxes):  # rows of the site's own table
        return content(last) if _has_all(last, clocked=True) or _LINE.match(content(last)) else ""
    for _ in range(_DEEPEST):
        if last is None:
            break
        if last.tag not in _LISTS and _is_comment(last):
            return content(last)
        last = None if last.tag == "tr" else _last(last)
    return ""


def comment_at_start(box: Element) -> str:
    """The words of a reader with which the only box of a body starts, above a post of more elements; "" if it
    starts with none. A line with a day is a post's own, so a time of day must stand there."""
    shown = list(islice(filter(content, box.iterchildren("*")), 2))
    if len(shown) < 2 or (box.text or "").strip():
        return ""
    first = shown[0]
    for _ in range(_DEEPEST):
        if first.tag not in _LISTS and first.tag != "p":
            return content(first) if _has_all(first, clocked=True) or _is_line(first) else ""
        first = next((each for each in first.iterchildren("*") if content(each)), None)
        if first is None:
            return ""
    return ""


def _last(parent: Sequence[Element]) -> Element | None:
    """The last element with words, if it has elements in it and no text stands behind it."""
    for each in reversed(parent):
        if isinstance(each.tag, str) and content(each):
            return each if len(each) or each.tag in ("li", "dd") or strays.is_made(each) else None
        if (each.tail or "").strip():
            return None
    return None


def _is_comment(element: Element) -> bool:
    """Whether an element is what one reader says. In a table and in paragraphs writers put the like, so there
    more must speak for it."""
    if element.tag == "tr":
        table = next(element.iterancestors("table"), None)
        is_sites = table is not None and strays.is_made(table) and next(table.iter("th"), None) is None
        return is_sites and _has_all(element, clocked=True)
    if element.tag == "p":
        before = element.getprevious()
        is_second = before is not None and before.tag == "p" and _has_all(before, clocked=True)
        return is_second and _has_all(element, clocked=True)
    return _has_all(element, clocked=False) or _is_line(element)


def _has_all(element: Element, *, clocked: bool) -> bool:
    """Whether an element has one moment (`clocked`: with a time of day), a name beside it, and words; or a
    name first, words, and a button to answer them."""
    pieces = list(islice(_pieces(element), _PIECES + 1))
    if len(pieces) > _PIECES:
        return False
    words = [text for _, text in pieces if not _ADDRESS.fullmatch(text)]
    moments = [at for at, text in enumerate(words) if _is_moment(text)]
    if len(moments) != 1:
        answers = [text for holder, text in pieces if holder.tag in _CONTROLS and _REPLY.fullmatch(text)]
        rest = [text for text in words if text not in answers]
        return bool(answers) and not moments and len(rest) > 1 and _is_name(rest[0])
    at = moments[0]
    if (clocked and not _CLOCKED.search(words[at])) or any(
        text == words[at] and strays.is_bare(holder) and holder is not element for holder, text in pieces
    ):
        return False
    place = 1 if at == 0 else 0  # of the name
    is_beside = at <= 1 or at == len(words) - 1
    return is_beside and len(words) > 2 and _is_name(words[place]) and _goes_on(words, {place, at})


def _goes_on(words: Sequence[str], besides: set[int]) -> bool:
    """Whether there are words besides the name and the moment."""
    return any(at not in besides and any(map(str.isalpha, text)) for at, text in enumerate(words))


def _pieces(element: Element) -> Iterator[_Piece]:
    """The texts of an item; a definition's begin with those of its term. A name and a moment in one text are
    two."""
    term = element.getprevious() if element.tag == "dd" else None
    for part in (element,) if term is None else (term, element):
        for text in _TEXTS(part):
            holder = text.getparent().getparent() if text.is_tail else text.getparent()
            words = line(text)
            both = _BOTH.fullmatch(words) if len(words) < 80 else None
            if both and _is_moment(both["moment"].strip()) and _is_name(both["name"]):
                yield holder, both["name"]
                words = both["moment"].strip()
            yield holder, words.strip("()[]|·/ ")


def _is_moment(words: str) -> bool:
    return len(words) <= 40 and (_MOMENT.fullmatch(words) is not None or day(words) is not None)


def _is_name(words: str) -> bool:
    """Whether words may be a reader's name: short, without signs, and no label."""
    is_short = _NAME.fullmatch(words) is not None and words.count(" ") < 3
    return is_short and label(words) is None and not notes.is_term(words)


def _is_line(element: Element) -> bool:
    """Whether an element of the site's, by its class or that of its list, is one line with both."""
    is_sites = strays.is_made(element) or (element.tag == "li" and strays.is_made(element.getparent()))
    match = _LINE.match(content(element)) if is_sites else None
    return match is not None and _is_name(match["name"].strip())
