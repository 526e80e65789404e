"""A title in a row of its own above the labels, in their table or list: without a label, or with an unknown
one."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from lxml import etree

from kistep_archive.parse import heads
from kistep_archive.parse.body.foreign import notes
from kistep_archive.parse.elements import first_words
from kistep_archive.parse.fields import Field
from kistep_archive.parse.post.title import marks
from kistep_archive.parse.text import Element, ParseError, content, label, line
from kistep_archive.parse.values import inline

_UNLINKED = etree.XPath(
    "boolean(descendant::text()[normalize-space() and not(ancestor::a or ancestor::button)])"
)
_SECTIONS = {"thead", "tbody"}
_FAR = 20  # rows above the labels that are looked at
_TWO = 2


def find(path: Sequence[Element], is_own: Callable[[Element], bool]) -> list[Element]:
    """The two nearest cells or items above the first label that hold a text alone; `path` leads to it."""
    rows = islice((row for step in reversed(path) for row in _rows_above(step)), _FAR)
    cells = (cell for row in rows for cell in _alone(row) if is_own(cell))
    return list(islice(cells, _TWO))


def choose(url: str, rows: Sequence[Element], heading: str) -> Element | None:
    """The row that is the title; None if the heading outside of the table is. Raises ParseError where that is
    unclear."""
    head_texts = heads.find(rows[0])
    nearest, *others = [marks.words(row)[0] for row in rows]
    others += [heading] if heading else []
    if heading == nearest or (
        heads.confirm(head_texts, nearest) and not any(heads.confirm(head_texts, each) for each in others)
    ):
        return rows[0]
    if heading and (
        rows[0].tag in ("li", "dt")
        or (heads.confirm(head_texts, heading) and not heads.confirm(head_texts, nearest))
    ):
        return None
    if others:
        words = (
            f"{nearest[:60]!r} stands in a row above the labels, and {others[0][:60]!r} above it, so it is "
            "unclear which of them is the title"
        )
        raise ParseError(url, "title", words)
    return None if rows[0].tag in ("li", "dt") else rows[0]


def unknown(first: Field, scope: Element) -> Element | None:
    """The unknown label of a row before the first known one that looks like it and has a value: it may be the
    title's."""
    if not first.exact or first.level >= len(first.path):
        return None
    known = first.path[first.level]
    for element in scope.iter(known.tag):
        if element is known:
            break
        row = element.getparent()
        is_made_alike = row.tag == first.box.tag and sum(1 for _ in element.iterancestors()) == first.level
        if is_made_alike and label(content(element)) is None and _has_value(element):
            return element
    return None


def _has_value(element: Element) -> bool:
    if element.tag == "td" and element.getparent().index(element) % 2:
        return False  # the value of the cell before it
    following = element.getnext()
    return bool(line(element.tail or "")) or (following is not None and bool(content(following)))


def _rows_above(step: Element) -> Iterator[Element]:
    """The rows, items and terms before an element in its own list, the nearest first."""
    for each in step.itersiblings("tr", "li", "dt", *_SECTIONS, preceding=True):
        if each.tag not in _SECTIONS:
            yield each
        elif step.tag in _SECTIONS:
            yield from (row for row in reversed(each) if row.tag == "tr")


def _alone(row: Element) -> list[Element]:
    """The only cell with words of a row, or an item with words; [] for what has a label, or only links."""
    cells = [cell for cell in row if cell.tag in ("td", "th") and content(cell)] if row.tag == "tr" else [row]
    if len(cells) != 1 or not content(cells[0]) or not _UNLINKED(cells[0]):
        return []
    words = content(cells[0])
    is_other = (
        label(first_words(cells[0])) is not None or bool(inline(words)) or notes.is_sites(cells[0], words)
    )
    return [] if is_other else cells
