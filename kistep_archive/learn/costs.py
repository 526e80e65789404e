"""What speaks for and against a place that gives the right value of a field."""

from collections.abc import Sequence

from kistep_archive.ingest.guards.suspicion import spaceless
from kistep_archive.learn import patterns
from kistep_archive.learn.page_tree import PageTree
from kistep_archive.learn.patterns import FieldName
from kistep_archive.parse.text import Element, content, is_cut, label

Elements = Sequence[Element | None]  # of one field, on each page

_PATTERN = 1.2  # what a pattern costs
_CHARACTER = 0.03  # what each character beside the value costs
_FAR = 0.12  # what each step from the date's element costs
_OTHER_DAY = ("수정", "modif", "updat", "edit", "last", "마감", "기간", "period", "until", "event")
_TEXT = ("::text", "/text()", "/text()[1]")  # how a selector of a text ends


def surplus(name: FieldName, trees: Sequence[PageTree], words: Sequence[str], pattern: str) -> float:
    if not pattern:
        return 0.0
    beside = [
        len(text) - len(str(patterns.value(tree.row, name))) for tree, text in zip(trees, words, strict=True)
    ]
    return _PATTERN + _CHARACTER * min(max(beside), 400)


def distance(elements: Elements, dates: Elements | None) -> float:
    """How far it is from the date's element, if that is found already."""
    pairs = zip(elements, dates or (), strict=dates is not None)
    steps = [_steps(one, other) for one, other in pairs if one is not None and other is not None]
    return _FAR * min(max(steps, default=0), 20)


def _steps(one: Element, other: Element) -> int:
    first = [one, *one.iterancestors()]
    second = [other, *other.iterancestors()]
    known = {each: at for at, each in enumerate(first)}
    return next((known[each] + at for at, each in enumerate(second) if each in known), 99)


def is_trap(elements: Elements, dates: Elements, select: str) -> bool:
    """Whether a title's element holds the date too: a container, which a cut title begins by chance."""
    if select.endswith(_TEXT):
        return False
    pairs = zip(elements, dates, strict=True)
    return any(
        one is not None and other is not None and one in (other, *other.iterancestors())
        for one, other in pairs
    )


def is_apart(elements: Elements, others: Sequence[Elements]) -> bool:
    """Whether an element stands outside of the smallest box around the other fields' elements, on any page.
    False where fewer than two others are known."""
    for at, element in enumerate(elements):
        known = [each for other in others if (each := other[at]) is not None]
        if element is None or len(known) < 2:
            continue
        around = [each for each in (known[0], *known[0].iterancestors()) if _holds_all(each, known)]
        if around and around[0] not in (element, *element.iterancestors()):
            return True
    return False


def _holds_all(box: Element, elements: Sequence[Element]) -> bool:
    return all(box in (each, *each.iterancestors()) for each in elements)


def dissuasion(
    name: FieldName,
    select: str,
    pattern: str,
    trees: Sequence[PageTree],
    nodes: Sequence[tuple[str, Element] | None],
) -> float:
    """What speaks against a place that gives the right value."""
    if name == "date":
        words = f"{select} {pattern}".lower()
        beside = _beside(nodes)
        is_other_day = any(each in words or each in beside for each in _OTHER_DAY)
        return 3.0 if is_other_day else -0.3 if label(beside) == "date" else 0.0
    if name != "title":
        return 0.0
    pairs = [(tree, node) for tree, node in zip(trees, nodes, strict=True) if node is not None]
    cut = sum(is_cut(text) for _, (text, _) in pairs)
    headed = sum(any(spaceless(text) in spaceless(head) for head in tree.heads) for tree, (text, _) in pairs)
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
