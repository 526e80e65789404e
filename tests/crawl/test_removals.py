"""Posts that are gone, one or many: what counts as too many at once, and what a person says of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Archive, assert_rebuild_equals

from kistep_archive.replica import Replica, Site
from kistep_archive.replica.content import generate
from kistep_archive.replica.standard import DayChange, History

POSTS = generate("es", 100)


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[Replica]:
    """A site of so many posts, of which so many are gone on day 2."""
    held, gone = request.param
    numbers = tuple(post.number for post in POSTS[5 : 5 + gone])
    with Replica(Site(History({("es", "0051"): POSTS[:held]}, {2: DayChange((), numbers)}, {}))) as site:
        yield site


def removed(archive: Archive) -> int:
    return int(archive.value("SELECT count(*) FROM posts WHERE removed_at IS NOT NULL"))


@pytest.mark.parametrize("site", [(34, 10), (34, 3)], indirect=True, ids=["ten", "three of 34"])
def test_fault_c13_a_mass_removal_that_was_looked_at_is_accepted_once_and_the_next_run_believes_it(
    tmp_path: Path, site: Replica
) -> None:
    archive, held = Archive(tmp_path / "archive", site.origin), len(site.site.entries("es"))
    assert archive.crawl().returncode == 0
    site.site.day = 2
    gone = held - len(site.site.entries("es"))
    for _ in range(2):
        done = archive.crawl()
        assert (done.returncode, removed(archive)) == (4, 0)
        assert done.stderr.count("run again with --accept-changes") == 1
    assert (archive.crawl("--accept-changes").returncode, removed(archive)) == (0, 0)
    assert (archive.crawl().returncode, removed(archive)) == (0, gone)
    assert archive.run("status", "--check").returncode == 0
    assert_rebuild_equals(archive.folder)


@pytest.mark.parametrize(
    ("site", "code"),
    [((100, 1), 0), ((100, 2), 4), ((12, 1), 0)],
    indirect=["site"],
    ids=["1 %", "2 %", "a single one"],
)
def test_fault_c13_two_in_a_hundred_are_many_and_one_alone_never_is(
    tmp_path: Path, site: Replica, code: int
) -> None:
    archive = Archive(tmp_path / "archive", site.origin)
    assert archive.crawl().returncode == 0
    site.site.day = 2
    assert archive.crawl().returncode == code
