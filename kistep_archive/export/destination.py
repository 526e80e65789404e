"""Where output goes: stdout, or a file that is written under another name and renamed when it is complete."""

import os
import re
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.export.files import manifest
from kistep_archive.store.database import DATABASE_FILE

STDOUT = Path("-")
PARTITIONS = "Parquet files in folders"
FILES = "files of posts in folders"
_POST = r"\d{4}-\d\d-\d\d-[^/]+"  # the name of a post
# the exports that are folders, and the names in them
_FOLDERS = {
    "md": re.compile(rf"{_POST}\.md|images|images/[0-9a-f]{{64}}\.[a-z0-9]+|files|files/{_POST}(?:/[^/]+)?"),
    FILES: re.compile(rf"{_POST}(?:/[^/]+)?"),
    PARTITIONS: re.compile(r"board=[^/]+|(?:board=[^/]+/)?year=[^/]+(?:/posts\.parquet)?"),
}
_CANNOT_WRITE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}


def send(pieces: Iterable[bytes]) -> None:
    """Writes to stdout. Raises ArchiveError (2) if that fails, and BrokenPipeError if the reader closed the
    pipe."""
    try:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # discards what is still to be flushed
        raise ArchiveError(
            f"-: stdout cannot be written ({error.strerror}); redirect it to another place", ExitCode.USAGE
        ) from error


def check_destination(archive: Path, out: Path, form: str, force: bool) -> None:
    """Raises ArchiveError (2) if `out` belongs to the archive, or exists and must not be replaced."""
    if "\0" in str(out):
        raise ArchiveError(f"{str(out)!r} is not a file name; choose another name", ExitCode.USAGE)
    place, own = out.resolve(), archive.resolve()
    if (
        (place.parent == own and place.name.startswith(DATABASE_FILE))
        or place.is_relative_to(own / "warc")
        or own.is_relative_to(place)
    ):
        raise ArchiveError(f"{out} belongs to the archive itself; choose another place", ExitCode.USAGE)
    if not os.path.lexists(out) or (form in _FOLDERS and out.is_dir() and not any(out.iterdir())):
        return
    if out.exists() and not out.is_file() and not out.is_dir():
        advice = "choose a file name, or use '-' and redirect stdout there"
        raise ArchiveError(f"{out} is a device or a pipe and is not replaced; {advice}", ExitCode.USAGE)
    if form not in _FOLDERS and out.is_dir():
        raise ArchiveError(f"{out} is a folder; choose a file name", ExitCode.USAGE)
    if not force:
        raise ArchiveError(
            f"{out} already exists; choose another name, or replace it with --force", ExitCode.USAGE
        )
    if form in _FOLDERS:
        _check_export(out, form)


def _check_export(folder: Path, form: str) -> None:
    """Raises ArchiveError (2) if a folder holds what no export wrote. Those that have no list of their files
    are of an older version, which wrote no FILES."""
    has_list = (folder / manifest.NAME).is_file()
    if form == FILES and not has_list:
        raise ArchiveError(
            f"{folder} has no {manifest.NAME}, so it is unclear who wrote what is in it, and it is not "
            "replaced; choose another folder",
            ExitCode.USAGE,
        )
    names = manifest.paths(folder) if folder.is_dir() else iter([folder.name])
    unlike = (name for name in names if name != manifest.NAME and not _FOLDERS[form].fullmatch(name))
    if other := next(unlike, None) or (manifest.foreign(folder) if has_list else None):
        raise ArchiveError(
            f"{folder} holds something that no export wrote ({other}), so it is not replaced; choose another "
            "folder",
            ExitCode.USAGE,
        )


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A temporary path beside `out`. When the block ends without an error, what is there replaces `out`, or
    the file that it links to. Raises ArchiveError (2) if it cannot be written."""
    try:
        place = out.resolve()
        with tempfile.TemporaryDirectory(prefix=f".{place.name}.", dir=place.parent) as folder:
            try:
                yield (part := Path(folder) / place.name)
                _rename(part, place, Path(folder) / "before")
            finally:
                _empty(folder)
    except OSError as error:
        raise ArchiveError(
            f"{out} cannot be written ({error.strerror}); choose another place", ExitCode.USAGE
        ) from error
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF not in _CANNOT_WRITE:
            raise
        raise ArchiveError(
            f"{out} cannot be written ({error}); choose another place", ExitCode.USAGE
        ) from error


def _rename(part: Path, out: Path, before: Path) -> None:
    """Gives the complete file or folder the name `out`. A file replaces a file; an old folder is moved out of
    the way first."""
    if part.is_file():
        with part.open("rb") as file:
            os.fsync(file.fileno())
    elif out.is_dir():
        os.replace(out, before)
    os.replace(part, out)


def _empty(folder: str) -> None:
    """Removes everything in a folder, one by one: `shutil.rmtree` would load the names of a million posts at
    once."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                _empty(entry.path)
                os.rmdir(entry.path)
            else:
                os.unlink(entry.path)
