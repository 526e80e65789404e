"""Posts as CSV, JSON and JSON Lines: functions from rows to pieces of text, so that memory stays flat however many they are."""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from kistep_archive.model.columns import POST

Answer = dict[str, Any]

COLUMNS = (*(column.name for column in POST), "attachments")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what spreadsheets take a cell for that begins so
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class _Line:
    """A file for csv.writer that holds the last line only."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def comma_separated(rows: Iterable[Answer], *, bom: bool = False) -> Iterator[str]:
    """CSV by RFC 4180 with a line of names. Text that a spreadsheet would run as a formula gets an apostrophe before it, control
    characters become U+FFFD; JSON keeps both. `bom` is for spreadsheets that take UTF-8 for something else without it."""
    line = _Line()
    writer = csv.writer(line, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    yield ("\ufeff" if bom else "") + line.text
    for row in rows:
        writer.writerow([_cell(row[column]) for column in COLUMNS])
        yield line.text


def _cell(value: object) -> object:
    """Numbers stay numbers, nothing stays empty, a list becomes JSON."""
    if value is None or isinstance(value, int):
        return value
    text = _CONTROL.sub("\ufffd", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return f"'{text}" if text.startswith(_FORMULA) else text


def document(rows: Iterable[Answer], total: int) -> Iterator[str]:
    """One JSON document as other commands print it, a post a line."""
    yield f'{{\n  "total": {total},\n  "results": ['
    for place, row in enumerate(rows):
        yield f"{',' if place else ''}\n    {json.dumps(row, ensure_ascii=False)}"
    yield "\n  ]\n}\n" if total else "]\n}\n"


def lines(rows: Iterable[Answer]) -> Iterator[str]:
    """JSON Lines: one object a line."""
    for row in rows:
        yield f"{json.dumps(row, ensure_ascii=False)}\n"
