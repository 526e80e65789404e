"""Is the archive sound? Every WARC member and digest, every row against its evidence and back, and the
database itself.

Nothing is written to the database or the warc folder and no lock is taken: a run may be writing meanwhile.
Therefore in this order:

1. which WARC files are closed: a run closes its file after the rows of all its records were committed,
2. one state of the database: so it has the rows of all those files,
3. the bytes: evidence is durable before its row is committed, so every row of that state has its record by
   now.

In another order a crawl that goes on would look like damage.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from kistep_archive.audit import crosscheck, sampling, warc_scan
from kistep_archive.audit.crosscheck import Check
from kistep_archive.audit.warc_scan import REBUILD, Finding, Survey
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.store import checksums
from kistep_archive.store.database import NAME, open_archive

_MOST = 50  # lines of one of SQLite's own checks


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification came to. `findings` is empty for a sound archive; `bytes` are the packed ones that
    were read."""

    findings: list[Finding]
    notes: list[str]
    files: int
    records: int
    bytes: int
    rows: int
    seconds: float


def verify(folder: Path, sample: int | None = None) -> Report:
    """Verifies everything, or so many records with their rows, those first that were verified longest ago.
    Raises ArchiveError (2) where there is no archive."""
    begun = perf_counter()
    closed, opened = warc_scan.listed(folder / "warc")
    if not (folder / NAME).exists() and not closed | opened:
        raise ArchiveError(
            f"{folder}: not an archive (no {NAME} in it); name one with --archive DIR or make one with "
            "'crawl' or 'demo'",
            ExitCode.USAGE,
        )
    conn, trouble = _opened(folder, copied=sample is None, evidence=bool(closed | opened))
    with closing(conn):
        look = Survey(folder / "warc", conn)
        rows = 0
        if sample is None:
            rows = _all(folder, look, closed, opened, readable=trouble is None)
        elif trouble is None:
            rows = _some(folder, look, sample)
    findings = [*([trouble] if trouble else []), *dict.fromkeys(look.findings)]
    return Report(findings, look.notes, look.files, look.records, look.bytes, rows, perf_counter() - begun)


def _opened(folder: Path, *, copied: bool, evidence: bool) -> tuple[sqlite3.Connection, Finding | None]:
    """One state of the database: a copy that checks may write to, or a connection in a read transaction.
    Where it cannot be had, an empty one and the finding."""
    empty = sqlite3.connect("", isolation_level=None, uri=True)  # a private file that SQLite itself removes
    try:
        conn = open_archive(folder)
    except ArchiveError as error:
        if error.exit_code == ExitCode.USAGE and not evidence:
            empty.close()
            raise
        what = (
            str(error).partition(";")[0].removeprefix(f"{folder / NAME}: ")
            if (folder / NAME).exists()
            else "the file is missing"
        )
        return empty, Finding(NAME, None, what, f"keep the file aside and {REBUILD}")
    if not copied:
        empty.close()
        conn.isolation_level = None
        return conn, None
    try:
        with closing(conn):
            conn.backup(empty)
        return empty, None
    except sqlite3.Error as error:
        empty.close()
        return sqlite3.connect("", isolation_level=None, uri=True), _unreadable(error)


def _all(folder: Path, look: Survey, closed: set[str], opened: set[str], *, readable: bool) -> int:
    """Everything. Returns the number of rows that were looked at."""
    if readable:
        # A run that began after the first look.
        opened |= _led_to(look) & set().union(*warc_scan.listed(look.folder)) - closed
    warc_scan.read_all(look, closed, opened)
    if not readable:
        look.findings += crosscheck.revisits_without_payload(look.conn)
        return 0
    crosscheck.ask_all(look.conn)
    _check(look, DATABASE_CHECKS + ROW_CHECKS)
    _check(look, SEAL_CHECKS)
    orphans = _guarded(look.conn, crosscheck.evidence_without_row)
    look.findings += crosscheck.still_without_row(folder, orphans)
    if note := sampling.attach(look.conn, folder):
        look.notes.append(note)
    else:
        sampling.remember_files(look.conn, closed - {finding.file for finding in look.findings})
    return _rows(look.conn)


