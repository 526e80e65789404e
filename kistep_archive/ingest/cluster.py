"""Reads the parts of evidence files on the workers of a Dask cluster.

Dask by itself waits forever if no worker is left, or if a scheduler accepts a connection and says nothing. So
its client lives in a thread of its own, and whoever asks it something waits for a limited time. A worker may
join late, so each part carries what its worker must be like."""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple, TypeVar

import dask
from dask.utils import parse_timedelta
from distributed import Client, KilledWorker

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.ingest import parts
from kistep_archive.ingest.parts import Part, PartRead
from kistep_archive.ingest.readings import Reads
from kistep_archive.parse.parser import VERSION
from kistep_archive.parse.tree import LIBRARY
from kistep_archive.version import __version__

_T = TypeVar("_T")
_BEGINNING = 1 << 12  # bytes of a file that tell it from others: its first record has an id of its own
# How often to wait as long as Dask waits for a connection: for a part, and for workers that load the program.
_ROUNDS, _LOADING = 20, 5
_UNCHANGED = "The database is as it was."


class Program(NamedTuple):
    """What reads pages: the same program reads the same bytes in the same way."""

    version: str
    parser: int
    libxml2: int

    def __str__(self) -> str:
        return f"kistep-archive {self.version} (parser version {self.parser}, libxml2 {self.libxml2})"


OURS = Program(__version__, VERSION, LIBRARY)


class FileLook(NamedTuple):
    """What a worker sees of a file: its size, and the sha256 of its beginning."""

    size: int
    beginning: str


@dataclass(frozen=True, slots=True)
class Task:
    """A part for a worker, and what the worker must be and see to read it."""

    part: Part
    program: Program
    look: FileLook | None


def look_at(path: Path) -> FileLook | None:
    """What there is to see of a file; None if it cannot be opened."""
    try:
        with path.open("rb") as file:
            return FileLook(path.stat().st_size, hashlib.sha256(file.read(_BEGINNING)).hexdigest())
    except OSError:
        return None


def introduce(paths: Sequence[Path]) -> tuple[Program, list[FileLook | None]]:
    """What a worker is, and what it sees of the files."""
    return OURS, [look_at(path) for path in paths]


def unfit(
    path: Path, wanted: tuple[Program, FileLook | None], actual: tuple[Program, FileLook | None]
) -> str:
    """Why a worker cannot read a part of a file; "" if it can."""
    if actual[0] != wanted[0]:
        return f"has {actual[0]}, but this program is {wanted[0]}. Install the same on both"
    if actual[1] is None:
        return f"cannot open {path}. Give every worker the archive's folder under the same path"
    if actual[1] != wanted[1]:
        return f"sees another file at {path}. Give every worker the folder of this archive"
    return ""


def read(task: Task) -> PartRead | str:
    """Reads a part, on a worker; or why this worker cannot."""
    path = task.part.path
    return unfit(path, (task.program, task.look), (OURS, look_at(path))) or parts.read_ahead(task.part)


