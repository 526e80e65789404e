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
class FieldFound:
    """A field's selection, the pages on which it gives what the row says, and its element on each page."""

    name: FieldName
    selection: Selection
    agreeing: int
    cost: float
    is_named: bool
    elements: tuple[Element | None, ...]


def find(trees: Sequence[PageTree]) -> dict[FieldName, FieldFound]:
    """The fields that the rows tell of and that the pages show, by their names."""
    found: dict[FieldName, FieldFound] = {}
    values = _values(trees)
    for name in FIELDS:
        told = [each for each in trees if patterns.value(each.told, name) is not None]
        if len(told) >= 2 and (best := _field(name, trees, values, found)):
            found[name] = best
    return found


def _values(trees: Sequence[PageTree]) -> frozenset[str]:
    """The texts of the rows: no label, no context of a pattern."""
    told = [line(text) for each in trees for text in (each.told.title, each.told.writer or "")]
    return frozenset(text for text in told if len(text) > 1)


def _field(
    name: FieldName, trees: Sequence[PageTree], values: frozenset[str], found: dict[FieldName, FieldFound]
) -> FieldFound | None:
    best: FieldFound | None = None
    for candidate in sorted(_candidates(name, trees, values)):
        if best is not None and best.agreeing == _told(name, trees) and candidate.cost - 1 > best.cost:
            break
        judged = _judged(name, candidate, trees, values, found)
        if judged is not None and (best is None or _order(judged) < _order(best)):
            best = judged
    return best


def _told(name: FieldName, trees: Sequence[PageTree]) -> int:
    return sum(patterns.value(each.told, name) is not None for each in trees)


def _order(found: FieldFound) -> tuple[object, ...]:
    select = found.selection.select
    return -found.agreeing, found.cost, len(select), select, found.selection.pattern


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
    if patterns.value(tree.told, name) is None:
        return
    for element, text in tree.words.items():
        if not patterns.spans(tree.told, name, text) and not patterns.fits(tree.told, name, text):
            continue
        yield from candidates.of(element, labels=values)
        if name == "title" or any(patterns.spans(tree.told, name, own) for own in _loose(element)):
            yield from candidates.tails(element, values)


def _loose(element: Element) -> list[str]:
    """The texts of an element that has others in it."""
    return texts(element) if len(element) else []


def _judged(
    name: FieldName,
    candidate: RankedSelector,
    trees: Sequence[PageTree],
    values: frozenset[str],
    found: dict[FieldName, FieldFound],
) -> FieldFound | None:
    """The candidate on all pages; None if it is right on too few of them."""
    nodes = [_one(candidate.select, each) for each in trees]
    told = [at for at, each in enumerate(trees) if patterns.value(each.told, name) is not None]
    shown = [(trees[at], node[0]) for at in told if (node := nodes[at]) is not None]
    if len(shown) < max(2, _RIGHT * len(told)):
        return None
    selected, words = [each for each, _ in shown], [text for _, text in shown]
    pattern, agreeing = _extracted(name, selected, words, values)
    elements = tuple(node[1] if node else None for node in nodes)
    dates = found["date"].elements if "date" in found else None
    is_trap = name == "title" and dates is not None and costs.is_trap(elements, dates, candidate.select)
    if agreeing < max(2, _RIGHT * len(told)) or is_trap:
        return None
    is_constant = len({patterns.value(trees[at].told, name) for at in told}) == 1
    if is_constant and costs.is_apart(elements, [each.elements for each in found.values()]):
        return None  # the same words stand in the page's head or foot
    cost = candidate.cost + costs.surplus(name, selected, words, pattern) + costs.distance(elements, dates)
    cost += costs.dissuasion(name, candidate.select, pattern, trees, nodes)
    selection = Selection(candidate.select, pattern)
    return FieldFound(name, selection, agreeing, cost, candidate.is_named, elements)


def _extracted(
    name: FieldName, trees: Sequence[PageTree], words: Sequence[str], values: frozenset[str]
) -> tuple[str, int]:
    """(the pattern that takes the value out of the texts, "" if whole texts fit better; how many fit)."""
    whole = sum(patterns.fits(tree.told, name, text) for tree, text in zip(trees, words, strict=True))
    pattern = places.pattern(name, trees, words, values) if whole < len(words) else ""
    agreeing = places.agreeing(name, trees, words, pattern) if pattern else 0
    return (pattern, agreeing) if agreeing > whole else ("", whole)


def _one(selector: str, tree: PageTree) -> tuple[str, Element] | None:
    """The one text that the selector gives on a page, with its element; None for none or several."""
    found = []
    for each in selectors.compile_selector(selector)(tree.root):
        is_text = isinstance(each, str)
        element = each.getparent() if is_text else each
        if element is None or element not in tree.place:
            continue
        text = line(str(each)) if is_text else tree.words.get(element, "")
        if not text and not is_text and content(element):
            return None  # more than one value has
        if text:
            found.append((text, element))
        if len(found) > 1:
            return None
    return found[0] if found else None
