"""A body without a box of its own: what follows the head of a post, without the boxes of the site."""

import re
from collections import Counter
from collections.abc import Sequence

from kistep_archive.learn import candidates
from kistep_archive.learn.bodies import boxes
from kistep_archive.learn.bodies.boxes import Box
from kistep_archive.learn.candidates import RankedSelector, quoted
from kistep_archive.learn.weights import WeighedPage
from kistep_archive.parse.skin import selectors
from kistep_archive.parse.text import Element, content

Condition = tuple[str, str]  # as XPath, and as CSS ("" if that cannot say it)

_COST = 3.0
_START = 12  # characters of the words that a box of the site begins with
_SCRIPT = re.compile(r"[A-Za-z]{4,}(?=\.[A-Za-z]{2,4}(?:$|[?;]))")  # of a link's address, without its ending


def find(pages: Sequence[WeighedPage], fields: Sequence[set[Element]]) -> Box | None:
    """The best run; None if no page has one."""
    heads = [_head(page, page_fields) for page, page_fields in zip(pages, fields, strict=True)]
    if any(each is None for each in heads):
        return None
    names = sorted({each for head in heads for each in candidates.of(head, labels=frozenset())})
    left_out = _left_out(pages, heads)
    runs = list[Box]()
    for name in names:
        measured = boxes.measure(
            RankedSelector(name.cost + _COST, _select(name.select, left_out), False), pages, fields
        )
        runs += [measured] if measured is not None else []
    return boxes.best(runs)


def _head(page: WeighedPage, fields: set[Element]) -> Element | None:
    """The element with the last field, whose siblings after it hold most of what varies."""
    last = max(fields, key=lambda each: page.tree.place.get(each, -1), default=None)
    if last is None:
        return None
    for element in (last, *last.iterancestors()):
        siblings = [each for each in element.itersiblings() if each in page.weights]
        if sum(page.weights[each].varying for each in siblings) >= boxes.ENOUGH * page.total > 0:
            return element
    return None


def _select(head: str, left_out: Sequence[Condition]) -> str:
    """All that follows the head but for some elements: as CSS if that can say it."""
    if not head.startswith("/") and all(css for _, css in left_out):
        return f"{head} ~ *" + "".join(f":not({css})" for _, css in left_out)
    return f"{selectors.xpath(head)}/following-sibling::*" + "".join(
        f"[not({xpath})]" for xpath, _ in left_out
    )


def _left_out(pages: Sequence[WeighedPage], heads: Sequence[Element | None]) -> list[Condition]:
    """Conditions that the siblings after the head meet which never vary, and no other."""
    varying: Counter[Condition] = Counter()
    others: dict[str, list[Condition]] = {}
    for page, head in zip(pages, heads, strict=True):
        for each in head.itersiblings() if head is not None else ():
            weight = page.weights.get(each)
            conditions = _conditions(each) if weight is not None else []
            if weight is not None and weight.varying:
                varying.update(set(conditions))
            elif weight is not None and weight.constant + weight.fixed:
                others.setdefault(" or ".join(xpath for xpath, _ in conditions), conditions)
    first_constant = [
        next((one for one in conditions if not varying[one]), ("", "")) for conditions in others.values()
    ]
    return sorted({each for each in first_constant if each[0]})


def _conditions(element: Element) -> list[Condition]:
    """Conditions that the element meets: its id or class, its tag, a link in it, the words it begins with."""
    names = candidates.names(element)
    conditions: list[Condition] = []
    if (own := f"#{element.get('id')}") in names:
        conditions.append((f"@id={quoted(own[1:])}", own))
    for each in (element.get("class") or "").split():
        if (own := f"{element.tag}.{each}") in names:
            conditions.append((f"contains(concat(' ', @class, ' '), ' {each} ')", own))
    conditions.append((f"self::{element.tag}", element.tag))
    scripts = sorted({name for link in element.iter("a") for name in _SCRIPT.findall(link.get("href") or "")})
    conditions += [(f".//a[contains(@href, {quoted(each)})]", "") for each in scripts]
    words = content(element)[:_START]
    start = "#" if words.startswith("#") else words
    return [*conditions, (f"starts-with(normalize-space(), {quoted(start)})", "")] if words else conditions
