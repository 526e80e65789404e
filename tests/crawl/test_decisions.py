"""`merge` and `part`: the evidence has the decision, so it survives a rebuild and an import."""

import shutil
from pathlib import Path

import pytest
from commands import Archive, assert_rebuild_equals, one_line


@pytest.fixture
def mine(place: Archive, tmp_path: Path) -> Archive:
    """A copy of the demo's archive."""
    return Archive(Path(shutil.copytree(place.folder, tmp_path / "mine")))


def apart(archive: Archive) -> list[list[int]]:
    return [group["posts"] for group in archive.json("status")["kept_apart"]]


def test_what_the_program_left_apart_is_decided_for_good_and_can_be_taken_back(
    mine: Archive, tmp_path: Path
) -> None:
    ((first, second, _),) = apart(mine)
    count = mine.value("SELECT count(*) FROM posts")
    done = mine.run("merge", str(first), str(second))
    assert (done.returncode, f"posts {first} and {second} are one: news/" in done.stdout) == (0, True)
    assert apart(mine) == []
    assert mine.value("SELECT count(*) FROM posts") == count - 1
    assert mine.run("verify").returncode == 0
    assert_rebuild_equals(mine.folder)
    assert mine.json("status")["runs"][0]["arguments"]["decision"] == "merge"

    other = Archive(tmp_path / "other")
    assert other.run("import", str(mine.folder)).returncode == 0
    assert other.value("SELECT count(*) FROM posts") == count - 1
    assert other.run("verify").returncode == 0

    done = mine.run("part", str(first))
    assert (done.returncode, f"is post {second} again; post {first} keeps news/" in done.stdout) == (0, True)
    assert mine.value("SELECT count(*) FROM posts") == count
    assert mine.run("show", str(second)).returncode == 0
    assert mine.run("verify").returncode == 0
    assert_rebuild_equals(mine.folder)


def addresses(archive: Archive) -> list[tuple[object, ...]]:
    return archive.rows("SELECT post_id, layout, number FROM sources ORDER BY post_id, layout, number")


def test_a_merge_is_taken_back_to_the_posts_before_it_and_then_each_address_parts(mine: Archive) -> None:
    pairs = "SELECT post_id FROM sources GROUP BY post_id HAVING count(*) = "
    two, one = mine.value(f"{pairs}2 LIMIT 1"), mine.value(f"{pairs}1 LIMIT 1")
    before = addresses(mine)
    for _ in range(2):
        assert mine.run("merge", str(two), str(one)).returncode == 0
        assert mine.run("part", str(two)).returncode == 0
        assert addresses(mine) == before
    assert_rebuild_equals(mine.folder)
    assert mine.run("part", str(two)).returncode == 0
    assert len({post for post, *_ in addresses(mine)}) == len({post for post, *_ in before}) + 1
    assert mine.run("verify").returncode == 0
    assert_rebuild_equals(mine.folder)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("merge", "1", "1"), "post 1 is one post already; give two posts"),
        (("merge", "1", "99999999"), "no post '99999999' in this archive"),
        (("part", "99999999"), "no post '99999999' in this archive"),
    ],
)
def test_what_cannot_be_decided_is_one_line_and_writes_nothing(
    mine: Archive, command: tuple[str, ...], words: str
) -> None:
    before = sorted((mine.folder / "warc").iterdir())
    one_line(mine.run(*command), 2, words)
    assert sorted((mine.folder / "warc").iterdir()) == before
