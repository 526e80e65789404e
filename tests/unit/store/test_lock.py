"""The lock of the archive's only writer, and what is in the place of a part of the archive."""

from contextlib import closing
from pathlib import Path

import pytest

from kistep_archive.errors import ArchiveError
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.store.lock import holder, misplaced, take_lock


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
