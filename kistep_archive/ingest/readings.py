"""The entries of a run's log in order, each response with what it became.

The evidence file is read in parts, which processes read ahead while rows are made of the parts before. What a
run says about a page (an outcome, a tripped guard) comes later in the file, mostly at once, sometimes at its
end. So a part is handed out after the next one was read; and all parts wait in a temporary file, packed, for
a run whose end says something else of a page that was handed out."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Protocol

from kistep_archive import progress
from kistep_archive.evidence import log_reader, pages
from kistep_archive.evidence.events import LogEntry, LoggedResponse, RunLog
from kistep_archive.http.response import Page
from kistep_archive.ingest import parts
from kistep_archive.ingest.parts import Item, Part, PartRead, ReadResult
from kistep_archive.ingest.results import read_as
from kistep_archive.model.boards import Board, Catalogue
from kistep_archive.model.outcomes import PageKind
from kistep_archive.warc.reader import WarcError

POOL = 1 << 20  # bytes of evidence below which starting processes costs more than it saves
_ROOM = 16 << 20  # bytes of packed parts in memory; the others wait in a file


class Reads(Protocol):
    """Something that reads parts. Calling what `begin` returns waits for the part."""

    window: int  # parts to read ahead

    def begin(self, part: Part) -> Callable[[], PartRead]: ...


class Here:
    """Reads each part when it is wanted."""

    window = 0

    def begin(self, part: Part) -> Callable[[], PartRead]:
        """See `Reads`."""
        return lambda: parts.read_ahead(part)


class Processes:
    """Reads parts in so many processes."""

    def __init__(self, pool: ProcessPoolExecutor, jobs: int) -> None:
        self._pool, self.window = pool, 2 * jobs

    def begin(self, part: Part) -> Callable[[], PartRead]:
        """See `Reads`. Raises BrokenExecutor if no process can be started."""
        try:
            return self._pool.submit(parts.read_ahead, part).result
        except (EOFError, ConnectionError) as error:
            raise BrokenExecutor("no process could be started") from error


Engine = Callable[[Sequence[Path]], AbstractContextManager[Reads]]  # makes what reads these files


def processes(jobs: int, least: int = POOL) -> Engine:
    """Reads evidence files with so many processes on this machine, if they have at least so many bytes."""
    return partial(_processes, jobs, least)


@contextmanager
def _processes(jobs: int, least: int, paths: Sequence[Path]) -> Iterator[Reads]:
    if jobs < 2 or sum(path.stat().st_size for path in paths) < least:
        yield Here()
        return
    pool = ProcessPoolExecutor(jobs, mp_context=_context())
    try:
        yield Processes(pool, jobs)
    finally:
        pool.shutdown(cancel_futures=True)


def _context() -> ForkServerContext:
    """What starts the processes: a server that has loaded the parser once, for all of them."""
    context = get_context("forkserver")
    context.set_forkserver_preload([parts.__name__])
    return context


ONE_PROCESS = processes(1)


def read_all(wanted: Iterable[Part], reads: Reads) -> Iterator[PartRead]:
    """The parts in order, each read once; never more than a window of them is read ahead."""
    begun: deque[tuple[Part, Callable[[], PartRead]]] = deque()
    for part in wanted:
        begun.append((part, reads.begin(part)))
        if len(begun) > reads.window:
            yield _awaited(*begun.popleft())
    while begun:
        yield _awaited(*begun.popleft())


def _awaited(part: Part, wait: Callable[[], PartRead]) -> PartRead:
    read = wait()
    progress.advance(part.stop - part.start)
    return read


@dataclass(frozen=True, slots=True)
class OpenLog:
    """An evidence file whose beginning was read: `log` is what that says, the other records begin at
    `start`, to be read in parts of `size` bytes. Without a `catalogue` the run's own says how its pages are
    read."""

    path: Path
    log: RunLog
    start: int
    catalogue: Catalogue
    size: int

    def parts(self) -> Iterator[Part]:
        """The parts of its other records."""
        return parts.parts(self.path, self.start, self.log.began, self.catalogue, self.size)


def open_log(path: Path, catalogue: Catalogue | None, size: int = parts.SIZE) -> OpenLog | None:
    """The file with its beginning read; None if it is not one of ours. The guards' verdict on boards that
    the catalogue reads in another way than the run did does not count. Raises OSError."""
    opening = log_reader.opening(path)
    if opening is None:
        return None
    log, start = opening
    log.rejudged = catalogue.read_otherwise(log.began.catalogue) if catalogue else set()
    return OpenLog(path, log, start, catalogue or Catalogue(log.began.catalogue), size)


class LateWordError(Exception):
    """The run's log says something else of a page that was handed out already."""


class Readings:
    """The entries of one run. Its `log` grows while they are read. `reads` gives the parts of this run, and
    then of those after it."""

    def __init__(self, run: OpenLog, reads: Iterator[PartRead]) -> None:
        self.log, self.run, self._reads = run.log, run, reads
        self._left, self._at, self.is_complete = run.parts(), run.start, False
        self._spool: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(_ROOM)  # noqa: SIM115 (close does)
        self._parts: list[tuple[int, int, int]] = []  # of each part: its place in the spool, where it ends
        self._handed_out = 0  # pages up to this offset were handed out

    def close(self) -> None:
        """Drops what was read."""
        self._spool.close()

    def finish(self) -> None:
        """Reads the file to its end, so that the log is whole. What was handed out before does not count."""
        self._handed_out = 0
        while not self.is_complete:
            self._receive()

    def __iter__(self) -> Iterator[tuple[LogEntry, ReadResult | None]]:
        """The entries as the log makes them, each response with what it becomes. Raises LateWordError, but
        not if the log was whole before."""
        handed = 0
        while not self.is_complete or handed < len(self._parts):
            while not self.is_complete and len(self._parts) < handed + 2:
                self._receive()
            for entry, reading in self._items(handed) if handed < len(self._parts) else ():
                settled = self.log.settle(entry)
                if settled is not None:
                    yield settled, reading if _kind(settled) == _kind(entry) else None
            handed += 1

    def of(self, answer: LoggedResponse) -> ReadResult:
        """What a response becomes that was not read for what it is."""
        try:
            page, board = self.page(answer)
        except WarcError as error:
            return error
        return read_as(page, answer, board)

    def page(self, answer: LoggedResponse) -> tuple[Page, Board | None]:
        """A page, and the board that says how it is read. Raises WarcError."""
        page = pages.read(self.run.path.parent, answer.evidence.file, answer.evidence.offset)
        return page, self.run.catalogue.row(answer.board_key)

    def _items(self, number: int) -> list[Item]:
        place, size, self._handed_out = self._parts[number]
        self._spool.seek(place)
        return parts.unpack_items(self._spool.read(size))

    def _receive(self) -> None:
        """Takes in the next part. If it did not begin where the one before it ended, it is read again."""
        part = next(self._left, None)
        if part is None:
            self.is_complete = True
            return
        read = next(self._reads)
        if read.start != self._at:
            read = parts.read_on(replace(part, start=self._at))
        self._at = read.end
        self._parts.append((self._spool.seek(0, 2), len(read.packed), read.end))
        self._spool.write(read.packed)
        self.log.go_on(read.log)
        if self._handed_out and (
            read.log.tripped or min(read.log.outcomes, default=read.end) < self._handed_out
        ):
            raise LateWordError


def _kind(entry: LogEntry) -> PageKind | None:
    return entry.kind if isinstance(entry, LoggedResponse) else None
