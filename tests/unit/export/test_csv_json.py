"""Any text survives CSV and JSON, and none of it runs."""

import csv
import json
import re
from io import StringIO
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kistep_archive.export.tables.csv_json import EXPORTED_COLUMNS, comma_separated, document, lines

TEXT = st.text(st.characters(codec="utf-8"), max_size=80)
POST: dict[str, Any] = {
    **dict.fromkeys(EXPORTED_COLUMNS, ""),
    **{
        "id": 7,
        "board": "news",
        "number": 3,
        "date": "2022-07-14",
        "hits": None,
        "revisions": 1,
        "attachments": [],
    },
}
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=cmd|" /C calc"!A0']


@given(TEXT)
@example("a\r\nb\rc\n")
@example('"')
@example("\0\x1b[31m")
def test_fault_f05_any_title_survives_csv_or_is_made_harmless(title: str) -> None:
    rows = list(
        csv.reader(StringIO("".join(comma_separated([POST | {"title": title}])), newline=""), strict=True)
    )
    read = dict(zip(EXPORTED_COLUMNS, rows[1], strict=True))["title"]
    assert not read.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert not re.search("[\0-\x08\x0b\x0c\x0e-\x1f\x7f]", read)
    assert len(rows) == 2
    assert read in (same := re.sub("[\0-\x08\x0b\x0c\x0e-\x1f\x7f]", "\ufffd", title), f"'{same}")


@pytest.mark.parametrize("title", FORMULAS)
def test_fault_f05_no_cell_is_a_formula_but_numbers_stay_numbers_and_json_stays_as_it_is(title: str) -> None:
    post = POST | {"title": title, "hits": -5}
    row = dict(
        zip(
            EXPORTED_COLUMNS,
            list(csv.reader(StringIO("".join(comma_separated([post])), newline="")))[1],
            strict=True,
        )
    )
    assert (row["title"], row["hits"], row["attachments"]) == (f"'{title}", "-5", "[]")
    assert json.loads(next(lines([post])))["title"] == title


@given(st.lists(TEXT, max_size=3))
def test_any_title_survives_json(titles: list[str]) -> None:
    rows = [POST | {"title": title} for title in titles]
    assert json.loads("".join(document(rows, len(rows)))) == {"total": len(rows), "results": rows}
    assert [json.loads(line) for line in "".join(lines(rows)).split("\n")[:-1]] == rows
