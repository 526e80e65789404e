"""What one row of a listing says, by the labels of its cells: aria-label, data-label or the table's header, else by class and shape."""

import re
from dataclasses import dataclass, field

from lxml import etree

from kistep_archive.layouts import meta
from kistep_archive.layouts.text import Element, Label, content, count, day, is_count, is_office, label, line

_HEADER = etree.XPath("./thead/tr[th or td]|./tr[th and not(td)]|./tbody/tr[th and not(td)]")
_LEAVES = etree.XPath(".//*[not(*) or self::span or self::em or self::strong][normalize-space()]")
_CLASSES: tuple[tuple[Label, re.Pattern[str]], ...] = (
    ("date", re.compile(r"(?:^|[\s_-])(?:reg_?)?(?:date|day|time)(?:$|[\s_-])", re.I)),
    ("hits", re.compile(r"(?:^|[\s_-])(?:hits?|views?|count|cnt|read)(?:$|[\s_-])", re.I)),
    ("writer", re.compile(r"(?:^|[\s_-])(?:writer|author|name|dept|user)(?:$|[\s_-])", re.I)),
)


@dataclass(slots=True)
class Cells:
    """A row's cells by kind: text and element of each; `unknown` are labels that say nothing to us, over cells that hold text."""

    found: dict[Label, Element] = field(default_factory=dict)
    words: dict[Label, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    labelled: bool = False

    def put(self, kind: Label, words: str, element: Element, is_weak: bool = False) -> None:
        """The first cell of a kind counts, a person's before a department's."""
        if kind not in self.words or (is_weak is False and self.words.get(kind) == ""):
            self.words[kind], self.found[kind] = words, element


def headers(table: Element) -> list[str]:
    """The header's words, one a column."""
    rows = _HEADER(table)
    return [content(cell) for cell in rows[0] if cell.tag in ("th", "td") for _ in range(_span(cell))] if rows else []


def _span(cell: Element) -> int:
    value = cell.get("colspan") or ""
    return min(int(value), 50) if value.isascii() and value.isdigit() and value != "0" else 1


def of_table_row(row: Element, columns: list[str]) -> Cells:
    """The cells of a table's row by their labels, whatever the order of the columns."""
    cells, at, late = Cells(), 0, []
    for cell in row:
        if cell.tag not in ("td", "th"):
            continue
        names = [cell.get("aria-label") or "", cell.get("data-label") or "", columns[at] if at < len(columns) else ""]
        at += _span(cell)
        kinds = [kind for kind in map(label, names) if kind]
        words = _words(cell)
        if not kinds:
            late.append((cell, words))
            cells.unknown += [line(" ".join(filter(None, names)))] if words and any(columns + names) else []
            continue
        cells.labelled = True
        is_weak = kinds[0] == "writer" and all(is_office(name) for name in names if label(name))
        if is_weak or kinds[0] != "writer" or not cells.words.get("writer"):
            cells.put(kinds[0], words, cell, is_weak)
        else:
            cells.words["writer"], cells.found["writer"] = words, cell
    _by_shape(cells, [(cell, words) for cell, words in late])
    return cells


def _words(cell: Element) -> str:
    """A cell's own words, without a label repeated inside it for small screens."""
    for mark in meta.marks(cell) if len(cell) else ():
        if mark.exact and mark.value:
            return mark.value
    return content(cell)


def of_item(item: Element, title: Element) -> Cells:
    """What a list item or a card says: labelled words first, then classes, then what looks like a date."""
    cells = Cells()
    for mark in meta.marks(item):
        if mark.kind != "title" and mark.value:
            cells.put(mark.kind, mark.value, mark.holder)
    skipped = {title, *title.iterdescendants(), *title.iterancestors()} if title is not item else {item}
    leaves = [(leaf, content(leaf)) for leaf in _LEAVES(item) if leaf not in skipped]
    for leaf, words in leaves:
        names = f"{leaf.get('class') or ''} {leaf.getparent().get('class') or ''}"
        for kind, pattern in _CLASSES:
            if pattern.search(names) and label(words) is None and _fits(kind, words):
                cells.put(kind, words, leaf)
    _by_shape(cells, leaves)
    return cells


def _fits(kind: Label, words: str) -> bool:
    return is_count(words) if kind == "hits" else day(words) is not None if kind == "date" else len(words) <= 100 and day(words) is None


def _by_shape(cells: Cells, leaves: list[tuple[Element, str]]) -> None:
    dates = [(element, words) for element, words in leaves if day(words)]
    if "date" not in cells.words and len({day(words) for _, words in dates}) == 1:
        cells.put("date", dates[0][1], dates[0][0])


def hits(cells: Cells) -> int | None:
    """The count of a row."""
    return count(cells.words.get("hits", ""))
