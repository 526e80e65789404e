"""The boxes that hold a post's body: one, neighbours, or all that follows its head."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kistep_archive.learn import candidates
from kistep_archive.learn.candidates import RankedSelector
from kistep_archive.learn.weights import WeighedPage, Weight
from kistep_archive.parse.skin import selectors
from kistep_archive.parse.text import Element

_SOURCES = 3  # pages whose elements are candidates
_LEAST = 0.1  # the share of what varies that a candidate holds
_CLOSE = 0.03  # by this share of the best score the cheapest candidate may be worse
_CONSTANT = 2.0  # how much worse a constant character is than a varying one is good
ENOUGH = 0.6  # the share of what varies that a body must hold


@dataclass(frozen=True, slots=True)
class Box:
    """A candidate for a body, what it finds on each page, and its score: varying less constant characters."""

    candidate: RankedSelector
    elements: tuple[tuple[Element, ...], ...]
    score: float
    varying: float

    def coverage(self, pages: Sequence[WeighedPage]) -> float:
        """The share of what varies that it holds."""
        total = sum(each.total for each in pages)
        return self.varying / total if total else 0.0


def candidates_of(pages: Sequence[WeighedPage], fields: Sequence[set[Element]]) -> list[Box]:
    """The boxes that hold a part of what varies on all pages, and no field."""
    by_select: dict[str, RankedSelector] = {}
    for page, page_fields in zip(pages[:_SOURCES], fields, strict=False):
        for element in _places(page, page_fields):
            for candidate in candidates.of(element):
                known = by_select.get(candidate.select)
                if known is None or candidate < known:
                    by_select[candidate.select] = candidate
    boxes = [measure(by_select[select], pages, fields) for select in sorted(by_select)]
    return [each for each in boxes if each is not None]


def best(boxes: Sequence[Box]) -> Box | None:
    """The cheapest of the boxes whose score is close to the highest."""
    if not boxes:
        return None
    highest = max(each.score for each in boxes)
    close = [each for each in boxes if each.score >= highest - _CLOSE * abs(highest)]
    return min(close, key=_order)


def _order(box: Box) -> tuple[object, ...]:
    depth = sum(1 for element in box.elements[0] for _ in element.iterancestors())
    return box.candidate.cost - 0.05 * min(depth, 20), len(box.candidate.select), box.candidate.select


def _places(page: WeighedPage, fields: set[Element]) -> Iterator[Element]:
    around = {each for field in fields for each in (field, *field.iterancestors())}
    for element in page.tree.elements:
        if element in around or element.tag in ("html", "body", "a", "tr", "br"):
            continue
        if page.weights[element].varying >= _LEAST * page.total > 0:
            yield element


def measure(
    candidate: RankedSelector, pages: Sequence[WeighedPage], fields: Sequence[set[Element]]
) -> Box | None:
    """The candidate as a box; None if it is on too few pages, in several places, or around a field."""
    elements_of = [tuple(selectors.elements(each.tree.root, candidate.select)) for each in pages]
    if sum(1 for each in elements_of if not each) > len(pages) * 0.1 or not elements_of[0]:
        return None
    score = varying = 0.0
    for page, elements, page_fields in zip(pages, elements_of, fields, strict=True):
        if not _is_one_place(page, elements, page_fields):
            return None
        for each in elements:
            weight = page.weights[each]
            score += weight.varying - _CONSTANT * weight.constant - weight.fixed
            varying += weight.varying
    return Box(candidate, tuple(elements_of), score, varying)


def _is_no_part(weight: Weight) -> bool:
    """Whether an element has words, and none that vary."""
    return not weight.varying and weight.constant + weight.fixed > 0


def _is_one_place(page: WeighedPage, elements: tuple[Element, ...], fields: set[Element]) -> bool:
    """Whether the elements are neighbours, are seen, and hold no field."""
    if any(each not in page.weights for each in elements):
        return False
    if len({each.getparent() for each in elements}) > 1:
        return False
    if len(elements) > 1 and any(_is_no_part(page.weights[each]) for each in elements):
        return False
    return not any(each in (field, *field.iterancestors()) for each in elements for field in fields)
