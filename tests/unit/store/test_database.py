"""Opening an archive to read it: what is none, or is no database of ours, is named."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kistep_archive.errors import ArchiveError
from kistep_archive.model import archive_toml
from kistep_archive.store.database import DATABASE_FILE, open_archive
from kistep_archive.store.store import Store


def refusal(folder: Path) -> tuple[int, str]:
    with pytest.raises(ArchiveError) as error:
        open_archive(folder)
    return error.value.exit_code, str(error.value)


def test_a_folder_without_a_database_is_no_archive(tmp_path: Path) -> None:
    code, words = refusal(tmp_path)
    assert (code, words.startswith(f"{tmp_path}: not an archive (no {DATABASE_FILE} in it)")) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_settings_and_without_a_crawl_is_an_archive_that_is_still_empty(tmp_path: Path) -> None:
    (tmp_path / archive_toml.NAME).write_text('contact = "me@example.org"')
    words = f"{tmp_path}: nothing was crawled yet; run 'kistep-archive crawl'"
    assert refusal(tmp_path) == (2, words)


@pytest.mark.parametrize("views", [(), ("posts",), ("runs",), ("hits", "pages")])
def test_a_database_of_another_program_is_named(tmp_path: Path, views: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as conn:
        conn.execute("CREATE TABLE t (a)")
        for view in views:
            conn.execute(f"CREATE VIEW {view} AS SELECT * FROM t")
    code, words = refusal(tmp_path)
    assert (code, "a database, but not of kistep-archive" in words) == (2, True)


def test_a_file_that_is_no_database_can_be_made_again_from_the_evidence(tmp_path: Path) -> None:
    (tmp_path / DATABASE_FILE).write_bytes(b"this is not a database" * 100)
    code, words = refusal(tmp_path)
    assert (code, "run 'kistep-archive rebuild'" in words) == (5, True)


def test_an_archive_is_opened_to_be_read_and_not_written(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with closing(open_archive(tmp_path)) as conn:
        assert conn.execute("SELECT count(*) AS n FROM posts").fetchone()["n"] == 0
        assert conn.execute("SELECT folded('Été'), folded(NULL)").fetchone()[:] == ("ete", None)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            conn.execute("DELETE FROM page")


@pytest.mark.parametrize("name", ["000001-crawl-20260101T000000Z.warc.gz", ""])
def test_evidence_without_a_database_needs_a_rebuild(tmp_path: Path, name: str) -> None:
    (tmp_path / "warc").mkdir()
    if name:
        (tmp_path / "warc" / name).touch()
    code, words = refusal(tmp_path)
    assert (code, words) == (
        5,
        f"{tmp_path / DATABASE_FILE}: missing; run 'kistep-archive rebuild' to make it again from the WARC "
        "files",
    )
