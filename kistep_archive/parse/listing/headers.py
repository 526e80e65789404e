"""The headers above the rows of a listing: of tables, and of lists and grids. Each element is looked at once,
however many rows ask."""

from collections.abc import Callable, Iterator

from lxml import etree

from kistep_archive.parse import fields
from kistep_archive.parse.listing import cells
from kistep_archive.parse.text import Element, Label, content, label

_HEADER = etree.XPath("./thead/tr[th or td]|./tr[th and not(td)]|./tbody/tr[th and not(td)]")
_FIRST = etree.XPath("(./tr|./thead/tr|./tbody/tr)[1]")
_ByWidth = dict[int, list[str]]  # how many cells a row has -> the words of the nearest header of as many
_Parts = Callable[[Element], Iterator[Element]]


class ListingHeaders:
    """The headers of one page."""

    def __init__(self) -> None:
        self._tables: dict[Element, list[str]] = {}
        self._rows: dict[Element, list[str] | None] = {}
        self._inside: dict[Element, _ByWidth] = {}  # row -> the headers before it in its box
        self._outside: dict[Element, _ByWidth] = {}  # box -> the headers before it

    def of_table(self, table: Element) -> list[str]:
        """The words of a table's header, one for each column; [] if it has none."""
        if table not in self._tables:
            rows = _HEADER(table) or list(filter(self._words, _FIRST(table)))
            self._tables[table] = [
                cells.without_sort_sign(content(cell))
                for cell in (cells.of(rows[0]) if rows else ())
                for _ in range(cells.span(cell))
            ]
        return self._tables[table]

    def of_grid(self, row: Element) -> list[str]:
        """The words of the header above the rows of a list or grid, one for each cell; [] if there is
        none."""
        wanted, box = len(cells.of(row)), row.getparent()
        if wanted < 2 or box is None:
            return []
        if row not in self._inside:
            self._pass(box, self._inside, lambda each: iter((each,)))
        if wanted in self._inside[row]:
            return self._inside[row][wanted]
        around = box.getparent()
        if around is None:
            return []
        if box not in self._outside:
            self._pass(around, self._outside, lambda each: iter((each, *each)))
        return self._outside[box].get(wanted, [])

    def _pass(self, parent: Element, before: dict[Element, _ByWidth], parts: _Parts) -> None:
        """Tells for each child of an element the headers in the parts of the children before it."""
        nearest: _ByWidth = {}
        for each in parent:
            before[each] = nearest
            headers: _ByWidth = {}
            for part in parts(each):
                if words := self._words(part):
                    headers.setdefault(len(words), words)
            nearest = nearest | headers if headers else nearest

    def _words(self, row: Element) -> list[str] | None:
        """The words of a row that is a header: one of them names the title, another one something else."""
        if row not in self._rows:
            own = cells.of(row) if isinstance(row.tag, str) else []
            words = [cells.without_sort_sign(content(cell)) for cell in own] if len(own) > 1 else []
            kinds = {label(word) for word in words}
            self._rows[row] = words if "title" in kinds and len(kinds - {None}) > 1 else None
        return self._rows[row]

    def labels(self, row: Element) -> set[Label]:
        """The kinds of a row's labels: those of its cells, of its table's header, of its own words."""
        if row.tag == "tr":
            table = next(row.iterancestors("table"), None)
            row_cells = cells.of_table_row(row, self.of_table(table) if table is not None else [])
            return set(row_cells.words) if row_cells.labelled else set()
        if cells.is_grid(row) and (columns := self.of_grid(row)):
            return set(cells.of_table_row(row, columns).words)
        own = (kind for cell in cells.LABELLED(row) for kind in map(label, cells.own_labels(cell)) if kind)
        return {*own, *(named.kind for named in fields.find(row) if named.value)}
