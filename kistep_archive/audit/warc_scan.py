"""Reads the WARC files into the tables of a `Survey`."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from kistep_archive.audit.survey import RESTORE, Finding, Survey
from kistep_archive.display import plural
from kistep_archive.evidence import log_reader, log_start, pages
from kistep_archive.evidence.events import RunLog
from kistep_archive.evidence.log_start import is_own
from kistep_archive.warc.reader import Damage, record_at, walk
from kistep_archive.warc.record import Record, info_fields

_INSERT_FILE = "INSERT INTO temp.scanned_file VALUES (?, ?, ?, ?, ?, ?, ?)"
_INSERT_RECORD = "INSERT INTO temp.scanned_record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def list_files(folder: Path) -> tuple[set[str], set[str]]:
    """(names of the closed files, names of the files that a run writes or left), both without `.open`."""
    names = {path.name for path in folder.glob("*.warc.gz*")} if folder.is_dir() else set()
    closed = {name for name in names if name.endswith(".warc.gz")}
    return closed, {name.removesuffix(".open") for name in names if name.endswith(".warc.gz.open")} - closed


def read_all(survey: Survey, closed: Iterable[str], opened: Iterable[str]) -> None:
    """Reads every file; notes the unfinished ends that killed runs left in files of their own."""
    for name, is_closed in sorted([*((name, True) for name in closed), *((name, False) for name in opened)]):
        _read_file(survey, name, is_closed)
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


def _read_file(survey: Survey, name: str, closed: bool) -> None:
    object_ = f"warc/{name}" + ("" if closed else ".open")
    facts = _Facts(survey.folder, name, object_)
    survey.files += 1
    damages: list[Damage] = []
    try:
        survey.conn.executemany(_INSERT_RECORD, facts.records(_records(survey.folder, name), damages))
    except OSError as error:
        damages.append(Damage(0, 0, f"cannot be read ({error.strerror})"))
    survey.records, survey.bytes = survey.records + facts.count, survey.bytes + facts.end
    if not closed and damages and damages[-1].offset + damages[-1].length == facts.end:
        torn = damages.pop()
        survey.notes.append(
            f"{object_} at {torn.offset}: the last record is incomplete ({plural(torn.length, 'byte')}); "
            "the next run closes the file"
        )
    for damage in damages:
        survey.add_damage(object_, name, damage)
    survey.findings += facts.findings
    survey.notes += facts.notes
    info = facts.info
    row = (name, closed, is_own(info), info.get("kind"), info.get("run"), facts.started_at, facts.finished)
    survey.conn.execute(_INSERT_FILE, row)


def _places(folder: Path, name: str) -> tuple[Path, ...]:
    """The paths to try for a file: a run may rename it from `.open` at any moment."""
    return folder / name, folder / f"{name}.open", folder / name


def _records(folder: Path, name: str) -> Iterator[Record | Damage]:
    """The records of a file. Raises OSError."""
    for path in _places(folder, name):
        try:
            yield from walk(path)
            return
        except FileNotFoundError as error:
            missing = error
    raise missing


def _record(folder: Path, name: str, offset: int) -> Record | Damage:
    """The record at one place of a file. An unreadable file counts as damage."""
    for path in _places(folder, name):
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

    def __init__(self, folder: Path, name: str, object_: str) -> None:
        self._folder, self._name, self._object = folder, name, object_
        self._offsets: dict[int, int] = {}  # hash of a record's id -> its offset
        self.findings: list[Finding] = []
        self.notes: list[str] = []
        self.info: dict[str, str] = {}
        self._log: RunLog | None = None
        self.started_at, self.finished = "", False
        self.count = self.end = 0
        self._is_import = pages.is_import(name)
        self._copied: Record | None = None

    def records(self, walk: Iterable[Record | Damage], damages: list[Damage]) -> Iterator[tuple[object, ...]]:
        """Rows of `scanned_record`; damage goes to `damages`."""
        for one in walk:
            if not self.end:
                self._log = log_start.start(Path(self._name), one)
            self.end = one.offset + one.length
            if isinstance(one, Damage):
                damages.append(one)
                continue
            self.count += 1
            self._check_id(one)
            said = self._check_log(one)
            if self._copied is not None and said is not None and said.entries:
                yield record_row(self._name, self._copied, pages.event_payload(self._folder, self._name, one))
            self._copied = None
            if one.type == "warcinfo":
                self._read_info(one)
            elif one.type == "revisit" and self._is_import:
                self._copied = one  # a capture, if the event behind it says so, and where its payload is
            elif one.type in ("response", "revisit"):
                yield record_row(self._name, one, _own_twin(self._folder, self._name, one))

    def _check_log(self, one: Record) -> RunLog | None:
        """Checks that a rebuild can read this entry of our own run log, and whether it is the run's end."""
        if self._log is None:
            return None
        log = log_reader.log_of(self._log.began, Path(self._name), one) if one.offset else self._log
        # an entry that cannot be read may be the end; it has a finding of its own
        self.finished |= log.ended is not None or bool(one.offset and log.damage)
        self.notes += [f"warc/{line}; written by a newer program, skipped" for line in log.unknown]
        for line in log.damage:
            problem = line.partition(": ")[2]
            self._add(one.offset, f"this entry of the run log cannot be read: {problem}")
        return log

    def _check_id(self, one: Record) -> None:
        """Checks that no record occurs twice. Records copied by an import do not count: other tools may use
        an id twice."""
        if self._is_import and one.type in ("response", "revisit"):
            return
        first = self._offsets.setdefault(hash(one.head.get("warc-record-id", one.offset)), one.offset)
        if first != one.offset:
            self._add(one.offset, f"repeats the record at {first}: part of the file is duplicated")

    def _read_info(self, one: Record) -> None:
        if one.offset == 0:
            self.info, self.started_at = info_fields(one), one.head.get("warc-date", "")
            name = one.head.get("warc-filename", self._name)
            if is_own(self.info) and name != self._name:
                self._add(0, f"the file was written as {name}: files were renamed or swapped")

    def _add(self, offset: int, what: str) -> None:
        self.findings.append(Finding(self._object, offset, what, RESTORE, self._name))


def record_row(file: str, one: Record, twin: tuple[str, int] | None) -> tuple[object, ...]:
    """A response or revisit record as a row of `scanned_record`; `twin` is the place of a revisit's
    payload."""
    place = one.head.get("warc-target-uri"), one.head.get("warc-date")
    payload = one.status, one.size, one.sha256, one.unchunked
    return file, one.offset, one.length, one.type, *place, *payload, *(twin or (None, None))


def _own_twin(folder: Path, name: str, one: Record) -> tuple[str, int] | None:
    """The place of the payload, if the record is one of our own revisits."""
    return pages.own_payload(folder, name, one) if one.type == "revisit" else None


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
    row = record_row(file, record, _twin(survey, file, record))
    survey.conn.execute(_INSERT_RECORD, row)
    twin_file, twin_offset = row[-2:]
    return (str(twin_file), int(str(twin_offset))) if twin_file is not None else None


def _twin(survey: Survey, file: str, one: Record) -> tuple[str, int] | None:
    if one.type != "revisit" or not pages.is_import(file):
        return _own_twin(survey.folder, file, one)
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
