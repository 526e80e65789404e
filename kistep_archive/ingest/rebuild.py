"""Rebuilds the database from all evidence files: next to the old one, then renamed over it. Also shows what
that would change."""

import contextlib
import logging
import os
import sqlite3
import tempfile
from concurrent.futures import BrokenExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

from kistep_archive.display import some_of
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.evidence import recovery
from kistep_archive.ingest import ingest, parts, rebuild_result, ways
from kistep_archive.ingest.changes import changes, shrunk_bodies
from kistep_archive.ingest.readings import Engine, processes
from kistep_archive.ingest.rebuild_result import RebuildResult
from kistep_archive.model.boards import Board, Catalogue
from kistep_archive.parse.parser import VERSION
from kistep_archive.parse.tree import LIBRARY
from kistep_archive.store import connection
from kistep_archive.store.database import DATABASE_FILE, check_evidence, open_archive
from kistep_archive.store.lock import REBUILDING, take_lock
from kistep_archive.store.rows import boards
from kistep_archive.store.store import Store

NEWER = "install the newer kistep-archive, or rebuild with this older parser: kistep-archive rebuild --force"


def open_store(folder: Path, catalogue: Catalogue | None = None) -> Store:
    """Opens the store of an archive; the caller holds its lock. Closes and reads the evidence of a killed
    run, and first rebuilds a database whose pages were read in another way: by an older parser, another
    library, or another skin. The `catalogue` says how pages are read; for boards that it lacks, and without
    one, see `ways`. Raises ArchiveError, OSError, sqlite3.Error."""
    now = catalogue or ways.own(folder)
    _check_parser(folder)
    seal(folder)
    store = Store(folder)
    catalogue = ways.reading(store.boards or ways.of_runs(folder), now)
    if outdated := _why_outdated(store, catalogue):
        logging.getLogger(__name__).warning("%s: %s first", folder / DATABASE_FILE, outdated)
        store.close()
        _replace(folder, catalogue, processes(os.cpu_count() or 1), force=False)
        store = Store(folder)
    _note_reader(store, catalogue)
    ingest.catch_up(store, folder, catalogue=catalogue)
    return store


def copy_store(folder: Path, scratch: Path, catalogue: Catalogue) -> None:
    """Writes into the folder `scratch` the database with which the archive's next run would begin; nothing if
    the archive has none. Writes nothing into the archive and needs no lock. Raises as `open_store`."""
    if not (folder / DATABASE_FILE).is_file():
        return
    _check_parser(folder)
    with closing(open_archive(folder)) as original, closing(sqlite3.connect(scratch / DATABASE_FILE)) as copy:
        original.backup(copy)
    with closing(Store(scratch)) as store:
        known = store.boards or ways.of_runs(folder)
        outdated = _why_outdated(store, ways.reading(known, catalogue))
    if outdated:
        (scratch / DATABASE_FILE).unlink()
        result = _build(folder, scratch, processes(os.cpu_count() or 1), ways.reading(known, catalogue))
        rebuild_result.check(folder, result)


def _note_reader(store: Store, catalogue: Catalogue) -> None:
    """Notes what reads the pages from now on."""
    store.parser_version, store.library, store.boards = VERSION, LIBRARY, catalogue.rows


def _why_outdated(store: Store, catalogue: Catalogue) -> str:
    """Why the pages must be read again before new ones are, so that the same bytes are never a revision; ""
    if they need not."""
    if store.parser_version not in (0, VERSION):
        return f"built by parser version {store.parser_version}; rebuilding it with version {VERSION}"
    if store.library not in (0, LIBRARY):
        return f"read with libxml2 {_spelled(store.library)}; rebuilding it with {_spelled(LIBRARY)}"
    if changed := ways.changed_boards(store.boards, catalogue):
        return f"the skin or the encoding of {some_of(changed)} is another one now; rebuilding it"
    return ""


def _spelled(library: int) -> str:
    return f"{library // 10_000}.{library // 100 % 100}.{library % 100}"


def seal(folder: Path) -> None:
    """Closes the evidence files of killed runs; the caller holds the archive's lock."""
    for leftover in recovery.leftovers(folder / "warc"):
        recovery.seal(leftover)


def rebuild(
    folder: Path,
    *,
    jobs: int,
    force: bool = False,
    catalogue: Catalogue | None = None,
    dask: str = "",
    size: int = parts.SIZE,
) -> RebuildResult:
    """Rebuilds the database with so many processes, or with the Dask cluster at an address. Evidence is read
    in parts of `size` bytes. Raises ArchiveError: 2 if there is no evidence or the cluster does not fit, 3 if
    the cluster does not answer, 4 if the rebuild would lose values of the old database, 5 if damage is the
    reason for the loss or a newer parser built the database, 75 if another run is active."""
    engine = _engine(jobs, dask)
    check_evidence(folder)
    with closing(take_lock(folder, "rebuild")):
        if not force:
            _check_parser(folder)
        seal(folder)
        return _replace(folder, _reading(folder, catalogue), engine, force=force, size=size)


