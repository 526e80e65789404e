"""Exports of posts to a file for other programs; the suffix of its name chooses the format."""

import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kistep_archive import progress
from kistep_archive.display import plural
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.export.destination import PARTITIONS, STDOUT, check_destination, replacing, send
from kistep_archive.export.formats import FORMATS
from kistep_archive.export.tables import csv_json, metadata, sqlite
from kistep_archive.export.tables.csv_json import MOST_IN_A_CELL, LongCells
from kistep_archive.export.tables.details import Details
from kistep_archive.query.filters import Filters, choose, posts

_TEXT = ("csv", "json", "jsonl", "markdown")

_NONE = Details()
# the number of posts, a new path -> a line about damaged evidence, if any
Write = Callable[[int, Path], str | None]


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The number of posts written, a line about damaged evidence, and one about cells that are too long for
    Excel; each is empty if there is nothing to say."""

    posts: int
    damage: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class OutputFormat:
    """How posts are written: the `form` ("": as the suffix says), whether CSV begins with a byte order mark,
    and the details of JSON."""

    form: str = ""
    bom: bool = False
    details: Details = _NONE


def export(
    conn: sqlite3.Connection,
    archive: Path,
    out: Path,
    filters: Filters,
    style: OutputFormat = OutputFormat(),
    *,
    force: bool = False,
) -> ExportResult:
    """Writes the matching posts to `out` ("-" is stdout). `archive` is the folder that `conn` was opened in.

    Raises ArchiveError (2) if `out` exists or cannot be written, if the format is unknown, or if its library
    is not installed.
    """
    form, bom, details = _form(out, style.form), style.bom, style.details
    if bom and form != "csv":
        raise ArchiveError(f"--bom is for CSV only; leave it out for {form}", ExitCode.USAGE)
    if details and form not in ("json", "jsonl"):
        raise ArchiveError(
            f"--body and --with are for json and jsonl; leave them out for {form}", ExitCode.USAGE
        )
    long = LongCells()
    text = partial(_text, conn, form, bom, details, long)
    if out == STDOUT:
        return _to_stdout(conn, filters, form, text, long)
    if form == "parquet" and not out.suffix:
        form = PARTITIONS
    check_destination(archive, out, form, force)
    is_database = form in ("db", "sqlite")
    if is_database:
        metadata.check(out)
    write = partial(_write_text, text) if form in _TEXT else _binary(conn, archive, form, long)
    with replacing(out) as part:
        total = choose(conn, filters)
        progress.expect(total, progress.Unit.POSTS)
        damage = write(total, part)
    if is_database:
        metadata.write(out, sqlite.tables(out))
    return ExportResult(total, damage or "", _note(form, long))


def _note(form: str, long: LongCells) -> str:
    """What to know of a table for Excel; "" if there is nothing."""
    if not long.count:
        return ""
    cells = f"{plural(long.count, 'cell')} with more than the {MOST_IN_A_CELL:,} characters that Excel takes"
    if form == "xlsx":
        return f"{cells}: cut, with a note at the end of each"
    return f"{cells}: Excel would move the rest into other cells. Export to .xlsx, or open the CSV elsewhere."


def _form(out: Path, form: str | None) -> str:
    form = form or ("jsonl" if out == STDOUT else out.suffix.lower().removeprefix("."))
    if form not in FORMATS:
        suffixes = " ".join(f".{name}" for name in FORMATS)
        raise ArchiveError(
            f"{out}: unknown format; use one of the suffixes {suffixes}, or --format", ExitCode.USAGE
        )
    return form


def _binary(conn: sqlite3.Connection, archive: Path, form: str, long: LongCells) -> Write:
    if form == "md":
        from kistep_archive.export.markdown import write_folder

        return lambda total, path: write_folder(conn, archive / "warc", path)
    if form in ("parquet", PARTITIONS):
        from kistep_archive.export.tables import parquet

        return partial(parquet.writer() if form == "parquet" else parquet.partitions_writer(), conn)
    if form == "xlsx":
        from kistep_archive.export.tables import xlsx

        write = xlsx.writer()
        return lambda total, path: write(posts(conn), path, long)
    return lambda total, path: sqlite.write_copy(conn, path)


def _text(
    conn: sqlite3.Connection, form: str, bom: bool, details: Details, long: LongCells, total: int
) -> Iterator[bytes]:
    rows = details.of(conn, posts(conn)) if details else posts(conn)
    match form:
        case "csv":
            pieces = csv_json.comma_separated(rows, bom=bom, long=long)
        case "json":
            pieces = csv_json.document(rows, total)
        case "markdown":
            from kistep_archive.export.markdown import one_document

            pieces = one_document(rows)
        case _:
            pieces = csv_json.lines(rows)
    return (piece.encode() for piece in pieces)


def _write_text(text: Callable[[int], Iterator[bytes]], total: int, path: Path) -> None:
    with path.open("wb") as file:
        file.writelines(text(total))


def _to_stdout(
    conn: sqlite3.Connection,
    filters: Filters,
    form: str,
    text: Callable[[int], Iterator[bytes]],
    long: LongCells,
) -> ExportResult:
    if form == "md":
        raise ArchiveError(
            "-: an export as md is a folder; give the name of a new folder, or use --format markdown",
            ExitCode.USAGE,
        )
    if form in _TEXT:
        total = choose(conn, filters)
        send(text(total))
        return ExportResult(total, note=_note(form, long))
    if sys.stdout.isatty():
        raise ArchiveError(
            f"-: {form} is binary and not for a terminal; give a file name, or use a pipe", ExitCode.USAGE
        )
    write = _binary(conn, Path(), form, long)
    with tempfile.TemporaryDirectory(prefix="kistep-archive-") as folder:
        path, total = Path(folder) / "export", choose(conn, filters)
        write(total, path)
        with path.open("rb") as file:
            send(iter(lambda: file.read(1 << 20), b""))
    return ExportResult(total, note=_note(form, long))
