"""Where an answer goes: stdout, or a place that may be taken, written beside it and renamed once it is whole."""

import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kistep_archive.errors import ArchiveError
from kistep_archive.store.database import NAME

STDOUT = Path("-")
_CANNOT_WRITE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}


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
    if "\0" in str(out):
        raise ArchiveError(f"{str(out)!r}: is no name of a file; name another place", 2)
    place, own = out.resolve(), archive.resolve()
    if (place.parent == own and place.name.startswith(NAME)) or place.is_relative_to(own / "warc") or own.is_relative_to(place):
        raise ArchiveError(f"{out}: belongs to the archive itself; name another place", 2)
    if not os.path.lexists(out):
        return
    if out.exists() and not out.is_file() and not out.is_dir():
        raise ArchiveError(f"{out}: is a device or a pipe, which no file may replace; name a file, or write '-' and lead it there", 2)
    if form != "md" and out.is_dir():
        raise ArchiveError(f"{out}: is a folder; name a file", 2)
    if not force:
        raise ArchiveError(f"{out}: is there already; name another place, or replace it with --force", 2)
    if form == "md":
        _check_export(out)


def _check_export(folder: Path) -> None:
    from kistep_archive.export.markdown import foreign

    if other := foreign(folder):
        raise ArchiveError(f"{folder}: holds what no export wrote ({other}), so it is not replaced; name another folder", 2)


@contextmanager
def beside(out: Path) -> Iterator[Path]:
    """A path that takes the place of `out`, or of what it links to, only once what is there is whole. Raises ArchiveError (2) where it
    cannot be written."""
    try:
        place = out.resolve()
        with tempfile.TemporaryDirectory(prefix=f".{place.name}.", dir=place.parent) as folder:
            try:
                yield (part := Path(folder) / place.name)
                _put(part, place, Path(folder) / "before")
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
    elif out.is_dir():
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
