"""Which labelled fields belong together, as those of one post do."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from kistep_archive.parse.dates import day
from kistep_archive.parse.fields import Field
from kistep_archive.parse.text import Element, is_within
from kistep_archive.parse.values import SMALL, LabelKind

_NEAR = 8  # siblings between two labels of one block

IsWithin = Callable[[Element, int], bool]  # `is_within` that remembers: many labels may be in one large box


@dataclass(frozen=True, slots=True)
class LabelBlock:
    """The smallest element that holds the labels together."""

    element: Element
    fields: tuple[Field, ...]

    def value(self, kind: LabelKind) -> str | None:
        """The value of a label, "" if it is empty, None if there is no such label. A person comes before a
        department."""
        field = self.field(kind)
        return None if field is None else field.value or ""

    @property
    def around_values(self) -> set[Element]:
        """The elements that the values come from, and those around them."""
        parts = (each for field in self.fields for each in field.read_from)
        return {step for each in parts for step in (each, *each.iterancestors())}

    def field(self, kind: LabelKind) -> Field | None:
        """The label whose value counts."""
        named = sorted(
            (field for field in self.fields if field.kind == kind),
            key=lambda field: (not field.value, field.office),
        )
        return named[0] if named else None


def find(labels: Sequence[Field]) -> Iterator[LabelBlock]:
    """The groups of labels of at least two kinds that are close together. A group after the first may be part
    of a body's text."""
    places = [place for place, field in enumerate(labels) if field.kind != "title"]
    if len(places) < 2:
        return
    rest, titles, small = [labels[place] for place in places], _Titles(labels), cache(is_within)
    at = 0
    while at + 1 < len(rest):
        first, second = rest[at : at + 2]
        if first.kind == second.kind or not _is_beside(first, second, small):
            at += 1
            continue
        start = at - 1 if at and _is_registrant(rest[at - 1], first, small) else at
        group, depth = _grow(rest, start, small)
        title = titles.of(group, depth, places[start])
        yield LabelBlock(group[0].path[depth - 1], (*title, *group))
        at = start + len(group)


class _Titles:
    """The labels of titles, from the beginning of a page up to a block, by what makes one like another label.
    The nearest of them that is like a label has more of its path in common with it than any before it."""

    def __init__(self, labels: Sequence[Field]) -> None:
        self._labels, self._passed = labels, 0
        self._last: dict[Hashable, int] = {}

    def of(self, group: Sequence[Field], depth: int, at: int) -> tuple[Field, ...]:
        """The label of the title of a block whose first field is at this place; () if there is none. A block
        stands behind the one that was asked for before."""
        for place in range(self._passed, at):
            if self._labels[place].kind == "title":
                self._last |= dict.fromkeys(_looks(self._labels[place]), place)
        self._passed = max(self._passed, at)
        nearest = max((self._last.get(look, -1) for look in _looks(group[0])), default=-1)
        if nearest >= 0 and _is_title_row(self._labels[nearest], group[0], depth):
            return (self._labels[nearest],)
        above = self._labels[at - 1] if at else None
        return (above,) if above is not None and _is_title_above(above, group) else ()


def _looks(field: Field) -> tuple[Hashable, ...]:
    """What `_is_alike` compares: two fields are alike if they share one of these."""
    box = field.level, field.box.tag
    return (*box, field.exact), (*box, len(field.path), field.holder.tag)


def _is_beside(first: Field, second: Field, small: IsWithin) -> bool:
    return _is_alike(first, second) and _close(first, second, _common_depth(first.path, second.path), small)


def _is_registrant(one: Field, other: Field, small: IsWithin) -> bool:
    """Whether one field is a person and the other a department: both are writers."""
    return one.kind == other.kind == "writer" and one.office != other.office and _is_beside(one, other, small)


def _is_alike(one: Field, other: Field) -> bool:
    """Whether label and value are in boxes of the same kind at the same depth, and the labels in the same
    place there, as in one block."""
    return not set(_looks(one)).isdisjoint(_looks(other))


def _close(first: Field, second: Field, depth: int, small: IsWithin) -> bool:
    """Whether two labels are small neighbours inside the element that has both."""
    if abs(len(first.path) - len(second.path)) > 2:
        return False
    # one element contains the other, or both are in the same one
    if depth >= min(len(first.path), len(second.path)):
        return small(first.path[depth - 1], 2 * SMALL)
    one, other = first.path[depth], second.path[depth]
    step = 0
    while one is not None and one is not other and step <= _NEAR:
        one, step = one.getnext(), step + 1
    return one is other and small(other, SMALL) and small(first.path[depth], SMALL)


def _common_depth(first: Sequence[Element], second: Sequence[Element]) -> int:
    """How many elements two paths have in common, counted from the root."""
    return next(
        (depth for depth, (one, other) in enumerate(zip(first, second, strict=False)) if one is not other),
        min(len(first), len(second)),
    )


def _grow(rest: Sequence[Field], at: int, small: IsWithin) -> tuple[list[Field], int]:
    """(two labels with all that follow in boxes like theirs, each kind once, but a day twice; the depth of
    what has all)."""
    group = [rest[at], rest[at + 1]]
    depth = _common_depth(group[0].path, group[1].path)
    for following in range(at + 2, len(rest)):
        field = _without_foreign_value(rest[following], group[0])
        common = _common_depth(group[-1].path, field.path)
        known = [each for each in group if each.kind == field.kind and not _is_same_day(each, field)]
        if not _is_beside(group[-1], field, small) or (
            known and (common < depth or not all(_is_registrant(each, field, small) for each in known))
        ):
            break
        group.append(field)
        depth = min(depth, common)
    return group, depth


def _is_same_day(one: Field, other: Field) -> bool:
    """Whether two labels of dates say the same: the day of writing and that of publishing."""
    one_day = day(one.value or "") if one.kind == other.kind == "date" else None
    return one_day is not None and one_day == day(other.value or "")


def _is_title_above(field: Field, group: Sequence[Field]) -> bool:
    """Whether the last label before a block is the title's, whatever it is made of. In one text with its
    value it counts only if the others are so too: else it may be the beginning of a title."""
    return (
        field.kind == "title"
        and bool(field.value)
        and (field.exact or not all(each.exact for each in group))
        and not any(parent.tag in ("form", "thead") for parent in field.path)
    )


def _without_foreign_value(field: Field, first: Field) -> Field:
    """A label whose value is further out than the values of the block's others has no value: its own box is
    empty."""
    if (
        not field.exact
        or field.level >= first.level
        or len(field.path) <= first.level
        or field.path[first.level - 1].tag != first.box.tag
    ):
        return field
    return replace(field, value=None, level=first.level, read_from=(field.path[first.level - 1],))


def _is_title_row(field: Field, first: Field, depth: int) -> bool:
    return _is_alike(field, first) and _common_depth(field.path, first.path) >= depth - (
        3 if first.box.tag == "tr" else 1
    )
