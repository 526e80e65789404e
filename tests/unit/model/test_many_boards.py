"""A catalogue of very many boards: what is done for each board does not grow with their number."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from kistep_archive.crawl.ledger import Ledger
from kistep_archive.model.boards import Catalogue
from kistep_archive.model.outcomes import Verdict
from kistep_archive.parse.skin import boards_file

_ROW = """
[[board]]
name = "b{n}"
title = "Board {n}"
layout = "es"
address = "http://127.0.{host}.1:8000/board.es?mid=a20501000000&bid={n}"
language = "en"
"""


def _written(folder: Path, count: int) -> Path:
    path = folder / f"{count}.toml"
    path.write_text("".join(_ROW.format(n=n, host=1 + n // 10) for n in range(count)))
    return path


def _calls(work: Callable[[], object]) -> int:
    """How many functions the work calls."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def _load(folder: Path, count: int) -> Callable[[], object]:
    path = _written(folder, count)
    return lambda: boards_file.load(path)


def _find(folder: Path, count: int) -> Callable[[], object]:
    catalogue = boards_file.load(_written(folder, count))

    def find() -> None:
        for row in Catalogue(catalogue.rows).named(row.name for row in catalogue.rows):
            assert (catalogue.row(row.key), catalogue.board(row.post_url(7))) == (row, row)

    return find


def _judge(_folder: Path, count: int) -> Callable[[], object]:
    ledger = Ledger()
    for n in range(count):
        ledger.trouble(Verdict.INCOMPLETE, "the site answered 500", f"b{n}")
    return lambda: ledger.by_board(f"b{n}" for n in range(count))


@pytest.mark.parametrize("task", [_load, _find, _judge])
def test_twice_as_many_boards_are_twice_the_work(
    tmp_path: Path, task: Callable[[Path, int], Callable[[], object]]
) -> None:
    few, many = (_calls(task(tmp_path, count)) for count in (400, 800))
    assert many < 2.2 * few
