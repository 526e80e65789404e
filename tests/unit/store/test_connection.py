"""A reader who may not write beside the database sees every row, and leaves nothing behind."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from stranger import open_to_all, stranger

from kistep_archive.api import Archive
from kistep_archive.errors import ArchiveError
from kistep_archive.evidence.events import RunStart
from kistep_archive.store import connection
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.store.rows import runs
from kistep_archive.store.store import Store


def begin(store: Store, number: int) -> None:
    start = RunStart(number, f"{number:06d}", "crawl", "2026-01-01T00:00:00Z", "", ["news"], {}, ())
    runs.begin(store.conn, start)


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[Path]:
    """An archive with one run, at which nobody writes."""
    with closing(Store(tmp_path)) as store:
        begin(store, 1)
    with open_to_all(tmp_path) as folder:
        os.utime(folder / DATABASE_FILE, (1, 1))
        yield folder


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[Path]:
    """A copy of an archive made in the middle of its second run, which is in the log alone."""
    with closing(Store(tmp_path)) as store:
        begin(store, 1)
        store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        begin(store, 2)
        with open_to_all(tmp_path) as folder:
            for name in (DATABASE_FILE, f"{DATABASE_FILE}-wal"):
                os.utime(folder / name, (1, 1))
            yield folder


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def runs_of(archive: Archive) -> list[int]:
    return [run.id for run in archive.runs()]


def test_another_user_reads_an_archive_at_rest(quiet: Path) -> None:
    before = listing(quiet)
    with stranger(quiet), Archive(quiet) as archive:
        assert runs_of(archive) == [1]
    assert listing(quiet) == before


def test_what_only_the_log_holds_is_not_left_out(logged: Path) -> None:
    before = listing(logged)
    with stranger(logged), Archive(logged) as archive:
        assert runs_of(archive) == [1, 2]
    assert listing(logged) == before


def test_another_user_sees_what_the_owner_writes_meanwhile(quiet: Path) -> None:
    with stranger(quiet):
        archive = Archive(quiet)
        earlier = archive.runs()
        assert next(earlier).id == 1
    with closing(Store(quiet)) as store:
        begin(store, 2)
        with stranger(quiet):
            assert runs_of(archive) == [1, 2]  # while the run is at work, with its log beside
            assert list(earlier) == []  # of the state in which it was asked
        begin(store, 3)
        with stranger(quiet):
            assert runs_of(archive) == [1, 2, 3]
    with stranger(quiet):
        assert runs_of(archive) == [1, 2, 3]
        archive.close()


def test_a_private_copy_is_gone_at_once(quiet: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = quiet.parent / "copies"
    place.mkdir()
    place.chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    with stranger(quiet), closing(connection.connect(quiet / DATABASE_FILE)) as conn:
        assert list(place.iterdir()) == []
        assert conn.execute("SELECT count(*) FROM run").fetchone() == (1,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            conn.execute("DELETE FROM run")


def test_without_a_place_for_the_copy_the_message_says_where_it_was(
    quiet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(quiet / "none"))
    with stranger(quiet), pytest.raises(ArchiveError, match="from a copy in .*none.*Set TMPDIR") as error:
        connection.connect(quiet / DATABASE_FILE)
    assert error.value.exit_code == 5


def test_a_database_that_one_may_not_read_is_not_called_damaged(quiet: Path) -> None:
    (quiet / DATABASE_FILE).chmod(0)
    with stranger(quiet), pytest.raises(ArchiveError, match="you may not read this file. Ask its owner"):
        connection.connect(quiet / DATABASE_FILE)
