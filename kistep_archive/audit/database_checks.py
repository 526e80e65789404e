"""The checks of the database: SQLite's own, the checksums of rows, and the rows against the evidence."""

import sqlite3
from collections.abc import Iterator

from kistep_archive.audit import crosscheck
from kistep_archive.audit.crosscheck import Check
from kistep_archive.audit.survey import REBUILD, Finding
from kistep_archive.store import checksums
from kistep_archive.store.database import DATABASE_FILE

_MOST = 50  # lines to take from one of SQLite's own checks


def database_pages(conn: sqlite3.Connection) -> Iterator[Finding]:
    """SQLite's own check of its pages, indexes and constraints."""
    for (text,) in conn.execute(f"PRAGMA main.integrity_check({_MOST})"):
        for line in str(text).splitlines():  # one row may have all that is wrong
            if line.strip() and line != "ok" and not line.startswith("*** in database"):
                yield Finding(DATABASE_FILE, None, " ".join(line.split()), REBUILD)


def foreign_keys(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Rows that refer to a missing row."""
    for table, row, parent, _ in conn.execute("PRAGMA main.foreign_key_check").fetchmany(_MOST):
        yield Finding(f"{table} row {row}", None, f"refers to a missing row of {parent}", REBUILD)


def full_text(conn: sqlite3.Connection) -> Iterator[Finding]:
    """SQLite's own check of the full-text indexes. It is an INSERT, so it needs a copy."""
    tables = conn.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' "
        "AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts5 %' AND sql NOT LIKE '%USING fts5vocab%'"
    )
    for (table,) in tables.fetchall():
        try:
            conn.execute(f'INSERT INTO main."{table}" ("{table}") VALUES (\'integrity-check\')')
        except sqlite3.Error as error:
            what = f"the full-text index is damaged ({error})"
            yield Finding(f"{DATABASE_FILE} {table}", None, what, REBUILD)


def checksummed_rows(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Rows that do not match the checksums of the last run. During a run, or after one died, the checksums
    are outdated."""
    if checksums.are_current(conn):
        for table, first, last in checksums.broken_blocks(conn):
            rows = f"{DATABASE_FILE} {table} rows {first} to {last}"
            advice = f"{REBUILD} (--dry-run shows what differs)"
            yield Finding(rows, None, "changed since the last run wrote them", advice)


DATABASE_CHECKS: tuple[Check, ...] = (database_pages, crosscheck.foreign_parts, foreign_keys, full_text)
CHECKSUM_CHECKS: tuple[Check, ...] = (checksummed_rows,)  # last: the others name the fault more exactly
ROW_CHECKS: tuple[Check, ...] = (
    crosscheck.missing_files,
    crosscheck.rows_without_evidence,
    crosscheck.pages_unlike_evidence,
    crosscheck.files_of_another_size,
    crosscheck.revisits_without_payload,
    crosscheck.files_without_their_end,
    crosscheck.second_files,
)
