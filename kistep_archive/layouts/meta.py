"""Where a post says title, writer, date and hits: found by the labels that stand together, never by position or class names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from lxml import etree

from kistep_archive.layouts.text import LABELS, Element, content, day, is_blank, is_count, is_office, label, line

Kind = Literal["title", "writer", "date", "hits"]
KINDS: tuple[Kind, ...] = ("writer", "date", "hits")
NEAR = 8  # siblings between two labels of one block
SMALL = 300  # characters of one field at most

_META_WORDS = [word for word, kind in LABELS.items() if kind in (*KINDS, "title")]
_PAIRS = sorted({re.escape(word[:2]) for word in _META_WORDS})
_TEXTS = etree.XPath(".//text()")  # a predicate would cost more than the pattern that follows
_START = re.compile(rf"\A[\s*·ㆍ\[]*+(?:{'|'.join(pair if pair.isascii() else pair[0] for pair in _PAIRS)})", re.I)
_NOT_META = {"script", "style", "option", "a", "button", "legend", "caption", "noscript", "title", "textarea", "label"}
_GLUED = re.compile(
    "(?P<title>title|subject|제목)(?=[\\s:：])|(?P<writer>writer|name|author|작성자|등록자|글쓴이|담당부서|이름)(?=[\\s:：])"
    "|(?P<date>date|등록일|작성일시|작성일|게시일)(?=[\\s:：]*[0-9])|(?P<hits>hits?|views?|조회수|조회)(?=[\\s:：]*(?:[0-9-]|$))",
    re.I,
)
_INLINE = {"strong", "b", "em", "span", "i", "font", "th", "td", "dt", "div", "p", "u", "small"}
_ROWS = {"tr", "tbody", "thead", "table"}


@dataclass(frozen=True, slots=True)
class Mark:
    """One label found: the element that holds it, the path from the root to it, its value (None: none stands beside it), and the
    elements, one or two neighbours, that label and value were read from."""

    kind: Kind
    holder: Element
    path: tuple[Element, ...]
    value: str | None
    office: bool
    exact: bool
    read_from: tuple[Element, ...]


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
    """All labels of a tree with their values, in document order."""
    found: list[tuple[Element, str, Element]] = []
    for text in filter(_START.match, _TEXTS(root)):
        if len(text) < 600 and (words := _label_in(str(text))):
            before = text.getparent() if text.is_tail else None
            holder = text.getparent() if before is None else before.getparent()
            if holder is not None and holder.tag not in _NOT_META:
                found.append((holder, words, before))
    named = [holder for holder, words, _ in found if label(words) in (*KINDS, "title")]
    return [mark for holder, words, before in found for mark in _marks(holder, words, before, named)]


@lru_cache(maxsize=2048)
def _label_in(text: str) -> str:
    """The text on one line if it is a label, or begins with one; else nothing."""
    words = line(text.strip("\xa0\t\n\r *·ㆍ["))
    return words if label(words) or _GLUED.match(words) else ""


def _marks(holder: Element, words: str, before: Element | None, named: Sequence[Element]) -> list[Mark]:
    path = (*reversed(list(holder.iterancestors())), holder)
    if any(parent.tag in ("a", "button", "option") for parent in path):
        return []
    kind = label(words)
    if kind in ("title", "writer", "date", "hits"):
        value, read_from = _beside(holder, before, named)
        return [Mark(kind, holder, path, value, is_office(words), True, read_from)]
    if holder.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        return []
    return [Mark(kind, holder, path, value, False, False, (holder,)) for kind, value in glued(words)]


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


def _beside(holder: Element, before: Element | None, holders: Sequence[Element]) -> tuple[str | None, tuple[Element, ...]]:
    """The value next to a label: what follows it inside its element, else behind its element, else in the next one; and the elements
    that hold the two."""
    following = holder[0] if before is None and len(holder) else before.getnext() if before is not None else None
    while following is not None and not content(following):
        if line(following.tail or "").lstrip(":： "):
            return line(following.tail).lstrip(":： "), (holder,)
        following = following.getnext()
    if following is not None:
        return None if _holds(following, holders) else content(following).lstrip(":： "), (holder if before is None else following,)
    while True:
        if tail := line(holder.tail or "").lstrip(":： "):
            return tail, (holder.getparent(),)
        following = holder.getnext()
        while following is not None and following.tag == "br":
            if tail := line(following.tail or "").lstrip(":： "):
                return tail, (holder.getparent(),)
            following = following.getnext()
        if following is not None:
            return None if _holds(following, holders) else content(following).lstrip(":： "), (holder, following)
        if holder.tag not in _INLINE or holder.getparent() is None or holder.getparent().tag in ("ul", "ol", "dl", "tr", "body"):
            return None, (holder,)
        holder = holder.getparent()
        if holder.tag == "li":
            return None, (holder,)


def _holds(element: Element, holders: Sequence[Element]) -> bool:
    return any(holder is element or any(parent is element for parent in holder.iterancestors()) for holder in holders)


def shared(first: Sequence[Element], second: Sequence[Element]) -> int:
    """How many elements two paths have in common, counted from the root."""
    return next(
        (depth for depth, (one, other) in enumerate(zip(first, second, strict=False)) if one is not other), min(len(first), len(second))
    )


def block(found: Sequence[Mark]) -> Block | None:
    """The first group of labels of at least two kinds that stand close together; what follows further down is a body's own text."""
    meta = [mark for mark in found if mark.kind != "title"]
    for at, (first, second) in enumerate(pairwise(meta)):
        depth = shared(first.path, second.path)
        if first.kind != second.kind and _close(first, second, depth):
            while at and meta[at - 1].kind == first.kind and _close(meta[at - 1], meta[at], shared(meta[at - 1].path, meta[at].path)):
                at -= 1  # a registrant before a department: both are writers
            return _grow(found, meta, at, shared(meta[at].path, meta[at + 1].path))
    return None


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


def _grow(found: Sequence[Mark], meta: Sequence[Mark], at: int, depth: int) -> Block:
    """From two labels to all that stand in the same element, or in a sibling of it of the same kind."""
    group = [meta[at], meta[at + 1]]
    for mark in meta[at + 2 :]:
        common = shared(group[-1].path, mark.path)
        known = mark.kind in {each.kind for each in group}
        if not _close(group[-1], mark, common) or (known and (mark.kind != "writer" or common < depth)):
            break
        if common < depth and not _alike(group[-1], mark, common):
            break
        group.append(mark)
        depth = min(depth, common)
    before = found[: next(at for at, mark in enumerate(found) if mark is group[0])]
    titles = [mark for mark in before[::-1] if mark.kind == "title" and _is_title_row(mark, group, depth)]
    return Block(group[0].path[depth - 1], (*titles[:1], *group))


def _alike(one: Mark, other: Mark, depth: int) -> bool:
    """True when two labels sit at the same depth in neighbours of one kind, as rows of one block do."""
    return len(one.path) == len(other.path) > depth and one.holder.tag == other.holder.tag and one.path[depth].tag == other.path[depth].tag


def _is_title_row(mark: Mark, group: Sequence[Mark], depth: int) -> bool:
    first = group[0]
    common = shared(mark.path, first.path)
    if common >= depth:
        return True
    one, other = mark.path[common:], first.path[common:]
    if not one or not other or len(one) != len(other) or (mark.exact != first.exact and mark.holder.tag != first.holder.tag):
        return False
    return common >= depth - (3 if {one[0].tag, other[0].tag} <= _ROWS else 1) and (one[0].tag == other[0].tag or one[0].tag in _ROWS)
