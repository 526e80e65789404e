"""Checks that the archive is intact: every WARC record and digest, every row against its evidence and back,
and the database itself.

It writes nothing to the database or the warc folder and takes no lock, so a run may write at the same time.
Therefore it reads in this order:

1. which WARC files are closed: a run closes its file after it committed the rows of all its records,
2. one state of the database: it has the rows of all those files,
3. the WARC files: evidence is durable before its row is committed, so every row of that state has its record
   by now. In another order an active crawl would look like damage.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from kistep_archive.audit import crosscheck, sampling, warc_scan
from kistep_archive.audit.crosscheck import Check
from kistep_archive.audit.database_checks import CHECKSUM_CHECKS, DATABASE_CHECKS, ROW_CHECKS
from kistep_archive.audit.scanning import Work
from kistep_archive.audit.survey import REBUILD, Finding, Survey
from kistep_archive.display import some_of
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.store.database import DATABASE_FILE, open_archive
from kistep_archive.store.tables import foreign, views

_ALONE = Work()


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a verification. `findings` is empty for an intact archive; `bytes` is how many compressed
    bytes were read."""

    findings: list[Finding]
    notes: list[str]
    files: int
    records: int
    bytes: int
    rows: int
    seconds: float


def verify(folder: Path, sample: int | None = None, work: Work = _ALONE) -> Report:
    """Verifies everything, or a `sample` of so many records with their rows, least recently verified first.
    Raises ArchiveError: 2 if there is no archive, 5 if a process of the `work` dies."""
    begun = perf_counter()
    closed, opened = warc_scan.list_files(folder / "warc")
    if not (folder / DATABASE_FILE).exists() and not closed | opened:
        raise ArchiveError(
            f"{folder}: not an archive (no {DATABASE_FILE} in it); choose one with --archive DIR, or make "
            "one with 'kistep-archive crawl' or 'kistep-archive demo'",
            ExitCode.USAGE,
        )
    conn, trouble = _open(folder, copied=sample is None, evidence=bool(closed | opened))
    with closing(conn):
        survey = Survey(folder / "warc", conn)
        rows = 0
        if trouble is None and (others := views.others(conn)):
            words = "views that are not those of this version were not read"
            survey.notes.append(f"{DATABASE_FILE}: {words}: {some_of(others)}; the next run makes them again")
        if sample is None:
            rows = _all(folder, survey, closed, opened, work, trouble is None)
        elif trouble is None:
            rows = _some(folder, survey, sample)
    findings = [*([trouble] if trouble else []), *dict.fromkeys(survey.findings)]
    seconds = perf_counter() - begun
    return Report(findings, survey.notes, survey.files, survey.records, survey.bytes, rows, seconds)


def _open(folder: Path, *, copied: bool, evidence: bool) -> tuple[sqlite3.Connection, Finding | None]:
    """One state of the database: a copy that checks may write to, or a connection for a read transaction. If
    the database cannot be read, an empty one and the finding."""
    empty = sqlite3.connect("", isolation_level=None, uri=True)  # a private file that SQLite deletes itself
    try:
        conn = open_archive(folder)
    except ArchiveError as error:
        if error.exit_code == ExitCode.USAGE and not evidence:
            empty.close()
            raise
        if not (folder / DATABASE_FILE).exists():
            return empty, Finding(DATABASE_FILE, None, "the file is missing", f"{REBUILD} to make it again")
        what = str(error).partition(";")[0].removeprefix(f"{folder / DATABASE_FILE}: ")
        return empty, Finding(DATABASE_FILE, None, what, f"move the file away and {REBUILD}")
    if not copied:
        empty.close()
        conn.isolation_level = None
        return conn, None
    try:
        with closing(conn):
            conn.backup(empty)
        _hide_other_views(empty)
        return empty, None
    except sqlite3.Error as error:
        empty.close()
        return sqlite3.connect("", isolation_level=None, uri=True), _unreadable(error)


def _hide_other_views(conn: sqlite3.Connection) -> None:
    """As `open_archive` does it, in a copy."""
    if views.fill(conn) or not views.are_current(conn):
        foreign.limit(conn)
        views.cover_all(conn)


