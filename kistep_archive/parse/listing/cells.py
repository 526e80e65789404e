"""The cells of a listing row, by their labels (aria-label, data-label or the table's header), else by class
and shape."""

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from kistep_archive.parse import fields
from kistep_archive.parse.dates import listed_day
from kistep_archive.parse.text import (
    Element,
    Label,
    ParseError,
    content,
    count,
    is_count,
    is_number,
    is_office,
    label,
    line,
)

_LEAVES = etree.XPath("descendant::*[not(*) or self::span or self::em or self::strong][normalize-space()]")
LABELLED = etree.XPath(
    "descendant::*[@data-label or (@aria-label and (contains(@role, 'cell') or "
    "((self::div or self::span or self::p or self::li or self::dd) and normalize-space())))]"
)
_CELL_ROLES = ("cell", "gridcell", "columnheader", "rowheader")
_SORTED = re.compile(
    r"\A[▲▼△▽↑↓⇅↕▴▾⬆⬇⇧⇩]|[\s(\[]{0,3}(?:[▲▼△▽↑↓⇅↕▴▾⬆⬇⇧⇩]|(?:오름|내림)차순|정렬(?:하기|됨)?|"
    r"(?:not )?sort(?:ed|able)?(?: (?:by|order|ascending|descending|asc|desc))?|ascending|descending|asc|"
    r"desc)"
    r"[\s)\]]{0,3}\Z",
    re.I,
)
# what says that a day is not that of the posting: in a column's name, a label before it, or a class
_OTHER_DAY = re.compile(
    r"deadline|\bdue\b|period|\bterm\b|expir|clos(?:ing|es?)\b|\bends?\b|\bstarts?\b|begin|until|valid|\bevent|updat|modif|changed"
    r"|schedule|마감|기간|접수|신청|행사|시작|종료|만료|수정|변경|개최|유효|까지",
    re.I,
)
_CLASSES: tuple[tuple[Label, re.Pattern[str]], ...] = (
    ("date", re.compile(r"(?:^|[\s_-])(?:reg_?)?(?:date|day|time)(?:$|[\s_-])", re.I)),
    ("hits", re.compile(r"(?:^|[\s_-])(?:hits?|views?|count|cnt|read)(?:$|[\s_-])", re.I)),
    ("writer", re.compile(r"(?:^|[\s_-])(?:writer|author|name|dept|user)(?:$|[\s_-])", re.I)),
)

Leaf = tuple[Element, str]  # an element and its words


