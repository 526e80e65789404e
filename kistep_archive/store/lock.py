"""The archive's one writer: a lock that the kernel lets go of when its holder dies."""

import fcntl
import os
import time
from pathlib import Path
from typing import IO

from kistep_archive.clock import now
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.store.database import NAME

REMEDY = "move it elsewhere and try again"  # for what is misplaced
_TRIES, _PAUSE = 10, 0.02  # seconds


def misplaced(folder: Path) -> str:
    """What stands in the folder where a file or a folder of the archive has its place, "" for nothing."""
    for name in (NAME, "lock"):
        if (folder / name).is_dir():
            return f"{folder / name} is a folder, where the archive has a file"
    evidence = folder / "warc"
    return f"{evidence} is a file, where the archive has a folder" if evidence.exists() and not evidence.is_dir() else ""


def take_lock(folder: Path, kind: str) -> IO[str]:
    """The lock, with who holds it written in; closing it lets go. Raises ArchiveError: 75 when it is held, 5 when the folder cannot be
    written or something else stands where a part of the archive has its place."""
    if words := misplaced(folder):
        raise ArchiveError(f"{words}; {REMEDY}", ExitCode.STORE_UNHEALTHY)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise ArchiveError(
            f"{folder}: cannot be written ({error.strerror}); name a folder you may write with --archive DIR", ExitCode.STORE_UNHEALTHY
        ) from error
    try:
        _lock(lock)
    except OSError as error:
        lock.seek(0)
        holder = lock.read().strip() or "a run"
        lock.close()
        raise ArchiveError(f"{folder}: another run holds the lock: {holder}", ExitCode.LOCKED) from error
    lock.truncate(0)
    lock.write(f"pid {os.getpid()}, {kind} since {now()}")
    lock.flush()
    return lock


def _lock(lock: IO[str]) -> None:
    """Tried for a moment, as a reader may just be looking, see `holder`. Raises OSError."""
    for _ in range(_TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            time.sleep(_PAUSE)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def holder(folder: Path) -> str:
    """Who holds the lock now, in the words of the lock's file; "" for nobody. It is taken for this moment only, shared, never written."""
    try:
        with (folder / "lock").open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return lock.read(200).decode("utf-8", "replace").strip() or "a run"
    except OSError:
        return ""
    return ""