class Cluster:
    """A connection to the cluster whose scheduler has an address. It reads parts as `Reads` says. Every
    method raises ArchiveError: 2 if the cluster does not fit the archive, 3 if it does not answer."""

    def __init__(self, address: str) -> None:
        self._address, self._looks, self.window = address, dict[Path, FileLook | None](), 0
        self._patience = float(parse_timedelta(dask.config.get("distributed.comm.timeouts.connect")))
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        self._thread = Thread(target=self._loop.run_forever, name="dask", daemon=True)
        self._thread.start()
        self._client: Client | None = None

    def open(self, paths: Sequence[Path]) -> None:
        """Connects, and asks every worker whether it can read these files."""
        silent = "the scheduler does not answer. Start it, or correct the address"
        try:
            self._ask(self._connect(), silent)
        except ValueError as error:
            raise self._error(f"{error}. An address is like tcp://10.0.0.5:8786", ExitCode.USAGE) from error
        absent = "the cluster has no worker. Start one, or use --jobs"
        self.window = 2 * sum(worker["nthreads"] for worker in self._workers(absent).values())
        files = [path.absolute() for path in paths]
        self._looks = dict(zip(files, map(look_at, files), strict=True))
        answers = self._ask(self._introduce(files), "a worker does not answer", _LOADING)
        for worker, answer in answers.items():
            self._check(worker, answer)

    def begin(self, part: Part) -> Callable[[], PartRead]:
        """See `Reads`."""
        path = part.path.absolute()
        task = Task(replace(part, path=path), OURS, self._looks.get(path))
        begun = asyncio.run_coroutine_threadsafe(self._read(task), self._loop)
        return lambda: self._result(begun)

    def close(self) -> None:
        """Gives up what was begun, and the connection."""
        with suppress(ArchiveError, OSError, RuntimeError):
            self._ask(self._disconnect(), "")
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._runner.close()  # cancels what was begun

    @property
    def _dask(self) -> Client:
        assert self._client is not None
        return self._client

    async def _connect(self) -> None:
        self._client = Client(self._address, asynchronous=True, set_as_default=False)
        await self._client

    async def _disconnect(self) -> None:
        if self._client is not None:
            await self._client.close(timeout=self._patience / 2)

    async def _introduce(self, files: list[Path]) -> dict[str, Any]:
        answers: dict[str, Any] = await self._dask.run(introduce, files, on_error="return")
        return answers

    async def _read(self, task: Task) -> PartRead | str:
        answer: PartRead | str = await self._dask.submit(read, task, pure=False).result()
        return answer

    def _workers(self, absent: str) -> dict[str, Any]:
        """The workers by their addresses; there is one at least."""
        known = self._ask(self._dask.scheduler.identity(n_workers=-1), "the scheduler no longer answers")
        if workers := dict(known["workers"]):
            return workers
        raise self._error(absent, ExitCode.INCOMPLETE)

    def _check(self, worker: str, answer: Any) -> None:
        if isinstance(answer, OSError):  # it died when it was asked
            raise self._error(f"worker {worker} does not answer", ExitCode.INCOMPLETE)
        if isinstance(answer, Exception):
            words = f"worker {worker} cannot load kistep-archive ({' '.join(str(answer).split())})"
            raise self._error(f"{words}. Install it there: {OURS}", ExitCode.USAGE)
        program, looks = answer
        for path, wanted, look in zip(self._looks, self._looks.values(), looks, strict=True):
            if reason := unfit(path, (OURS, wanted), (program, look)):
                raise self._error(f"worker {worker} {reason}", ExitCode.USAGE)

    def _result(self, begun: "Future[PartRead | str]") -> PartRead:
        """The part, once it was read; while it is not, asks whether there still are workers."""
        for _ in range(_ROUNDS):
            try:
                answer = begun.result(self._patience)
            except TimeoutError:
                self._workers("no worker is left. Start one and try again")
            except KilledWorker as error:
                raise self._error("one part killed several workers; they need more memory") from error
            except Exception as error:  # Dask raises what its workers raised, and errors of many kinds
                raise self._error(f"the cluster failed ({' '.join(str(error).split())[:200]})") from error
            else:
                if isinstance(answer, PartRead):
                    return answer
                raise self._error(f"a worker {answer}", ExitCode.USAGE)
        raise self._error(f"the workers read no part for {_ROUNDS * self._patience:.0f} seconds")

    def _ask(self, question: Coroutine[Any, Any, _T], silent: str, rounds: int = 1) -> _T:
        """The answer of the client; `silent` is what to say if there is none in so many rounds."""
        limited = asyncio.wait_for(question, rounds * self._patience)
        future = asyncio.run_coroutine_threadsafe(limited, self._loop)
        try:
            return future.result()
        except OSError as error:  # a TimeoutError too
            raise self._error(silent) from error

    def _error(self, words: str, code: ExitCode = ExitCode.INCOMPLETE) -> ArchiveError:
        return ArchiveError(f"--dask {self._address}: {words}. {_UNCHANGED}", code)


@contextmanager
def reading(address: str, paths: Sequence[Path]) -> Iterator[Reads]:
    """What reads evidence on the cluster at this address. Raises ArchiveError: see `Cluster`."""
    log = logging.getLogger("distributed")
    level = log.level
    log.setLevel(logging.CRITICAL + 1)  # what it has to say we say in one line
    cluster = Cluster(address)
    try:
        cluster.open(paths)
        yield cluster
    finally:
        cluster.close()
        log.setLevel(level)
