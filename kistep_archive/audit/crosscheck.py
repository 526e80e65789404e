"""Rows against evidence, and evidence against rows: questions in SQL over the archive's views and what a
survey found.

Each is a `Check`: a function of the connection that yields findings. `asked_pages`, `asked_revisions` and
`asked_attachments` are the rows that are looked at: all of them, or those of a sample."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from kistep_archive.audit.warc_scan import REBUILD, RESTORE, Finding
from kistep_archive.errors import ArchiveError
from kistep_archive.store.database import open_archive

Check = Callable[[sqlite3.Connection], Iterator[Finding]]

VIEWS = ("pages", "revisions", "attachments")
_OBJECTS = {  # how a row is named
    "pages": "'pages row of ' || v.url",
    "revisions": "'revisions row ' || v.id",
    "attachments": "'attachments row ' || v.kind || ' ' || v.seq || ' of post ' || v.post_id",
}
_LEADING = "(warc_file IS NOT NULL OR sha256 IS NOT NULL)"  # a file that was never fetched leads nowhere


def ask_all(conn: sqlite3.Connection) -> None:
    """All rows are looked at."""
    for view in VIEWS:
        conn.execute(f"CREATE TEMP VIEW asked_{view} AS SELECT * FROM main.{view} WHERE {_LEADING}")


def ask_some(conn: sqlite3.Connection, places: list[tuple[str, int]]) -> None:
    """The rows that lead to these places are looked at."""
    conn.execute(
        "CREATE TEMP TABLE asked (file TEXT, offset INTEGER, PRIMARY KEY (file, offset)) WITHOUT ROWID"
    )
    conn.executemany("INSERT INTO temp.asked VALUES (?, ?)", places)
    for view in VIEWS:
        where = "EXISTS (SELECT 1 FROM temp.asked WHERE file = warc_file AND offset = warc_offset)"
        conn.execute(f"CREATE TEMP VIEW asked_{view} AS SELECT * FROM main.{view} WHERE {where}")


def count(conn: sqlite3.Connection) -> int:
    """How many rows are looked at."""
    return sum(int(conn.execute(f"SELECT count(*) FROM temp.asked_{view}").fetchone()[0]) for view in VIEWS)


def missing_files(conn: sqlite3.Connection) -> Iterator[Finding]:
    """WARC files that rows or revisits lead to and that are not there: one finding a file."""
    rows = " UNION ALL ".join(f"SELECT warc_file AS file FROM temp.asked_{view}" for view in VIEWS)
    for file, rows_of in conn.execute(
        f"SELECT file, count(*) FROM ({rows} UNION ALL SELECT twin_file FROM temp.found_record "
        "WHERE twin_file IS NOT NULL) WHERE file IS NULL OR file NOT IN (SELECT name FROM temp.found_file) "
        "GROUP BY file"
    ):
        yield Finding(
            f"warc/{file}",
            None,
            f"the file is missing; {rows_of} rows and records lead to it",
            RESTORE,
            str(file),
        )


def rows_without_evidence(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Rows that lead to no whole record with their payload; rows of a missing file are counted with the
    file."""
    for view in VIEWS:
        for row in conn.execute(
            f"SELECT {_OBJECTS[view]}, warc_file, warc_offset, (SELECT cause FROM temp.found_damage d "
            "WHERE d.file = warc_file AND warc_offset >= d.offset "
            "AND warc_offset < d.offset + max(d.length, 1)), r.sha256 IS NOT NULL "
            f"FROM temp.asked_{view} v LEFT JOIN temp.found_record r ON r.file = v.warc_file "
            "AND r.offset = v.warc_offset JOIN temp.found_file f ON f.name = v.warc_file "
            "WHERE warc_file IN (SELECT name FROM temp.found_file) AND (r.file IS NULL "
            "OR v.sha256 NOT IN (r.sha256, r.unchunked) AND NOT (r.type = 'revisit' AND f.kind = 'import'))"
        ):
            yield _without_evidence(*row)


def _without_evidence(object_: str, file: str, offset: int, cause: str | None, whole: int) -> Finding:
    place = f"leads to warc/{file} at {offset}, where"
    if cause:
        return Finding(object_, offset, f"{place} {cause}", RESTORE, file)
    if whole:
        return Finding(
            object_, offset, f"{place} another payload is: one of the two was changed", _EITHER, file
        )
    return Finding(object_, offset, f"{place} no response begins", _EITHER, file)


_EITHER = f"put a sound copy of the file in its place, or {REBUILD} to take the evidence as it is"