@dataclass(slots=True)
class Cells:
    """A row's cells by kind: text and element of each; `unknown` are unknown labels of cells that have
    text, `days` what may be its day where several do not agree."""

    elements: dict[Label, Element] = field(default_factory=dict)
    words: dict[Label, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    labelled: bool = False
    days: list[str] = field(default_factory=list)

    def put(self, kind: Label, words: str, element: Element, is_weak: bool = False) -> None:
        """Adds a cell. The first of a kind counts, but a person's comes before a department's."""
        if kind not in self.words or (is_weak is False and self.words.get(kind) == ""):
            self.words[kind], self.elements[kind] = words, element


def of(row: Element) -> list[Element]:
    """The cells of a row: of a table, of a list whose items are the cells, of a grid."""
    if row.tag == "tr":
        return [cell for cell in row if cell.tag in ("td", "th")]
    if row.tag in ("ul", "ol"):
        return [cell for cell in row if cell.tag == "li"]
    return [cell for cell in row if (cell.get("role") or "") in _CELL_ROLES]


def is_grid(row: Element) -> bool:
    """Whether a row has cells but is no row of a table."""
    return row.tag in ("ul", "ol") or row.get("role") == "row"


def is_cell(item: Element) -> bool:
    """Whether an item of a list is a cell of a row: it has a label, or is only a day or a count."""
    words = content(item)
    named = any(map(label, own_labels(item)))
    return named or listed_day(words) is not None or (is_count(words) and words.isdigit())


@lru_cache(maxsize=1024)  # the cells of a column have the same labels
def without_sort_sign(words: str) -> str:
    """A header, on one line, without the sign or words for sorting if it is a label then."""
    plain = words = line(words)
    while (shorter := _SORTED.sub("", plain).strip()) != plain:
        plain = shorter
    return plain if label(plain) else words


def span(cell: Element) -> int:
    value = cell.get("colspan")
    return min(int(value), 50) if value and value.isascii() and value.isdigit() and value != "0" else 1


def of_table_row(row: Element, columns: list[str]) -> Cells:
    """The cells of a table row by their labels, in any order of columns."""
    named, at = [], 0
    for cell in of(row):
        named.append((cell, [*own_labels(cell), columns[at] if at < len(columns) else ""]))
        at += span(cell)
    cells = Cells()
    late = _by_labels(cells, named, any(columns))
    cells.labelled = bool(cells.words)
    if "date" not in cells.words:
        others = {cell for cell, names in named if any(map(_OTHER_DAY.search, names))}
        _by_shape(cells, [(cell, words) for cell, words in late if cell not in others])
    return cells


def own_labels(cell: Element) -> list[str]:
    labels = cell.get("aria-label"), cell.get("data-label")
    return [without_sort_sign(words) for words in labels if words]


def _by_labels(
    cells: Cells, named: Sequence[tuple[Element, list[str]]], has_header: bool
) -> list[tuple[Element, str]]:
    """Adds the cells with known labels; returns the others with their words."""
    late = []
    for cell, names in named:
        (kind, is_weak), words = _kind(tuple(names)), _words(cell)
        if kind is None:
            late.append((cell, words))
            cells.unknown += (
                [line(" ".join(filter(None, names)))] if words and (has_header or any(names)) else []
            )
            continue
        if is_weak or kind != "writer" or not cells.words.get("writer"):
            cells.put(kind, words, cell, is_weak)
        else:
            cells.words["writer"], cells.elements["writer"] = words, cell
    return late


@lru_cache(maxsize=1024)
def _kind(names: tuple[str, ...]) -> tuple[Label | None, bool]:
    """(what the names of a cell say that it is, None if they say nothing known; whether they only say of a
    writer that it is a department)"""
    kinds = [kind for kind in map(label, names) if kind]
    is_weak = kinds[:1] == ["writer"] and all(is_office(name) for name in names if label(name))
    return next(iter(kinds), None), is_weak


def _words(cell: Element) -> str:
    """A cell's own words, without a label that it repeats for small screens."""
    if _is_link(cell):
        return content(cell[0])
    for named in fields.find(cell) if len(cell) else ():
        if named.exact and named.value:
            return named.value
    return content(cell)


def _is_link(cell: Element) -> bool:
    """Whether a cell is only a link: no words in it are a label."""
    is_one = len(cell) == 1 and cell[0].tag == "a"
    return is_one and not f"{cell.text or ''}{cell[0].tail or ''}".strip()


def of_item(item: Element, title: Element) -> Cells:
    """The cells of a list item or a card: first labelled cells and words, then classes, then what looks like
    a date."""
    cells = Cells()
    _by_labels(cells, [(cell, own_labels(cell)) for cell in LABELLED(item)], has_header=False)
    cells.labelled = "title" in cells.words  # a few labels do not make a table
    inside = {title, *title.iterdescendants()} if title is not item else set()
    for named in (*fields.find(item), *_in_card(title)):
        if named.kind != "title" and named.value and named.holder not in inside:
            cells.put(named.kind, named.value, named.holder)
    skipped = {*inside, *title.iterancestors()} if title is not item else {item}
    leaves = [(leaf, content(leaf)) for leaf in _LEAVES(item) if leaf not in skipped]
    dated: list[Leaf] = []
    for leaf, words in leaves:
        names = f"{leaf.get('class') or ''} {leaf.getparent().get('class') or ''}"
        for kind, pattern in _CLASSES:
            if pattern.search(names) and label(words) is None and _fits(kind, words):
                if kind == "date":
                    dated.append((leaf, words))
                else:
                    cells.put(kind, words, leaf)
    if "date" not in cells.words:
        own = [each for each in dated if not _is_other_day(each[0])]
        _by_shape(
            cells, own or [each for each in leaves if listed_day(each[1]) and not _is_other_day(each[0])]
        )
    return cells


def _is_other_day(leaf: Element) -> bool:
    """Whether a class or the words right before a day say that it is not that of the posting."""
    holder = leaf.getparent()
    before = leaf.getprevious()
    if before is None and not line(holder.text or "") and content(holder) == content(leaf):
        before = holder.getprevious()
    words = line((holder.text if leaf.getprevious() is None else leaf.getprevious().tail) or "")
    lead = words or ("" if before is None else content(before))
    names = f"{leaf.get('class') or ''} {holder.get('class') or ''}"
    lead = lead if len(lead) <= 40 and not any(map(str.isdigit, lead)) else ""
    return _OTHER_DAY.search(f"{lead} {names}") is not None


def _in_card(title: Element) -> list[fields.Field]:
    """The labels inside a link around a whole card, without its title. (In other links, words are not
    labels.)"""
    link = next(title.iterancestors("a"), None)
    if link is None:
        return []
    box = deepcopy(link)
    box.tag, box.tail = "div", None
    heading = next(twin for twin, element in zip(box.iter(), link.iter(), strict=True) if element is title)
    heading.text = None
    del heading[:]
    return fields.find(box)


def _fits(kind: Label, words: str) -> bool:
    if kind == "hits":
        return is_count(words)
    return listed_day(words) is not None if kind == "date" else len(words) <= 100 and not listed_day(words)


def _by_shape(cells: Cells, leaves: Sequence[Leaf]) -> None:
    """Adds the day of a row that is no other day of it; several are kept apart."""
    dates = [(element, words) for element, words in leaves if listed_day(words)]
    if len({listed_day(words) for _, words in dates}) == 1:
        cells.put("date", dates[0][1], dates[0][0])
    cells.days = [words for _, words in dates]


def hits(url: str, cells: Cells) -> int | None:
    """The hits of a row. Raises ParseError for a number with commas in wrong places."""
    words = cells.words.get("hits", "")
    value = count(words)
    if value is None and is_number(words) and not is_count(words):
        raise ParseError(url, "hits", f"{words[:60]!r} is not a count")
    return value
