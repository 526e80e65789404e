"""A declared total that never adds up: after three whole walks it is the site's way to count."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Archive, assert_rebuild_equals
from plain_posts import plain_posts

from kistep_archive.replica import Replica, Site
from kistep_archive.replica.standard import History

POSTS = plain_posts("es", 24)
LOST = POSTS[11]


@pytest.fixture
def site() -> Iterator[Replica]:
    with Replica(Site(History({("es", "0051"): POSTS[:-1]}, {}, {}))) as replica:
        yield replica


@pytest.fixture
def archive(site: Replica, tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path / "archive", site.origin)
    yield archive
    assert_rebuild_equals(archive.folder)


def codes(archive: Archive, runs: int) -> list[int]:
    return [archive.crawl().returncode for _ in range(runs)]


def removed(archive: Archive) -> list[tuple[int]]:
    return archive.rows("SELECT number FROM posts WHERE removed_at IS NOT NULL")


@pytest.mark.parametrize("unshown", [1, 3, -2])
def test_fault_c18_a_total_that_is_off_by_the_same_number_in_three_walks_is_believed_so(
    archive: Archive, site: Replica, unshown: int
) -> None:
    site.look.unshown = unshown
    assert codes(archive, 1) == [3]
    done = archive.crawl()
    assert done.returncode == 0
    assert f"the listing declares {23 + unshown} posts and shows 23, as before" in done.stdout
    site.requests.clear()
    assert codes(archive, 1) == [0]
    assert sum("bid=0051" in path for _, path in site.requests) == 1  # page 1 alone: nothing is new
    site.site.change(gone=[LOST.number])
    assert (codes(archive, 2), removed(archive)) == ([0, 0], [(LOST.number,)])
    site.site.change([POSTS[-1]])
    assert codes(archive, 1) == [0]
    assert archive.value("SELECT count(*) FROM posts") == 24


def test_fault_c18_a_total_that_is_right_again_is_believed_at_once(archive: Archive, site: Replica) -> None:
    site.look.unshown = 2
    assert codes(archive, 2) == [3, 0]
    site.look.unshown = 0
    assert codes(archive, 2) == [0, 0]
    site.look.unshown = 5
    assert codes(archive, 2) == [3, 0]


def test_fault_c18_a_total_that_is_off_by_another_number_each_time_is_never_believed(
    archive: Archive, site: Replica
) -> None:
    for unshown in (1, 2, 1, 2):
        site.look.unshown = unshown
        assert codes(archive, 1) == [3]


def test_fault_c18_a_known_post_that_the_pages_lack_and_the_total_counts_is_no_way_to_count(
    archive: Archive, site: Replica
) -> None:
    assert codes(archive, 1) == [0]
    site.site.change(gone=[LOST.number])
    site.look.unshown = 2
    assert (codes(archive, 3), removed(archive)) == ([3, 3, 3], [])
