"""The value of a label: the words after it in the same text, or in the element next to it."""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple

from kistep_archive.parse.dates import WORDY_START, day
from kistep_archive.parse.elements import is_hidden
from kistep_archive.parse.text import Element, content, is_blank, is_count, is_number, label, line

LabelKind = Literal["title", "writer", "date", "hits"]
KINDS: tuple[LabelKind, ...] = ("writer", "date", "hits")
SMALL = 300  # characters of one field at most

_INLINE_LABEL = re.compile(
    "(?P<title>title|subject|제목)(?=[\\s:：])|"
    "(?P<writer>writer|name|author|posted by|written by|작성자|"
    "등록자|게시자|글쓴이|작성부서|등록부서|담당부서|이름)(?=[\\s:：])|"
    "(?P<date>date|posted on|posted|registered|"
    f"등록일시|등록일자|등록일|작성일시|작성일자|작성일|게시일자|게시일)(?=[\\s:：]*(?:[0-9]|{WORDY_START}))|"
    "(?P<hits>hits?|views?|"
    "조회수|조회)(?=[\\s:：]*(?:[0-9-]|$))",
    re.I,
)
_INLINE = {"strong", "b", "em", "span", "i", "font", "th", "td", "dt", "div", "p", "u", "small", "label"}
_IN_LINE = _INLINE - {"th", "td", "dt", "div", "p"}
_HOLDERS = {"ul", "ol", "dl", "tr", "body"}
_CELLS = {("th", "td"), ("dt", "dd"), ("td", "td")}
_BAR = re.compile(r"[|｜·ㆍ•]")
# what no writer has in it: another label's value, or its date
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_FOREIGN = re.compile(
    r"[|｜]|\b(?:19|20)\d\d\s?[-./년\u2011]\s?\d{1,2}\b"
    rf"|\b(?:{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?|\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH},?)\s(?:19|20)\d\d\b",
    re.I,
)
_WIDE = 30  # cells of a row at most


@dataclass(frozen=True, slots=True)
class Value:
    """The words of a label's value (None: no value), the elements that value and label come from, and the one
    that has both. `value_in` is the element that is a value whatever its words, `tail_of` the one whose tail
    is. `cell` is the whole value, or `starts` is where it starts in its line."""

    words: str | None
    read_from: tuple[Element, ...]
    box: Element
    value_in: Element = None
    tail_of: Element = None
    cell: Element = None
    starts: Element = None


class Place(NamedTuple):
    """The elements that a value and its label come from, and the one that has both."""

    read_from: tuple[Element, ...]
    box: Element


def is_inline(words: str) -> bool:
    """Whether a text starts with a label and continues with its value."""
    return _INLINE_LABEL.match(words) is not None


def inline(words: str) -> list[tuple[LabelKind, str]]:
    """Labels and values in one text: "Date2022-07-14", or "Writer X Date 2017-07-07 Hit 474" on one line."""
    if len(words) > SMALL or not _INLINE_LABEL.match(words):
        return []
    parts: list[tuple[LabelKind, str]] = []
    places = list(_INLINE_LABEL.finditer(words))
    for place, following in zip(places, [*places[1:], None], strict=True):
        value = words[place.end() : following.start() if following else None].strip(" :：|,/·ㆍ•")
        kind: LabelKind = place.lastgroup  # type: ignore[assignment]
        if kind == "title" and not parts:  # a title may hold any of the other words
            return [("title", words[place.end() :].lstrip(" :："))]
        if kind not in (known for known, _ in parts):
            parts.append((kind, _before_others(value)))
    # a title may well hold Writer and Hit
    dated = len(parts) == 1 or any(kind == "date" for kind, _ in parts)
    return parts if dated and all(_fits(kind, value) for kind, value in parts) else []


def _before_others(value: str) -> str:
    """A value without other labels and theirs, parted from it by bars: "Kim | Modified 2024-05-02"."""
    first, *others = _BAR.split(value)
    return first.rstrip() if all(map(_is_labelled, others)) else value


