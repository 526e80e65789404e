"""The lock of the archive's only writer, and what is in the place of a part of the archive."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from kistep_archive.errors import ArchiveError
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.store.lock import holder, misplaced, take_lock
from kistep_archive.store.store import Store


@pytest.mark.parametrize("name", [DATABASE_FILE, "lock"])
def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    words = f"{tmp_path / name} is a folder, but the archive needs a file there"
    assert misplaced(tmp_path) == words
    with pytest.raises(ArchiveError, match="move it elsewhere and try again") as error:
        take_lock(tmp_path, "crawl")
    assert (error.value.exit_code, str(error.value).startswith(words)) == (5, True)


def test_a_file_in_the_place_of_the_evidence_is_named_and_a_folder_is_none(tmp_path: Path) -> None:
    (tmp_path / "warc").mkdir()
    assert misplaced(tmp_path) == ""
    (tmp_path / "warc").rmdir()
    (tmp_path / "warc").write_text("")
    assert misplaced(tmp_path) == f"{tmp_path / 'warc'} is a file, but the archive needs a folder there"


PARTS = ["lock", DATABASE_FILE, f"{DATABASE_FILE}-wal", "rebuild", "taking", "warc/000001-x.warc.gz.open"]


@pytest.mark.parametrize("name", [*PARTS, "warc/000001-x.warc.gz.torn"])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_in_the_place_of_a_part_is_named_and_what_it_leads_to_stays(
    tmp_path: Path, name: str, is_there: bool
) -> None:
    archive, elsewhere = tmp_path / "archive", tmp_path / "elsewhere"
    (archive / "warc").mkdir(parents=True)
    if is_there:
        elsewhere.mkdir()
        (elsewhere / "thesis").write_text("kept")
    (archive / name).symlink_to(elsewhere)
    with pytest.raises(ArchiveError, match="is a link, but the archive needs") as error:
        take_lock(archive, "rebuild")
    assert (error.value.exit_code, str(error.value).startswith(f"{archive / name} is a link")) == (5, True)
    assert [path.read_text() for path in elsewhere.glob("*")] == ["kept"] * is_there
    assert elsewhere.exists() == is_there


def test_the_archive_and_its_evidence_may_be_on_another_disk(tmp_path: Path) -> None:
    for name in ("disk", "warc"):
        (tmp_path / name).mkdir()
    (tmp_path / "disk" / "warc").symlink_to(tmp_path / "warc")
    (tmp_path / "warc" / "000001-x.warc.gz").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "archive").symlink_to(tmp_path / "disk")
    take_lock(tmp_path / "archive", "crawl").close()


@pytest.mark.parametrize(
    ("mask", "folder", "mode"),
    [(0o022, 0o755, 0o644), (0o077, 0o755, 0o600), (0o022, 0o700, 0o600), (0o002, 0o750, 0o640)],
)
def test_files_are_made_as_the_umask_says_and_never_wider_than_the_folder(
    tmp_path: Path, mask: int, folder: int, mode: int
) -> None:
    tmp_path.chmod(folder)
    before = os.umask(mask)
    try:
        with closing(take_lock(tmp_path, "crawl")):
            Store(tmp_path).close()
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"lock": mode, DATABASE_FILE: mode}


def test_who_holds_the_lock_is_told_to_who_wants_it_until_it_is_closed(tmp_path: Path) -> None:
    assert holder(tmp_path) == ""
    (tmp_path / "lock").write_text("pid 1, an import whose name is longer than that of the next one")
    with closing(take_lock(tmp_path, "crawl")):
        held = holder(tmp_path)
        assert ", crawl since 20" in held
        assert held == (tmp_path / "lock").read_text()
        assert "import" not in held
        with pytest.raises(ArchiveError, match=f"another run holds the lock: {held}") as error:
            take_lock(tmp_path, "rebuild")
        assert error.value.exit_code == 75
    assert holder(tmp_path) == ""
    take_lock(tmp_path, "rebuild").close()
