"""What the WARC files hold, laid out in temporary tables of a database connection, so that rows can be held
against it by SQL.

`found_file`: one row a file. `found_record`: one row a response or revisit record that is whole.
`found_damage`: what is not."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kistep_archive.evidence import log_reader, pages
from kistep_archive.warc.reader import Damage, record_at, walk
from kistep_archive.warc.record import Record

RESTORE = (
    "put a sound copy of the file in its place; the database still holds what was read from it, a "
    "rebuild without the copy would not"
)
REBUILD = "run 'kistep-archive rebuild'"

_TABLES = """
CREATE TEMP TABLE found_file (
  name TEXT PRIMARY KEY, closed INTEGER, own INTEGER, kind TEXT, run TEXT, started_at TEXT, ends_with TEXT
) WITHOUT ROWID;
CREATE TEMP TABLE found_record (
  file TEXT, offset INTEGER, length INTEGER, type TEXT, url TEXT, date TEXT, status INTEGER, size INTEGER,
    sha256 TEXT, unchunked TEXT,
  twin_file TEXT, twin_offset INTEGER, PRIMARY KEY (file, offset)
) WITHOUT ROWID;
CREATE TEMP TABLE found_damage (file TEXT, offset INTEGER, length INTEGER, cause TEXT);
"""
_INSERT_FILE = "INSERT INTO temp.found_file VALUES (?, ?, ?, ?, ?, ?, ?)"
_INSERT_RECORD = "INSERT INTO temp.found_record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be: in which `object` (a file, or a table's row), what, and what to
    do next.

    `file` and `offset` name the evidence that it is about, "" and None where it is about none.
    """

    object: str
    offset: int | None
    what: str
    advice: str
    file: str = ""

    def __str__(self) -> str:
        place = f" at {self.offset}" if self.offset is not None and self.object.startswith("warc/") else ""
        return f"{self.object}{place}: {self.what}; {self.advice}"


@dataclass(slots=True)
class Survey:
    """One look at the evidence: what was found wrong, what is worth a word, how much was read."""

    folder: Path  # the warc folder
    conn: sqlite3.Connection
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: int = 0
    records: int = 0
    bytes: int = 0  # packed

    def __post_init__(self) -> None:
        for statement in _TABLES.split(";"):
            self.conn.execute(statement)

    def damaged(self, object_: str, file: str, damage: Damage) -> None:
        """Keeps damage as a finding, and where rows look for it."""
        self.conn.execute("INSERT INTO temp.found_damage VALUES (?, ?, ?, ?)", (file, *damage))
        self.findings.append(Finding(object_, damage.offset, damage.cause, RESTORE, file))


def listed(folder: Path) -> tuple[set[str], set[str]]:
    """Names of the closed files, and of those that a run writes or has left, both without `.open`."""
    names = {path.name for path in folder.glob("*.warc.gz*")} if folder.is_dir() else set()
    closed = {name for name in names if name.endswith(".warc.gz")}
    return closed, {name.removesuffix(".open") for name in names if name.endswith(".warc.gz.open")} - closed


def read_all(survey: Survey, closed: Iterable[str], opened: Iterable[str]) -> None:
    """Walks through every file; tails that killed runs left beside are worth a note."""
    for name, is_closed in sorted([*((name, True) for name in closed), *((name, False) for name in opened)]):
        _read_file(survey, name, is_closed)
    for path in sorted(survey.folder.glob("*.torn")):
        survey.notes.append(
            f"warc/{path.name}: {path.stat().st_size} bytes that a killed run had not "
            "finished; kept, nothing needs them"
        )


def read_some(survey: Survey, places: Iterable[tuple[str, int]]) -> None:
    """Reads single records, and those that revisits among them refer to."""
    for place in places:
        if twin := _read_record(survey, *place):
            _read_record(survey, *twin)


def _read_file(survey: Survey, name: str, closed: bool) -> None:
    object_ = f"warc/{name}" + ("" if closed else ".open")
    facts = _Facts(name, object_)
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
            f"{object_} at {torn.offset}: {torn.length} bytes at its end are not whole; the next run seals it"
        )
    for damage in damages:
        survey.damaged(object_, name, damage)
    survey.findings += facts.findings
    info = facts.info
    row = (name, closed, is_own(info), info.get("kind"), info.get("run"), facts.started_at, facts.ends_with)
    survey.conn.execute(_INSERT_FILE, row)


def _places(folder: Path, name: str) -> tuple[Path, ...]:
    """Where a file may be that a run renames from `.open` while we look for it."""
    return folder / name, folder / f"{name}.open", folder / name


def _records(folder: Path, name: str) -> Iterator[Record | Damage]:
    """A walk through a file. Raises OSError."""
    for path in _places(folder, name):
        try:
            yield from walk(path)
            return
        except FileNotFoundError as error:
            missing = error
    raise missing


