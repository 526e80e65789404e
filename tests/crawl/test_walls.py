"""A firewall or a JavaScript check whose words nobody knows: one unreadable answer for every address."""

import gzip
import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from commands import Archive, assert_rebuild_equals

from kistep_archive.http.response import Page
from kistep_archive.ingest.guards.wall import Wall
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


LOGIN = "<script>alert('{}');location.href='/login.es';</script>"


@pytest.mark.parametrize("words", ["Please log in", "조회 권한이 없습니다.", "로그인 후 이용하세요."])
def test_a_post_behind_a_login_fails_alone_and_is_asked_for_again(
    archive: Archive, site: Replica, words: str
) -> None:
    first, other = posts_of(site)[3], posts_of(site)[9]
    for number in (first, other):
        site.faults[f"list_no={number}"] = Fault(body=LOGIN.format(words), times=-1)
    done = archive.crawl()
    assert done.returncode == 3
    assert "asks for a login or a permission for this post" in done.stderr
    assert archive.value("SELECT count(*) FROM posts") == 22
    del site.faults[f"list_no={first}"]
    assert archive.crawl().returncode == 3
    assert archive.value("SELECT count(*) FROM posts") == 23
    site.faults.clear()
    assert archive.crawl().returncode == 0
    assert archive.value("SELECT count(*) FROM posts WHERE removed_at IS NULL") == 24


def test_a_login_for_every_post_stops_the_run(archive: Archive, site: Replica) -> None:
    site.faults["act=view"] = Fault(body=LOGIN.format("Please log in"), times=-1)
    assert archive.crawl().returncode == 3
    assert len(set(posts(site))) <= 4


def posts_of(site: Replica) -> list[int]:
    return sorted(entry.number for entry in site.site.entries("es", "0051"))


COOKIES = [
    "Your browser must accept cookies.",
    "Cookies are disabled in your browser.",
    "이 사이트는 쿠키를 켜야 볼 수 있습니다.",
]


@pytest.mark.parametrize("words", COOKIES)
def test_a_notice_about_cookies_names_the_key_and_is_no_changed_site(
    archive: Archive, site: Replica, words: str
) -> None:
    frame = "<html><body><ul><li><a href='/menu.es?mid=a2'>News</a></li></ul><p>{}</p></body></html>"
    headers = {"Set-Cookie": "sid=1; Path=/"}
    site.faults["bid=0051"] = Fault(body=frame.format(words), headers=headers, times=-1)
    done = archive.crawl()
    assert done.returncode == 3
    assert "requires_cookies = true" in done.stderr
    assert "learn" not in done.stderr


def test_fault_c10_pages_that_each_say_something_else_are_a_changed_site_and_no_wall(
    archive: Archive, site: Replica
) -> None:
    site.faults["act=view"] = Fault(rewrite=lambda page: page.replace("Date", "Day of issue"), times=-1)
    done = archive.crawl()
    assert done.returncode == 4
    assert "nothing of this board was written" in done.stderr


SCRIPT_WALLS = {
    "a check that reloads": "<script>document.cookie = 'a=1'; location.reload()</script>",
    "a call": "<script>go('4f-a9Zk==')</script>One moment.",
    "a refresh": '<meta http-equiv="Refresh" content="1">',
    "a form that sends itself": "<form id=f action=/check><input type=hidden name=k value=7></form>"
    "<script>document.getElementById('f').submit()</script>",
    "a link to its maker": '<script src="/x.js"></script><script>run()</script>By <a '
    'href="https://wall.example/">Wall</a>',
    "a way back to itself": '<script>run()</script><a href="/board.es?mid=a20501000000&bid=0051">Again</a>',
}
OTHER_PAGES = {
    "a text without script": "<h1>Welcome to our new site</h1>",
    "rows without links": "<script>run()</script><ul><li>A talk</li></ul>",
    "links": "<script>run()</script><a href='/board.es?bid=0052&mid=a2&nPage=1'>Reports</a>",
    "much text": f"<script>run()</script><p>{'All is new here. ' * 20}</p>",
    "a board that scripts build": '<div id="app"></div><script src="/app.js"></script>',
    "the board moved": "<script>location.href = '/board.es?mid=a2&bid=0099'</script>",
    "the home page": "<script>location.replace('/main/')</script>",
}


def as_page(body: str) -> str:
    return f"<!DOCTYPE html><html><head></head><body>{body}</body></html>"


