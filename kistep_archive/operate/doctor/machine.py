"""Whether this machine and this folder can hold an archive. It makes no file, not even those beside the
database."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from kistep_archive.display import plural
from kistep_archive.errors import ExitCode
from kistep_archive.ingest.rebuild import NEWER
from kistep_archive.ingest.runs import FLOOR
from kistep_archive.model.outcomes import Verdict
from kistep_archive.operate.doctor.findings import DoctorFinding, fail, ok, warn
from kistep_archive.operate.health import origin_words
from kistep_archive.parse.parser import VERSION
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.store.lock import REMEDY, holder, misplaced
from kistep_archive.store.store import unknown

_SQLITE = (3, 37, 0)  # the first with STRICT tables
_ENOUGH_SPACE = 1 << 30  # bytes: an archive with its files needs a few hundred MB
_REBUILD = "move the file away and run 'kistep-archive rebuild': the WARC files hold everything"
_BUSY = warn("database", "not checked while a run is active", "try again when it has ended")


def machine() -> Iterator[DoctorFinding]:
    """Python and SQLite."""
    yield ok("Python", ".".join(map(str, sys.version_info[:3])))
    yield sqlite(sqlite3.sqlite_version, _missing_in_sqlite())


def sqlite(version: str, missing: str) -> DoctorFinding:
    """Whether SQLite of this version can do what is needed; `missing` is its error message, or empty."""
    if tuple(int(part) for part in version.split(".")[:3]) < _SQLITE:
        advice = "install a Python with SQLite 3.37 or newer, such as python.org's"
        return fail(
            ExitCode.STORE_UNHEALTHY,
            "SQLite",
            f"{version} is too old: {missing or 'it has no STRICT tables'}",
            advice,
        )
    if missing:
        return fail(
            ExitCode.STORE_UNHEALTHY,
            "SQLite",
            f"{version}: {missing}",
            "install a Python whose SQLite has FTS5, such as python.org's",
        )
    return ok("SQLite", f"{version}, with STRICT tables and full-text search (FTS5)")


def _missing_in_sqlite() -> str:
    with closing(sqlite3.connect(":memory:")) as conn:
        try:
            conn.execute("CREATE TABLE t (x INTEGER) STRICT")
            conn.execute("CREATE VIRTUAL TABLE w USING fts5 (x)")
        except sqlite3.Error as error:
            return str(error)
    return ""


def archive(folder: Path) -> Iterator[DoctorFinding]:
    """The folder, its disk, the lock and the database."""
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    yield _folder(folder, existing)
    yield _disk(existing)
    if not folder.is_dir():
        return
    if words := misplaced(folder):
        yield fail(ExitCode.STORE_UNHEALTHY, "folder", words, REMEDY)
        return
    run = holder(folder)
    yield (
        warn("lock", f"a run is active: {run}", "wait until it ends")
        if run
        else ok("lock", "no run is active")
    )
    yield from _database(folder)


def _folder(folder: Path, existing: Path) -> DoctorFinding:
    """`existing` is the folder itself, or its nearest parent that exists."""
    elsewhere = "choose a folder that you may write with --archive DIR"
    if not existing.is_dir():
        return fail(ExitCode.STORE_UNHEALTHY, "folder", f"{existing} is a file, not a folder", elsewhere)
    if not os.access(existing, os.W_OK | os.X_OK):
        return fail(ExitCode.STORE_UNHEALTHY, "folder", f"{existing} cannot be written", elsewhere)
    if folder.is_dir():
        return ok("folder", f"{folder.absolute()} can be written")
    return ok("folder", f"{folder.absolute()} does not exist yet; the first crawl makes it")


def _disk(existing: Path) -> DoctorFinding:
    free = shutil.disk_usage(existing).free
    words = f"{free >> 20:,} MiB free"
    if free < FLOOR:
        advice = "free some space, or choose a folder on another disk with --archive DIR"
        return fail(
            ExitCode.STORE_UNHEALTHY, "disk", f"{words}; a run needs {FLOOR >> 20} MiB to start", advice
        )
    if free < _ENOUGH_SPACE:
        return warn("disk", words, "free some space: the posts' files and images may need more")
    return ok("disk", words)


def _database(folder: Path) -> Iterator[DoctorFinding]:
    """Checks the database, but only while nobody writes: then SQLite makes no file beside it."""
    path, log = folder / DATABASE_FILE, folder / f"{DATABASE_FILE}-wal"
    if not path.is_file():
        has_evidence = any((folder / "warc").glob("*.warc.gz"))
        missing = warn(
            "database", f"there are WARC files, but no {DATABASE_FILE}", "run 'kistep-archive rebuild'"
        )
        yield missing if has_evidence else ok("database", "none yet")
    elif holder(folder):
        yield _BUSY
    elif log.is_file() and log.stat().st_size:
        words = f"not checked: a run was killed and left {log.stat().st_size:,} bytes in {log.name}"
        yield warn(
            "database", words, "run 'kistep-archive crawl', which takes them in, then run doctor again"
        )
    else:
        findings = _read(path)
        # what a run writes meanwhile would look like damage
        yield from [_BUSY] if holder(folder) else findings


def _read(path: Path) -> list[DoctorFinding]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as conn:
            return list(_check(conn, path))
    except sqlite3.Error as error:
        return [fail(ExitCode.STORE_UNHEALTHY, "database", f"{path}: {error}", _REBUILD)]


def _check(conn: sqlite3.Connection, path: Path) -> Iterator[DoctorFinding]:
    result = conn.execute("PRAGMA quick_check(1)").fetchone()[0]
    if result != "ok":
        yield fail(ExitCode.STORE_UNHEALTHY, "database", f"{path}: {result}", _REBUILD)
        return
    ours = "SELECT count(*) FROM sqlite_master WHERE type = 'view' AND name IN ('posts', 'runs', 'revisions')"
    if conn.execute(ours).fetchone()[0] != 3:
        yield fail(
            ExitCode.STORE_UNHEALTHY,
            "database",
            f"{path}: not made by kistep-archive",
            "choose another folder with --archive DIR",
        )
        return
    if words := unknown(conn):
        yield fail(
            ExitCode.STORE_UNHEALTHY,
            "database",
            f"{path}: {words}",
            "upgrade this program, or run 'kistep-archive rebuild'",
        )
        return
    posts = conn.execute("SELECT count(*) FROM posts").fetchone()[0]
    yield ok("database", f"{plural(posts, 'post')}; SQLite's quick_check found no damage")
    built = conn.execute("PRAGMA user_version").fetchone()[0]
    yield _parser(conn.execute("SELECT min(parser_version) FROM revisions").fetchone()[0], built)
    yield from _last_run(conn)


def _last_run(conn: sqlite3.Connection) -> Iterator[DoctorFinding]:
    run = conn.execute(
        "SELECT kind, started_at, verdict, reason FROM runs ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if run is not None:
        words = f"{run[0]} of {run[1]}: {run[2] or 'it did not end'}{f' ({run[3]})' if run[3] else ''}"
        is_complete = run[2] == Verdict.COMPLETE
        yield (
            ok("last run", words)
            if is_complete
            else warn("last run", words, f"run 'kistep-archive crawl{origin_words(conn)}' again")
        )


def _parser(oldest: int | None, built: int) -> DoctorFinding:
    """`built` is the parser version of the whole database, `oldest` the lowest one of a revision."""
    if built > VERSION:
        return fail(
            ExitCode.STORE_UNHEALTHY,
            "parser",
            f"version {VERSION}; the archive was read by version {built}",
            NEWER,
        )
    if oldest is not None and oldest < VERSION:
        words = f"version {VERSION}; parts of the archive were read by version {oldest}"
        return warn(
            "parser",
            words,
            "run 'kistep-archive rebuild --dry-run' to see what the newer parser reads differently",
        )
    return ok("parser", f"version {VERSION}")
