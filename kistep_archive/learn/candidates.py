"""Selectors that may find an element, from those that stay when a page changes to those that do not: an id, a
class, both below another one, a label, a position."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kistep_archive.parse.text import Element, content

_NAME = re.compile(r"-?[A-Za-z_\uac00-\ud7a3][\w-]*")
_DIGITS = re.compile(r"[0-9]")
_ANCHORS = 5  # elements around an element that its selector may name
_LABEL = 30  # characters of a label at most
_TEXTS = 9  # texts of one element that are told apart by their places, at most
_SINGLE = {"h1", "h2", "h3", "h4", "h5", "time", "address", "output", "header", "article", "main", "dl"}
_META = ("itemprop", "data-label", "data-field")
POSITION = 12.0  # the cost of a selector by position alone


@dataclass(frozen=True, slots=True, order=True)
class RankedSelector:
    """A selector and what it costs: the less, the likelier it finds the same on the next page. `is_named`: an
    id, a class or a label says what it finds, not a position."""

    cost: float
    select: str
    is_named: bool = True


def of(element: Element, *, labels: frozenset[str] | None = None) -> Iterator[RankedSelector]:
    """Selectors for an element. With `labels`, the texts that are values and so no labels, also those that
    start at the label beside it."""
    own = list(_own(element))
    yield from own
    anchors = [each for each in element.iterancestors() if isinstance(each.tag, str)]
    for distance, anchor in enumerate(anchors[:_ANCHORS]):
        for named in [*_own(anchor), *_alone(anchor)]:
            for short in own:
                yield RankedSelector(named.cost + short.cost - 0.5, f"{named.select} {short.select}")
            if element.tag != "html":
                yield RankedSelector(
                    named.cost + 1.5 + 0.3 * distance, f"{named.select} {element.tag}", False
                )
            if distance < 3:
                path = _path(anchor, element)
                yield RankedSelector(named.cost + 2.5 + distance, f"{named.select}{path}", False)
    if labels is not None:
        yield from _labelled(element, labels)
        yield from _under(element, labels)
    yield from _alone(element)
    if len(anchors) > 1:  # anchors end with body and html
        yield RankedSelector(POSITION + len(anchors) * 0.2, "body" + _path(anchors[-2], element), False)


def names(element: Element) -> list[str]:
    """The element's id and classes, as selectors, without those that hold a number of this page."""
    return [each.select for each in _own(element)]


