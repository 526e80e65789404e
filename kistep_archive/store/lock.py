"""The lock of the archive's only writer; the kernel releases it if its holder dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from kistep_archive.clock import now
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.store.database import DATABASE_FILE

REBUILDING, TAKING = "rebuild", "taking"  # folders for what is not whole yet
REMEDY = "move it elsewhere and try again"  # for a misplaced file or folder
_PARTS = (*(f"{DATABASE_FILE}{suffix}" for suffix in ("", "-wal", "-shm")), "lock", REBUILDING, TAKING)
_TRIES, _PAUSE = 10, 0.02  # seconds


def misplaced(folder: Path) -> str:
    """Names a file, a folder or a link that is in the place of a part of the archive; "" if there is none.
    A run that followed a link would write, cut or delete what somebody else meant to keep. Only the archive's
    folder and its folder `warc` may be links, and evidence files that are closed."""
    for path in (*(folder / name for name in _PARTS), *_unclosed(folder / "warc")):
        if path.is_symlink():
            return f"{path} is a link, but the archive needs a file or folder of its own there"
    for name in (DATABASE_FILE, "lock"):
        if (folder / name).is_dir():
            return f"{folder / name} is a folder, but the archive needs a file there"
    evidence = folder / "warc"
    return (
        (f"{evidence} is a file, but the archive needs a folder there")
        if evidence.exists() and not evidence.is_dir()
        else ""
    )


def _unclosed(evidence: Path) -> Iterator[Path]:
    for pattern in ("*.open", "*.torn"):
        yield from evidence.glob(pattern)


class Lock:
    """The lock, until it is closed. Meanwhile this process makes no file wider than the archive's folder."""

    def __init__(self, file: IO[str], folder: Path) -> None:
        self._file = file
        self._umask = os.umask(0o077)
        os.umask(self._umask | (~folder.stat().st_mode & 0o077))

    def close(self) -> None:
        """Releases the lock."""
        os.umask(self._umask)
        self._file.close()


def take_lock(folder: Path, kind: str) -> Lock:
    """Takes the lock and writes its holder into it; closing it releases it. Raises ArchiveError: 75 if
    another run has it, 5 if the folder cannot be written or something is in the place of a part of the
    archive."""
    if words := misplaced(folder):
        raise ArchiveError(f"{words}; {REMEDY}", ExitCode.STORE_UNHEALTHY)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = open_mark(folder / "lock")
    except OSError as error:
        raise ArchiveError(
            f"{folder}: cannot be written ({error.strerror}). Choose a folder that you may write with "
            "--archive DIR.",
            ExitCode.STORE_UNHEALTHY,
        ) from error
    try:
        _lock(lock)
    except OSError as error:
        lock.seek(0)
        holder = lock.read().strip() or "a run"
        lock.close()
        words = f"{folder}: another run holds the lock: {holder}. Try again when it has ended."
        raise ArchiveError(words, ExitCode.LOCKED) from error
    lock.truncate(0)
    lock.write(f"pid {os.getpid()}, {kind} since {now()}")
    lock.flush()
    return Lock(lock, folder)


def open_mark(path: Path) -> IO[str]:
    """Opens a file that says who is at work, and makes it, no wider than its folder, if it is missing. Raises
    OSError, also for a link."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
    mode = 0o666 & path.parent.stat().st_mode
    return os.fdopen(os.open(path, flags, mode), "a+", encoding="utf-8")


def _lock(lock: IO[str]) -> None:
    """Tries for a moment, since a reader may be looking at the lock (see `holder`). Raises OSError."""
    for _ in range(_TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            time.sleep(_PAUSE)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def holder(folder: Path) -> str:
    """The present holder of the lock, as the lock file says; "" if there is none. Takes a shared lock for a
    moment, and writes nothing."""
    try:
        with (folder / "lock").open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return lock.read(200).decode("utf-8", "replace").strip() or "a run"
    except OSError:
        return ""
    return ""