def _all(folder: Path, survey: Survey, closed: set[str], opened: set[str], work: Work, readable: bool) -> int:
    """Verifies everything. Returns how many rows were checked."""
    if readable:
        # files of a run that began after the first step
        opened |= _referenced_files(survey) & set().union(*warc_scan.list_files(survey.folder)) - closed
    alone = list[list[Finding]]()  # what is wrong in the database by itself

    def check_database() -> None:
        alone.extend(_run(survey.conn, checks) for checks in (DATABASE_CHECKS, CHECKSUM_CHECKS) if readable)

    warc_scan.read_all(survey, closed, opened, work, check_database)
    if not readable:
        survey.findings += crosscheck.revisits_without_payload(survey.conn)
        return 0
    crosscheck.select_all(survey.conn)
    survey.findings += [*alone[0], *_run(survey.conn, ROW_CHECKS), *alone[1]]
    orphans = _run_one(survey.conn, crosscheck.evidence_without_row)
    survey.findings += crosscheck.still_without_row(folder, orphans)
    if note := sampling.attach(survey.conn, folder):
        survey.notes.append(note)
    else:
        sampling.remember_files(survey.conn, closed - {finding.file for finding in survey.findings})
        sampling.remember_result(survey.conn, list(dict.fromkeys(survey.findings)), everything=True)
    return _rows(survey.conn)


def _some(folder: Path, survey: Survey, number: int) -> int:
    """Verifies a sample. Damaged records do not count as verified, so they are reported until they are
    repaired."""
    note = sampling.attach(survey.conn, folder)
    survey.conn.execute("BEGIN")
    rows = _verify_sample(survey, number, remember=not note)
    if note:
        survey.notes.append(note)
    else:
        sampling.remember_result(survey.conn, list(dict.fromkeys(survey.findings)), everything=False)
    survey.conn.execute("COMMIT")
    return rows


def _verify_sample(survey: Survey, number: int, *, remember: bool) -> int:
    try:
        places = sampling.least_recent(survey.conn, number)
    except sqlite3.Error as error:
        survey.findings.append(_unreadable(error))
        return 0
    warc_scan.read_some(survey, places)
    crosscheck.select_some(survey.conn, places)
    survey.findings += _run(survey.conn, ROW_CHECKS)
    if remember:
        damaged = {(finding.file, finding.offset) for finding in survey.findings}
        sampling.remember_records(
            survey.conn,
            [place for place in places if place not in damaged and (place[0], None) not in damaged],
        )
    return _rows(survey.conn)


def _run(conn: sqlite3.Connection, checks: tuple[Check, ...]) -> list[Finding]:
    return [finding for check in checks for finding in _run_one(conn, check)]


def _run_one(conn: sqlite3.Connection, check: Check) -> list[Finding]:
    """The findings of a check. A database that it cannot read is a finding too."""
    findings = []
    try:
        for finding in check(conn):
            findings.append(finding)
    except sqlite3.Error as error:
        findings.append(_unreadable(error))
    return findings


def _unreadable(error: sqlite3.Error) -> Finding:
    if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":  # `verify` writes only its copy
        raise ArchiveError(
            "verify: no room for temporary files; free some, or set SQLITE_TMPDIR to another folder",
            ExitCode.STORE_UNHEALTHY,
        ) from error
    return Finding(DATABASE_FILE, None, f"cannot be read ({error})", REBUILD)


def _referenced_files(survey: Survey) -> set[str]:
    """The files that rows refer to."""
    files = set()
    for view in crosscheck.CHECKED_VIEWS:
        try:
            files |= {
                str(name)
                for (name,) in survey.conn.execute(
                    f"SELECT DISTINCT warc_file FROM {view} WHERE warc_file IS NOT NULL"
                )
            }
        except sqlite3.Error as error:
            survey.findings.append(_unreadable(error))
    return files


def _rows(conn: sqlite3.Connection) -> int:
    try:
        return crosscheck.count(conn)
    except sqlite3.Error:
        return 0  # the checks reported why
