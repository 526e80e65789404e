"""Captures and visits with a date in the future: a wrong clock must not freeze a post."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from captured import warc
from commands import Archive, assert_rebuild_equals
from plain_posts import plain_posts

from kistep_archive.replica import Replica, Site
from kistep_archive.replica.pages import render_es
from kistep_archive.replica.standard import History

POSTS = plain_posts("es", 5)
URL = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no={}"
LISTING = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&nPage=1"
TRUE, FALSE = POSTS[2], replace(POSTS[2], title="A title from the future")


@pytest.fixture
def site() -> Iterator[Replica]:
    with Replica(Site(History({("es", "0051"): POSTS}, {}, {}))) as replica:
        yield replica


@pytest.fixture
def archive(site: Replica, tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path / "archive", site.origin)
    yield archive
    assert archive.run("verify").returncode == 0
    assert_rebuild_equals(archive.folder)


def in_hours(hours: float) -> str:
    return f"{datetime.now(UTC) + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"


def asked(archive: Archive, site: Replica, days: float) -> int:
    """How often a recheck after so many days asks for the post."""
    site.requests.clear()
    recheck = ("recheck", "news", "--origin", site.origin, "--delay", "0")
    assert archive.later(days, *recheck).returncode == 0
    return sum(path.endswith(f"list_no={TRUE.number}") for _, path in site.requests)


@pytest.mark.parametrize("hours", [9, 48, 24 * 365 * 70])
def test_fault_c19_a_capture_from_the_future_is_never_the_current_state(
    archive: Archive, site: Replica, tmp_path: Path, hours: float
) -> None:
    assert archive.crawl().returncode == 0
    capture = warc(
        tmp_path / "x.warc.gz", (URL.format(TRUE.number), in_hours(hours), render_es.post(FALSE).encode())
    )
    done = archive.run("import", str(capture))
    assert done.returncode == 0
    assert "1 capture dated in the future, kept as evidence only" in done.stdout
    assert "dated in the future" in archive.run("status").stdout
    assert archive.rows("SELECT title, revisions FROM posts WHERE number = ?", TRUE.number) == [
        (TRUE.title, 1)
    ]
    assert archive.value("SELECT outcome FROM pages WHERE run_id = 2") == "misdated"
    assert asked(archive, site, 100) == 1
    assert archive.run("import", str(capture)).stdout.startswith("nothing new, nothing written; 1 already")


def test_fault_c19_only_a_misdated_capture_of_a_post_makes_no_post(
    archive: Archive, site: Replica, tmp_path: Path
) -> None:
    page, listing = (
        render_es.post(FALSE).encode(),
        b"".join([site.respond("GET", "/board.es?mid=a20501000000&bid=0051", "", accepts_gzip=False).body]),
    )
    future = "2099-01-01T00:00:00Z"
    capture = warc(
        tmp_path / "x.warc.gz", (URL.format(TRUE.number), future, page), (LISTING, future, listing)
    )
    assert len(archive.json("import", str(capture))["misdated"]) == 2
    assert archive.value("SELECT count(*) FROM posts") == 0
    assert archive.crawl().returncode == 0
    assert archive.value("SELECT count(*) FROM posts") == len(POSTS)


def test_fault_c19_a_capture_that_is_minutes_ahead_is_of_now(archive: Archive, tmp_path: Path) -> None:
    url, page = URL.format(TRUE.number), render_es.post(TRUE).encode()
    capture = warc(tmp_path / "x.warc.gz", (url, in_hours(1 / 30), page))
    assert archive.run("import", str(capture)).returncode == 0
    assert archive.value("SELECT count(*) FROM posts") == 1


def test_fault_c19_a_visit_by_a_clock_that_was_years_ahead_leaves_the_posts_due(
    archive: Archive, site: Replica
) -> None:
    crawl = ("crawl", "news", "--origin", site.origin, "--delay", "0")
    assert archive.later(3000, *crawl).returncode == 0
    assert asked(archive, site, 0) == 1
