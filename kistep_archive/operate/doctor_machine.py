"""Whether this machine and this folder can hold an archive. Looks only: no file is made, not even those beside the database."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from kistep_archive.ingest.rebuild import NEWER
from kistep_archive.ingest.runs import FLOOR
from kistep_archive.operate.doctor_findings import Finding, fail, ok, warn
from kistep_archive.parse.parser import VERSION
from kistep_archive.store.database import NAME
from kistep_archive.store.lock import REMEDY, holder, misplaced
from kistep_archive.store.store import unknown

_SQLITE = (3, 37, 0)  # the first with STRICT tables
_COMFORT = 1 << 30  # bytes: an archive with its files needs some hundred MB
_ANEW = "keep the file aside and run 'kistep-archive rebuild': the WARC files hold everything"
_BUSY = warn("database", "not checked while a run is at work", "try again when it has ended")


def machine() -> Iterator[Finding]:
    """Python and SQLite."""
    yield ok("Python", ".".join(map(str, sys.version_info[:3])))
    yield sqlite(sqlite3.sqlite_version, _missing_in_sqlite())


def sqlite(version: str, missing: str) -> Finding:
    """What this Python's SQLite of a `version` can do; `missing` is what it said when tried, or empty."""
    if tuple(int(part) for part in version.split(".")[:3]) < _SQLITE:
        missing = missing or "it has no STRICT tables"
        return fail(5, "SQLite", f"{version} is too old: {missing}", "install a Python with SQLite 3.37 or newer, such as python.org's")
    if missing:
        return fail(5, "SQLite", f"{version}: {missing}", "install a Python whose SQLite has FTS5, such as python.org's")
    return ok("SQLite", f"{version}, with STRICT tables and full-text search (FTS5)")


def _missing_in_sqlite() -> str:
    with closing(sqlite3.connect(":memory:")) as conn:
        try:
            conn.execute("CREATE TABLE t (x INTEGER) STRICT")
            conn.execute("CREATE VIRTUAL TABLE w USING fts5 (x)")
        except sqlite3.Error as error:
            return str(error)
    return ""


def archive(folder: Path) -> Iterator[Finding]:
    """The folder, the disk below it, the lock and the database."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    yield _folder(folder, there)
    yield _disk(there)
    if not folder.is_dir():
        return
    if words := misplaced(folder):
        yield fail(5, "folder", words, REMEDY)
        return
    at_work = holder(folder)
    yield warn("lock", f"a run is at work: {at_work}", "let it end") if at_work else ok("lock", "no run is at work")
    yield from _database(folder)


def _folder(folder: Path, there: Path) -> Finding:
    elsewhere = "name a folder that you may write with --archive DIR"
    if not there.is_dir():
        return fail(5, "folder", f"{there} is a file, not a folder", elsewhere)
    if not os.access(there, os.W_OK | os.X_OK):
        return fail(5, "folder", f"{there} cannot be written", elsewhere)
    if folder.is_dir():
        return ok("folder", f"{folder.absolute()} can be written")
    return ok("folder", f"{folder.absolute()} is not there yet; the first crawl makes it")


def _disk(there: Path) -> Finding:
    free = shutil.disk_usage(there).free
    words = f"{free >> 20:,} MiB free"
    if free < FLOOR:
        return fail(
            5, "disk", f"{words}; no run starts below {FLOOR >> 20} MiB", "make room, or name a folder elsewhere with --archive DIR"
        )
    return ok("disk", words) if free >= _COMFORT else warn("disk", words, "make room: files and images of the posts may need more")


def _database(folder: Path) -> Iterator[Finding]:
    """Looked at only while nobody writes: then SQLite needs none of the files that it makes beside a database in use."""
    path, log = folder / NAME, folder / f"{NAME}-wal"
    if not path.is_file():
        kept = any((folder / "warc").glob("*.warc.gz"))
        yield warn("database", f"no {NAME}, but WARC files", "run 'kistep-archive rebuild'") if kept else ok("database", "none yet")
    elif holder(folder):
        yield _BUSY
    elif log.is_file() and log.stat().st_size:
        words = f"not checked: a run was killed, {log.stat().st_size:,} bytes of it wait in {log.name}"
        yield warn("database", words, "run 'kistep-archive crawl', which takes them in, and then this again")
    else:
        found = _read(path)
        yield from [_BUSY] if holder(folder) else found  # what a run writes meanwhile would look like damage


def _read(path: Path) -> list[Finding]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as conn:
            return list(_checked(conn, path))
    except sqlite3.Error as error:
        return [fail(5, "database", f"{path}: {error}", _ANEW)]


def _checked(conn: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    said = conn.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
        yield fail(5, "database", f"{path}: {said}", _ANEW)
        return
    ours = "SELECT count(*) FROM sqlite_master WHERE type = 'view' AND name IN ('posts', 'runs', 'revisions')"
    if conn.execute(ours).fetchone()[0] != 3:
        yield fail(5, "database", f"{path}: not of a kistep-archive", "name another folder with --archive DIR")
        return
    if words := unknown(conn):
        yield fail(5, "database", f"{path}: {words}", "upgrade this program, or run 'kistep-archive rebuild'")
        return
    yield ok("database", f"{conn.execute('SELECT count(*) FROM posts').fetchone()[0]:,} posts; SQLite's quick_check finds nothing")
    (built,), (oldest,) = (conn.execute(sql).fetchone() for sql in ("PRAGMA user_version", "SELECT min(parser_version) FROM revisions"))
    yield _parser(oldest, built)
    run = conn.execute("SELECT kind, started_at, verdict, reason FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    if run is not None:
        words = f"{run[0]} of {run[1]}: {run[2] or 'without a verdict'}{f' ({run[3]})' if run[3] else ''}"
        yield ok("last run", words) if run[2] == "complete" else warn("last run", words, "run 'kistep-archive crawl' again")


def _parser(oldest: int | None, built: int) -> Finding:
    """`built` is the version that the database as a whole is of, `oldest` that of a revision."""
    if built > VERSION:
        return fail(5, "parser", f"version {VERSION}; the archive was read by version {built}", NEWER)
    if oldest is not None and oldest < VERSION:
        words = f"version {VERSION}; parts of the archive were read by version {oldest}"
        return warn("parser", words, "run 'kistep-archive rebuild --dry-run' to see what the newer parser reads otherwise")
    return ok("parser", f"version {VERSION}")
