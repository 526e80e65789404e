"""Rebuilds the database from all evidence files: next to the old one, then renamed over it. Also shows what
that would change."""

import contextlib
import logging
import os
import sqlite3
import tempfile
from concurrent.futures import BrokenExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.evidence import recovery
from kistep_archive.ingest import ingest, ways
from kistep_archive.ingest.changes import RebuildChange, changes
from kistep_archive.model.boards import Catalogue
from kistep_archive.parse.parser import VERSION
from kistep_archive.parse.tree import LIBRARY
from kistep_archive.store.database import NAME, check_evidence
from kistep_archive.store.lock import take_lock
from kistep_archive.store.store import Store

_SHOWN = 3  # how many lost values a refusal names
NEWER = "install the newer kistep-archive, or rebuild with this older parser: kistep-archive rebuild --force"


@dataclass(slots=True)
class Rebuilt:
    """The result of a rebuild: evidence files read, pages read, differences from the old database, damage."""

    files: int = 0
    pages: int = 0
    posts: int = 0
    changes: list[RebuildChange] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    compared: bool = True
    added: int = 0

    @property
    def lost(self) -> list[RebuildChange]:
        """The changes that lose a value."""
        return [change for change in self.changes if change.lost]


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
    if outdated := _outdated(store, catalogue):
        logging.getLogger(__name__).warning("%s: %s first", folder / NAME, outdated)
        store.close()
        _replace(folder, catalogue, jobs=os.cpu_count() or 1, force=False)
        store = Store(folder)
    _note_reader(store, catalogue)
    ingest.catch_up(store, folder, catalogue=catalogue)
    return store


def _note_reader(store: Store, catalogue: Catalogue) -> None:
    """Notes what reads the pages from now on."""
    store.parser_version, store.library, store.boards = VERSION, LIBRARY, catalogue.rows


def _outdated(store: Store, catalogue: Catalogue) -> str:
    """Why the pages must be read again before new ones are, so that the same bytes are never a revision; ""
    if they need not."""
    if store.parser_version not in (0, VERSION):
        return f"built by parser version {store.parser_version}; rebuilding it with version {VERSION}"
    if store.library not in (0, LIBRARY):
        return f"read with libxml2 {_spelled(store.library)}; rebuilding it with {_spelled(LIBRARY)}"
    if changed := ways.changed(store.boards, catalogue):
        return f"the skin or the encoding of {', '.join(changed)} is another one now; rebuilding it"
    return ""


def _spelled(library: int) -> str:
    return f"{library // 10_000}.{library // 100 % 100}.{library % 100}"


def seal(folder: Path) -> None:
    """Closes the evidence files of killed runs; the caller holds the archive's lock."""
    for leftover in recovery.leftovers(folder / "warc"):
        recovery.seal(leftover)


def rebuild(folder: Path, *, jobs: int, force: bool = False, catalogue: Catalogue | None = None) -> Rebuilt:
    """Rebuilds the database. Raises ArchiveError: 2 if there is no evidence, 4 if the rebuild would lose
    values of the old database, 5 if damage is the reason for the loss or a newer parser built the database,
    75 if another run is active."""
    check_evidence(folder)
    with closing(take_lock(folder, "rebuild")):
        if not force:
            _check_parser(folder)
        seal(folder)
        return _replace(folder, _reading(folder, catalogue), jobs=jobs, force=force)


def dry_run(folder: Path, *, jobs: int, catalogue: Catalogue | None = None) -> Rebuilt:
    """What a rebuild would change. Writes nothing into the archive and needs no lock; it ignores what an
    unfinished run has written."""
    check_evidence(folder)
    with tempfile.TemporaryDirectory() as scratch:
        return _build(folder, Path(scratch), jobs, _reading(folder, catalogue))


def _reading(folder: Path, catalogue: Catalogue | None) -> Catalogue:
    return ways.reading(ways.of_runs(folder), catalogue or ways.own(folder))


def _check_parser(folder: Path) -> None:
    """Raises ArchiveError (5) if a newer parser version built the database: this parser could silently lose
    values that only the newer one reads."""
    path = folder / NAME
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
            built = int(conn.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error:  # there is no database yet, or an unreadable one: others report that
        return
    if built > VERSION:
        words = f"{path}: built by parser version {built}, but this program has version {VERSION}; {NEWER}"
        raise ArchiveError(words, ExitCode.STORE_UNHEALTHY)


def _replace(folder: Path, catalogue: Catalogue, *, jobs: int, force: bool) -> Rebuilt:
    scratch = folder / "rebuild"
    _clear(scratch)
    scratch.mkdir()
    try:
        result = _build(folder, scratch, jobs, catalogue)
        if result.lost and not force:
            raise _refusal(folder, result)
        _rename(scratch / NAME, folder / NAME)
    finally:
        _clear(scratch)
    return result


def _build(folder: Path, scratch: Path, jobs: int, catalogue: Catalogue) -> Rebuilt:
    result = Rebuilt(files=len(ingest.evidence_files(folder)))
    store = Store(scratch, durable=False)
    try:
        _note_reader(store, catalogue)
        result.damage = ingest.catch_up(store, folder, jobs, catalogue)
    except (BrokenExecutor, BrokenPipeError) as error:
        raise ArchiveError(
            f"{folder}: a worker process ended too early. Try again with more free memory, or with --jobs 1.",
            ExitCode.STORE_UNHEALTHY,
        ) from error
    finally:
        store.close()
    with closing(sqlite3.connect(scratch / NAME)) as new:
        result.pages, result.posts = (
            new.execute(f"SELECT count(*) FROM {view}").fetchone()[0] for view in ("pages", "posts")
        )
        result.changes, result.added, result.compared = changes(folder / NAME, new)
    return result


def _refusal(folder: Path, result: Rebuilt) -> ArchiveError:
    shown = "; ".join(
        f"post {change.post}, {change.field} ({change.place})" for change in result.lost[:_SHOWN]
    )
    more = f" and {len(result.lost) - _SHOWN} more" if len(result.lost) > _SHOWN else ""
    why = f"; damaged: {result.damage[0]}" if result.damage else ""
    advice = "The old database is unchanged. See all with --dry-run, or rebuild all the same with --force."
    words = f"{folder}: a rebuild would lose {shown}{more}{why}. {advice}"
    return ArchiveError(words, ExitCode.STORE_UNHEALTHY if result.damage else ExitCode.SITE_CHANGED)


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
        for path in scratch.iterdir():
            path.unlink()
        scratch.rmdir()
