"""Reads which records of another archive's evidence file can be taken over: those that verify and rebuild
will find sound here. Of a record that they would not, only itself is left out."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kistep_archive.evidence import log_events, log_reader, pages, places
from kistep_archive.evidence.events import LoggedResponse, RunStart
from kistep_archive.evidence.log_values import LogError
from kistep_archive.evidence.places import Place
from kistep_archive.evidence.takeover import ByteRange
from kistep_archive.importers.own_files import OPEN, OwnFile
from kistep_archive.model.outcomes import RunKind
from kistep_archive.warc import captures, reader
from kistep_archive.warc.heads import RecordError
from kistep_archive.warc.reader import Damage, WarcError, walk
from kistep_archive.warc.record import Record

_ANY = ""  # digest: whatever the payload is


@dataclass(slots=True)
class Intact:
    """What an evidence file has: its intact `parts` by their offsets in the run's own file, their places in
    this one, the names of the files that its records refer to, and its damage, a line each. `payloads` has
    hashes of offset and digest, three for each response."""

    parts: list[ByteRange] = field(default_factory=list)
    places: list[ByteRange] = field(default_factory=list)
    refers: set[str] = field(default_factory=set)
    damage: list[str] = field(default_factory=list)
    payloads: set[int] = field(default_factory=set)

    @property
    def size(self) -> int:
        """How many bytes are intact."""
        return sum(length for _, length in self.places)

    def add(self, began: RunStart, record: Record) -> None:
        """Adds a record that can be taken over."""
        if self.places and sum(self.places[-1]) == record.offset:
            self.places[-1] = self.places[-1][0], self.places[-1][1] + record.length
        else:
            self.places.append((record.offset, record.length))
        self.refers |= set(_names(began, record))
        if record.type == "response":
            digests = _ANY, record.sha256, record.unchunked
            self.payloads |= {hash((record.offset, digest)) for digest in digests}


def content(own: OwnFile, others: Mapping[Path, Intact]) -> Intact:
    """Reads a file to its end. `others` are the files that were read before, which it may refer to."""
    intact, size = Intact(), own.path.stat().st_size
    faults = _Faults(own, intact, others)
    for record in walk(own.path):
        is_torn_end = own.path.suffix == OPEN and record.offset + record.length == size
        if record.offset < own.begins:
            continue
        fault = record.cause if isinstance(record, Damage) else faults.of(record)
        if not fault and not isinstance(record, Damage):
            intact.add(own.began, record)
        elif not is_torn_end or not isinstance(record, Damage):  # a killed run leaves it, no run needs it
            intact.damage.append(f"{own.path} at {record.offset}: {fault}")
    takeover = own.began.takeover
    intact.parts = list(takeover.there(intact.places)) if takeover else intact.places
    return intact


def _names(began: RunStart, record: Record) -> Iterator[str]:
    """The names of the files that a record refers to for a payload."""
    if began.kind is not RunKind.IMPORT and record.type == "revisit":
        with suppress(LogError):
            yield places.of_revisit(record)[0]
    elif began.kind is RunKind.IMPORT and record.type == "metadata":
        with suppress(LogError):
            values = log_events.event(record.block)
            place = places.of_event(values) if values.get("event") == "imported" else None
            yield place[0] if place else ""


class _Faults:
    """Why complete records of a file cannot be taken over, asked of one after another."""

    def __init__(self, own: OwnFile, intact: Intact, others: Mapping[Path, Intact]) -> None:
        self._own, self._intact, self._others = own, intact, others
        self._folder, self._is_import = own.path.parent, own.began.kind is RunKind.IMPORT
        self._offsets: dict[int, int] = {}  # hash of a record's id -> its offset
        self._page: Record | None = None  # the intact record before, if it is a response or a revisit

    def of(self, record: Record) -> str:
        """What is wrong with a record, "" for nothing."""
        is_page = record.type in ("response", "revisit")
        fault = "" if is_page and self._is_import else self._repeated(record)
        fault = fault or self._unlogged(record)
        if not fault:
            self._page = record if is_page else None
        return fault

    def _repeated(self, record: Record) -> str:
        first = self._offsets.setdefault(hash(record.id or record.offset), record.offset)
        return f"repeats the record at {first}" if first != record.offset else ""

    def _unlogged(self, record: Record) -> str:
        """Why the run log of the file cannot be read with this record."""
        log = log_reader.log_of(self._own.began, self._own.path, record)
        if log.damage:
            return log.damage[0].partition(": ")[2]
        if not self._is_import:
            return self._own_revisit(record) if record.type == "revisit" else ""
        answers = (entry for entry in log.entries if isinstance(entry, LoggedResponse))
        return next((self._misdescribed(entry, record) for entry in answers), "")

    def _own_revisit(self, record: Record) -> str:
        place = pages.own_payload(self._folder, self._own.name, record)
        return self._without_payload(place, record.sha256)

    def _misdescribed(self, entry: LoggedResponse, event: Record) -> str:
        page = self._page
        try:
            if page is None or page.offset != entry.evidence.offset:
                return "the record that it describes is not before it, or is damaged"
            pages.check(entry.evidence, page)
            captures.check(page)
        except WarcError:
            return "it does not describe the record before it"
        except RecordError as error:
            return f"the record before it cannot be taken: {error}"
        place = pages.event_payload(self._folder, self._own.name, event)
        return self._without_payload(place, _ANY) if page.type == "revisit" else ""

    def _without_payload(self, place: Place | None, digest: str) -> str:
        if place is None:
            return places.NOWHERE
        file, offset = place
        known = (
            self._intact if file == self._own.name else self._others.get(self._own.path.with_name(file), None)
        )
        if known is not None:
            is_there = hash((offset, digest)) in known.payloads
        else:
            is_there = not reader.exists(self._folder, file) or self._is_payload(file, offset, digest)
        return "" if is_there else pages.no_payload(file, offset)

    def _is_payload(self, file: str, offset: int, digest: str) -> bool:
        try:
            record = reader.read_record(self._folder, file, offset)
        except WarcError:
            return False
        return record.type == "response" and digest in (_ANY, record.sha256, record.unchunked)
