"""Where a post says title, writer, date and hits: found by the labels that stand together, never by position or class names."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Literal

from lxml import etree

from kistep_archive.parse.text import LABELS, Element, content, day, is_blank, is_count, is_office, label, line

Kind = Literal["title", "writer", "date", "hits"]
KINDS: tuple[Kind, ...] = ("writer", "date", "hits")
NEAR = 8  # siblings between two labels of one block
SMALL = 300  # characters of one field at most

_META_WORDS = [word for word, kind in LABELS.items() if kind in (*KINDS, "title")]
_PAIRS = sorted({re.escape(word[:2]) for word in _META_WORDS})
_TEXTS = etree.XPath(".//text()")  # a predicate would cost more than the pattern that follows
_START = re.compile(rf"\A[\s*·ㆍ\[]*+(?:{'|'.join(pair if pair.isascii() else pair[0] for pair in _PAIRS)})", re.I)
_NOT_META = {"script", "style", "option", "a", "button", "legend", "caption", "noscript", "title", "textarea"}
_LINKS = {"a", "button", "option"}
_FIELDS = etree.XPath(
    "boolean(descendant-or-self::input[not(@type='hidden')] or descendant-or-self::select or descendant-or-self::textarea)"
)
_GLUED = re.compile(
    "(?P<title>title|subject|제목)(?=[\\s:：])|(?P<writer>writer|name|author|작성자|등록자|글쓴이|담당부서|이름)(?=[\\s:：])"
    "|(?P<date>date|등록일|작성일시|작성일|게시일)(?=[\\s:：]*[0-9])|(?P<hits>hits?|views?|조회수|조회)(?=[\\s:：]*(?:[0-9-]|$))",
    re.I,
)
_INLINE = {"strong", "b", "em", "span", "i", "font", "th", "td", "dt", "div", "p", "u", "small", "label"}
_HOLDERS = {"ul", "ol", "dl", "tr", "body"}
_CELLS = {("th", "td"), ("dt", "dd"), ("td", "td")}
_WIDE = 30  # cells of a row at most


@dataclass(frozen=True, slots=True)
class Mark:
    """One label found: the element that holds it, the path from the root to it, its value (None: none stands beside it), the
    elements, one or two neighbours, that label and value were read from, and how many of the path's elements hold both."""

    kind: Kind
    holder: Element
    path: tuple[Element, ...]
    value: str | None
    office: bool
    exact: bool
    read_from: tuple[Element, ...]
    level: int

    @property
    def box(self) -> Element:
        """The smallest element that holds label and value: a row, an item, a line."""
        return self.path[self.level - 1]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside a label. `value_in` is the element that is a value whatever it says, `tail_of` the one whose tail is."""

    value: str | None
    read_from: tuple[Element, ...]
    box: Element
    value_in: Element = None
    tail_of: Element = None


@dataclass(frozen=True, slots=True)
class Block:
    """The smallest element that holds the labels together."""

    element: Element
    marks: tuple[Mark, ...]

    def value(self, kind: Kind) -> str | None:
        """The labelled value, "" where it is empty, None where there is no such label. A person goes before a department."""
        found = self.mark(kind)
        return None if found is None else found.value or ""

    def mark(self, kind: Kind) -> Mark | None:
        """The label whose value counts."""
        named = sorted((mark for mark in self.marks if mark.kind == kind), key=lambda mark: (not mark.value, mark.office))
        return named[0] if named else None


def marks(root: Element) -> list[Mark]:
    """All labels of a tree with their values, in document order. What is a value is no label, even if it begins like one."""
    found: list[tuple[Element, str, Element]] = []
    for text in filter(_START.match, _TEXTS(root)):
        if len(text) < 600 and (words := _label_in(str(text))):
            before = text.getparent() if text.is_tail else None
            holder = text.getparent() if before is None else before.getparent()
            if holder is not None and holder.tag not in _NOT_META:
                found.append((holder, words, before))
    around = _with_ancestors(holder for holder, words, _ in found if label(words) in (*KINDS, "title"))
    known: list[Mark] = []
    values: set[Element] = set()
    tails: set[Element] = set()
    for holder, words, before in found:
        path = (*reversed(list(holder.iterancestors())), holder)
        if before not in tails and values.isdisjoint(path) and not any(parent.tag in _LINKS for parent in path):
            known += _marks(path, words, before, around, values, tails)
    return known


def _with_ancestors(elements: Iterable[Element]) -> set[Element]:
    known: set[Element] = set()
    for element in elements:
        while element is not None and element not in known:
            known.add(element)
            element = element.getparent()
    return known


@lru_cache(maxsize=2048)
def _label_in(text: str) -> str:
    """The text on one line if it is a label, or begins with one; else nothing."""
    words = line(text.strip("\xa0\t\n\r *·ㆍ["))
    return words if label(words) or _GLUED.match(words) else ""


def _marks(
    path: tuple[Element, ...], words: str, before: Element | None, around: set[Element], values: set[Element], tails: set[Element]
) -> list[Mark]:
    """The marks of one text; what their values were read from goes to `values` and `tails`."""
    holder, kind = path[-1], label(words)
    if kind in ("title", "writer", "date", "hits"):
        beside = _beside(holder, before, around)
        values |= {beside.value_in} - {None}
        tails |= {beside.tail_of} - {None}
        if any(_FIELDS(element) for element in beside.read_from):
            return []  # it asks for a value and tells none: a search form's
        return [Mark(kind, holder, path, beside.value, is_office(words), True, beside.read_from, path.index(beside.box) + 1)]
    if holder.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        return []
    return [Mark(kind, holder, path, value, False, False, (holder,), len(path)) for kind, value in glued(words)]


def glued(words: str) -> list[tuple[Kind, str]]:
    """Labels and values in one run of text: "Date2022-07-14", or "Writer X Date 2017-07-07 Hit 474" on one line."""
    if len(words) > SMALL or not _GLUED.match(words):
        return []
    parts: list[tuple[Kind, str]] = []
    places = list(_GLUED.finditer(words))
    for place, following in zip(places, [*places[1:], None], strict=True):
        value = words[place.end() : following.start() if following else None].strip(" :：|,/")
        kind: Kind = place.lastgroup  # type: ignore[assignment]
        if kind == "title" and not parts:  # a title may hold any of the other words
            return [("title", words[place.end() :].lstrip(" :："))]
        if kind not in (known for known, _ in parts):
            parts.append((kind, value))
    dated = len(parts) == 1 or any(kind == "date" for kind, _ in parts)  # a title may well hold Writer and Hit
    return parts if dated and all(_fits(kind, value) for kind, value in parts) else []


def _fits(kind: Kind, value: str) -> bool:
    if kind == "date":
        return day(value) is not None
    return is_count(value) or is_blank(value) if kind == "hits" else 0 < len(value) <= 100


def _beside(holder: Element, before: Element | None, around: set[Element]) -> _Beside:
    """What stands next to a label: what follows it inside its element, else behind its element, else in the next one."""
    following = holder[0] if before is None and len(holder) else before.getnext() if before is not None else None
    while following is not None and not content(following):
        if tail := _tail(following):
            return _Beside(tail, (holder,), holder, tail_of=following)
        following = following.getnext()
    if following is None:
        return _outside(holder, around)
    told = _told(holder.tag, following, around)
    return _Beside(told.value, (holder if before is None else following,), holder, told.value_in)


def _outside(holder: Element, around: set[Element]) -> _Beside:
    """What follows behind the element of a label, or behind the elements around it that say nothing else."""
    alone = holder.getparent() if holder.getparent() is not None else holder
    while True:
        parent, following = holder.getparent(), holder
        while following is not None and (following is holder or following.tag == "br"):
            if tail := _tail(following):
                return _Beside(tail, (parent,), parent, tail_of=following)
            following = following.getnext()
        if holder.tag == "th" and (following is None or following.tag == "th"):
            under = _under(holder)
            return _Beside(None, (holder,), alone) if under is None else _Beside(content(under), (holder, under), parent, under)
        if following is not None:
            told = _told(holder.tag, following, around)
            return (
                _Beside(None, (holder,), alone) if told.value is None else _Beside(told.value, (holder, following), parent, told.value_in)
            )
        if holder.tag not in _INLINE or parent is None or parent.tag in _HOLDERS or len(content(parent)) > len(content(holder)):
            return _Beside(None, (holder,), alone)
        holder = alone = parent
        if holder.tag == "li":
            return _Beside(None, (holder,), alone)


def _told(tag: str, following: Element, around: set[Element]) -> _Beside:
    """What the element that follows a label of a tag tells as its value: all of a cell, or what holds no labels of its own."""
    words = content(following).lstrip(":： ")
    if (tag, following.tag) in _CELLS or (not len(following) and following.tag != tag and len(glued(words)) < 2):
        return _Beside(words, (), following, following)
    return _Beside(None if following in around else words, (), following)


def _under(head: Element) -> Element | None:
    """The cell under a header, where one row of headers stands over one row of values."""
    row = head.getparent()
    section = row.getparent()
    rows = [*islice(row.itersiblings("tr"), 2), *(section.getnext().iterchildren("tr") if _is_head(section) else ())][:2]
    if not rows or len(row) > _WIDE or {cell.tag for cell in row} != {"th"} or {cell.tag for cell in rows[0]} != {"td"}:
        return None
    return rows[0][row.index(head)] if len(rows[0]) == len(row) and all(len(other) != len(row) for other in rows[1:]) else None


def _is_head(section: Element) -> bool:
    return section.tag == "thead" and section.getnext() is not None


def _tail(element: Element) -> str:
    return line(element.tail or "").lstrip(":： ")


def shared(first: Sequence[Element], second: Sequence[Element]) -> int:
    """How many elements two paths have in common, counted from the root."""
    return next(
        (depth for depth, (one, other) in enumerate(zip(first, second, strict=False)) if one is not other), min(len(first), len(second))
    )


def block(found: Sequence[Mark]) -> Block | None:
    """The first group of labels of at least two kinds that stand close together."""
    return next(blocks(found), None)


def blocks(found: Sequence[Mark]) -> Iterator[Block]:
    """All such groups; what follows further down than the first may be a body's own text."""
    meta = [mark for mark in found if mark.kind != "title"]
    at = 0
    while at + 1 < len(meta):
        first, second = meta[at : at + 2]
        if first.kind == second.kind or not _is_beside(first, second):
            at += 1
            continue
        start = at - 1 if at and _is_registrant(meta[at - 1], first) else at
        grown = _grow(found, meta, start)
        yield grown
        at = start + sum(mark.kind != "title" for mark in grown.marks)


