"""Pages that the safety checks of a crawl held back make no rows in another archive either, whatever its file
is called and however it is packed."""

import gzip
import shutil
from pathlib import Path

import pytest
from captured import NUMBER, POST, page, warc
from imported import assert_sound, import_into
from runs_written import Last, holding_back, tripping, write_run

from kistep_archive.errors import ArchiveError
from kistep_archive.importers.import_result import lines
from kistep_archive.ingest import rebuild
from kistep_archive.store.database import open_archive

HELD = "held back by the safety checks of the run that fetched it"


def posts(archive: Path) -> int:
    conn = open_archive(archive)
    (count,) = conn.execute("SELECT count(*) FROM posts").fetchone()
    conn.close()
    return int(count)


def renamed(archive: Path, name: str = "renamed.warc.gz") -> Path:
    (path,) = (archive / "warc").iterdir()
    return Path(shutil.copyfile(path, archive.parent / name))


def unpacked(archive: Path) -> Path:
    path = renamed(archive)
    path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
    return path.with_suffix("")


def in_one_member(archive: Path) -> Path:
    path = renamed(archive)
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())))
    return path


@pytest.mark.parametrize(("last", "good"), [(tripping, 0), (holding_back(0, 2), 1)])
def test_pages_that_were_held_back_are_left_out_of_a_file_with_another_name(
    tmp_path: Path, last: Last, good: int
) -> None:
    file = renamed(write_run(tmp_path / "other", 3, last))
    done = import_into(tmp_path / "archive", file)
    assert (done.skipped[HELD], done.counts["new"], posts(tmp_path / "archive")) == (3 - good, good, good)
    assert f"skipped {3 - good}: {HELD}" in list(lines(done))
    assert_sound(tmp_path / "archive")


@pytest.mark.parametrize("packed", [unpacked, in_one_member])
def test_a_board_that_was_held_back_is_left_out_of_a_file_that_was_packed_anew(
    tmp_path: Path, packed: object
) -> None:
    assert callable(packed)
    done = import_into(tmp_path / "archive", packed(write_run(tmp_path / "other", 3, tripping)))
    assert (done.skipped[HELD], done.run, posts(tmp_path / "archive")) == (3, None, 0)


@pytest.mark.parametrize(("last", "good"), [(tripping, 0), (holding_back(0, 2), 1)])
def test_an_archive_that_is_taken_over_keeps_them_back_and_says_so(
    tmp_path: Path, last: Last, good: int
) -> None:
    done = import_into(tmp_path / "archive", write_run(tmp_path / "other", 3, last))
    assert (done.quarantined, posts(tmp_path / "archive")) == (3 - good, good)
    held = "3 pages" if not good else "2 pages"
    assert f"{held} held back by the safety checks there: no rows here either" in list(lines(done))
    assert_sound(tmp_path / "archive")


def test_captures_of_another_tool_in_the_same_import_are_read(tmp_path: Path) -> None:
    file = renamed(write_run(tmp_path / "other", 1, tripping))
    foreign = warc(tmp_path / "x.warc.gz", (POST.format(NUMBER), "2024-05-01T00:00:00Z", page("One")))
    done = import_into(tmp_path / "archive", foreign, file)
    assert (done.skipped[HELD], posts(tmp_path / "archive")) == (1, 1)


def test_an_archive_without_a_run_is_rebuilt_as_it_was_imported(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    assert import_into(archive, renamed(write_run(tmp_path / "other", 3, tripping))).run is None
    again = rebuild.rebuild(archive, jobs=1)
    assert (again.posts, again.files, again.damage, again.changes) == (0, 0, [], [])
    assert rebuild.dry_run(archive, jobs=1).posts == posts(archive) == 0
    assert list(lines(import_into(tmp_path / "second", archive))) == [
        "nothing new, nothing written; 0 already in the archive"
    ]


def test_an_archive_that_lost_its_evidence_is_not_emptied(tmp_path: Path) -> None:
    import_into(tmp_path / "archive", write_run(tmp_path / "other", 1))
    shutil.rmtree(tmp_path / "archive" / "warc")
    with pytest.raises(ArchiveError, match="no warc folder"):
        rebuild.rebuild(tmp_path / "archive", jobs=1)
    assert posts(tmp_path / "archive") == 1
