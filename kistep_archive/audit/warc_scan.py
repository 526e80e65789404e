"""Reads the WARC files into the tables of a `Survey`."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice, tee
from pathlib import Path

from kistep_archive import progress
from kistep_archive.audit import scanning
from kistep_archive.audit.scanning import PartScan, ScannedRecord, ScanPart
from kistep_archive.audit.survey import RESTORE, Finding, Survey
from kistep_archive.display import plural
from kistep_archive.evidence import log_start, pages
from kistep_archive.evidence.log_start import is_own
from kistep_archive.warc.reader import Damage, record_at
from kistep_archive.warc.record import Record, info_fields

_INSERT_FILE = "INSERT INTO temp.scanned_file VALUES (?, ?, ?, ?, ?, ?, ?)"
_INSERT_RECORD = "INSERT INTO temp.scanned_record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def list_files(folder: Path) -> tuple[set[str], set[str]]:
    """(names of the closed files, names of the files that a run writes or left), both without `.open`."""
    names = {path.name for path in folder.glob("*.warc.gz*")} if folder.is_dir() else set()
    closed = {name for name in names if name.endswith(".warc.gz")}
    return closed, {name.removesuffix(".open") for name in names if name.endswith(".warc.gz.open")} - closed


def read_all(
    survey: Survey,
    closed: Iterable[str],
    opened: Iterable[str],
    work: scanning.Work,
    meanwhile: Callable[[], None],
) -> None:
    """Reads every file, as `work` divides it; notes the unfinished ends that killed runs left in files of
    their own. Does something `meanwhile` that needs nothing of it."""
    names = sorted([*((name, True) for name in closed), *((name, False) for name in opened)])
    size = sum(_size(survey.folder, name) for name, _ in names)
    progress.expect(size, progress.Unit.BYTES)
    ahead, now = tee(_ScannedFile(survey.folder, name, is_closed, work.part) for name, is_closed in names)
    with scanning.scans(work, size) as (begin, window):
        scans = scanning.in_order((part for file in ahead for part in file.parts), begin, window)
        meanwhile()
        for file in now:
            _read_file(survey, file, scans)
    for path in sorted(survey.folder.glob("*.torn")):
        survey.notes.append(
            f"warc/{path.name}: {plural(path.stat().st_size, 'byte')} of a record that a killed run did not "
            "finish; nothing needs them"
        )


def read_some(survey: Survey, places: Iterable[tuple[str, int]]) -> None:
    """Reads single records, and the records that revisits among them refer to."""
    for place in places:
        if twin := _read_record(survey, *place):
            _read_record(survey, *twin)


class _ScannedFile:
    """A file to be read: its first record, and its parts."""

    def __init__(self, folder: Path, name: str, is_closed: bool, part: int) -> None:
        self.name, self.is_closed = name, is_closed
        self.object = f"warc/{name}" + ("" if is_closed else ".open")
        size = _size(folder, name)
        self.first = _record(folder, name, 0) if size else Damage(0, 0, "")
        self.log = log_start.start(Path(name), self.first) if size else None
        began = self.log.began if self.log else None
        self.parts = [
            ScanPart(folder, name, at, min(at + part, size), began) for at in range(0, max(1, size), part)
        ]


def _size(folder: Path, name: str) -> int:
    """Bytes of a file as it is now; 0 if it cannot be found."""
    for path in scanning.places(folder, name):
        with suppress(OSError):
            return path.stat().st_size
    return 0


def _read_file(survey: Survey, file: _ScannedFile, scans: Iterator[PartScan]) -> None:
    name, facts = file.name, _Facts(file)
    survey.files += 1
    damages: list[Damage] = []
    survey.conn.executemany(_INSERT_RECORD, facts.records(_items(file, scans, damages), damages))
    survey.records, survey.bytes = survey.records + facts.count, survey.bytes + facts.end
    if not file.is_closed and damages and damages[-1].offset + damages[-1].length == facts.end:
        torn = damages.pop()
        survey.notes.append(
            f"{file.object} at {torn.offset}: the last record is incomplete ({plural(torn.length, 'byte')}); "
            "the next run closes the file"
        )
    for damage in damages:
        survey.add_damage(file.object, name, damage)
    survey.findings, survey.notes = survey.findings + facts.findings, survey.notes + facts.notes
    own, info = is_own(facts.info), facts.info
    row = (name, file.is_closed, own, info.get("kind"), info.get("run"), facts.started_at, facts.finished)
    survey.conn.execute(_INSERT_FILE, row)


def _items(
    file: _ScannedFile, scans: Iterator[PartScan], damages: list[Damage]
) -> Iterator[ScannedRecord | Damage]:
    """The records and the damage of a file. A part that did not begin where the one before it ended is
    scanned again. After one that cannot be read there are no more."""
    at, error = 0, ""
    for part, scan in zip(file.parts, islice(scans, len(file.parts)), strict=True):
        progress.advance(part.stop - part.start)
        if error:
            continue
        if scan.start != at and not scan.error:
            scan = scanning.scan_on(replace(part, start=at))
        yield from scan.items
        at, error = scan.end, scan.error
    if error:
        damages.append(Damage(0, 0, f"cannot be read ({error})"))


def _record(folder: Path, name: str, offset: int) -> Record | Damage:
    """The record at one place of a file. An unreadable file counts as damage."""
    for path in scanning.places(folder, name):
        try:
            return record_at(path, offset)
        except FileNotFoundError as error:
            failed: OSError = error
        except OSError as error:
            failed = error
            break
    return Damage(offset, 0, f"cannot be read ({failed.strerror})")


class _Facts:
    """Collects what one file shows besides its records."""

    def __init__(self, file: _ScannedFile) -> None:
        self._file = file
        self._offsets: dict[int, int] = {}  # hash of a record's id -> its offset
        self.findings: list[Finding] = []
        self.notes: list[str] = []
        self.info: dict[str, str] = {}
        self.started_at, self.finished = "", False
        self.count = self.end = 0
        self._is_import = pages.is_import(file.name)
        self._copied: ScannedRecord | None = None

    def records(
        self, items: Iterable[ScannedRecord | Damage], damages: list[Damage]
    ) -> Iterator[tuple[object, ...]]:
        """Rows of `scanned_record`; damage goes to `damages`."""
        for one in items:
            self.end = one.offset + one.length
            if isinstance(one, Damage):
                damages.append(one)
                continue
            self.count += 1
            self._check_id(one)
            self._check_log(one)
            if self._copied is not None and self._copied.row is not None and one.has_entries:
                if self._copied.fault:
                    self._add(self._copied.offset, self._copied.fault)
                if self._copied.type == "revisit":
                    yield *self._copied.row[:-2], *(one.payload or (None, None))
            self._copied = None
            if one.offset == 0:
                self._read_info()
            if one.row is not None and self._is_import:
                self._copied = one  # a capture, if the event behind it says so, and where its payload is
            if one.row is not None and not (one.type == "revisit" and self._is_import):
                yield one.row

    def _check_log(self, one: ScannedRecord) -> None:
        """Checks that a rebuild can read this entry of our own run log, and whether it is the run's end."""
        log = self._file.log
        if log is None:
            return
        damage, unknown = (one.damage, one.unknown) if one.offset else (log.damage, log.unknown)
        self.finished |= one.is_end
        self.notes += [f"warc/{line}; written by a newer program, skipped" for line in unknown]
        for line in damage:
            problem = line.partition(": ")[2]
            self._add(one.offset, f"this entry of the run log cannot be read: {problem}")

    def _check_id(self, one: ScannedRecord) -> None:
        """Checks that no record occurs twice. Records copied by an import do not count: other tools may use
        an id twice."""
        if self._is_import and one.row is not None:
            return
        first = self._offsets.setdefault(hash(one.id), one.offset)
        if first != one.offset:
            self._add(one.offset, f"repeats the record at {first}: part of the file is duplicated")

    def _read_info(self) -> None:
        one = self._file.first
        if isinstance(one, Record) and one.type == "warcinfo":
            self.info, self.started_at = info_fields(one), one.head.get("warc-date", "")
            name = one.head.get("warc-filename", self._file.name)
            if is_own(self.info) and name != self._file.name:
                self._add(0, f"the file was written as {name}: files were renamed or swapped")

    def _add(self, offset: int, what: str) -> None:
        self.findings.append(Finding(self._file.object, offset, what, RESTORE, self._file.name))


