"""A new database from all evidence files, beside the old one, then renamed over it; and what that would change."""

import contextlib
import logging
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.evidence import recovery
from kistep_archive.ingest import ingest
from kistep_archive.model.columns import SAID
from kistep_archive.parse.parser import VERSION
from kistep_archive.store.database import NAME
from kistep_archive.store.lock import take_lock
from kistep_archive.store.store import Store

NEWER = "install the newer kistep-archive, or read it anew with this older parser: kistep-archive rebuild --force"
_SHOWN = 3  # lost values that a refusal names


@dataclass(frozen=True, slots=True)
class Change:
    """One value that a rebuild would change. `after` is None where it would be lost; `field` is "page" where the page would no longer
    be read at all."""

    post: int
    place: str
    field: str
    before: str | None
    after: str | None

    @property
    def lost(self) -> bool:
        """Whether something is replaced by nothing."""
        return bool(self.before) and not self.after


@dataclass(slots=True)
class Rebuilt:
    """A rebuild: evidence files read, pages folded in, what differs from the old database, what is damaged."""

    files: int = 0
    pages: int = 0
    posts: int = 0
    changes: list[Change] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    compared: bool = True

    @property
    def lost(self) -> list[Change]:
        """The changes that lose a value."""
        return [change for change in self.changes if change.lost]


def open_store(folder: Path) -> Store:
    """The store of an archive whose lock is held, whole: what a killed run left is sealed and folded in, and a database that an older
    version of the parser built is rebuilt first. Raises ArchiveError, OSError, sqlite3.Error."""
    _check_parser(folder)
    seal(folder)
    store = Store(folder)
    if store.parser_version not in (0, VERSION):
        logging.getLogger(__name__).warning(
            "%s was built by parser version %d, this is %d: it is rebuilt first", folder / NAME, store.parser_version, VERSION
        )
        store.close()
        _replace(folder, jobs=os.cpu_count() or 1, force=False)
        store = Store(folder)
    store.parser_version = VERSION
    ingest.catch_up(store, folder)
    return store


def seal(folder: Path) -> None:
    """Seals what killed runs left open; the archive's lock must be held."""
    for leftover in recovery.leftovers(folder / "warc"):
        recovery.seal(leftover)


def rebuild(folder: Path, *, jobs: int, force: bool = False) -> Rebuilt:
    """Rebuilds the database. Raises ArchiveError: 2 where there is no evidence, 4 where it would lose values that the old database
    has, 5 where damage is the reason of the loss or a newer parser built it, 75 when a run is going on."""
    _check(folder)
    with closing(take_lock(folder, "rebuild")):
        if not force:
            _check_parser(folder)
        seal(folder)
        return _replace(folder, jobs=jobs, force=force)


def dry_run(folder: Path, *, jobs: int) -> Rebuilt:
    """What a rebuild would change. Writes nothing into the archive and needs no lock: what an unfinished run has written is left out."""
    _check(folder)
    with tempfile.TemporaryDirectory() as scratch:
        return _build(folder, Path(scratch), jobs)


def _check(folder: Path) -> None:
    if not (folder / "warc").is_dir():
        raise ArchiveError(f"{folder}: not an archive (no warc folder in it); name one with --archive DIR", ExitCode.USAGE)


def _check_parser(folder: Path) -> None:
    """Raises ArchiveError (5) for a database that a newer version of the parser built: what only that one reads would be lost unseen."""
    path = folder / NAME
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
            built = int(conn.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error:  # there is none yet, or one that cannot be read: not for this to say
        return
    if built > VERSION:
        raise ArchiveError(f"{path}: was built by parser version {built}, this is {VERSION}; {NEWER}", ExitCode.STORE_UNHEALTHY)


def _replace(folder: Path, *, jobs: int, force: bool) -> Rebuilt:
    scratch = folder / "rebuild"
    _clear(scratch)
    scratch.mkdir()
    try:
        result = _build(folder, scratch, jobs)
        if result.lost and not force:
            raise _refusal(folder, result)
        _rename(scratch / NAME, folder / NAME)
    finally:
        _clear(scratch)
    return result


def _build(folder: Path, scratch: Path, jobs: int) -> Rebuilt:
    result = Rebuilt(files=len(ingest.evidence_files(folder)))
    store = Store(scratch, durable=False)
    try:
        store.parser_version = VERSION
        result.damage = ingest.catch_up(store, folder, jobs)
    except (BrokenExecutor, BrokenPipeError) as error:
        raise ArchiveError(
            f"{folder}: a process that reads pages ended too early; try again with more memory free, or --jobs 1", ExitCode.STORE_UNHEALTHY
        ) from error
    finally:
        store.close()
    with closing(sqlite3.connect(scratch / NAME)) as new:
        result.pages, result.posts = (new.execute(f"SELECT count(*) FROM {view}").fetchone()[0] for view in ("pages", "posts"))
        result.changes, result.compared = _changes(folder / NAME, new)
    return result


def _changes(path: Path, new: sqlite3.Connection) -> tuple[list[Change], bool]:
    """The values that differ, and whether the old database could be compared."""
    if not path.is_file():
        return [], True
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as old:
            there = {row[1] for row in old.execute("PRAGMA table_info(sightings)")}
            fields = [name for name in SAID if name in there]  # a field that is new has nothing to lose
            before = _said(old, fields)
    except sqlite3.Error:
        return [], False
    return list(_differing(fields, before, _said(new, fields))), True


_Said = dict[tuple[str, int], tuple[object, ...]]


def _said(conn: sqlite3.Connection, fields: list[str]) -> _Said:
    return {row[:2]: row[2:] for row in conn.execute(f"SELECT warc_file, warc_offset, {', '.join(['post_id', *fields])} FROM sightings")}


def _differing(fields: list[str], before: _Said, after: _Said) -> Iterator[Change]:
    for place, (post, *values) in before.items():
        at = f"{place[0]} at {place[1]}"
        if place not in after:
            yield Change(int(str(post)), at, "page", str(values[0]), None)
            continue
        for name, old, new in zip(fields, values, after[place][1:], strict=True):
            if old != new:
                yield Change(int(str(post)), at, name, None if old is None else str(old), None if new is None else str(new))


def _refusal(folder: Path, result: Rebuilt) -> ArchiveError:
    shown = "; ".join(f"post {change.post}, {change.field} ({change.place})" for change in result.lost[:_SHOWN])
    more = f" and {len(result.lost) - _SHOWN} more" if len(result.lost) > _SHOWN else ""
    why = f"; damaged: {result.damage[0]}" if result.damage else ""
    words = f"{folder}: a rebuild would lose {shown}{more}{why}; the old database is untouched; see --dry-run, or use --force"
    return ArchiveError(words, ExitCode.STORE_UNHEALTHY if result.damage else ExitCode.SITE_CHANGED)


def _rename(new: Path, old: Path) -> None:
    """Puts the new database in the old one's place. The old log goes first, once it is folded in: it must not be taken for the new one's;
    readers that have the old files open keep them."""
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
