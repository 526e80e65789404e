"""A run's evidence file in parts, each read by one call, here or in another process: its records are
unpacked, checked and parsed there.

Where a record begins is known only after the one before it. So a part that is read ahead searches for its
first record; whoever puts the parts together compares each beginning with the end before it.
"""

import pickle
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from kistep_archive.evidence import log_reader, pages
from kistep_archive.evidence.events import LogEntry, LoggedResponse, RunLog, RunStart
from kistep_archive.ingest.results import Reading, read_as
from kistep_archive.model.boards import Board, Catalogue
from kistep_archive.model.outcomes import RunKind
from kistep_archive.warc.reader import PAGES, Damage, WarcError, first_at, walk
from kistep_archive.warc.record import Record

SIZE = 1 << 20  # bytes of a part: some 200 pages

ReadResult = Reading | WarcError
Item = tuple[LogEntry, ReadResult | None]  # an entry of the run log; for a response also what it becomes


@dataclass(frozen=True, slots=True)
class Part:
    """The records of an evidence file that begin from offset `start` on and before `stop`. `catalogue` says
    how the pages are read."""

    path: Path
    start: int
    stop: int
    began: RunStart
    catalogue: Catalogue

    def board(self, answer: LoggedResponse) -> Board | None:
        """The board of a page, which says how to read it."""
        return self.catalogue.row(answer.board_key)


@dataclass(frozen=True, slots=True)
class PartRead:
    """What a part has: its records are those from `start` to `end`; `log` is what they say of the run,
    without its entries, which are `packed` as a list of items."""

    start: int
    end: int
    log: RunLog
    packed: bytes


def parts(path: Path, start: int, began: RunStart, catalogue: Catalogue, size: int) -> Iterator[Part]:
    """The parts of an evidence file from the offset `start` on, of so many bytes."""
    end = path.stat().st_size
    for at in range(start, end, size):
        yield Part(path, at, min(at + size, end), began, catalogue)


def read_ahead(part: Part) -> PartRead:
    """Reads a part; its first record is searched for. Raises OSError."""
    start = first_at(part.path, part.start, part.stop)
    records = walk(part.path, PAGES, start)
    if part.began.kind is RunKind.IMPORT and start < part.stop:
        first = next(records)
        if isinstance(first, Record) and first.type == "metadata":
            start += first.length  # the event after another tool's record belongs to the part of that record
        else:
            records = chain([first], records)
    return _read(replace(part, start=start), records)


def read_on(part: Part) -> PartRead:
    """Reads a part whose first record begins exactly at its start. Raises OSError."""
    return _read(part, walk(part.path, PAGES, part.start))


def _read(part: Part, records: Iterator[Record | Damage]) -> PartRead:
    log, at, items, page = RunLog(part.began), part.start, list[Item](), None
    for record in records if part.start < part.stop else ():
        at = record.offset + record.length
        if isinstance(record, Damage):
            log.damage.append(f"{part.path.name} at {record.offset}: {record.cause}")
        else:
            page = record if record.type in ("response", "revisit") else page
            log_reader.take(log, part.path, record)
            items += [(entry, _reading_of(part, entry, page, record)) for entry in log.entries]
            log.entries.clear()
        is_event = part.began.kind is not RunKind.IMPORT or isinstance(record, Damage) or record is not page
        if at >= part.stop and is_event:
            break
    return PartRead(part.start, at, log, pickle.dumps(items, pickle.HIGHEST_PROTOCOL))


def unpack_items(packed: bytes) -> list[Item]:
    """The items of a part."""
    items: list[Item] = pickle.loads(packed)
    return items


def _reading_of(part: Part, entry: LogEntry, page: Record | None, event: Record) -> ReadResult | None:
    """What the response becomes; `event` is the record that tells of it, itself or the event after another
    tool's."""
    if not isinstance(entry, LoggedResponse) or page is None or entry.evidence.offset != page.offset:
        return None
    file = entry.evidence.file
    place = (
        pages.event_payload(part.path.parent, file, event)
        if event is not page and page.type == "revisit"
        else None
    )
    try:
        pages.check(entry.evidence, page)
        return read_as(pages.page_of(part.path.parent, file, page, place), entry, part.board(entry))
    except WarcError as error:
        return error
