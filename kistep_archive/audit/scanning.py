"""Which records a part of a WARC file has, found by one call, here or in another process.

Where a record begins is known only after the one before it. So a part that is scanned ahead searches for its
first record; whoever puts the parts together compares each beginning with the end before it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.evidence import log_reader, pages
from kistep_archive.evidence.events import RunStart
from kistep_archive.evidence.places import Place
from kistep_archive.warc import captures
from kistep_archive.warc.heads import RecordError
from kistep_archive.warc.reader import Damage, first_at, walk
from kistep_archive.warc.record import Record

_AHEAD = 8  # parts for each process: enough for the time in which this one checks the database


@dataclass(frozen=True, slots=True)
class Work:
    """How the evidence is divided: the number of processes, the bytes of a part, and the bytes of evidence
    below which starting processes costs more than it saves."""

    jobs: int = 1
    part: int = 1 << 20
    alone_below: int = 32 << 20


@dataclass(frozen=True, slots=True)
class ScanPart:
    """The records of a file that begin from offset `start` on and before `stop`; `began` is what its first
    record says of a run of ours."""

    folder: Path
    name: str
    start: int
    stop: int
    began: RunStart | None


class ScannedRecord(NamedTuple):
    """An intact record. `row` is that of a response or revisit in `scanned_record`; `payload` is the place of
    a copied revisit's payload according to the event after it. As an entry of our own run log: what of it
    cannot be read (`damage`), what a newer program wrote (`unknown`), whether a rebuild takes it
    (`has_entries`), and whether it is, or may be, the run's end. `fault` says why a copied record cannot be a
    capture, "" if it can."""

    offset: int
    length: int
    type: str
    id: str
    url: str
    row: tuple[object, ...] | None
    payload: Place | None
    damage: list[str]
    unknown: list[str]
    has_entries: bool
    is_end: bool
    fault: str


@dataclass(slots=True)
class PartScan:
    """What a part has: from its first record, at `start`, to `end`. `error` says why it cannot be read."""

    start: int
    end: int
    items: list[ScannedRecord | Damage] = field(default_factory=list)
    error: str = ""


def places(folder: Path, name: str) -> tuple[Path, ...]:
    """The paths to try for a file: a run may rename it from `.open` at any moment."""
    return folder / name, folder / f"{name}.open", folder / name


def scan_ahead(part: ScanPart) -> PartScan:
    """Scans a part; its first record is searched for."""
    return _scan_file(part, lambda path: first_at(path, part.start, part.stop) if part.start else 0)


def scan_on(part: ScanPart) -> PartScan:
    """Scans a part whose first record begins exactly at its start."""
    return _scan_file(part, lambda _: part.start)


def _scan_file(part: ScanPart, begins: Callable[[Path], int]) -> PartScan:
    failed: OSError | None = None
    for path in places(part.folder, part.name):
        try:
            start = begins(path)
            return _scan(part, path, start)
        except FileNotFoundError as error:
            failed = error
        except OSError as error:
            failed = error
            break
    return PartScan(part.start, part.stop, error=str(failed and failed.strerror))


def _scan(part: ScanPart, path: Path, start: int) -> PartScan:
    scan, name = PartScan(start, start), Path(part.name)
    follows_revisit = is_import = pages.is_import(part.name)  # the record before the first may be one
    for one in walk(path, at=start) if start < part.stop else ():
        scan.end = one.offset + one.length
        if isinstance(one, Record):
            event = one.type == "metadata" and follows_revisit
            follows_revisit = is_import and one.type == "revisit"
            scan.items.append(_read_record(part, name, one, event))
        else:
            scan.items.append(one)
        if scan.end >= part.stop:
            break
    return scan


def _read_record(part: ScanPart, name: Path, one: Record, event: bool) -> ScannedRecord:
    row, fault = None, ""
    if one.type in ("response", "revisit"):
        row = record_row(part.name, one, own_twin(part.folder, part.name, one))
        fault = _fault(one) if pages.is_import(part.name) else ""
    payload = pages.event_payload(part.folder, part.name, one) if event else None
    log = log_reader.log_of(part.began, name, one) if part.began and one.offset else None
    facts = (log.damage, log.unknown, bool(log.entries)) if log else ([], [], False)
    is_end = log is not None and (log.ended is not None or bool(log.damage))  # the damaged one may be it
    head = one.head
    record_id, url = head.get("warc-record-id", str(one.offset)), head.get("warc-target-uri", one.type)
    return ScannedRecord(
        one.offset, one.length, one.type, record_id, url, row, payload, *facts, is_end, fault
    )


def _fault(one: Record) -> str:
    """Why a copied record cannot be a capture; "" if it can."""
    try:
        captures.check(one)
    except RecordError as error:
        return str(error)
    return ""


def record_row(file: str, one: Record, twin: Place | None) -> tuple[object, ...]:
    """A response or revisit record as a row of `scanned_record`; `twin` is the place of a revisit's
    payload."""
    place = one.head.get("warc-target-uri"), one.head.get("warc-date")
    payload = one.status, one.size, one.sha256, one.unchunked
    return file, one.offset, one.length, one.type, *place, *payload, *(twin or (None, None))


def own_twin(folder: Path, name: str, one: Record) -> Place | None:
    """The place of the payload, if the record is one of our own revisits."""
    return pages.own_payload(folder, name, one) if one.type == "revisit" else None


Begin = Callable[[ScanPart], Callable[[], PartScan]]  # begins to scan a part; calling what it returns waits


@contextmanager
def scans(work: Work, size: int) -> Iterator[tuple[Begin, int]]:
    """What scans evidence of this size, and how many parts ahead. Raises ArchiveError (5) if a process
    dies."""
    if work.jobs < 2 or size < work.alone_below:
        yield lambda part: lambda: scan_ahead(part), 0
        return
    pool = ProcessPoolExecutor(work.jobs, mp_context=get_context("spawn"))
    try:
        yield lambda part: pool.submit(scan_ahead, part).result, _AHEAD * work.jobs
    except (BrokenExecutor, BrokenPipeError) as error:
        words = "verify: a process ended too early. Try again with more free memory, or with --jobs 1."
        raise ArchiveError(words, ExitCode.STORE_UNHEALTHY) from error
    finally:
        pool.shutdown(cancel_futures=True)


def in_order(parts: Iterable[ScanPart], begin: Begin, window: int) -> Iterator[PartScan]:
    """What the parts have; no more than a window of them is scanned ahead, beginning now."""
    rest = iter(parts)
    return _in_order(deque(map(begin, islice(rest, window))), rest, begin)


def _in_order(
    begun: deque[Callable[[], PartScan]], rest: Iterator[ScanPart], begin: Begin
) -> Iterator[PartScan]:
    for part in rest:
        begun.append(begin(part))
        yield begun.popleft()()
    while begun:
        yield begun.popleft()()
