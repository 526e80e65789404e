"""Posts as Parquet, row group by row group. pyarrow is an optional dependency, because it has 100 MB."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.columns import POST
from kistep_archive.model.documents import Document
from kistep_archive.query.filters import posts

_GROUP = 500  # posts per row group, at most
# how pyarrow wants times; it takes no text
_TIMES = {
    column.name: date.fromisoformat if column.type == "DAY" else datetime.fromisoformat
    for column in POST
    if column.type in ("DAY", "INSTANT")
}
_GROUP_SIZE = 16_000_000  # characters of bodies, after which a row group ends


def writer() -> Callable[[sqlite3.Connection, int, Path], None]:
    """The function that writes a Parquet file. Raises ArchiveError (2) if pyarrow is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ArchiveError(
            "Parquet needs pyarrow, which is not installed: pip install 'kistep-archive[parquet]'",
            ExitCode.USAGE,
        ) from error

    text, whole = pyarrow.string(), pyarrow.int64()
    file = pyarrow.struct(
        [("seq", whole), ("name", text), ("url", text), ("kind", text), ("size", whole), ("sha256", text)]
    )
    types = {
        "TEXT": text,
        "INTEGER": whole,
        "DAY": pyarrow.date32(),
        "INSTANT": pyarrow.timestamp("us", "UTC"),
    }
    schema = pyarrow.schema(
        [*((column.name, types[column.type]) for column in POST), ("attachments", pyarrow.list_(file))]
    )

    def write(conn: sqlite3.Connection, total: int, path: Path) -> None:
        with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as out:
            for group in _groups(posts(conn)):
                out.write_table(pyarrow.Table.from_pylist(group, schema))

    return write


def _groups(rows: Iterator[Document]) -> Iterator[list[Document]]:
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