@pytest.mark.parametrize("shape", SCRIPT_WALLS)
@pytest.mark.parametrize("is_known", [False, True])
def test_fault_b18_a_script_wall_on_the_listing_ends_with_3_and_nothing_changes(
    archive: Archive, site: Replica, shape: str, is_known: bool
) -> None:
    if is_known:
        assert archive.crawl().returncode == 0
    site.requests.clear()
    site.faults["nPage=1"] = Fault(body=as_page(SCRIPT_WALLS[shape]), times=-1)
    done = archive.crawl()
    assert done.returncode == 3
    assert "one that only runs a script" in done.stderr
    assert "Run again later" in done.stderr
    assert "learn" not in done.stderr
    assert len([path for _, path in site.requests if "nPage" in path]) == 1
    assert archive.rows("SELECT verdict, reason LIKE '%only runs a script%' FROM runs")[-1] == (
        "incomplete",
        1,
    )
    assert archive.value("SELECT count(*) FROM posts WHERE removed_at IS NULL") == 24 * is_known
    site.faults.clear()
    assert archive.crawl().returncode == 0
    assert archive.value("SELECT count(*) FROM posts") == 24


@pytest.mark.parametrize("shape", OTHER_PAGES)
def test_fault_c10_another_page_than_a_script_wall_on_the_listing_ends_with_4(
    archive: Archive, site: Replica, shape: str
) -> None:
    site.faults["nPage=1"] = Fault(body=as_page(OTHER_PAGES[shape]), times=-1)
    done = archive.crawl()
    assert done.returncode == 4
    assert "only runs a script" not in done.stderr


PLAIN_WALLS = {
    "a text": "<h1>Hold on</h1><p>Reference {}</p>",
    "rows and links": "<ul><li>One moment</li><li><a href='https://wall.example/'>Wall</a></li></ul>",
}


@pytest.mark.parametrize(("shape", "is_known"), [("a text", False), ("rows and links", True)])
def test_fault_b18_a_wall_without_script_on_the_listing_ends_with_3_and_names_what_else_it_may_be(
    archive: Archive, site: Replica, shape: str, is_known: bool
) -> None:
    if is_known:
        assert archive.crawl().returncode == 0
    site.requests.clear()
    site.faults["Page="] = lambda _, __: Answer(as_page(PLAIN_WALLS[shape].format(next(ids))).encode())
    done = archive.crawl()
    assert done.returncode == 3
    assert "3 addresses in a row gave the same answer, which is not a page of the board" in done.stderr
    assert "the site was rebuilt" in done.stderr
    assert "learn" not in done.stderr
    assert listings(site) == [1, 2, 3]
    assert archive.rows("SELECT verdict FROM runs")[-1] == ("incomplete",)
    site.faults.clear()
    assert archive.crawl().returncode == 0
    assert archive.value("SELECT count(*) FROM posts WHERE removed_at IS NULL") == 24


def listings(site: Replica) -> list[int]:
    found = [re.search("nPage=([0-9]+)", path) for _, path in site.requests]
    return [int(each[1]) for each in found if each]


def test_a_listing_that_shows_its_posts_is_never_a_wall_even_if_all_its_pages_are_one(
    archive: Archive, site: Replica
) -> None:
    rows = "".join(
        f'<li><a href="/board.es?mid=a20501000000&bid=0051&act=view&list_no={number}">One</a> zz</li>'
        for number in range(5)
    )
    site.faults["nPage="] = Fault(body=as_page(f"<h2>Board</h2><ul>{rows}</ul>"), times=-1)
    done = archive.crawl()
    assert done.returncode == 4
    assert "addresses in a row" not in done.stderr
    assert "write selectors of its rows in a skin" in done.stderr
    assert listings(site) == [1]


def test_a_listing_whose_pages_differ_is_a_changed_site_after_one_page_more(
    archive: Archive, site: Replica
) -> None:
    site.faults["nPage="] = Fault(
        rewrite=lambda page: page.replace("list_no", "item").replace("goView", "open"), times=-1
    )
    site.faults["thisPage="] = Fault(body=as_page("<p>The old address.</p>"), times=-1)
    done = archive.crawl()
    assert done.returncode == 4
    assert "addresses in a row" not in done.stderr
    assert listings(site) == [1, 2]


def test_fault_b18_a_script_wall_on_page_2_of_the_listing_ends_with_3_and_keeps_what_was_read(
    archive: Archive, site: Replica
) -> None:
    site.faults["nPage=2"] = Fault(body=as_page(SCRIPT_WALLS["a call"]), times=-1)
    assert archive.crawl().returncode == 3
    assert archive.value("SELECT count(*) FROM posts") == 10


def test_fault_b18_a_script_wall_for_one_post_ends_with_3(archive: Archive, site: Replica) -> None:
    number = site.site.entries("es")[3].number
    site.faults[f"list_no={number}"] = Fault(body=as_page(SCRIPT_WALLS["a call"]), times=-1)
    assert archive.crawl().returncode == 3
    assert archive.value("SELECT count(*) FROM posts") == 23


def test_fault_b18_a_script_wall_says_nothing_of_a_retired_address(site: Replica, tmp_path: Path) -> None:
    site.faults["thisPage=1"] = Fault(body=as_page(SCRIPT_WALLS["a call"]), times=-1)
    made = Archive(tmp_path / "retired", site.origin)
    assert made.run("crawl", "--origin", site.origin, "--delay", "0").returncode == 3


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
