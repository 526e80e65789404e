"""A firewall or a JavaScript check whose words nobody knows: one unreadable answer for every address."""

import gzip
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from commands import Archive, assert_rebuild_equals

from kistep_archive.http.response import Page
from kistep_archive.ingest.wall import Wall
from kistep_archive.replica import Answer, Fault, Replica, Site

BOARD = ("news", "es")
ids = count(7_300_000)
WALLS: dict[str, Callable[[str], str]] = {
    "the same bytes": lambda _: "<html><head><title>Hold on</title></head><body>One moment.</body></html>",
    "a number each time": lambda _: f"<html><body><p>Reference no. {next(ids)}.</p></body></html>",
    "a token each time": lambda _: f"<html><body><script>go('{next(ids):x}-a9Zk==')</script></body></html>",
    "the address in it": lambda target: f"<html><body><i>{target}</i></body></html>",
    "no end of a page": lambda _: "<html><body><script>var a = document.cookie;",
    "nothing at all": lambda _: "",
}


@pytest.fixture
def site() -> Iterator[Replica]:
    with Replica(Site.generated(24)) as replica:
        yield replica


@pytest.fixture
def archive(site: Replica, tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path / "archive", site.origin)
    yield archive
    assert_rebuild_equals(archive.folder)


def posts(site: Replica) -> list[str]:
    return [path for _, path in site.requests if "act=view" in path]


@pytest.mark.parametrize("shape", WALLS)
def test_fault_b18_an_unreadable_answer_for_three_addresses_stops_the_run(
    archive: Archive, site: Replica, shape: str
) -> None:
    site.faults["act=view"] = lambda _, target: Answer(WALLS[shape](target).encode())
    done = archive.crawl()
    assert done.returncode == 3
    assert "addresses in a row gave the same answer, which is not a page of the board" in done.stderr
    assert "site changed" not in done.stderr
    assert len(set(posts(site))) <= 4  # one may have been on its way
    assert archive.rows("SELECT verdict FROM runs") == [("incomplete",)]
    site.faults.clear()
    assert archive.crawl().returncode == 0
    assert archive.value("SELECT count(*) FROM posts") == 24


def test_fault_b18_a_wall_that_rises_in_mid_crawl_keeps_what_was_read_before(
    archive: Archive, site: Replica
) -> None:
    seen = count()
    wall = Answer(b"<html><body>One moment.</body></html>")
    site.faults["act=view"] = lambda _, __: wall if next(seen) >= 9 else None
    assert archive.crawl().returncode == 3
    assert archive.value("SELECT count(*) FROM posts") == 9


def test_fault_b18_a_wall_before_the_visits_of_known_posts_removes_none(
    archive: Archive, site: Replica
) -> None:
    assert archive.crawl().returncode == 0
    site.requests.clear()
    site.faults["act=view"] = Fault(body="<html><body>One moment.</body></html>", times=-1)
    for day in (100, 101):
        recheck = ("recheck", "news", "--origin", site.origin, "--delay", "0")
        assert archive.later(day, *recheck).returncode == 3
    assert len(posts(site)) <= 8
    assert archive.value("SELECT count(*) FROM posts WHERE removed_at IS NULL") == 24


def test_fault_c10_pages_that_each_say_something_else_are_a_changed_site_and_no_wall(
    archive: Archive, site: Replica
) -> None:
    site.faults["act=view"] = Fault(rewrite=lambda page: page.replace("Date", "Day of issue"), times=-1)
    done = archive.crawl()
    assert done.returncode == 4
    assert "nothing of this board was written" in done.stderr


def page(body: bytes, *headers: tuple[str, str]) -> Page:
    return Page("https://www.kistep.re.kr/board.es", "2026-01-01T00:00:00Z", 200, headers, body)


def test_only_other_addresses_in_a_row_count() -> None:
    wall, same = Wall(), page(b"<p>One moment. 17</p>")
    assert [wall.meet(same, address, BOARD) for address in ("a", "a", "a", "b")] == [False] * 4
    wall.end()
    assert [wall.meet(same, address, BOARD) for address in ("c", "d")] == [False] * 2
    assert not wall.meet(page(b"<p>Quite another.</p>"), "e", BOARD)
    assert [wall.meet(same, address, BOARD) for address in ("f", "g", "h")] == [False, False, True]
    assert wall.row == {"f", "g", "h"}
    assert {address for address, _ in wall.same} == set("abcdfgh")


def test_answers_are_compared_without_their_compression_and_their_numbers() -> None:
    wall = Wall()
    packed = page(gzip.compress(b"<p>Event 0x9af3</p>"), ("Content-Encoding", "gzip"))
    wall.meet(packed, "a", BOARD)
    wall.meet(page(b"<p>Event 77</p>"), "b", BOARD)
    assert wall.meet(page(b"<p>Event 2026-11</p>"), "c", BOARD)