def pages_unlike_evidence(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Pages whose address, instant, status or length is not the record's. Imported records may carry the
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
        "FROM temp.asked_pages v JOIN temp.found_record r ON r.file = v.warc_file "
        "AND r.offset = v.warc_offset "
        "JOIN temp.found_file f ON f.name = r.file "
        f"WHERE {' OR '.join(f'({clause})' for clause in unlike.values())}"
    ):
        names = ", ".join(name for name, differs in zip(unlike, differ, strict=True) if differs)
        yield Finding(object_, offset, f"{names} is not what warc/{file} at {offset} says", REBUILD, file)


def files_of_another_size(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Attachments whose size is not the payload's, where a revisit refers to the payload; an import may have
    been sent in chunks."""
    for object_, file, offset, size, held in conn.execute(
        f"SELECT {_OBJECTS['attachments']}, warc_file, warc_offset, v.size, p.size "
        "FROM temp.asked_attachments v JOIN temp.found_record r ON r.file = v.warc_file "
        "AND r.offset = v.warc_offset JOIN temp.found_file f ON f.name = r.file "
        "JOIN temp.found_record p ON p.file = coalesce(r.twin_file, r.file) "
        "AND p.offset = coalesce(r.twin_offset, r.offset) AND p.type = 'response' WHERE v.size IS NOT p.size "
        "AND f.kind <> 'import' AND p.unchunked = ''"
    ):
        yield Finding(
            object_,
            offset,
            f"says {size} bytes, the evidence at warc/{file} at {offset} holds {held}",
            REBUILD,
            file,
        )


def revisits_without_payload(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Revisit records whose payload is not where they say. Other tools may say nothing of it."""
    for file, offset, twin_file, twin_offset in conn.execute(
        "SELECT r.file, r.offset, r.twin_file, r.twin_offset FROM temp.found_record r "
        "JOIN temp.found_file f ON f.name = r.file LEFT JOIN temp.found_record t ON t.file = r.twin_file "
        "AND t.offset = r.twin_offset AND t.type = 'response' WHERE r.type = 'revisit' AND (t.file IS NULL "
        "OR f.kind <> 'import' AND r.sha256 NOT IN (t.sha256, t.unchunked)) AND (r.twin_file IS NOT NULL "
        "OR f.own)"
    ):
        where = f"warc/{twin_file} at {twin_offset}, where it is not" if twin_file else "no place"
        yield Finding(
            f"warc/{file}",
            offset,
            f"the payload of this revisit record is said to be in {where}",
            RESTORE,
            file,
        )


def evidence_without_row(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Responses of closed files that no page row leads to. A run that is killed leaves some in a file that is
    not closed; an import copies payloads that its revisits need and that are no captures of their own."""
    for file, offset, url in conn.execute(
        "SELECT r.file, r.offset, r.url FROM temp.found_record r JOIN temp.found_file f ON f.name = r.file "
        "AND f.closed LEFT JOIN main.pages p ON p.warc_file = r.file AND p.warc_offset = r.offset "
        "WHERE p.warc_file IS NULL AND f.kind IS NOT 'import'"
    ):
        yield Finding(
            f"warc/{file}", offset, f"no row of the database leads to this response of {url}", REBUILD, file
        )


def files_without_their_end(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Files of complete runs whose last record is not the run's closing one: cut between two records."""
    for (file,) in conn.execute(
        "SELECT f.name FROM temp.found_file f JOIN main.runs ON id = f.run "
        "AND runs.started_at = f.started_at WHERE f.own AND f.closed AND verdict = 'complete' "
        "AND f.ends_with NOT LIKE 'urn:kistep-archive:run:%' AND NOT EXISTS (SELECT 1 "
        "FROM temp.found_damage d WHERE d.file = f.name)"
    ):
        yield Finding(
            f"warc/{file}",
            None,
            "the record that closes a run is not at its end: bytes were cut off",
            RESTORE,
            file,
        )


def still_without_row(folder: Path, findings: list[Finding]) -> list[Finding]:
    """Those for which the database of this moment still has no row: a run that starts gives the evidence of a
    killed one its rows."""
    if not findings:
        return []
    try:
        with closing(open_archive(folder)) as conn:
            question = "SELECT 1 FROM pages WHERE warc_file = ? AND warc_offset = ?"
            return [
                one for one in findings if conn.execute(question, (one.file, one.offset)).fetchone() is None
            ]
    except (sqlite3.Error, ArchiveError):
        return findings
