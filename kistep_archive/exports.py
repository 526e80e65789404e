"""The archive as a file that others read: the format by OUT's suffix, written beside OUT and renamed once it is whole."""

import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kistep_archive import exports_text
from kistep_archive.answers import NAME
from kistep_archive.errors import ArchiveError
from kistep_archive.outputs import FORMATS
from kistep_archive.selection import Filters, choose, posts

STDOUT = Path("-")
_TEXT = ("csv", "json", "jsonl")
_CANNOT_WRITE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}

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
        from kistep_archive.exports_markdown import write_folder

        return lambda total, path: write_folder(conn, archive / "warc", path)
    if form == "parquet":
        from kistep_archive.exports_parquet import writer

        return partial(writer(), conn)
    from kistep_archive.exports_sqlite import write_copy

    return lambda total, path: write_copy(conn, path)


def _text(conn: sqlite3.Connection, form: str, bom: bool, total: int) -> Iterator[bytes]:
    rows = posts(conn)
    match form:
        case "csv":
            pieces = exports_text.comma_separated(rows, bom=bom)
        case "json":
            pieces = exports_text.document(rows, total)
        case _:
            pieces = exports_text.lines(rows)
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


def send(pieces: Iterable[bytes]) -> None:
    """To stdout, until its reader has enough. Raises ArchiveError (2) where it cannot be written."""
    try:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left to flush goes nowhere
        raise ArchiveError(f"-: cannot be written ({error.strerror}); lead it elsewhere", 2) from error


def check_place(archive: Path, out: Path, form: str, force: bool) -> None:
    """Raises ArchiveError (2) where `out` belongs to the archive, or is there and not to be replaced."""
    place, own = out.resolve(), archive.resolve()
    if (place.parent == own and place.name.startswith(NAME)) or place.is_relative_to(own / "warc") or own.is_relative_to(place):
        raise ArchiveError(f"{out}: belongs to the archive itself; name another place", 2)
    if not os.path.lexists(out):
        return
    if not force:
        raise ArchiveError(f"{out}: is there already; name another place, or replace it with --force", 2)
    if form != "md":
        if out.is_dir():
            raise ArchiveError(f"{out}: is a folder; name a file", 2)
        return
    from kistep_archive.exports_markdown import foreign

    if other := foreign(out):
        raise ArchiveError(f"{out}: holds what no export wrote ({other}), so it is not replaced; name another folder", 2)


@contextmanager
def beside(out: Path) -> Iterator[Path]:
    """A path that takes the place of `out` only once what is there is whole. Raises ArchiveError (2) where it cannot be written."""
    try:
        with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
            try:
                yield (part := Path(folder) / out.name)
                _put(part, out, Path(folder) / "before")
            finally:
                _empty(folder)
    except OSError as error:
        raise ArchiveError(f"{out}: cannot be written ({error.strerror}); name another place", 2) from error
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF not in _CANNOT_WRITE:
            raise
        raise ArchiveError(f"{out}: cannot be written ({error}); name another place", 2) from error


def _put(part: Path, out: Path, before: Path) -> None:
    """Gives what is whole the name `out`. A file replaces a file; a folder needs the other one moved out of its way first."""
    if part.is_file():
        with part.open("rb") as file:
            os.fsync(file.fileno())
    elif out.is_dir() and not out.is_symlink():
        os.replace(out, before)
    os.replace(part, out)


def _empty(folder: str) -> None:
    """Removes what is in a folder, one by one: `shutil.rmtree`, which is left the rest, would hold the names of a million posts at once."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                _empty(entry.path)
                os.rmdir(entry.path)
            else:
                os.unlink(entry.path)