def _is_labelled(words: str) -> bool:
    start = words.replace("：", ":").partition(":")[0].split()
    return any(label(" ".join(start[:count])) for count in (1, 2))


def _fits(kind: LabelKind, value: str) -> bool:
    if kind == "date":
        return day(value) is not None
    return (
        is_number(value) or is_blank(value)
        if kind == "hits"
        else 0 < len(value) <= 100 and not _FOREIGN.search(value)
    )


def beside(holder: Element, before: Element | None, around: set[Element]) -> Value:
    """The value next to a label: after it inside its element, else after its element, else in the next
    one."""
    following = (
        holder[0] if before is None and len(holder) else before.getnext() if before is not None else None
    )
    while following is not None and not content(following):
        if tail := _tail(following):
            return Value(tail, (holder,), holder, tail_of=following)
        following = following.getnext()
    if following is None:
        return _outside(holder, around)
    place = Place((holder if before is None else following,), holder)
    return _value_in(holder.tag, following, around, place)


def _outside(holder: Element, around: set[Element]) -> Value:
    """The value after the element of a label, or after the elements around it that have no other words."""
    alone = holder.getparent() if holder.getparent() is not None else holder
    while True:
        parent, following = holder.getparent(), holder
        while following is not None and (following is holder or _says_nothing(following)):
            if tail := _tail(following):
                return Value(tail, (parent,), parent, tail_of=following)
            following = following.getnext()
        if holder.tag == "th" and (following is None or following.tag == "th"):
            under = _under(holder)
            return (
                Value(None, (holder,), alone)
                if under is None
                else Value(content(under), (holder, under), parent, under, cell=under)
            )
        if following is not None:
            value = _value_in(holder.tag, following, around, Place((holder, following), parent))
            return Value(None, (holder,), alone) if value.words is None else value
        if (
            holder.tag not in _INLINE
            or parent is None
            or parent.tag in _HOLDERS
            or len(content(parent)) > len(content(holder))
        ):
            return Value(None, (holder,), alone)
        holder = alone = parent
        if holder.tag == "li":
            return Value(None, (holder,), alone)


def _says_nothing(element: Element) -> bool:
    """Whether an element after a label is a line break, only a colon, or hidden before another element."""
    if element.tag == "br":
        return True
    if element.tag not in _IN_LINE:
        return False
    if (words := content(element)) and not words.strip(":： "):
        return element.getnext() is not None or bool((element.tail or "").strip())
    return element.getnext() is not None and (is_hidden(element))


def _value_in(tag: str, following: Element, around: set[Element], place: Place) -> Value:
    """The value in the element after a label with this tag: all of a cell, or an element without labels of
    its own."""
    words = content(following).lstrip(":： ")
    if (tag, following.tag) in _CELLS:
        return Value(words, *place, following, cell=following)
    is_bare = not len(following) and following.tag != tag and len(inline(words)) < 2
    if is_bare or (is_count(words) and not words[-1:].isdigit()):  # "views" behind a number is its unit
        return Value(words, *place, following, starts=following)
    return Value(None if following in around else words, *place, starts=following)


def _under(head: Element) -> Element | None:
    """The cell under a header, if one row of headers is above one row of values."""
    row = head.getparent()
    section = row.getparent()
    rows = [
        *islice(row.itersiblings("tr"), 2),
        *(section.getnext().iterchildren("tr") if _is_head(section) else ()),
    ][:2]
    if (
        not rows
        or len(row) > _WIDE
        or {cell.tag for cell in row} != {"th"}
        or {cell.tag for cell in rows[0]} != {"td"}
    ):
        return None
    return (
        rows[0][row.index(head)]
        if len(rows[0]) == len(row) and all(len(other) != len(row) for other in rows[1:])
        else None
    )


def _is_head(section: Element) -> bool:
    return section.tag == "thead" and section.getnext() is not None


def _tail(element: Element) -> str:
    return line(element.tail or "").lstrip(":： ")
