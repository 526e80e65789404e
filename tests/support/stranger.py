"""Somebody who may read an archive and not write it."""

import _strptime  # noqa: F401  another user may not import from a private Python
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NOBODY = 65534


@contextmanager
def open_to_all(folder: Path) -> Iterator[Path]:
    """A copy of a folder where other users can reach it, without SQLite's index of the log."""
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o755)
        copy = Path(place, "archive")
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*-shm"))
        for each in (copy, *copy.rglob("*")):  # the test's folder may be its owner's alone
            each.chmod(0o755 if each.is_dir() else 0o644)
        yield copy


@contextmanager
def stranger(folder: Path) -> Iterator[None]:
    """For a while this process may not write into the folder: as another user, or by its mode."""
    modes = {path: path.stat().st_mode for path in (folder, *folder.iterdir())}
    if os.geteuid() == 0:
        os.setresuid(_NOBODY, _NOBODY, 0)
        try:
            yield
        finally:
            os.setresuid(0, 0, 0)
        return
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