def _record(folder: Path, name: str, offset: int) -> Record | Damage:
    """What stands at one place of a file; a file that cannot be read is damage."""
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
    """What a walk through one file tells beside its records."""

    def __init__(self, name: str, object_: str) -> None:
        self._name, self._object = name, object_
        self._seen: dict[int, int] = {}  # hash of a record's id -> its offset
        self.findings: list[Finding] = []
        self.info: dict[str, str] = {}
        self.started_at = self.ends_with = ""
        self.count = self.end = 0
        self._is_import = pages.is_import(name)
        self._copied: Record | None = None

    def records(
        self, found: Iterable[Record | Damage], damages: list[Damage]
    ) -> Iterator[tuple[object, ...]]:
        """Rows of `found_record`; damage goes to `damages`."""
        for one in found:
            self.end = one.offset + one.length
            if isinstance(one, Damage):
                damages.append(one)
                continue
            self.count += 1
            self.ends_with = one.head.get("warc-target-uri", one.type)
            self._same_again(one)
            self._told(one)
            if self._copied is not None:
                yield record_row(self._name, self._copied, pages.told_payload(self._name, one))
                self._copied = None
            if one.type == "warcinfo":
                self._introduced(one)
            elif one.type == "revisit" and self._is_import:
                self._copied = one  # the event that follows says where its payload is
            elif one.type in ("response", "revisit"):
                yield record_row(self._name, one, _own_twin(one))
        if self._copied is not None:
            yield record_row(self._name, self._copied, None)

    def _told(self, one: Record) -> None:
        """What the program wrote itself about its run can be read."""
        try:
            if one.type == "metadata" and is_own(self.info):
                log_reader.event(one.block)
            elif "warc-json-metadata" in one.head and not self._is_import and is_own(self.info):
                log_reader.request(one.head)
        except log_reader.LogError as error:
            self._say(one.offset, f"what it tells of the run cannot be read: {error}")

    def _same_again(self, one: Record) -> None:
        """What an import copies may have ids that another tool gave twice; what it writes itself has ids of
        its own."""
        if self._is_import and one.type in ("response", "revisit"):
            return
        first = self._seen.setdefault(hash(one.head.get("warc-record-id", one.offset)), one.offset)
        if first != one.offset:
            self._say(one.offset, f"the same record stands at {first}: bytes were doubled")

    def _introduced(self, one: Record) -> None:
        if one.offset == 0:
            self.info, self.started_at = info_fields(one.block), one.head.get("warc-date", "")
            named = one.head.get("warc-filename", self._name)
            if is_own(self.info) and named != self._name:
                self._say(0, f"was written as {named}: files were swapped or renamed")

    def _say(self, offset: int, what: str) -> None:
        self.findings.append(Finding(self._object, offset, what, RESTORE, self._name))


def info_fields(block: bytes) -> dict[str, str]:
    """The fields of a warcinfo record."""
    parts = [line.partition(":") for line in block.decode("utf-8", "replace").splitlines()]
    return {name.strip(): value.strip() for name, _, value in parts}


def is_own(info: dict[str, str]) -> bool:
    """Whether a file was written by this program, to go by its warcinfo record."""
    return info.get("software", "").startswith("kistep-archive/")


def record_row(file: str, one: Record, twin: tuple[str, int] | None) -> tuple[object, ...]:
    """A response or revisit record as a row of `found_record`; `twin` is where a revisit's payload is."""
    place = one.head.get("warc-target-uri"), one.head.get("warc-date")
    found = one.status, one.size, one.sha256, one.unchunked
    return file, one.offset, one.length, one.type, *place, *found, *(twin or (None, None))


def _own_twin(one: Record) -> tuple[str, int] | None:
    """Where an own revisit says that its payload is."""
    offset, file = one.field("WARC-Refers-To-File-Offset"), one.field("WARC-Refers-To-Filename")
    return (
        (file, int(offset))
        if one.type == "revisit" and file and offset.isascii() and offset.isdecimal()
        else None
    )


def _read_record(survey: Survey, file: str, offset: int) -> tuple[str, int] | None:
    """Reads one record, unless it is read already; returns where the payload of a revisit is."""
    if survey.conn.execute(
        "SELECT 1 FROM temp.found_record WHERE file = ? AND offset = ?", (file, offset)
    ).fetchone():
        return None
    if not _introduced(survey, file):
        return None  # the file is missing: a check of its own names it
    found = _record(survey.folder, file, offset)
    survey.bytes += found.length
    if isinstance(found, Damage):
        survey.damaged(f"warc/{file}", file, found)
        return None
    survey.records += 1
    if found.type not in ("response", "revisit"):
        return None
    row = record_row(file, found, _twin(survey, file, found))
    survey.conn.execute(_INSERT_RECORD, row)
    twin_file, twin_offset = row[-2:]
    return (str(twin_file), int(str(twin_offset))) if twin_file is not None else None


def _twin(survey: Survey, file: str, one: Record) -> tuple[str, int] | None:
    if one.type != "revisit" or not pages.is_import(file):
        return _own_twin(one)
    event = _record(survey.folder, file, one.offset + one.length)
    return None if isinstance(event, Damage) else pages.told_payload(file, event)


def _introduced(survey: Survey, file: str) -> bool:
    """Whether the file is there; what its first record says of it is read once."""
    if survey.conn.execute("SELECT 1 FROM temp.found_file WHERE name = ?", (file,)).fetchone():
        return True
    closed, opened = listed(survey.folder)
    if file not in closed | opened:
        return False
    first = _record(survey.folder, file, 0)
    info = info_fields(first.block) if isinstance(first, Record) else {}
    survey.conn.execute(
        _INSERT_FILE, (file, file in closed, is_own(info), info.get("kind"), info.get("run"), None, None)
    )
    survey.files += 1
    return True
