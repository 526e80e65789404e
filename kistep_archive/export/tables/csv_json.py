"""Rows as CSV, JSON and JSON Lines: functions from rows to pieces of text, so that memory does not grow with
the posts."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence

from kistep_archive.model.columns import POST
from kistep_archive.model.documents import Document

EXPORTED_COLUMNS = (*(column.name for column in POST), "attachments")
# a cell that begins with one of these is a formula to a spreadsheet
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


MOST_IN_A_CELL = 32_767  # characters, as Excel counts them; it moves the rest of a longer cell into others


class LongCells:
    """The cells that are too long for Excel: how many there were."""

    count = 0

    def see(self, text: str) -> bool:
        """Counts the text if it is too long; then it is True."""
        is_long = len(text) > MOST_IN_A_CELL // 2 and _length(text) > MOST_IN_A_CELL
        self.count += is_long
        return is_long

    def shorten(self, text: str) -> str:
        """The text, cut if it is too long, with a note at its end that says so."""
        if not self.see(text):
            return text
        note = f" [cut here: {len(text):,} characters are too many for a cell]"
        room = (MOST_IN_A_CELL - len(note)) * 2
        return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + note


def _length(text: str) -> int:
    """The length in Excel's characters: those outside the basic plane count twice."""
    return len(text.encode("utf-16-le")) // 2


class _Line:
    """A file for csv.writer that keeps only the last line."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def comma_separated(
    rows: Iterable[Document],
    *,
    bom: bool = False,
    columns: Sequence[str] = EXPORTED_COLUMNS,
    long: LongCells | None = None,
) -> Iterator[str]:
    """CSV by RFC 4180 with a header line. Text that a spreadsheet would run as a formula gets an apostrophe
    in front, and control characters become U+FFFD; JSON keeps both. `bom` is for spreadsheets that recognise
    UTF-8 only with a byte order mark. What a row lacks is an empty cell. `long` counts the cells that are too
    long for Excel."""
    line = _Line()
    writer = csv.writer(line, lineterminator="\r\n")
    writer.writerow(columns)
    yield ("\ufeff" if bom else "") + line.text
    for row in rows:
        cells = [_cell(row.get(column)) for column in columns]
        for cell in cells:
            if long is not None and isinstance(cell, str):
                long.see(cell)
        writer.writerow(cells)
        yield line.text


def _cell(value: object) -> object:
    """Numbers stay numbers, None becomes empty, a list becomes JSON."""
    if value is None or isinstance(value, int):
        return value
    text = plain(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def plain(value: object) -> str:
    """A value as the text of a cell: a list is JSON, and a control character is U+FFFD."""
    return _CONTROL.sub("\ufffd", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def document(rows: Iterable[Document], total: int) -> Iterator[str]:
    """One JSON document like those of other commands, with one post per line."""
    yield f'{{\n  "total": {total},\n  "results": ['
    for place, row in enumerate(rows):
        yield f"{',' if place else ''}\n    {json.dumps(row, ensure_ascii=False)}"
    yield "\n  ]\n}\n" if total else "]\n}\n"


def lines(rows: Iterable[Document]) -> Iterator[str]:
    """JSON Lines: one object per line."""
    for row in rows:
        yield f"{json.dumps(row, ensure_ascii=False)}\n"
