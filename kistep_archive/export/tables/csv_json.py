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


class _Line:
    """A file for csv.writer that keeps only the last line."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def comma_separated(
    rows: Iterable[Document], *, bom: bool = False, columns: Sequence[str] = EXPORTED_COLUMNS
) -> Iterator[str]:
    """CSV by RFC 4180 with a header line. Text that a spreadsheet would run as a formula gets an apostrophe
    in front, and control characters become U+FFFD; JSON keeps both. `bom` is for spreadsheets that recognise
    UTF-8 only with a byte order mark. What a row lacks is an empty cell."""
    line = _Line()
    writer = csv.writer(line, lineterminator="\r\n")
    writer.writerow(columns)
    yield ("\ufeff" if bom else "") + line.text
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
        yield line.text


def _cell(value: object) -> object:
    """Numbers stay numbers, None becomes empty, a list becomes JSON."""
    if value is None or isinstance(value, int):
        return value
    text = _CONTROL.sub("\ufffd", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return f"'{text}" if text.startswith(_FORMULA) else text


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
