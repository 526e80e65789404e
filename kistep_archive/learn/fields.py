"""Learns where date, title, hits and writer stand: the cheapest selector that gives what the rows say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kistep_archive.ingest.suspicion import spaceless
from kistep_archive.learn import candidates, patterns
from kistep_archive.learn.candidates import Candidate
from kistep_archive.learn.looks import Look, texts
from kistep_archive.learn.patterns import FIELDS, FieldName, Span
from kistep_archive.model.skins import Selection
from kistep_archive.parse.skin import selectors
from kistep_archive.parse.text import Element, content, is_cut, label, line

_SOURCES = 4  # pages whose elements are candidates
_PATTERN = 1.2  # what a pattern costs
_CHARACTER = 0.03  # what each character beside the value costs
_FAR = 0.12  # what each step from the date's element costs
_OTHER_DAY = ("수정", "modif", "updat", "edit", "last", "마감", "기간", "period", "until", "event")
_TEXT = ("::text", "/text()", "/text()[1]")  # how a selector of a text ends
_PLACES = 200  # ways to choose among several places of a value


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
    right = [at for at in told if nodes[at] is not None]
    if len(right) < max(2, 0.6 * len(told)):
        return None
    shown = [nodes[at] or ("", None) for at in right]
    selected = [looks[at] for at in right]
    words = [text for text, _ in shown]
    whole = sum(patterns.fits(look.told, name, text) for look, text in zip(selected, words, strict=True))
    pattern = ""
    agreeing = whole
    if whole < len(right):
        pattern = _pattern(name, selected, words, values)
        agreeing = _agreeing(name, selected, words, pattern) if pattern else whole
        pattern = pattern if agreeing > whole else ""
        agreeing = max(agreeing, whole)
    if agreeing < max(2, 0.6 * len(told)):
        return None
    elements = tuple(node[1] if node else None for node in nodes)
    if _is_trap(name, looks, elements, candidate.select, found):
        return None
    cost = candidate.cost + _surplus(name, selected, words, pattern) + _distance(looks, elements, found)
    cost += _dissuasion(name, candidate.select, pattern, looks, nodes)
    return FieldFound(
        name, Selection(candidate.select, pattern), agreeing, cost, candidate.is_named, elements
    )


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


def _pattern(name: FieldName, looks: Sequence[Look], words: Sequence[str], values: frozenset[str]) -> str:
    """The pattern for the value's place in these texts. Where it stands several times, the place whose words
    before it are those of the other pages."""
    places = [patterns.spans(look.told, name, text) for look, text in zip(looks, words, strict=True)]
    at = [index for index, each in enumerate(places) if each]
    if len(at) < max(2, 0.6 * len(words)):
        return ""
    best: tuple[int, str] = (0, "")
    fewest = min(at, key=lambda index: len(places[index]))
    for start in places[fewest][:_PLACES]:
        left = words[fewest][: start[0]]
        chosen = [_like(places[index], words[index], left) for index in at]
        pattern = patterns.pattern(name, [words[index] for index in at], chosen, values)
        agreeing = _agreeing(name, looks, words, pattern) if pattern else 0
        if agreeing > best[0]:
            best = agreeing, pattern
    return best[1]


def _like(places: Sequence[Span], text: str, left: str) -> Span:
    """The place with the longest words before it that are like these."""

    def shared(place: Span) -> int:
        before, size = text[: place[0]], 0
        while size < min(len(before), len(left)) and before[-size - 1] == left[-size - 1]:
            size += 1
        return size

    return max(places, key=lambda place: (shared(place), -place[0]))


def _agreeing(name: FieldName, looks: Sequence[Look], words: Sequence[str], pattern: str) -> int:
    compiled = selectors.pattern(pattern)
    found = [compiled.search(text) for text in words]
    return sum(
        match is not None and patterns.fits(look.told, name, line(match[1] or ""))
        for look, match in zip(looks, found, strict=True)
    )


def _surplus(name: FieldName, looks: Sequence[Look], words: Sequence[str], pattern: str) -> float:
    if not pattern:
        return 0.0
    surplus = [
        len(text) - len(str(patterns.value(look.told, name))) for look, text in zip(looks, words, strict=True)
    ]
    return _PATTERN + _CHARACTER * min(max(surplus), 120)


def _distance(
    looks: Sequence[Look], elements: Sequence[Element | None], found: dict[FieldName, FieldFound]
) -> float:
    """How far it is from the fields that are found already."""
    if "date" not in found:
        return 0.0
    pairs = zip(elements, found["date"].elements, strict=True)
    steps = [_steps(one, other) for one, other in pairs if one is not None and other is not None]
    return _FAR * min(max(steps, default=0), 20)


def _steps(one: Element, other: Element) -> int:
    first = [one, *one.iterancestors()]
    second = [other, *other.iterancestors()]
    known = {each: at for at, each in enumerate(first)}
    return next((known[each] + at for at, each in enumerate(second) if each in known), 99)


def _is_trap(
    name: FieldName,
    looks: Sequence[Look],
    elements: Sequence[Element | None],
    select: str,
    found: dict[FieldName, FieldFound],
) -> bool:
    """Whether a title's element holds the date too: a container, which a cut title begins by chance."""
    if name != "title" or "date" not in found or select.endswith(_TEXT):
        return False
    pairs = zip(elements, found["date"].elements, strict=True)
    return any(
        one is not None and other is not None and one in (other, *other.iterancestors())
        for one, other in pairs
    )


def _dissuasion(
    name: FieldName,
    select: str,
    pattern: str,
    looks: Sequence[Look],
    nodes: Sequence[tuple[str, Element] | None],
) -> float:
    """What speaks against a place that gives the right value."""
    if name == "date":
        words = f"{select} {pattern}".lower()
        beside = _beside(nodes)
        told = any(each in words or each in beside for each in _OTHER_DAY)
        return 3.0 if told else -0.3 if label(beside) == "date" else 0.0
    if name != "title":
        return 0.0
    pairs = [(look, node) for look, node in zip(looks, nodes, strict=True) if node is not None]
    cut = sum(is_cut(text) for _, (text, _) in pairs)
    headed = sum(any(spaceless(text) in spaceless(head) for head in look.heads) for look, (text, _) in pairs)
    return (
        4.0 * cut / len(pairs)
        - (0.5 if headed == len(pairs) else 0.0)
        - (1.0 if select.endswith(_TEXT) else 0)
    )


def _beside(nodes: Sequence[tuple[str, Element] | None]) -> str:
    """The words right before an element, on the first page that has it."""
    element = next((node[1] for node in nodes if node is not None), None)
    before = element.getprevious() if element is not None else None
    return content(before).lower()[:60] if before is not None and isinstance(before.tag, str) else ""
