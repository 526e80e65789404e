"""The archive for a server: a few threads answer its questions, each with a connection of its own."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from kistep_archive.api import Archive
from kistep_archive.store.database import DATABASE_FILE

_THREADS = 3  # more would only wait for each other
_T = TypeVar("_T")


class Archives:
    """One archive, opened once a thread. An archive as of an instant is opened for each question, since it
    has tables of its own."""

    def __init__(self, folder: Path, boards_file: Path | None = None) -> None:
        self.folder, self._boards_file = folder, boards_file
        self._local = threading.local()
        self._executor = ThreadPoolExecutor(_THREADS, "archive")

    async def ask(self, question: Callable[[Archive], _T], as_of: str | None = None) -> _T:
        """The answer to a question, from one of the threads. Raises ArchiveError."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._answer, question, as_of)

    def close(self) -> None:
        """Ends the threads. An archive can be closed only by its own thread, so that happens with it."""
        self._executor.shutdown(cancel_futures=True)

    def _answer(self, question: Callable[[Archive], _T], as_of: str | None) -> _T:
        if as_of:
            with closing(Archive(self.folder, as_of, boards_file=self._boards_file)) as then:
                return question(then)
        return question(self._of_thread())

    def _of_thread(self) -> Archive:
        """The archive of this thread: a new one if `rebuild` has put another database in its place."""
        file = _identity(self.folder / DATABASE_FILE)
        archive: Archive | None = getattr(self._local, "archive", None)
        if archive is None or self._local.file != file:
            if archive is not None:
                archive.close()
            self._local.archive = archive = Archive(self.folder, boards_file=self._boards_file)
            self._local.file = file
        return archive


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file stands at a path, whatever is in it; None for none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