def dry_run(
    folder: Path,
    *,
    jobs: int,
    catalogue: Catalogue | None = None,
    dask: str = "",
    size: int = parts.SIZE,
) -> RebuildResult:
    """What a rebuild would change. Writes nothing into the archive and needs no lock; it ignores what an
    unfinished run has written."""
    engine = _engine(jobs, dask)
    check_evidence(folder)
    with tempfile.TemporaryDirectory() as scratch:
        return _build(folder, Path(scratch), engine, _reading(folder, catalogue), size)


def _engine(jobs: int, dask: str) -> Engine:
    if not dask:
        return processes(jobs)
    try:
        from kistep_archive.ingest import cluster
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("dask", "distributed"):
            raise
        raise ArchiveError(
            "--dask needs the library distributed; install it: pip install 'kistep-archive[dask]'",
            ExitCode.USAGE,
        ) from error
    return partial(cluster.reading, dask)


def _reading(folder: Path, catalogue: Catalogue | None) -> Catalogue:
    return ways.reading(ways.of_runs(folder), catalogue or ways.own(folder))


def _check_parser(folder: Path) -> None:
    """Raises ArchiveError (5) if a newer parser version built the database: this parser could silently lose
    values that only the newer one reads."""
    path = folder / DATABASE_FILE
    try:
        with closing(connection.connect(path)) as conn:
            built = int(conn.execute("PRAGMA user_version").fetchone()[0])
    except (ArchiveError, sqlite3.Error):  # none yet, or an unreadable one: others report that
        return
    if built > VERSION:
        words = f"{path}: built by parser version {built}, but this program has version {VERSION}; {NEWER}"
        raise ArchiveError(words, ExitCode.STORE_UNHEALTHY)


def _replace(
    folder: Path, catalogue: Catalogue, engine: Engine, *, force: bool, size: int = parts.SIZE
) -> RebuildResult:
    scratch = folder / REBUILDING
    _clear(scratch)
    scratch.mkdir()
    try:
        result = _build(folder, scratch, engine, catalogue, size)
        if not force:
            rebuild_result.check(folder, result)
        _rename(scratch / DATABASE_FILE, folder / DATABASE_FILE)
    finally:
        _clear(scratch)
    return result


def _build(
    folder: Path, scratch: Path, engine: Engine, catalogue: Catalogue, size: int = parts.SIZE
) -> RebuildResult:
    result = RebuildResult(files=len(ingest.evidence_files(folder)))
    store = Store(scratch, durable=False)
    try:
        _note_reader(store, catalogue)
        report = ingest.catch_up(store, folder, engine, catalogue, size)
        result.damage = report.damage
        result.suspicious = list(rebuild_result.suspicious_boards(store, catalogue, report))
    except (BrokenExecutor, BrokenPipeError) as error:
        raise ArchiveError(
            f"{folder}: a worker process ended too early. Try again with more free memory, or with --jobs 1.",
            ExitCode.STORE_UNHEALTHY,
        ) from error
    finally:
        store.close()
    with closing(sqlite3.connect((scratch / DATABASE_FILE).absolute().as_uri(), uri=True)) as new:
        result.pages, result.posts = (
            new.execute(f"SELECT count(*) FROM {view}").fetchone()[0] for view in ("pages", "posts")
        )
        result.is_first = not (folder / DATABASE_FILE).exists()
        result.changes, result.added, result.compared = changes(folder / DATABASE_FILE, new)
    if ways.changed_boards(_boards_of(folder), catalogue):
        result.shrunk = shrunk_bodies(result.changes, result.posts)
    return result


def _boards_of(folder: Path) -> tuple[Board, ...]:
    """The boards as the rows of the old database were read; none if it cannot be asked."""
    try:
        with closing(open_archive(folder)) as old:
            return boards.of_rows(old)
    except (ArchiveError, sqlite3.Error):
        return ()


def _rename(new: Path, old: Path) -> None:
    """Replaces the old database with the new one. First deletes the old log, after writing it into the old
    database: SQLite must not apply it to the new one. Readers that have the old files open keep them."""
    with contextlib.suppress(sqlite3.Error), closing(sqlite3.connect(old)) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    for suffix in ("-wal", "-shm"):
        old.with_name(old.name + suffix).unlink(missing_ok=True)
    with new.open("rb") as stream:
        os.fsync(stream.fileno())
    os.replace(new, old)
    folder = os.open(old.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _clear(scratch: Path) -> None:
    if scratch.is_dir():
        for path in scratch.glob(f"{DATABASE_FILE}*"):
            path.unlink()
        scratch.rmdir()
