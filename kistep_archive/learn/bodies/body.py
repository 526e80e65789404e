"""Learns which boxes are a post's body, and which boxes inside it belong to the site."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kistep_archive.learn import candidates
from kistep_archive.learn.bodies import apart, beside, boxes, following
from kistep_archive.learn.bodies.boxes import Box
from kistep_archive.learn.weights import WeighedPage
from kistep_archive.parse.skin import selectors
from kistep_archive.parse.text import Element, content

_PART = 0.03  # the share of what varies that a further box must hold
_SURE = 0.8  # the share of what varies that a body of one box usually holds
_ALIKE = 0.97  # by so much all that follows the head may be worse than boxes by their position
_OFTEN = 0.8  # the share of pages that have a box that belongs to the site
_WORDS = 0.03  # the share of characters that several posts may have in common by chance
_FEWEST = 3  # pages that have it


@dataclass(frozen=True, slots=True)
class BodyPlace:
    """The body's boxes, what is dropped from them, the share of what varies that they hold, and whether their
    selectors are `named`. `is_shared`: another text that varies is in the boxes or beside them."""

    select: tuple[str, ...]
    drop: tuple[str, ...]
    coverage: float
    is_named: bool
    is_shared: bool


def find(pages: Sequence[WeighedPage], fields: Sequence[set[Element]]) -> BodyPlace | None:
    """The body; None if nothing varies in one place on all pages."""
    candidates = boxes.candidates_of(pages, fields)
    first = boxes.best(candidates)
    is_certain = first is not None and first.candidate.is_named and first.coverage(pages) >= _SURE
    after = None if is_certain else following.find(pages, fields)
    is_loose = first is not None and (not first.candidate.is_named or _are_parts(first))
    if first is not None and is_loose and (around := _around(first, candidates, pages)):
        return _place([around], pages, is_named=True)
    if first is None:
        return _place([after], pages, is_named=False) if after is not None else None
    chosen = [first, *_neighbours(first, candidates, pages)]
    if after is not None and after.score >= _ALIKE * sum(each.score for each in chosen):
        return _place([after], pages, is_named=False)
    return _place(chosen, pages, is_named=True)


def _place(chosen: Sequence[Box], pages: Sequence[WeighedPage], *, is_named: bool) -> BodyPlace:
    coverage = sum(each.coverage(pages) for each in chosen)
    named = is_named and all(each.candidate.is_named for each in chosen)
    select = tuple(each.candidate.select for each in chosen)
    bodies = [[each for box in chosen for each in box.elements[at]] for at in range(len(pages))]
    is_shared = beside.is_shared(pages, bodies) or apart.is_apart(pages, bodies)
    return BodyPlace(select, _drops(chosen, pages), coverage, named, is_shared)


def _are_parts(box: Box) -> bool:
    """Whether it selects several elements of a page, such as the paragraphs of a body: a table between them
    would be missing."""
    return any(len(each) > 1 for each in box.elements)


def _around(inner: Box, candidates: Sequence[Box], pages: Sequence[WeighedPage]) -> Box | None:
    """A named box around an unnamed one or around parts, which has nothing else that would stay in the
    body."""
    around = [each for each in candidates if each.candidate.is_named and _is_around(each, inner)]
    return boxes.best([each for each in around if _rest(each, pages) <= _WORDS * each.varying])


def _is_around(outer: Box, inner: Box) -> bool:
    pairs = zip(outer.elements, inner.elements, strict=True)
    return all(
        bool(outers) and all(any(each in outers for each in part.iterancestors()) for part in parts)
        for outers, parts in pairs
    )


def _rest(box: Box, pages: Sequence[WeighedPage]) -> float:
    """How many constant characters stay in a box after its drops."""
    rest = 0.0
    drops = _drops([box], pages)
    for page, elements in zip(pages, box.elements, strict=True):
        gone = {each for select in drops for each in selectors.elements(page.tree.root, select)}
        inside = [each for element in elements for each in element.iterdescendants() if each in gone]
        rest += sum(page.weights[each].constant + page.weights[each].fixed for each in elements)
        rest -= sum(
            page.weights[each].constant + page.weights[each].fixed for each in inside if each in page.weights
        )
    return max(0.0, rest)


def _neighbours(first: Box, candidates: Sequence[Box], pages: Sequence[WeighedPage]) -> list[Box]:
    """Further boxes of the body, beside the first one."""
    chosen: list[Box] = []
    beside = [each for each in candidates if each.coverage(pages) >= _PART and each.score > 0]
    while True:
        free = [each for each in beside if _is_beside(each, [first, *chosen])]
        following = boxes.best(free)
        if following is None:
            return chosen
        chosen.append(following)


def _is_beside(box: Box, chosen: Sequence[Box]) -> bool:
    """Whether the box is on every page a sibling of the chosen ones, and none of them."""
    for at, elements in enumerate(box.elements):
        siblings = [each for other in chosen for each in other.elements[at]]
        parents = {each.getparent() for each in siblings}
        if any(each.getparent() not in parents or each in siblings for each in elements):
            return False
    return True


# what belongs to the site


def _drops(chosen: Sequence[Box], pages: Sequence[WeighedPage]) -> tuple[str, ...]:
    """Selectors of the boxes inside the body that say the same on most pages, or only tell of files and other
    posts."""
    counts: Counter[str] = Counter()
    for at, page in enumerate(pages):
        inside = [each for box in chosen for each in box.elements[at]]
        counts.update({name for each in inside for name in _site_parts(each, page)})
    often = [name for name, count in counts.items() if count >= max(_FEWEST, _OFTEN * len(pages))]
    return tuple(sorted(each for each in often if _is_safe(each, chosen, pages)))


def _site_parts(body: Element, page: WeighedPage) -> list[str]:
    selects, within = [], set[Element]()
    for element in body.iterdescendants():
        weight = page.weights.get(element)
        if weight is None or element.getparent() in within:
            within.add(element)
        elif not weight.varying and weight.constant + weight.fixed > 0:
            within.add(element)
            selects += _spellings(element)
    return selects


def _spellings(element: Element) -> list[str]:
    """The element by its class; without one by its words, if they are few."""
    if names := candidates.names(element):
        return names[:1]
    text = content(element)
    return [f"//{element.tag}[normalize-space()={candidates.quoted(text)}]"] if 0 < len(text) <= 60 else []


def _is_safe(select: str, chosen: Sequence[Box], pages: Sequence[WeighedPage]) -> bool:
    """Whether on no page a box of the body, or one that varies, would be dropped."""
    for at, page in enumerate(pages):
        for element in selectors.elements(page.tree.root, select):
            bodies = [each for box in chosen for each in box.elements[at]]
            is_inside = any(each in bodies for each in element.iterancestors())
            if is_inside and page.weights.get(element) is not None and page.weights[element].varying:
                return False
    return True