def _is_beside(first: Mark, second: Mark) -> bool:
    return is_alike(first, second) and _close(first, second, shared(first.path, second.path))


def _is_registrant(one: Mark, other: Mark) -> bool:
    """True for a person beside a department: both are writers."""
    return one.kind == other.kind == "writer" and one.office != other.office and _is_beside(one, other)


def is_alike(one: Mark, other: Mark) -> bool:
    """True when label and value stand in boxes of one kind at one depth, and the labels in the same place there, as in one block."""
    if one.level != other.level or one.box.tag != other.box.tag:
        return False
    return one.exact == other.exact or (len(one.path) == len(other.path) and one.holder.tag == other.holder.tag)


def _close(first: Mark, second: Mark, depth: int) -> bool:
    """True when two labels are small neighbours inside the element that holds both."""
    if abs(len(first.path) - len(second.path)) > 2:
        return False
    if depth >= min(len(first.path), len(second.path)):  # one element holds the other, or both stand in one
        return len(content(first.path[depth - 1])) <= 2 * SMALL
    one, other = first.path[depth], second.path[depth]
    step = 0
    while one is not None and one is not other and step <= NEAR:
        one, step = one.getnext(), step + 1
    return one is other and len(content(other)) <= SMALL and len(content(first.path[depth])) <= SMALL


