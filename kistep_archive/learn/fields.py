"""Learns where date, title, hits and writer stand: the cheapest selector that gives what the rows say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kistep_archive.learn import candidates, costs, patterns, places
from kistep_archive.learn.candidates import RankedSelector
from kistep_archive.learn.page_tree import PageTree, texts
from kistep_archive.learn.patterns import FIELDS, FieldName
from kistep_archive.model.skins import Selection
from kistep_archive.parse.skin import selectors
from kistep_archive.parse.text import Element, content, line

_SOURCES = 4  # pages whose elements are candidates
_RIGHT = 0.6  # the share of pages on which a candidate must be right


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """A field's selection, the pages on which it gives what the row says, and its element on each page."""

    name: FieldName
    selection: Selection
    agreeing: int
    cost: float
    is_named: bool
    elements: tuple[Element | None, ...]


def find(trees: Sequence[PageTree]) -> dict[FieldName, FieldPlace]:
    """The fields that the rows tell of and that the pages show, by their names."""
    known: dict[FieldName, FieldPlace] = {}
    values = _values(trees)
    for name in FIELDS:
        with_value = [each for each in trees if patterns.value(each.row, name) is not None]
        if len(with_value) >= 2 and (best := _field(name, trees, values, known)):
            known[name] = best
    return known


def _values(trees: Sequence[PageTree]) -> frozenset[str]:
    """The texts of the rows: no label, no context of a pattern."""
    texts = [line(text) for each in trees for text in (each.row.title, each.row.writer or "")]
    return frozenset(text for text in texts if len(text) > 1)


def _field(
    name: FieldName, trees: Sequence[PageTree], values: frozenset[str], known: dict[FieldName, FieldPlace]
) -> FieldPlace | None:
    best: FieldPlace | None = None
    for candidate in sorted(_candidates(name, trees, values)):
        if best is not None and best.agreeing == _count_rows(name, trees) and candidate.cost - 1 > best.cost:
            break
        judged = _judge(name, candidate, trees, values, known)
        if judged is not None and (best is None or _order(judged) < _order(best)):
            best = judged
    return best


def _count_rows(name: FieldName, trees: Sequence[PageTree]) -> int:
    return sum(patterns.value(each.row, name) is not None for each in trees)


def _order(place: FieldPlace) -> tuple[object, ...]:
    select = place.selection.select
    return -place.agreeing, place.cost, len(select), select, place.selection.pattern


def _candidates(name: FieldName, trees: Sequence[PageTree], values: frozenset[str]) -> list[RankedSelector]:
    """The selectors of all places that show the value on one of the first pages."""
    cheapest: dict[str, RankedSelector] = {}
    for each in trees[:_SOURCES]:
        for candidate in _of_page(name, each, values):
            known = cheapest.get(candidate.select)
            if known is None or candidate < known:
                cheapest[candidate.select] = candidate
    return list(cheapest.values())


def _of_page(name: FieldName, tree: PageTree, values: frozenset[str]) -> Iterator[RankedSelector]:
    if patterns.value(tree.row, name) is None:
        return
    for element, text in tree.words.items():
        if not patterns.spans(tree.row, name, text) and not patterns.fits(tree.row, name, text):
            continue
        yield from candidates.of(element, labels=values)
        if name == "title" or any(patterns.spans(tree.row, name, own) for own in _loose(element)):
            yield from candidates.tails(element, values)


def _loose(element: Element) -> list[str]:
    """The texts of an element that has others in it."""
    return texts(element) if len(element) else []


def _judge(
    name: FieldName,
    candidate: RankedSelector,
    trees: Sequence[PageTree],
    values: frozenset[str],
    known: dict[FieldName, FieldPlace],
) -> FieldPlace | None:
    """The candidate on all pages; None if it is right on too few of them."""
    nodes = [_one(candidate.select, each) for each in trees]
    at_rows = [at for at, each in enumerate(trees) if patterns.value(each.row, name) is not None]
    shown = [(trees[at], node[0]) for at in at_rows if (node := nodes[at]) is not None]
    if len(shown) < max(2, _RIGHT * len(at_rows)):
        return None
    selected, words = [each for each, _ in shown], [text for _, text in shown]
    pattern, agreeing = _extract(name, selected, words, values)
    elements = tuple(node[1] if node else None for node in nodes)
    dates = known["date"].elements if "date" in known else None
    is_trap = name == "title" and dates is not None and costs.is_trap(elements, dates, candidate.select)
    if agreeing < max(2, _RIGHT * len(at_rows)) or is_trap:
        return None
    is_constant = len({patterns.value(trees[at].row, name) for at in at_rows}) == 1
    if is_constant and costs.is_apart(elements, [each.elements for each in known.values()]):
        return None  # the same words stand in the page's head or foot
    cost = candidate.cost + costs.surplus(name, selected, words, pattern) + costs.distance(elements, dates)
    cost += costs.dissuasion(name, candidate.select, pattern, trees, nodes)
    selection = Selection(candidate.select, pattern)
    return FieldPlace(name, selection, agreeing, cost, candidate.is_named, elements)


def _extract(
    name: FieldName, trees: Sequence[PageTree], words: Sequence[str], values: frozenset[str]
) -> tuple[str, int]:
    """(the pattern that takes the value out of the texts, "" if whole texts fit better; how many fit)."""
    fitting = sum(patterns.fits(tree.row, name, text) for tree, text in zip(trees, words, strict=True))
    pattern = places.pattern(name, trees, words, values) if fitting < len(words) else ""
    agreeing = places.count_agreeing(name, trees, words, pattern) if pattern else 0
    return (pattern, agreeing) if agreeing > fitting else ("", fitting)


def _one(selector: str, tree: PageTree) -> tuple[str, Element] | None:
    """The one text that the selector gives on a page, with its element; None for none or several."""
    matches = []
    for each in selectors.compile_selector(selector)(tree.root):
        is_text = isinstance(each, str)
        element = each.getparent() if is_text else each
        if element is None or element not in tree.place:
            continue
        text = line(str(each)) if is_text else tree.words.get(element, "")
        if not text and not is_text and content(element):
            return None  # more than one value has
        if text:
            matches.append((text, element))
        if len(matches) > 1:
            return None
    return matches[0] if matches else None
