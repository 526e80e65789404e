"""Posts as Parquet, row group by row group: one file, or a folder of files by board and year. pyarrow is an
optional dependency, because it has 100 MB."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.columns import POST
from kistep_archive.model.documents import Document
from kistep_archive.query.filters import posts

WriteFiles = Callable[[sqlite3.Connection, int, Path], None]

MOST_FILES = 200  # by board and year; more make a scan of all posts slow (docs/scale.md)
_GROUP = 500  # posts per row group, at most
# how pyarrow wants times; it takes no text
_TIMES = {
    column.name: date.fromisoformat if column.type == "DAY" else datetime.fromisoformat
    for column in POST
    if column.type in ("DAY", "INSTANT")
}
_GROUP_SIZE = 16_000_000  # characters of bodies, after which a row group ends
_PARTITIONS = (
    "SELECT count(*) FROM (SELECT DISTINCT board, substr(date, 1, 4) FROM chosen "
    "CROSS JOIN posts ON posts.id = chosen.id)"
)


def writer() -> WriteFiles:
    """The function that writes a Parquet file. Raises ArchiveError (2) if pyarrow is not installed."""
    opened = _opener([])

    def write(conn: sqlite3.Connection, total: int, path: Path) -> None:
        with opened(path) as add:
            for group in _groups(posts(conn)):
                add(group)

    return write


def partitions_writer(most: int = MOST_FILES) -> WriteFiles:
    """The function that writes a folder of Parquet files: one for each board and year, or for each year if
    those would be more than `most`. Raises ArchiveError (2) if pyarrow is not installed."""
    with_board, without_board = _opener([]), _opener(["board"])

    def write(conn: sqlite3.Connection, total: int, folder: Path) -> None:
        folder.mkdir()
        by_board = conn.execute(_PARTITIONS).fetchone()[0] <= most
        for year, rows in groupby(posts(conn), key=lambda row: str(row["date"])[:4]):  # they come by date
            with ExitStack() as files:
                adds: dict[str, Callable[[list[Document]], None]] = {}
                for group in _groups(rows):
                    for board, part in _by_board(group).items() if by_board else [("", group)]:
                        if board not in adds:
                            path = _new_path(folder, board, year)
                            opened = without_board if by_board else with_board
                            adds[board] = files.enter_context(opened(path))
                        adds[board](part)

    return write


def _new_path(folder: Path, board: str, year: str) -> Path:
    """The file of a partition, as Hive, DuckDB and pyarrow name it."""
    place = folder / f"board={quote(board, safe='')}" if board else folder
    (place / f"year={year}").mkdir(parents=True)
    return place / f"year={year}" / "posts.parquet"


def _by_board(group: list[Document]) -> dict[str, list[Document]]:
    boards: dict[str, list[Document]] = {}
    for row in group:
        boards.setdefault(row["board"], []).append(row)
    return boards


class _File:
    """A Parquet file that is being written; entering it gives the function that adds a row group."""

    def __init__(self, pyarrow: Any, schema: Any, path: Path) -> None:
        self._pyarrow, self._schema = pyarrow, schema
        self._out = pyarrow.parquet.ParquetWriter(path, schema, compression="zstd")

    def __enter__(self) -> Callable[[list[Document]], None]:
        self._out.__enter__()
        return lambda group: self._out.write_table(self._pyarrow.Table.from_pylist(group, self._schema))

    def __exit__(self, *error: Any) -> None:
        self._out.__exit__(*error)


def _opener(without: Iterable[str]) -> Callable[[Path], _File]:
    """The function that opens a file with all columns but those `without`."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ArchiveError(
            "Parquet needs pyarrow, which is not installed: pip install 'kistep-archive[parquet]'",
            ExitCode.USAGE,
        ) from error

    text, integer = pyarrow.string(), pyarrow.int64()
    file = pyarrow.struct(
        [("seq", integer), ("name", text), ("url", text), ("kind", text), ("size", integer), ("sha256", text)]
    )
    types = {
        "TEXT": text,
        "INTEGER": integer,
        "DAY": pyarrow.date32(),
        "INSTANT": pyarrow.timestamp("us", "UTC"),
    }
    columns = [(column.name, types[column.type]) for column in POST if column.name not in without]
    schema = pyarrow.schema([*columns, ("attachments", pyarrow.list_(file))])
    return lambda path: _File(pyarrow, schema, path)


def _groups(rows: Iterable[Document]) -> Iterator[list[Document]]:
    group, size = list[Document](), 0
    for row in rows:
        group.append(row | {name: read(row[name]) for name, read in _TIMES.items() if row[name]})
        size += len(row["body_text"]) + len(row["body_html"])
        if len(group) == _GROUP or size > _GROUP_SIZE:
            yield group
            group.clear()  # before the next one grows
            size = 0
    if group:
        yield group
