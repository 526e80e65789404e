"""Boards that show nothing without a cookie: read with the key, bounded and loud without it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from commands import Archive, assert_rebuild_equals

from kistep_archive.crawl.reading import sets_new_cookie
from kistep_archive.http.response import Page
from kistep_archive.replica import Fault, Replica, Site, cookie_walls
from kistep_archive.replica.cookie_walls import COOKIE_WALLS
from kistep_archive.warc.reader import walk

LISTING = "/board.es?mid=a20501000000&bid=0051&nPage=1"
BOARDS = """
[[board]]
name = "news"
title = "News & Event"
layout = "es"
address = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051"
language = "en"
"""


@pytest.fixture
def site() -> Iterator[Replica]:
    with Replica(Site.generated(12)) as replica:
        yield replica


def archive(site: Replica, folder: Path, key: str = "") -> Archive:
    made = Archive(folder / "archive", site.origin)
    made.folder.mkdir()
    (made.folder / "boards.toml").write_text(BOARDS + key)
    return made


def cookies_sent(archive: Archive) -> list[bytes]:
    """The Cookie lines of all requests in the evidence."""
    records = (record for path in archive.folder.glob("warc/*") for record in walk(path))
    blocks = [record.block for record in records if getattr(record, "type", "") == "request"]
    return [line for block in blocks for line in block.split(b"\r\n") if line.startswith(b"Cookie:")]


def test_without_the_key_a_board_that_wants_a_cookie_ends_soon_and_the_message_names_the_key(
    site: Replica, tmp_path: Path
) -> None:
    site.look.cookies = True
    made = archive(site, tmp_path)
    done = made.crawl()
    assert done.returncode == 3
    assert "redirected more than 5 times" in done.stderr
    assert "requires_cookies = true" in done.stderr
    assert len(site.requests) <= 8
    assert cookies_sent(made) == []


def test_with_the_key_the_board_is_read_and_rebuilt(site: Replica, tmp_path: Path) -> None:
    site.look.cookies = True
    made = archive(site, tmp_path, "requires_cookies = true\n")
    assert made.crawl().returncode == 0
    assert made.value("SELECT count(*) FROM posts") == 12
    assert all(b"BOARD_GATE=5e2d" in line for line in cookies_sent(made))
    assert_rebuild_equals(made.folder)
    assert made.run("verify").returncode == 0
    site.requests.clear()
    assert made.crawl().returncode == 0
    assert [path for _, path in site.requests[1:]] == ["/board.es?mid=a20501000000&bid=0051&nPage=1"] * 2


@pytest.mark.parametrize("wall", sorted(set(COOKIE_WALLS) - {"redirect"}))
def test_with_the_key_a_cookie_that_comes_with_a_page_is_sent_back_once(
    site: Replica, tmp_path: Path, wall: str
) -> None:
    site.look.cookies, site.look.cookie_wall = True, wall
    made = archive(site, tmp_path, "requires_cookies = true\n")
    assert made.crawl().returncode == 0
    assert made.value("SELECT count(*) FROM posts") == 12
    assert [path for _, path in site.requests[1:3]] == [LISTING, LISTING]
    outcomes = made.rows("SELECT outcome FROM pages WHERE kind = 'listing' ORDER BY fetched_at")
    assert outcomes[:2] == [("retried",), ("saved",)]
    assert made.rows("SELECT verdict, requested, fetched FROM runs") == [
        ("complete", len(site.requests), len(site.requests))
    ]
    assert_rebuild_equals(made.folder)
    assert made.run("verify").returncode == 0
    assert made.run("status", "--politeness").returncode == 0


def test_a_recheck_gets_the_cookie_from_the_answer_to_its_first_post(site: Replica, tmp_path: Path) -> None:
    site.look.cookies, site.look.cookie_wall = True, "reload"
    made = archive(site, tmp_path, "requires_cookies = true\n")
    assert made.crawl().returncode == 0
    site.requests.clear()
    recheck = ("recheck", "news", "--origin", site.origin, "--delay", "0")
    assert made.later(100, *recheck).returncode == 0
    asked = [path for _, path in site.requests if "act=view" in path]
    assert asked[0] == asked[1]
    assert len(asked) == 1 + len(set(asked)) > 1


@pytest.mark.parametrize("wall", ["reload", "notice", "bare", "link"])
def test_a_board_that_never_shows_itself_is_asked_only_once_more(
    site: Replica, tmp_path: Path, wall: str
) -> None:
    site.faults["nPage=1"] = Fault(
        body=cookie_walls.answer(wall, LISTING).body, headers={"Set-Cookie": "A=1; Path=/"}, times=-1
    )
    made = archive(site, tmp_path, "requires_cookies = true\n")
    done = made.crawl()
    assert done.returncode == (4 if wall == "link" else 3)
    assert "requires_cookies" not in done.stderr
    assert len(site.requests) <= 5
    assert made.value("SELECT count(*) FROM posts") == 0


@pytest.mark.parametrize("wall", ["script", "reload", "refresh", "notice"])
def test_without_the_key_such_a_board_is_not_asked_again_and_the_message_names_the_key(
    site: Replica, tmp_path: Path, wall: str
) -> None:
    site.look.cookies, site.look.cookie_wall = True, wall
    made = archive(site, tmp_path)
    done = made.crawl()
    assert done.returncode == 3
    assert "requires_cookies = true" in done.stderr
    assert [path for _, path in site.requests[1:]] == [LISTING]
    assert cookies_sent(made) == []


@pytest.mark.parametrize(
    ("sent", "is_new"),
    [(b"", True), (b"A=1", False), (b"B=2; A=1", False), (b"A=2", True), (b"B=2", True)],
)
def test_a_cookie_that_was_sent_already_is_not_new(sent: bytes, is_new: bool) -> None:
    headers = (("set-cookie", "A=1; Path=/; HttpOnly"),)
    page = Page(LISTING, "2026-01-01T00:00:00Z", 200, headers, b"")
    assert sets_new_cookie(page, sent) is is_new
    assert not sets_new_cookie(replace(page, headers=()), sent)


def test_by_default_no_cookie_is_sent_although_the_site_sets_some(site: Replica, tmp_path: Path) -> None:
    made = archive(site, tmp_path)
    assert made.crawl().returncode == 0
    assert cookies_sent(made) == []


def test_a_redirect_that_never_ends_ends_with_the_key_too(site: Replica, tmp_path: Path) -> None:
    loop = {"Location": "/board.es?mid=a20501000000&bid=0051&nPage=1"}
    site.faults["nPage=1"] = Fault(status=302, headers=loop, times=-1)
    done = archive(site, tmp_path, "requires_cookies = true\n").crawl()
    assert done.returncode == 3
    assert "redirected more than 5 times" in done.stderr
    assert "requires_cookies" not in done.stderr


@pytest.mark.parametrize("words", ["Please enable cookies.", "쿠키를 허용해 주세요."])
def test_a_notice_about_cookies_names_the_key(site: Replica, tmp_path: Path, words: str) -> None:
    site.faults["nPage=1"] = Fault(body=f"<html><body><p>{words}</p></body></html>", times=-1)
    done = archive(site, tmp_path).crawl()
    assert done.returncode == 3
    assert "requires_cookies = true" in done.stderr


def test_the_key_is_true_or_false(site: Replica, tmp_path: Path) -> None:
    done = archive(site, tmp_path, 'requires_cookies = "yes"\n').crawl()
    assert (done.returncode, "requires_cookies is 'yes'; it is true or false" in done.stderr) == (2, True)
    assert site.requests == []
