"""Compares rows with the evidence and the evidence with rows: SQL over the archive's views and the tables of
a `Survey`.

Each is a `Check`: a function of the connection that yields findings. `checked_pages`, `checked_revisions` and
`checked_attachments` are the rows to check: all of them, or those of a sample."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from kistep_archive.audit.survey import REBUILD, RESTORE, Finding
from kistep_archive.display import plural
from kistep_archive.errors import ArchiveError
from kistep_archive.evidence import pages, places
from kistep_archive.model.outcomes import RunKind
from kistep_archive.store.database import DATABASE_FILE, open_archive
from kistep_archive.store.tables import foreign

Check = Callable[[sqlite3.Connection], Iterator[Finding]]

CHECKED_VIEWS = ("pages", "revisions", "attachments")
_OBJECTS = {  # the name of a row in a finding
    "pages": "'pages row of ' || v.url",
    "revisions": "'revisions row ' || v.id",
    "attachments": "'attachments row ' || v.kind || ' ' || v.seq || ' of post ' || v.post_id",
}
_SECOND_FILES = (
    "SELECT name, run FROM temp.scanned_file f WHERE own AND EXISTS (SELECT 1 FROM temp.scanned_file "
    "WHERE own AND run = f.run AND name < f.name)"
)
_LEADING = "(warc_file IS NOT NULL OR sha256 IS NOT NULL)"  # a file that was never fetched has no evidence


def select_all(conn: sqlite3.Connection) -> None:
    """Selects all rows for the checks."""
    for view in CHECKED_VIEWS:
        conn.execute(f"CREATE TEMP VIEW checked_{view} AS SELECT * FROM {view} WHERE {_LEADING}")


def select_some(conn: sqlite3.Connection, places: list[tuple[str, int]]) -> None:
    """Selects the rows with evidence at these places for the checks."""
    conn.execute(
        "CREATE TEMP TABLE place (file TEXT, offset INTEGER, PRIMARY KEY (file, offset)) WITHOUT ROWID"
    )
    conn.executemany("INSERT INTO temp.place VALUES (?, ?)", places)
    for view in CHECKED_VIEWS:
        where = "EXISTS (SELECT 1 FROM temp.place WHERE file = warc_file AND offset = warc_offset)"
        conn.execute(f"CREATE TEMP VIEW checked_{view} AS SELECT * FROM {view} WHERE {where}")


def count(conn: sqlite3.Connection) -> int:
    """How many rows are selected."""
    return sum(
        int(conn.execute(f"SELECT count(*) FROM temp.checked_{view}").fetchone()[0]) for view in CHECKED_VIEWS
    )


def foreign_parts(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Triggers and views that this program did not make: no run writes into such a database."""
    for part in foreign.parts(conn):
        yield Finding(
            f"{DATABASE_FILE} {part}",
            None,
            "this program did not make it",
            f"move the file away and {REBUILD}",
        )


