"""Posts as an Excel workbook, row by row: dates are dates, and no text is a formula. XlsxWriter is an
optional dependency."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.export.tables.csv_json import EXPORTED_COLUMNS, LongCells, plain
from kistep_archive.model.columns import POST
from kistep_archive.model.documents import Document

MOST_ROWS = 1_048_575  # of a sheet, besides its header
_TYPES = {column.name: column.type for column in POST}
_WIDTHS = {"title": 60, "writer": 20, "body_text": 40, "body_html": 20, "url": 30, "date": 11}
_FORMATS = {"DAY": "yyyy-mm-dd", "INSTANT": "yyyy-mm-dd hh:mm:ss"}
_FIRST = date(1900, 3, 1)  # Excel counts from 1900 on, and takes that year for a leap year
# nothing but `write_string` writes text: so none of it becomes a formula, a link or a number
_OPTIONS = {"constant_memory": True, "default_date_format": _FORMATS["INSTANT"]}

WriteRows = Callable[[Iterable[Document], Path, LongCells], None]


def writer(most_rows: int = MOST_ROWS) -> WriteRows:
    """The function that writes a workbook, with another sheet after so many rows, and counts the cells
    that it cuts. Raises ArchiveError (2) if XlsxWriter is not installed."""
    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        raise ArchiveError(
            "Excel needs XlsxWriter, which is not installed: pip install 'kistep-archive[xlsx]'",
            ExitCode.USAGE,
        ) from error

    def write(rows: Iterable[Document], path: Path, cut: LongCells) -> None:
        sheet = None
        with Workbook(path, _OPTIONS | {"tmpdir": str(path.parent)}) as book:
            formats = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
            for place, row in enumerate(rows):
                if place % most_rows == 0:
                    sheet = _new_sheet(book, place // most_rows)
                _write_row(sheet, place % most_rows + 1, row, formats, cut)
            if sheet is None:
                _new_sheet(book, 0)

    return write


def _new_sheet(book: Any, number: int) -> Any:
    sheet = book.add_worksheet(f"posts {number + 1}" if number else "posts")
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for place, name in enumerate(EXPORTED_COLUMNS):
        sheet.set_column(place, place, _WIDTHS.get(name, 20 if _TYPES.get(name) == "INSTANT" else 10))
        sheet.write_string(0, place, f"{name} (UTC)" if _TYPES.get(name) == "INSTANT" else name, bold)
    return sheet


def _write_row(sheet: Any, place: int, row: Document, formats: dict[str, Any], cut: LongCells) -> None:
    for column, name in enumerate(EXPORTED_COLUMNS):
        value = row[name]
        if value is None:
            continue
        kind = _TYPES.get(name, "TEXT")
        if kind in _FORMATS and (moment := _moment(value)):
            sheet.write_datetime(place, column, moment, formats[kind])
        elif isinstance(value, int):
            sheet.write_number(place, column, value)
        else:
            sheet.write_string(place, column, cut.shorten(plain(value)))


def _moment(text: str) -> datetime | None:
    """An instant or a day as Excel has them, without a time zone; None for what it cannot count."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
    return moment if moment.date() >= _FIRST else None