def _grow(found: Sequence[Mark], meta: Sequence[Mark], at: int) -> Block:
    """From two labels to all that follow in boxes like theirs, each kind once."""
    group = [meta[at], meta[at + 1]]
    depth = shared(group[0].path, group[1].path)
    for mark in meta[at + 2 :]:
        mark = _without_foreign_value(mark, group[0])
        common = shared(group[-1].path, mark.path)
        known = [each for each in group if each.kind == mark.kind]
        if not _is_beside(group[-1], mark) or (known and (common < depth or not all(_is_registrant(each, mark) for each in known))):
            break
        group.append(mark)
        depth = min(depth, common)
    before = found[: next(at for at, mark in enumerate(found) if mark is group[0])]
    titles = [mark for mark in before[::-1] if mark.kind == "title" and _is_title_row(mark, group[0], depth)]
    return Block(group[0].path[depth - 1], (*titles[:1], *group))


def _without_foreign_value(mark: Mark, first: Mark) -> Mark:
    """A label whose value stands further out than the block's others has none: its own box is empty."""
    if not mark.exact or mark.level >= first.level or len(mark.path) <= first.level or mark.path[first.level - 1].tag != first.box.tag:
        return mark
    return replace(mark, value=None, level=first.level, read_from=(mark.path[first.level - 1],))


def _is_title_row(mark: Mark, first: Mark, depth: int) -> bool:
    return is_alike(mark, first) and shared(mark.path, first.path) >= depth - (3 if first.box.tag == "tr" else 1)