def missing_files(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Missing WARC files that rows or revisits refer to: one finding for each file."""
    rows = " UNION ALL ".join(f"SELECT warc_file AS file FROM temp.checked_{view}" for view in CHECKED_VIEWS)
    for file, references in conn.execute(
        f"SELECT file, count(*) FROM ({rows} UNION ALL SELECT twin_file FROM temp.scanned_record "
        "WHERE twin_file IS NOT NULL) WHERE file IS NULL OR file NOT IN (SELECT name FROM temp.scanned_file) "
        "GROUP BY file"
    ):
        yield Finding(
            f"warc/{file}",
            None,
            f"the file is missing ({plural(references, 'reference')} to it)",
            RESTORE,
            str(file),
        )


def rows_without_evidence(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Rows without an intact record of their payload. Rows of a missing file count with the file."""
    for view in CHECKED_VIEWS:
        for row in conn.execute(
            f"SELECT {_OBJECTS[view]}, warc_file, warc_offset, (SELECT cause FROM temp.scanned_damage d "
            "WHERE d.file = warc_file AND warc_offset >= d.offset "
            "AND warc_offset < d.offset + max(d.length, 1)), r.sha256 IS NOT NULL "
            f"FROM temp.checked_{view} v LEFT JOIN temp.scanned_record r ON r.file = v.warc_file "
            "AND r.offset = v.warc_offset JOIN temp.scanned_file f ON f.name = v.warc_file "
            "WHERE warc_file IN (SELECT name FROM temp.scanned_file) AND (r.file IS NULL "
            "OR v.sha256 NOT IN (r.sha256, r.unchunked) AND NOT (r.type = 'revisit' AND f.kind = 'import'))"
        ):
            yield _without_evidence(*row)


def _without_evidence(object_: str, file: str, offset: int, cause: str | None, is_there: int) -> Finding:
    place = f"warc/{file} at {offset}"
    if cause:
        return Finding(object_, offset, f"its record in {place} cannot be read: {cause}", RESTORE, file)
    if is_there:
        what = f"its record in {place} has another payload: the row or the file was changed"
        return Finding(object_, offset, what, _EITHER, file)
    return Finding(object_, offset, f"its record is missing: no response begins in {place}", _EITHER, file)


_EITHER = f"replace the file with an intact copy, or {REBUILD} to accept the evidence as it is"


def pages_unlike_evidence(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Pages whose address, instant, status or length differs from the record. Imported records may have the
    address of a replay."""
    unlike = {
        "url": "f.kind <> 'import' AND v.url IS NOT r.url",
        "fetched_at": "f.kind <> 'import' AND v.fetched_at IS NOT r.date",
        "status": "v.status IS NOT coalesce(r.status, v.status) AND NOT (r.type = 'revisit' "
        "AND f.kind = 'import')",
        "warc_length": "v.warc_length IS NOT r.length",
    }
    for object_, file, offset, *differ in conn.execute(
        f"SELECT {_OBJECTS['pages']}, warc_file, warc_offset, {', '.join(unlike.values())} "
        "FROM temp.checked_pages v JOIN temp.scanned_record r ON r.file = v.warc_file "
        "AND r.offset = v.warc_offset "
        "JOIN temp.scanned_file f ON f.name = r.file "
        f"WHERE {' OR '.join(f'({clause})' for clause in unlike.values())}"
    ):
        names = ", ".join(name for name, differs in zip(unlike, differ, strict=True) if differs)
        what = f"differs from the record in warc/{file} at {offset}: {names}"
        yield Finding(object_, offset, what, REBUILD, file)


def files_of_another_size(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Attachments whose size differs from the payload's; a revisit has the payload of another record. An
    imported payload may be in chunks."""
    for object_, file, offset, size, actual in conn.execute(
        f"SELECT {_OBJECTS['attachments']}, warc_file, warc_offset, v.size, p.size "
        "FROM temp.checked_attachments v JOIN temp.scanned_record r ON r.file = v.warc_file "
        "AND r.offset = v.warc_offset JOIN temp.scanned_file f ON f.name = r.file "
        "JOIN temp.scanned_record p ON p.file = coalesce(r.twin_file, r.file) "
        "AND p.offset = coalesce(r.twin_offset, r.offset) AND p.type = 'response' WHERE v.size IS NOT p.size "
        "AND f.kind <> 'import' AND p.unchunked = ''"
    ):
        yield Finding(
            object_,
            offset,
            f"the database says {size} bytes, but the record in warc/{file} at {offset} has {actual}",
            REBUILD,
            file,
        )


def revisits_without_payload(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Revisit records whose payload is not where they say. Those of other tools may not say where it is."""
    for file, offset, twin_file, twin_offset in conn.execute(
        "SELECT r.file, r.offset, r.twin_file, r.twin_offset FROM temp.scanned_record r "
        "JOIN temp.scanned_file f ON f.name = r.file LEFT JOIN temp.scanned_record t ON t.file = r.twin_file "
        "AND t.offset = r.twin_offset AND t.type = 'response' WHERE r.type = 'revisit' AND (t.file IS NULL "
        "OR f.kind <> 'import' AND r.sha256 NOT IN (t.sha256, t.unchunked)) AND (r.twin_file IS NOT NULL "
        "OR f.own)"
    ):
        what = pages.no_payload(twin_file, twin_offset) if twin_file else places.NOWHERE
        yield Finding(f"warc/{file}", offset, what, RESTORE, file)


def evidence_without_row(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Responses in closed files without a page row. (A killed run leaves some in a file that is not closed.
    An import copies payloads that only its revisits need.)"""
    for file, offset, url in conn.execute(
        "SELECT r.file, r.offset, r.url FROM temp.scanned_record r "
        "JOIN temp.scanned_file f ON f.name = r.file AND f.closed "
        "LEFT JOIN pages p ON p.warc_file = r.file AND p.warc_offset = r.offset "
        f"WHERE p.warc_file IS NULL AND f.kind IS NOT '{RunKind.IMPORT}' "
        f"AND f.name NOT IN (SELECT name FROM ({_SECOND_FILES}))"
    ):
        yield Finding(
            f"warc/{file}", offset, f"the database has no row for this response of {url}", REBUILD, file
        )


def second_files(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Files whose run has the number of another file's run: a rebuild reads the first only."""
    for file, run in conn.execute(_SECOND_FILES):
        yield Finding(
            f"warc/{file}",
            0,
            f"its run {run} is that of another file too: files of two archives are in one folder",
            "move it to another one and import it",
            file,
        )


def files_without_their_end(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Files of complete runs without the event that the run finished: they were cut between two records."""
    for (file,) in conn.execute(
        "SELECT f.name FROM temp.scanned_file f JOIN runs ON id = f.run "
        "AND runs.started_at = f.started_at WHERE f.own AND f.closed AND verdict = 'complete' "
        "AND NOT f.finished AND NOT EXISTS (SELECT 1 FROM temp.scanned_damage d WHERE d.file = f.name)"
    ):
        yield Finding(
            f"warc/{file}",
            None,
            "the run's last record is missing: the end of the file was cut off",
            RESTORE,
            file,
        )


def still_without_row(folder: Path, findings: list[Finding]) -> list[Finding]:
    """The findings that the database still has no row for: meanwhile another run may have read the evidence
    of a killed one."""
    if not findings:
        return []
    try:
        with closing(open_archive(folder)) as conn:
            query = "SELECT 1 FROM pages WHERE warc_file = ? AND warc_offset = ?"
            return [one for one in findings if conn.execute(query, (one.file, one.offset)).fetchone() is None]
    except (sqlite3.Error, ArchiveError):
        return findings
