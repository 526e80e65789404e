"""The archive as a file that others read: the format by OUT's suffix."""

import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kistep_archive.errors import ArchiveError
from kistep_archive.export import csv_json
from kistep_archive.export.destination import STDOUT, beside, check_place, send
from kistep_archive.export.formats import FORMATS
from kistep_archive.query.filters import Filters, choose, posts

_TEXT = ("csv", "json", "jsonl")

Write = Callable[[int, Path], str | None]  # how many posts, a path that is not there yet -> a line about damaged evidence, if any


@dataclass(frozen=True, slots=True)
class Exported:
    """How many posts were written, and a line about evidence that could not be read, empty where there is none."""

    posts: int
    damage: str = ""


def export(
    conn: sqlite3.Connection, archive: Path, out: Path, filters: Filters, *, form: str | None = None, bom: bool = False, force: bool = False
) -> Exported:
    """Writes the posts that fit to `out`, "-" being stdout; `archive` is the folder that `conn` was opened in.

    Raises ArchiveError (2) where `out` cannot be or already is written, where its format is not known or what it needs not installed.
    """
    form = _form(out, form)
    if bom and form != "csv":
        raise ArchiveError(f"--bom: is for CSV only; leave it out for {form}", 2)
    text = partial(_text, conn, form, bom)
    if out == STDOUT:
        return _to_stdout(conn, filters, form, text)
    check_place(archive, out, form, force)
    write = partial(_write_text, text) if form in _TEXT else _binary(conn, archive, form)
    with beside(out) as part:
        total = choose(conn, filters)
        damage = write(total, part)
    return Exported(total, damage or "")


def _form(out: Path, given: str | None) -> str:
    form = given or ("jsonl" if out == STDOUT else out.suffix.lower().removeprefix("."))
    if form not in FORMATS:
        known = " ".join(f".{name}" for name in FORMATS)
        raise ArchiveError(f"{out}: its suffix names no format; known are {known}, or choose one with --format", 2)
    return form


def _binary(conn: sqlite3.Connection, archive: Path, form: str) -> Write:
    if form == "md":
        from kistep_archive.export.markdown import write_folder

        return lambda total, path: write_folder(conn, archive / "warc", path)
    if form == "parquet":
        from kistep_archive.export.parquet import writer

        return partial(writer(), conn)
    from kistep_archive.export.sqlite import write_copy

    return lambda total, path: write_copy(conn, path)


def _text(conn: sqlite3.Connection, form: str, bom: bool, total: int) -> Iterator[bytes]:
    rows = posts(conn)
    match form:
        case "csv":
            pieces = csv_json.comma_separated(rows, bom=bom)
        case "json":
            pieces = csv_json.document(rows, total)
        case _:
            pieces = csv_json.lines(rows)
    return (piece.encode() for piece in pieces)


def _write_text(text: Callable[[int], Iterator[bytes]], total: int, path: Path) -> None:
    with path.open("wb") as file:
        file.writelines(text(total))


def _to_stdout(conn: sqlite3.Connection, filters: Filters, form: str, text: Callable[[int], Iterator[bytes]]) -> Exported:
    if form == "md":
        raise ArchiveError("-: a Markdown export is a folder; name one that is not there yet", 2)
    if form in _TEXT:
        total = choose(conn, filters)
        send(text(total))
        return Exported(total)
    if sys.stdout.isatty():
        raise ArchiveError(f"-: {form} is nothing for a terminal; name a file, or lead it into a pipe", 2)
    write = _binary(conn, Path(), form)
    with tempfile.TemporaryDirectory(prefix="kistep-archive-") as folder:
        path, total = Path(folder) / "export", choose(conn, filters)
        write(total, path)
        with path.open("rb") as file:
            send(iter(lambda: file.read(1 << 20), b""))
    return Exported(total)
