"""Archives are merged by `import`: the runs of the others become runs of this one, and the archive is like
the one that a single crawl makes."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from captured import NUMBER, POST, page, warc
from commands import Archive, assert_rebuild_equals, one_line
from imported import assert_sound
from merged import BOARDS, EDITED_AGAIN, copied, count_next_requests, crawl, evidence, says, take, two_boards
from small_site import EDITED

from kistep_archive.evidence import takeover
from kistep_archive.replica import Replica
from kistep_archive.store.lock import take_lock
from kistep_archive.warc.reader import record_at, walk

Alone = tuple[Archive, Archive]
CAPTURE = POST.format(NUMBER), "2019-05-01T00:00:00Z", page("As it was")
OLD = Path(__file__).parent.parent / "archives" / "0.1.0" / "archive"


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with two_boards() as site:
        yield site


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, replica: Replica) -> Alone:
    """An archive of each board, to be read."""
    folder = tmp_path_factory.mktemp("alone")
    archives = Archive(folder / "a", replica.origin), Archive(folder / "b", replica.origin)
    for archive, board in zip(archives, BOARDS, strict=True):
        crawl(archive, board)
    return archives


@pytest.fixture(autouse=True)
def first_day(replica: Replica) -> None:
    replica.site.day = 1


@pytest.fixture
def merged(tmp_path: Path, replica: Replica) -> Archive:
    """An empty archive."""
    return Archive(tmp_path / "merged", replica.origin)


def assert_whole(archive: Archive) -> None:
    """The evidence is sound, and makes the same rows again."""
    assert_sound(archive.folder)
    assert_rebuild_equals(archive.folder)


def test_two_archives_merged_are_like_one_crawl_of_both(tmp_path: Path, merged: Archive) -> None:
    with two_boards() as one, two_boards() as other:
        alone = Archive(tmp_path / "a", one.origin), Archive(tmp_path / "b", one.origin)
        together, merged.origin = Archive(tmp_path / "both", other.origin), one.origin
        for archive, board in zip(alone, BOARDS, strict=True):
            crawl(archive, board)
        crawl(together, *BOARDS)
        said = take(merged, *(archive.folder for archive in alone))
        assert said.startswith("took over runs 1 to 2 with ")
        assert says(merged) == says(together)
        assert_whole(merged)
        assert [board["health"] for board in merged.json("status")["results"]] == ["ok", "ok"]
        assert count_next_requests(merged, *BOARDS) == count_next_requests(together, *BOARDS)
        one.site.day = other.site.day = 2
        for archive in (merged, together):
            crawl(archive, *BOARDS)
        assert says(merged) == says(together)
        assert merged.value("SELECT sum(strikes) FROM source") == 1


def test_an_archive_is_imported_again_for_the_runs_that_came_since(
    alone: Alone, tmp_path: Path, merged: Archive
) -> None:
    other = copied(alone[0], tmp_path / "other")
    assert take(merged, other.folder).startswith("took over run 1 with ")
    before = says(merged)
    assert take(merged, other.folder) == "nothing new, nothing written; 1 run already in the archive\n"
    assert (says(merged), len(evidence(merged))) == (before, 1)
    crawl(other, "news")
    told = take(merged, *evidence(other))
    assert told.startswith("took over run 2 with ")
    assert "1 run already in the archive" in told
    assert says(merged) == says(other)
    assert_whole(merged)


def test_the_records_are_copied_as_they_are_behind_one_that_says_where_they_come_from(
    alone: Alone, merged: Archive
) -> None:
    take(merged, alone[1].folder, alone[0].folder)
    for file, run in zip(evidence(merged), alone, strict=True):  # in the order of their starts
        (original,) = evidence(run)
        first = record_at(file, 0)
        assert file.read_bytes()[first.length :] == original.read_bytes()
        assert takeover.read(first).file == original.name


def test_a_merged_archive_can_be_merged_again(alone: Alone, tmp_path: Path, merged: Archive) -> None:
    first = Archive(tmp_path / "first")
    assert first.run("import", str(warc(tmp_path / "captured.warc.gz", CAPTURE))).returncode == 0
    take(first, *(archive.folder for archive in alone))
    take(merged, first.folder)
    assert says(merged) == says(first)
    assert_whole(merged)
    assert "3 runs already in the archive" in take(merged, first.folder)
    assert "2 runs already in the archive" in take(merged, *(archive.folder for archive in alone))


def test_a_killed_run_stays_one_that_died(alone: Alone, tmp_path: Path, merged: Archive) -> None:
    killed = copied(alone[0], tmp_path / "killed")
    (file,) = evidence(killed)
    bytes_ = file.read_bytes()
    file.with_name(f"{file.name}.open").write_bytes(bytes_[: len(bytes_) // 2])
    file.unlink()
    (killed.folder / "kistep.db").unlink()
    take(merged, killed.folder)
    assert merged.rows("SELECT verdict, closed FROM run") == [(None, 1)]
    assert "died before it ended" in merged.run("status").stdout
    assert_whole(merged)
    assert killed.run("rebuild").returncode == 0
    assert says(merged) == says(killed)
    crawl(merged, "news")
    assert_whole(merged)


def test_a_damaged_file_gives_what_is_intact_and_an_intact_copy_the_rest(
    alone: Alone, tmp_path: Path, merged: Archive
) -> None:
    (file,) = evidence(alone[0])
    hurt = tmp_path / file.name
    shutil.copy(file, hurt)
    record = [each for each in walk(file) if each.type == "response"][9]
    with hurt.open("r+b") as stream:
        stream.seek(record.offset + record.length // 2)
        stream.write(b"\0\0\0\0")
    done = merged.run("import", str(hurt))
    one_line(done, 3, f"{file.name} at {record.offset}", "the intact records were imported")
    assert merged.value("SELECT count(*) FROM pages") == alone[0].value("SELECT count(*) FROM pages") - 1
    assert_whole(merged)
    assert take(merged, file).startswith("run 2: ")
    assert merged.value("SELECT count(*) FROM posts") == alone[0].value("SELECT count(*) FROM posts")
    assert_whole(merged)


def test_a_board_whose_guard_tripped_has_no_rows_here_either(tmp_path: Path, merged: Archive) -> None:
    with Replica() as site:  # all of its newsletters end with one line
        tripped = Archive(tmp_path / "tripped", site.origin)
        crawl(tripped, "newsletter", code=4)
    take(merged, tripped.folder)
    assert merged.rows("SELECT verdict FROM runs") == [("site_changed",)]
    assert says(merged) == says(tripped)
    assert_whole(merged)


def test_an_older_run_of_the_same_board_becomes_history(
    alone: Alone, tmp_path: Path, merged: Archive, replica: Replica
) -> None:
    merged, other = copied(alone[0], tmp_path / "m"), copied(alone[0], tmp_path / "other")
    replica.site.day = 2
    crawl(other, "news")
    replica.site.day = 3
    crawl(merged, "news")
    assert "1 run already in the archive" in take(merged, other.folder)
    titles = merged.rows(
        "SELECT r.title FROM revisions r JOIN posts p ON p.id = post_id WHERE number = ? ORDER BY seen_at",
        EDITED.number,
    )
    assert titles[1:] == [(EDITED.title,), (EDITED_AGAIN.title,)]
    assert merged.value("SELECT title FROM posts WHERE number = ?", EDITED.number) == EDITED_AGAIN.title
    assert merged.json("status")["results"][0]["health"] == "ok"
    assert_whole(merged)
    before = merged.value("SELECT requested FROM runs WHERE id = 2")
    assert count_next_requests(merged, "news") <= before


def test_an_archive_of_an_older_version_is_taken_over(tmp_path: Path, merged: Archive) -> None:
    old = Archive(tmp_path / "old")
    shutil.copytree(OLD, old.folder)
    assert old.run("rebuild").returncode == 0
    take(merged, old.folder)
    assert says(merged) == says(old)
    assert_whole(merged)


def test_the_pages_alone_are_imported_of_a_run_that_cannot_be_taken_over(
    alone: Alone, tmp_path: Path, merged: Archive
) -> None:
    take(merged, alone[0].folder)
    with two_boards() as elsewhere:
        other = Archive(tmp_path / "other", elsewhere.origin)
        crawl(other, "newsletter")
    told = take(merged, other.folder)
    assert f"only the pages were imported: {evidence(other)[0]}: its run is of {other.origin}" in told
    assert merged.value("SELECT count(*) FROM posts WHERE board = 'newsletter'") == other.value(
        "SELECT count(*) FROM posts"
    )
    crawl(copied(alone[1], tmp_path / "more"), "newsletter")
    second = shutil.copy(evidence(Archive(tmp_path / "more"))[-1], tmp_path)
    assert f"its run needs {evidence(alone[1])[0].name} too" in take(merged, Path(second))
    assert_whole(merged)


def test_a_folder_that_is_no_archive_and_one_with_an_active_run_are_refused(
    alone: Alone, tmp_path: Path, merged: Archive
) -> None:
    one_line(merged.run("import", str(tmp_path)), 2, f"{tmp_path}: not an archive")
    busy = copied(alone[0], tmp_path / "busy")
    (file,) = evidence(busy)
    file.rename(f"{file}.open")
    with closing(take_lock(busy.folder, "test")):
        one_line(merged.run("import", str(busy.folder)), 75, f"{busy.folder}: a run is active there")
    assert not merged.folder.exists()