def quoted(text: str) -> str:
    """The text as an XPath string; XPath knows no escape."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    return "concat(" + ', "\'", '.join(f"'{part}'" for part in text.split("'")) + ")"


def _own(element: Element) -> Iterator[RankedSelector]:
    name = element.get("id") or ""
    if _is_stable(name):
        yield RankedSelector(1.0, f"#{name}")
    classes = [each for each in (element.get("class") or "").split() if _is_stable(each)][:4]
    for each in classes:
        yield RankedSelector(2.0, f"{element.tag}.{each}")
    for first, second in pairwise(classes):
        yield RankedSelector(2.4, f"{element.tag}.{first}.{second}")
    for attribute in _META:
        if _is_stable(value := element.get(attribute) or ""):
            yield RankedSelector(2.0, f'{element.tag}[{attribute}="{value}"]')


def _alone(element: Element) -> Iterator[RankedSelector]:
    """The element by its tag, if that is one that a page may have only once."""
    if element.tag in _SINGLE:
        yield RankedSelector(4.5, element.tag, False)


def _is_stable(name: str) -> bool:
    """Whether an id or class can be written as it is, and holds no number of this page."""
    return _NAME.fullmatch(name) is not None and len(_DIGITS.findall(name)) < 3


def _path(anchor: Element, element: Element) -> str:
    """The way from an element to one inside it, by tags and positions."""
    steps = []
    for each in [element, *element.iterancestors()]:
        if each is anchor:
            break
        parent = each.getparent()
        twins = [child for child in parent if child.tag == each.tag]
        is_only = each.tag in ("body", "tbody") and len(twins) == 1
        steps.append(each.tag if is_only else f"{each.tag}:nth-of-type({twins.index(each) + 1})")
    return "".join(f" > {step}" for step in reversed(steps))


def _labelled(element: Element, values: frozenset[str]) -> Iterator[RankedSelector]:
    before, after, tag = element.getprevious(), element.getnext(), element.tag
    for beside, axis, cost in ((before, "following", 2.2), (after, "preceding", 2.6)):
        if beside is not None and (label := _label(beside, values)):
            start = f"//{beside.tag}[normalize-space()={quoted(label)}]"
            yield RankedSelector(cost, f"{start}/{axis}-sibling::*[1][self::{tag}]")
    first = element[0] if len(element) else None
    if first is not None and isinstance(first.tag, str) and (label := _label(first, values)):
        yield RankedSelector(2.8, f"//{tag}[{first.tag}[normalize-space()={quoted(label)}]]")
    for icon in _icons(first):
        yield RankedSelector(2.9, f"//{tag}[{icon}]")
    lead = " ".join((element.text or "").split())
    if lead and (label := _short(re.split(r"[:：]", lead)[0].strip(), values)):
        yield RankedSelector(3.0, f"//{tag}[starts-with(normalize-space(), {quoted(label)})]")


def _under(element: Element, values: frozenset[str]) -> Iterator[RankedSelector]:
    """A cell by the words of the cell above it, in a table whose first row has the labels."""
    row = element.getparent()
    above = row.getprevious() if row is not None and row.tag == "tr" else None
    at = row.index(element) if above is not None else 0
    if above is None or above.tag != "tr" or at >= len(above) or not (label := _label(above[at], values)):
        return
    head = f"//{above[at].tag}[normalize-space()={quoted(label)}]"
    place = f"count(preceding-sibling::*)=count({head}/preceding-sibling::*)"
    yield RankedSelector(3.2, f"{head}/../following-sibling::tr[1]/{element.tag}[{place}]")


def tails(element: Element, values: frozenset[str]) -> Iterator[RankedSelector]:
    """Selectors for the element's own texts: after a label in it, beside an icon, by their place, or all of
    them."""
    for child in element:
        if isinstance(child.tag, str) and (child.tail or "").strip() and (label := _label(child, values)):
            start = f"//{child.tag}[normalize-space()={quoted(label)}]"
            yield RankedSelector(2.3, f"{start}/following-sibling::text()[1]")
        for icon in _icons(child):
            for axis, cost in (("following", 2.5), ("preceding", 2.8)):
                yield RankedSelector(cost, f"//{icon}/{axis}-sibling::node()[1][self::text()]")
    yield from _places_of_texts(element)
    for each in of(element, labels=values):
        text = "/text()" if each.select.startswith("/") else "::text"
        yield RankedSelector(each.cost + 0.1, f"{each.select}{text}", each.is_named)


def _icons(element: Element | None) -> Iterator[str]:
    """XPath steps to an element without words, by its classes or the picture that it shows."""
    if element is None or not isinstance(element.tag, str) or content(element):
        return
    for name in filter(_is_stable, (element.get("class") or "").split()[:4]):
        yield f"{element.tag}[{_has_class(name)}]"
    picture = (element.get("src") or "").rpartition("/")[2].partition(".")[0]
    if element.tag == "img" and _is_stable(picture):
        yield f"img[contains(@src, {quoted(picture)})]"
    targets = [value for each in element.iterdescendants("*") for value in each.values() if value[:1] == "#"]
    if element.tag == "svg" and targets:
        yield f"svg[descendant::*[@*={quoted(targets[0])}]]"


def _places_of_texts(element: Element) -> Iterator[RankedSelector]:
    """The element's own texts, where it has several, by their places among them."""
    own = [element.text, *(child.tail for child in element)]
    count = sum(bool((text or "").strip()) for text in own)
    for name in filter(_is_stable, (element.get("class") or "").split()[:4]):
        for at in range(1, count + 1 if 1 < count < _TEXTS else 1):
            step = f"//{element.tag}[{_has_class(name)}]/text()[normalize-space()][{at}]"
            yield RankedSelector(7.0, step, False)


def _has_class(name: str) -> str:
    return f"contains(concat(' ', normalize-space(@class), ' '), {quoted(f' {name} ')})"


def _label(element: Element, values: frozenset[str]) -> str:
    """The element's text if it may be a label, else ""."""
    return _short(content(element), values) if isinstance(element.tag, str) else ""


def _short(text: str, values: frozenset[str]) -> str:
    if not 0 < len(text) <= _LABEL or _DIGITS.search(text) or any(each in text for each in values):
        return ""
    return text if any(each.isalpha() for each in text) else ""
