"""Parses each response of an evidence file while the file is read, so no record is decompressed twice.

What the run says about a page (an outcome, a tripped guard) comes later in the file. Until then the results
wait in a temporary file."""

import pickle
from collections import deque
from collections.abc import Callable, Set
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

from kistep_archive.evidence import pages
from kistep_archive.evidence.events import LoggedResponse, RunStart
from kistep_archive.http.response import Page
from kistep_archive.model.boards import BUILT_IN, Board, BoardKey, Catalogue
from kistep_archive.warc.reader import WarcError
from kistep_archive.warc.record import Record

POOL = 200  # posts and listings below which starting processes costs more than it saves
_CHUNK = 50  # pages for a process at a time
_ROOM = 16 << 20  # bytes of pages for the processes at a time, and of results in memory

Reads = Callable[[Page, LoggedResponse, Board | None], Any]
_Task = tuple[Page, LoggedResponse, Board | None]


class Readings:
    """The results of `reads`, a function that can be sent to a process, by the offset of the response. With
    two or more `jobs`, so many processes read posts and listings. Responses in `done` are read only on
    demand."""

    def __init__(
        self, folder: Path, done: Set[int], jobs: int, reads: Reads, catalogue: Catalogue | None = None
    ) -> None:
        self._folder, self._done, self._jobs, self._reads = folder / "warc", done, jobs, reads
        self._catalogue = catalogue
        self._spool: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=_ROOM)  # noqa: SIM115 (close does)
        self._then: tuple[Board, ...] = BUILT_IN
        self._read: dict[int, tuple[str, int, int]] = {}  # offset -> kind, place in the spool
        self._tasks: list[_Task] = []
        self._size = 0
        self._pool: ProcessPoolExecutor | None = None
        self._sent: deque[tuple[list[LoggedResponse], Future[list[Any]]]] = deque()

    def close(self) -> None:
        """Stops the processes and drops the results."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._spool.close()

    def rejudged(self, began: RunStart) -> set[BoardKey]:
        """The boards whose pages are now read in another way than in the run."""
        return self._catalogue.read_otherwise(began.catalogue) if self._catalogue else set()

    def see(self, began: RunStart, answer: LoggedResponse, record: Record, event: Record) -> None:
        """Reads a response, as soon as the reader of the file gets to it."""
        self._then = began.catalogue
        if answer.evidence.offset in self._done:
            return
        place = (
            pages.event_payload(self._folder, answer.evidence.file, event)
            if event is not record and record.type == "revisit"
            else None
        )
        try:
            page = pages.page_of(self._folder, answer.evidence.file, record, place)
        except WarcError as error:
            self._keep(answer, error)
            return
        if self._jobs < 2 or answer.kind.is_file:
            self._keep(answer, self._reads(page, answer, self._board(answer)))
            return
        self._tasks.append((page, answer, self._board(answer)))
        self._size += len(page.body)
        if self._size >= _ROOM or len(self._tasks) >= (POOL if self._pool is None else _CHUNK):
            self._send()

    def of(self, answer: LoggedResponse) -> Any:
        """What a response becomes, or the WarcError if it cannot be read."""
        self._finish()
        kind, start, size = self._read.get(answer.evidence.offset, ("", 0, 0))
        if kind == answer.kind and size:
            self._spool.seek(start)
            return pickle.loads(self._spool.read(size))
        try:
            page, board = self.page(answer)
            return self._reads(page, answer, board)
        except WarcError as error:
            return error

    def page(self, answer: LoggedResponse) -> tuple[Page, Board | None]:
        """A page, and the board that says how it is read. Raises WarcError."""
        return pages.read(self._folder, answer.evidence.file, answer.evidence.offset), self._board(answer)

    def _board(self, answer: LoggedResponse) -> Board | None:
        """The board of a page, which says how to read it: from the archive's catalogue, else from the
        run's."""
        return (self._catalogue or Catalogue(self._then)).row(answer.board_key)

    def _keep(self, answer: LoggedResponse, result: Any) -> None:
        text = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
        start = self._spool.seek(0, 2)
        self._spool.write(text)
        self._read[answer.evidence.offset] = answer.kind, start, len(text)

    def _send(self) -> None:
        """Sends the waiting pages to the processes, but never many more than they can read at once."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._jobs, mp_context=get_context("spawn"))
        for first in range(0, len(self._tasks), _CHUNK):
            tasks = self._tasks[first : first + _CHUNK]
            self._sent.append(
                ([answer for _, answer, _ in tasks], self._pool.submit(_read_all, self._reads, tasks))
            )
        self._tasks, self._size = [], 0
        while len(self._sent) > 2 * self._jobs:
            self._receive()

    def _receive(self) -> None:
        answers, future = self._sent.popleft()
        for answer, result in zip(answers, future.result(), strict=True):
            self._keep(answer, result)

    def _finish(self) -> None:
        """Reads the waiting pages."""
        while self._sent:
            self._receive()
        tasks, self._tasks = self._tasks, []
        for page, answer, board in tasks:
            self._keep(answer, self._reads(page, answer, board))


def _read_all(reads: Reads, tasks: list[_Task]) -> list[Any]:
    return [reads(page, answer, board) for page, answer, board in tasks]
