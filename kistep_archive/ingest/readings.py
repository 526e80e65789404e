"""What each response of an evidence file becomes, read while the file is walked, so that no record is
unpacked twice.

What the run says of a page in the end (an outcome, a guard that tripped) stands behind it in the file. Until
then what was read waits in a temporary file."""

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
_CHUNK = 50  # pages handed to a process at a time
_ROOM = 16 << 20  # bytes of pages handed to a process at a time, and of what was read that stay in memory

Reads = Callable[[Page, LoggedResponse, Board | None], Any]
_Task = tuple[Page, LoggedResponse, Board | None]


class Readings:
    """By a response's offset, what `reads` makes of its page: a function that a process can be sent. With two
    `jobs` or more, so many processes read posts and listings. The responses `done` are not read before they
    are asked for."""

    def __init__(
        self, folder: Path, done: Set[int], jobs: int, reads: Reads, catalogue: Catalogue | None = None
    ) -> None:
        self._folder, self._done, self._jobs, self._reads = folder / "warc", done, jobs, reads
        self._catalogue = catalogue
        self._spool: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=_ROOM)  # noqa: SIM115 (close does)
        self._then: tuple[Board, ...] = BUILT_IN
        self._read: dict[int, tuple[str, int, int]] = {}  # offset -> kind, where it waits
        self._tasks: list[_Task] = []
        self._size = 0
        self._pool: ProcessPoolExecutor | None = None
        self._asked: deque[tuple[list[LoggedResponse], Future[list[Any]]]] = deque()

    def close(self) -> None:
        """Lets go of processes and of what was read."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._spool.close()

    def rejudged(self, began: RunStart) -> set[BoardKey]:
        """The boards whose pages are now read in another way than in the run."""
        now = self._catalogue.rows if self._catalogue else ()
        ways = {row.key: row.way for row in now}
        return {row.key for row in began.catalogue if ways.get(row.key, row.way) != row.way}

    def see(self, began: RunStart, answer: LoggedResponse, record: Record, told_by: Record) -> None:
        """A response as the walk meets it."""
        self._then = began.catalogue
        if answer.evidence.offset in self._done:
            return
        place = (
            pages.told_payload(answer.evidence.file, told_by)
            if told_by is not record and record.type == "revisit"
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
        """What a response became, or the WarcError that it cannot be read."""
        self._finish()
        kind, start, size = self._read.get(answer.evidence.offset, ("", 0, 0))
        if kind == answer.kind and size:
            self._spool.seek(start)
            return pickle.loads(self._spool.read(size))
        try:
            page = pages.read(self._folder, answer.evidence.file, answer.evidence.offset)
            return self._reads(page, answer, self._board(answer))
        except WarcError as error:
            return error

    def _board(self, answer: LoggedResponse) -> Board | None:
        """The board of a page, which says how the page is read: as the archive says now, else as the run
        said."""
        return (self._catalogue or Catalogue(self._then)).row(answer.board_key)

    def _keep(self, answer: LoggedResponse, said: Any) -> None:
        text = pickle.dumps(said, pickle.HIGHEST_PROTOCOL)
        start = self._spool.seek(0, 2)
        self._spool.write(text)
        self._read[answer.evidence.offset] = answer.kind, start, len(text)

    def _send(self) -> None:
        """Hands what waits to the processes; of what they were asked, not much more is open than they can do
        at once."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._jobs, mp_context=get_context("spawn"))
        for first in range(0, len(self._tasks), _CHUNK):
            tasks = self._tasks[first : first + _CHUNK]
            self._asked.append(
                ([answer for _, answer, _ in tasks], self._pool.submit(_read_all, self._reads, tasks))
            )
        self._tasks, self._size = [], 0
        while len(self._asked) > 2 * self._jobs:
            self._receive()

    def _receive(self) -> None:
        answers, future = self._asked.popleft()
        for answer, said in zip(answers, future.result(), strict=True):
            self._keep(answer, said)

    def _finish(self) -> None:
        """Reads what still waits."""
        while self._asked:
            self._receive()
        tasks, self._tasks = self._tasks, []
        for page, answer, board in tasks:
            self._keep(answer, self._reads(page, answer, board))


def _read_all(reads: Reads, tasks: list[_Task]) -> list[Any]:
    return [reads(page, answer, board) for page, answer, board in tasks]
