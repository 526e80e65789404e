"""Recognises the evidence files of other archives of ours, and reads what of them can be taken over."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.evidence import log_events, places
from kistep_archive.evidence.events import RunStart
from kistep_archive.evidence.log_start import start
from kistep_archive.evidence.log_values import LogError
from kistep_archive.evidence.taken import Span
from kistep_archive.model.outcomes import RunKind
from kistep_archive.store import lock
from kistep_archive.store.database import is_without_runs
from kistep_archive.warc.reader import Damage, record_at, walk
from kistep_archive.warc.record import Record, info_fields

_OPEN = ".open"
_NAME = re.compile(rf"\d{{6,18}}-(?:{'|'.join(RunKind)})-\d{{8}}T\d{{6}}Z\.warc\.gz")


@dataclass(frozen=True, slots=True)
class OwnFile:
    """An evidence file of ours: its `name` without `.open`, its first record, and what that says."""

    path: Path
    name: str
    first: Record
    began: RunStart

    @property
    def id(self) -> str:
        """The id of the run's first record where it was made: no other run has it, in whatever archive."""
        return self.began.taken.id if self.began.taken else self.first.id

    @property
    def original_name(self) -> str:
        """The name that the records of the file call it by."""
        return self.began.taken.file if self.began.taken else self.name

    @property
    def info(self) -> dict[str, str]:
        """The fields of the first record."""
        return info_fields(self.first)

    @property
    def begins(self) -> int:
        """Where the bytes of the run's own file begin."""
        return self.began.taken.begins if self.began.taken else 0

    @property
    def size(self) -> int:
        """How many bytes there are of the run's own file."""
        return self.path.stat().st_size - self.begins


@dataclass(slots=True)
class Intact:
    """What an evidence file has: its intact `parts` by their offsets in the run's own file, their places in
    this one, the names of the files that its records refer to, and its damage, a line each."""

    parts: list[Span] = field(default_factory=list)
    places: list[Span] = field(default_factory=list)
    refers: set[str] = field(default_factory=set)
    damage: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many bytes are intact."""
        return sum(length for _, length in self.places)


def files_in(path: Path) -> list[Path]:
    """The evidence files of the archive in a folder, in the order of their runs; a file is itself. Raises
    ArchiveError: 2 if a folder is no archive, 75 if a run is active there."""
    if not path.is_dir():
        return [path]
    if not (path / "warc").is_dir() and not is_without_runs(path):
        words = f"{path}: not an archive (no warc folder in it); give an archive, or WARC and WACZ files"
        raise ArchiveError(words, ExitCode.USAGE)
    found = sorted((path / "warc").glob("*.warc.gz*"), key=lambda each: each.name)
    opened = [each for each in found if each.suffix == _OPEN and recognised(each)]
    if opened and (holder := lock.holder(path)):
        words = f"{path}: a run is active there: {holder}. Import the archive when it has ended."
        raise ArchiveError(words, ExitCode.LOCKED)
    return [each for each in found if each.name.endswith(".warc.gz") or each in opened]


def recognised(path: Path) -> OwnFile | None:
    """The evidence file at a path; None if it is none of ours, or was renamed."""
    name = path.name.removesuffix(_OPEN)
    if not _NAME.fullmatch(name):
        return None
    first = record_at(path, 0)
    log = None if isinstance(first, Damage) else start(path, first)
    if log is None or isinstance(first, Damage) or (first.field("WARC-Filename") or name) != name:
        return None
    return OwnFile(path, name, first, log.began)


def content(own: OwnFile) -> Intact:
    """Reads a file to its end."""
    found, size = Intact(), own.path.stat().st_size
    for record in walk(own.path):
        is_torn_end = own.path.suffix == _OPEN and record.offset + record.length == size
        if record.offset < own.begins:
            continue
        if not isinstance(record, Damage):
            _add(found.places, record)
            found.refers |= set(_names(own.began, record))
        elif not is_torn_end:  # a killed run leaves it, and no run needs it
            found.damage.append(f"{own.path} at {record.offset}: {record.cause}")
    taken = own.began.taken
    found.parts = list(taken.there(found.places)) if taken else found.places
    return found


def _add(parts: list[Span], record: Record) -> None:
    """Adds a record to the last part, or begins one."""
    if parts and sum(parts[-1]) == record.offset:
        parts[-1] = parts[-1][0], parts[-1][1] + record.length
    else:
        parts.append((record.offset, record.length))


def _names(began: RunStart, record: Record) -> Iterator[str]:
    """The names of the files that a record refers to for a payload."""
    if began.kind is not RunKind.IMPORT and record.type == "revisit":
        with suppress(LogError):  # a rebuild names it, here and below
            yield places.of_revisit(record)[0]
    elif began.kind is RunKind.IMPORT and record.type == "metadata":
        with suppress(LogError):
            values = log_events.event(record.block)
            place = places.of_event(values) if values.get("event") == "imported" else None
            yield place[0] if place else ""