def _some(folder: Path, look: Survey, number: int) -> int:
    """A sample. Damage is not remembered as verified, so that it is named again until it is mended."""
    note = sampling.attach(look.conn, folder)
    look.conn.execute("BEGIN")
    try:
        places = sampling.least_recent(look.conn, number)
    except sqlite3.Error as error:
        look.findings.append(_unreadable(error))
        return 0
    warc_scan.read_some(look, places)
    crosscheck.ask_some(look.conn, places)
    _check(look, ROW_CHECKS)
    if note:
        look.notes.append(note)
    else:
        damaged = {(finding.file, finding.offset) for finding in look.findings}
        sampling.remember_records(
            look.conn, [place for place in places if place not in damaged and (place[0], None) not in damaged]
        )
    rows = _rows(look.conn)
    look.conn.execute("COMMIT")
    return rows


def _check(look: Survey, checks: tuple[Check, ...]) -> None:
    for check in checks:
        look.findings += _guarded(look.conn, check)


def _guarded(conn: sqlite3.Connection, check: Check) -> list[Finding]:
    """What a check finds; that it cannot read the database is a finding too."""
    found = []
    try:
        for finding in check(conn):
            found.append(finding)
    except sqlite3.Error as error:
        found.append(_unreadable(error))
    return found


def _unreadable(error: sqlite3.Error) -> Finding:
    if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":  # nothing is written but the copy
        raise ArchiveError(
            "verify: no room for temporary files; make room, or name another folder with SQLITE_TMPDIR",
            ExitCode.STORE_UNHEALTHY,
        ) from error
    return Finding(NAME, None, f"cannot be read ({error})", REBUILD)


def _led_to(look: Survey) -> set[str]:
    """The files that rows lead to."""
    found = set()
    for view in crosscheck.VIEWS:
        try:
            found |= {
                str(name)
                for (name,) in look.conn.execute(
                    f"SELECT DISTINCT warc_file FROM {view} WHERE warc_file IS NOT NULL"
                )
            }
        except sqlite3.Error as error:
            look.findings.append(_unreadable(error))
    return found


def _rows(conn: sqlite3.Connection) -> int:
    try:
        return crosscheck.count(conn)
    except sqlite3.Error:
        return 0  # the checks have said why


def database_pages(conn: sqlite3.Connection) -> Iterator[Finding]:
    """SQLite's own look at its pages, indexes and constraints."""
    for (line,) in conn.execute(f"PRAGMA main.integrity_check({_MOST})"):
        if line != "ok":
            yield Finding(NAME, None, " ".join(str(line).split()), REBUILD)


def foreign_keys(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Rows that refer to a row that is not there."""
    for table, row, parent, _ in conn.execute("PRAGMA main.foreign_key_check").fetchmany(_MOST):
        yield Finding(f"{table} row {row}", None, f"refers to a row of {parent} that is not there", REBUILD)


def full_text(conn: sqlite3.Connection) -> Iterator[Finding]:
    """The full-text indexes against the texts that they hold. The question is an INSERT: it is asked of a
    copy."""
    tables = conn.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' "
        "AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'"
    )
    for (table,) in tables.fetchall():
        try:
            conn.execute(f'INSERT INTO main."{table}" ("{table}") VALUES (\'integrity-check\')')
        except sqlite3.Error as error:
            yield Finding(
                f"{NAME} {table}", None, f"the full-text index does not fit its texts ({error})", REBUILD
            )


def sealed_rows(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Rows that are not those that the last run sealed. While a run goes on, or has died, they cannot be."""
    if checksums.are_current(conn):
        for table, first, last in checksums.broken(conn):
            what = "not as the last run left them"
            yield Finding(
                f"{NAME} {table} rows {first} to {last}",
                None,
                what,
                f"{REBUILD} (--dry-run shows what differs)",
            )


DATABASE_CHECKS: tuple[Check, ...] = (database_pages, foreign_keys, full_text)
SEAL_CHECKS: tuple[Check, ...] = (sealed_rows,)  # last: what the others find is named more closely
ROW_CHECKS: tuple[Check, ...] = (
    crosscheck.missing_files,
    crosscheck.rows_without_evidence,
    crosscheck.pages_unlike_evidence,
    crosscheck.files_of_another_size,
    crosscheck.revisits_without_payload,
    crosscheck.files_without_their_end,
)
