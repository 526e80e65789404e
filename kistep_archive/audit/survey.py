"""The result of a fixity check: findings, notes, counts, and temporary tables that SQL can compare rows with.

`scanned_file`: one row for each file. `scanned_record`: one row for each intact response or revisit record.
`scanned_damage`: the damaged places."""

import re
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from kistep_archive.warc.reader import Damage

RESTORE = (
    "replace the file with an intact copy; the database still has what was read from it, but a rebuild "
    "without the copy would lose that"
)
REBUILD = "run 'kistep-archive rebuild'"

_VALUES = re.compile(r"https?://\S+|\S*\d\S*|'[^']*'")
_TABLES = """
CREATE TEMP TABLE scanned_file (
  name TEXT PRIMARY KEY, closed INTEGER, own INTEGER, kind TEXT, run TEXT, started_at TEXT, finished INTEGER
) WITHOUT ROWID;
CREATE TEMP TABLE scanned_record (
  file TEXT, offset INTEGER, length INTEGER, type TEXT, url TEXT, date TEXT, status INTEGER, size INTEGER,
    sha256 TEXT, unchunked TEXT,
  twin_file TEXT, twin_offset INTEGER, PRIMARY KEY (file, offset)
) WITHOUT ROWID;
CREATE TEMP TABLE scanned_damage (file TEXT, offset INTEGER, length INTEGER, cause TEXT);
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: in which `object` (a file, or a row of a table), what, and what to do about it.

    `file` and `offset` are its place in the evidence, "" and None if it has none.
    """

    object: str
    offset: int | None
    what: str
    advice: str
    file: str = ""

    def __str__(self) -> str:
        return f"{self.fault}; {self.advice}"

    @property
    def fault(self) -> str:
        """What is wrong and where, without the advice."""
        place = f" at {self.offset}" if self.offset is not None and self.object.startswith("warc/") else ""
        return f"{self.object}{place}: {self.what}"

    @property
    def cause(self) -> tuple[str, str]:
        """What findings of one cause have in common: the words without numbers, addresses and digests, and
        the advice."""
        return _VALUES.sub("…", self.what), self.advice


@dataclass(slots=True)
class Survey:
    """The result of reading the evidence: what is wrong, what is only worth a note, how much was read."""

    folder: Path  # the warc folder
    conn: sqlite3.Connection
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: int = 0
    records: int = 0
    bytes: int = 0  # compressed

    def __post_init__(self) -> None:
        for statement in _TABLES.split(";"):
            self.conn.execute(statement)

    def add_damage(self, object_: str, file: str, damage: Damage) -> None:
        """Stores damage as a finding, and in the table that the checks of rows read."""
        self.conn.execute("INSERT INTO temp.scanned_damage VALUES (?, ?, ?, ?)", (file, *damage))
        self.findings.append(Finding(object_, damage.offset, damage.cause, RESTORE, file))
