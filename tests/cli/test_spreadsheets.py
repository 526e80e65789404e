"""Exports that spreadsheets and data frames open: dates are dates, no text runs, and what a cell cannot hold
is said."""

import csv
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas
import pytest
from commands import Archive, one_line
from generated import add, generate
from openpyxl.utils.escape import unescape

from kistep_archive.export.tables.csv_json import EXPORTED_COLUMNS, MOST_IN_A_CELL, LongCells
from kistep_archive.export.tables.xlsx import writer
from kistep_archive.query.filters import Filters, choose, posts
from kistep_archive.store.database import DATABASE_FILE, open_archive

FORMULA = '=HYPERLINK("https://example.org","예산")'
LONG = "가나 " * 12_000 + "😀" * 3


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Three posts: a formula for a title, a body that no cell holds, and a day before Excel's first."""
    folder = generate(tmp_path_factory.mktemp("odd"), 0)
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as conn, conn:
        add(conn, 1, FORMULA, "2024-02-29", body="+1 _x0041_ \x01 words")
        add(conn, 2, "A long one", "2024-03-01", body=LONG)
        add(conn, 3, "An old one", "1899-12-31", body="https://example.org")
    return Archive(folder)


def sheet(path: Path) -> list[dict[str, Any]]:
    """The rows of a workbook's first sheet, by its header."""
    head, *rows = openpyxl.load_workbook(path)["posts"].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_a_workbook_has_every_column_dates_as_dates_and_text_as_text(odd: Archive, tmp_path: Path) -> None:
    done = odd.run("export", str(tmp_path / "out.xlsx"))
    assert done.returncode == 0
    old, formula, _ = sheet(tmp_path / "out.xlsx")
    assert [name.removesuffix(" (UTC)") for name in old] == list(EXPORTED_COLUMNS)
    assert (formula["title"], formula["date"]) == (FORMULA, datetime(2024, 2, 29))
    assert formula["first_seen_at (UTC)"] == datetime(2026, 1, 1)
    assert unescape(formula["body_text"]) == "+1 _x0041_ \ufffd words"
    assert (formula["hits"], formula["removed_at (UTC)"], formula["attachments"]) == (None, None, "[]")
    assert old["date"] == "1899-12-31"
    assert (formula["id"], formula["revisions"]) == (1, 1)
    cells = [
        cell for row in openpyxl.load_workbook(tmp_path / "out.xlsx")["posts"].iter_rows() for cell in row
    ]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s", "n", "d"}  # no formula
    assert not any(cell.hyperlink for cell in cells)


def test_a_text_that_no_cell_holds_is_cut_and_says_so(odd: Archive, tmp_path: Path) -> None:
    done = odd.run("export", str(tmp_path / "out.xlsx"))
    assert done.stderr.endswith(
        "out.xlsx: 2 cells with more than the 32,767 characters that Excel takes: cut, with a note at the "
        "end of each\n"
    )
    text = sheet(tmp_path / "out.xlsx")[2]["body_text"]
    note = f" [cut here: {len(LONG):,} characters are too many for a cell]"
    assert text == LONG[: MOST_IN_A_CELL - len(note)] + note


def test_csv_keeps_it_and_a_line_says_that_excel_does_not(odd: Archive, tmp_path: Path) -> None:
    done = odd.run("export", str(tmp_path / "out.csv"), "--bom")
    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert "2 cells with more than the 32,767 characters that Excel takes" in done.stderr
    csv.field_size_limit(1 << 20)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert LONG in {row["body_text"] for row in csv.DictReader(file)}
    assert odd.run("export", str(tmp_path / "short.csv"), "--query", "example").stderr == ""
    assert odd.run("--quiet", "export", str(tmp_path / "quiet.csv")).stderr == ""
    assert "2 cells" in odd.run("export", "-", "--format", "csv").stderr


def test_more_posts_than_rows_of_a_sheet_go_on_in_another_one(tmp_path: Path) -> None:
    with closing(open_archive(generate(tmp_path, 5))) as conn:
        choose(conn, Filters())
        writer(most_rows=2)(posts(conn), tmp_path / "out.xlsx", LongCells())
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert [(name, book[name].max_row) for name in book.sheetnames] == [
        ("posts", 3),
        ("posts 2", 3),
        ("posts 3", 2),
    ]


def test_parquet_has_days_and_instants_for_duckdb_and_pandas(odd: Archive, tmp_path: Path) -> None:
    out = str(tmp_path / "out.parquet")
    assert odd.run("export", out).returncode == 0
    with duckdb.connect() as conn:
        assert conn.sql(f"SELECT year(date), typeof(first_seen_at) FROM '{out}' WHERE id = 1").fetchall() == [
            (2024, "TIMESTAMP WITH TIME ZONE")
        ]
    frame = pandas.read_parquet(out)
    assert str(frame["first_seen_at"].dtype) == "datetime64[us, UTC]"
    assert frame.set_index("id")["date"][1] == date(2024, 2, 29)


def test_without_xlsxwriter_a_line_says_how_to_install_it(odd: Archive, tmp_path: Path) -> None:
    code = "import sys; sys.modules['xlsxwriter'] = None; from kistep_archive.cli.main import main; main()"
    command = [sys.executable, "-c", code, "--archive", str(odd.folder), "export", str(tmp_path / "out.xlsx")]
    one_line(subprocess.run(command, capture_output=True, text=True), 2, "pip install 'kistep-archive[xlsx]'")
    assert list(tmp_path.iterdir()) == []
