"""Learns where date, title, hits and writer stand: the cheapest selector that gives what the rows say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kistep_archive.learn import candidates, costs, patterns, places
from kistep_archive.learn.candidates import Candidate
from kistep_archive.learn.looks import Look, texts
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


def find(looks: Sequence[Look]) -> dict[FieldName, FieldFound]:
    """The fields that the rows tell of and that the pages show, by their names."""
    found: dict[FieldName, FieldFound] = {}
    values = _values(looks)
    for name in FIELDS:
        told = [each for each in looks if patterns.value(each.told, name) is not None]
        if len(told) >= 2 and (best := _field(name, looks, values, found)):
            found[name] = best
    return found


def _values(looks: Sequence[Look]) -> frozenset[str]:
    """The texts of the rows: no label, no context of a pattern."""
    told = [line(text) for each in looks for text in (each.told.title, each.told.writer or "")]
    return frozenset(text for text in told if len(text) > 1)


def _field(
    name: FieldName, looks: Sequence[Look], values: frozenset[str], found: dict[FieldName, FieldFound]
) -> FieldFound | None:
    best: FieldFound | None = None
    for candidate in sorted(_candidates(name, looks, values)):
        if best is not None and best.agreeing == _told(name, looks) and candidate.cost - 1 > best.cost:
            break
        judged = _judged(name, candidate, looks, values, found)
        if judged is not None and (best is None or _order(judged) < _order(best)):
            best = judged
    return best


def _told(name: FieldName, looks: Sequence[Look]) -> int:
    return sum(patterns.value(each.told, name) is not None for each in looks)


def _order(found: FieldFound) -> tuple[object, ...]:
    select = found.selection.select
    return -found.agreeing, found.cost, len(select), select, found.selection.pattern


def _candidates(name: FieldName, looks: Sequence[Look], values: frozenset[str]) -> list[Candidate]:
    """The selectors of all places that show the value on one of the first pages."""
    cheapest: dict[str, Candidate] = {}
    for each in looks[:_SOURCES]:
        for candidate in _of_page(name, each, values):
            known = cheapest.get(candidate.select)
            if known is None or candidate < known:
                cheapest[candidate.select] = candidate
    return list(cheapest.values())


def _of_page(name: FieldName, look: Look, values: frozenset[str]) -> Iterator[Candidate]:
    if patterns.value(look.told, name) is None:
        return
    for element, text in look.words.items():
        if not patterns.spans(look.told, name, text) and not patterns.fits(look.told, name, text):
            continue
        yield from candidates.of(element, labels=values)
        if name == "title" or any(patterns.spans(look.told, name, own) for own in _loose(element)):
            yield from candidates.tails(element, values)


def _loose(element: Element) -> list[str]:
    """The texts of an element that has others in it."""
    return texts(element) if len(element) else []


def _judged(
    name: FieldName,
    candidate: Candidate,
    looks: Sequence[Look],
    values: frozenset[str],
    found: dict[FieldName, FieldFound],
) -> FieldFound | None:
    """The candidate on all pages; None if it is right on too few of them."""
    nodes = [_one(candidate.select, each) for each in looks]
    told = [at for at, each in enumerate(looks) if patterns.value(each.told, name) is not None]
    shown = [(looks[at], node[0]) for at in told if (node := nodes[at]) is not None]
    if len(shown) < max(2, _RIGHT * len(told)):
        return None
    selected, words = [each for each, _ in shown], [text for _, text in shown]
    pattern, agreeing = _extracted(name, selected, words, values)
    elements = tuple(node[1] if node else None for node in nodes)
    dates = found["date"].elements if "date" in found else None
    is_trap = name == "title" and dates is not None and costs.is_trap(elements, dates, candidate.select)
    if agreeing < max(2, _RIGHT * len(told)) or is_trap:
        return None
    is_constant = len({patterns.value(looks[at].told, name) for at in told}) == 1
    if is_constant and costs.is_apart(elements, [each.elements for each in found.values()]):
        return None  # the same words stand in the page's head or foot
    cost = candidate.cost + costs.surplus(name, selected, words, pattern) + costs.distance(elements, dates)
    cost += costs.dissuasion(name, candidate.select, pattern, looks, nodes)
    selection = Selection(candidate.select, pattern)
    return FieldFound(name, selection, agreeing, cost, candidate.is_named, elements)


def _extracted(
    name: FieldName, looks: Sequence[Look], words: Sequence[str], values: frozenset[str]
) -> tuple[str, int]:
    """(the pattern that takes the value out of the texts, "" if whole texts fit better; how many fit)."""
    whole = sum(patterns.fits(look.told, name, text) for look, text in zip(looks, words, strict=True))
    pattern = places.pattern(name, looks, words, values) if whole < len(words) else ""
    agreeing = places.agreeing(name, looks, words, pattern) if pattern else 0
    return (pattern, agreeing) if agreeing > whole else ("", whole)


def _one(selector: str, look: Look) -> tuple[str, Element] | None:
    """The one text that the selector gives on a page, with its element; None for none or several."""
    found = []
    for each in selectors.compiled(selector)(look.root):
        is_text = isinstance(each, str)
        element = each.getparent() if is_text else each
        if element is None or element not in look.place:
            continue
        text = line(str(each)) if is_text else look.words.get(element, "")
        if not text and not is_text and content(element):
            return None  # more than one value has
        if text:
            found.append((text, element))
        if len(found) > 1:
            return None
    return found[0] if found else None