def _read_record(survey: Survey, file: str, offset: int) -> tuple[str, int] | None:
    """Reads one record, if it was not read before. Returns the place of a revisit's payload."""
    if survey.conn.execute(
        "SELECT 1 FROM temp.scanned_record WHERE file = ? AND offset = ?", (file, offset)
    ).fetchone():
        return None
    if not _add_file(survey, file):
        return None  # the file is missing: `missing_files` reports it
    record = _record(survey.folder, file, offset)
    survey.bytes += record.length
    if isinstance(record, Damage):
        survey.add_damage(f"warc/{file}", file, record)
        return None
    survey.records += 1
    if record.type not in ("response", "revisit"):
        return None
    row = scanning.record_row(file, record, _twin(survey, file, record))
    survey.conn.execute(_INSERT_RECORD, row)
    twin_file, twin_offset = row[-2:]
    return (str(twin_file), int(str(twin_offset))) if twin_file is not None else None


def _twin(survey: Survey, file: str, one: Record) -> tuple[str, int] | None:
    if one.type != "revisit" or not pages.is_import(file):
        return scanning.own_twin(survey.folder, file, one)
    event = _record(survey.folder, file, one.offset + one.length)
    return None if isinstance(event, Damage) else pages.event_payload(survey.folder, file, event)


def _add_file(survey: Survey, file: str) -> bool:
    """Reads the first record of a file, once. False if the file is missing."""
    if survey.conn.execute("SELECT 1 FROM temp.scanned_file WHERE name = ?", (file,)).fetchone():
        return True
    closed, opened = list_files(survey.folder)
    if file not in closed | opened:
        return False
    first = _record(survey.folder, file, 0)
    info = info_fields(first) if isinstance(first, Record) else {}
    survey.conn.execute(
        _INSERT_FILE, (file, file in closed, is_own(info), info.get("kind"), info.get("run"), None, None)
    )
    survey.files += 1
    return True
