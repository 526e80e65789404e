"""The first crawl of a site that nobody has seen: right, or loud."""

import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from commands import Archive, assert_rebuild_equals, what_it_says
from invented_site import BOARDS
from plain_posts import plain_posts

from kistep_archive.replica import Fault, Replica, Site
from kistep_archive.replica.standard import DayChange as Days
from kistep_archive.replica.standard import History

POSTS = plain_posts("es", 12)
LEGACY = plain_posts("jsp", 4)
HEADING = re.compile(r'<h2 class="title">(?!News &amp;|SNS)[^<]*')


def titled(words: str) -> Callable[[str], str]:
    return lambda page: HEADING.sub(f'<h2 class="title">{words}', page)


def moved(page: str) -> str:
    """The title in a box that is no heading, above a heading that all pages have."""
    title = HEADING.search(page)
    assert title is not None
    shown = title[0].removeprefix('<h2 class="title">')
    return HEADING.sub(f'<div class="real">{shown}</div><h2 class="title">A word from us', page)


@pytest.fixture
def site() -> Iterator[Replica]:
    with Replica(Site(History({("es", "0051"): POSTS, ("jsp", "0051"): LEGACY}, {2: Days()}, {}))) as replica:
        yield replica


@pytest.fixture
def archive(site: Replica, tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path / "archive", site.origin)
    yield archive
    assert_rebuild_equals(archive.folder)
    assert archive.run("verify").returncode == 0


def test_a_first_crawl_believes_no_title_that_the_listing_denies(archive: Archive, site: Replica) -> None:
    site.faults["0051&act=view"] = Fault(rewrite=titled("A word from us"), times=-1)
    done = archive.crawl()
    assert done.returncode == 4
    assert "nothing of this board was written. " in done.stderr
    assert re.search(r"\d+ pages are suspicious, for example post https://", done.stderr)
    assert re.search(r"title: the page says 'A word from us', the listing '[^']{9}", done.stderr)
    assert archive.value("SELECT count(*) FROM sources WHERE layout = 'es'") == 0
    assert archive.value("SELECT count(*) FROM sources WHERE layout = 'jsp'") == len(LEGACY)
    assert archive.value("SELECT count(*) FROM pages WHERE outcome = 'quarantined' AND kind = 'post'") >= 8
    site.faults.clear()
    assert archive.crawl().returncode == 0
    assert archive.value("SELECT count(*) FROM sources") == len(POSTS) + len(LEGACY)


def test_one_post_that_contradicts_its_row_is_held_back_alone_until_it_is_accepted(
    archive: Archive, site: Replica
) -> None:
    number = POSTS[3].number
    site.faults[f"list_no={number}"] = Fault(rewrite=titled("A word from us"), times=-1)
    for _ in range(2):
        done = archive.crawl()
        assert done.returncode == 3
        assert "the page says 'A word from us', the listing " in done.stderr
        assert "This post was not written" in done.stderr
        assert archive.value("SELECT count(*) FROM sources") == len(POSTS) + len(LEGACY) - 1
        assert archive.value("SELECT count(*) FROM posts WHERE number = ?", number) == 0
    assert archive.crawl("--accept-changes").returncode == 0
    assert archive.value("SELECT title FROM posts WHERE number = ?", number) == "A word from us"
    assert archive.crawl().returncode == 0


def test_a_post_that_was_held_back_is_written_when_page_and_row_agree(
    archive: Archive, site: Replica
) -> None:
    site.faults[f"list_no={POSTS[3].number}"] = Fault(rewrite=titled("A word from us"), times=1)
    assert archive.crawl().returncode == 3
    assert archive.crawl().returncode == 0
    assert archive.value("SELECT count(*) FROM sources") == len(POSTS) + len(LEGACY)


def test_what_a_killed_first_crawl_read_is_judged_before_it_is_written(
    archive: Archive, site: Replica
) -> None:
    site.faults["0051&act=view"] = Fault(rewrite=titled("A word from us"), times=4)
    site.faults["act=view"] = Fault(delay=100, times=-1)
    command = archive.command("crawl", "news", "--origin", archive.origin, "--delay", "0")
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as crawl:
        while sum("act=view" in path and "board.es" in path for _, path in site.requests) < 5:
            time.sleep(0.01)
        crawl.send_signal(signal.SIGKILL)
    site.faults.clear()
    archive.run("recheck", "news", "--origin", archive.origin, "--delay", "0")
    assert archive.value("SELECT count(*) FROM posts WHERE title = 'A word from us'") == 0
    assert archive.value("SELECT count(*) FROM pages WHERE run_id = 1 AND outcome = 'quarantined'") >= 4


WITH_A_SKIN = f"""{BOARDS}
[board.skin.post]
title = "div.real"

[[board]]
name = "news"
title = "News & Event (before 2022)"
layout = "jsp"
address = "https://www.kistep.re.kr/en/c4/sub3.jsp"
language = "en"
retired = true
"""


def test_a_rebuild_with_a_skin_takes_in_what_was_held_back(archive: Archive, site: Replica) -> None:
    site.faults["0051&act=view"] = Fault(rewrite=moved, times=-1)
    assert archive.crawl().returncode == 4
    assert archive.value("SELECT count(*) FROM sources WHERE layout = 'es'") == 0
    (archive.folder / "boards.toml").write_text(WITH_A_SKIN)
    assert archive.run("rebuild").returncode == 0
    read = archive.value("SELECT count(*) FROM sources WHERE layout = 'es'")
    assert read >= 8
    assert archive.value("SELECT count(*) FROM posts WHERE title = 'A word from us'") == 0
    site.requests.clear()
    assert archive.crawl().returncode == 0
    assert archive.value("SELECT count(*) FROM sources WHERE layout = 'es'") == len(POSTS)
    asked = [path for _, path in site.requests if "0051&act=view" in path]
    assert len(asked) <= len(POSTS) - read + 1  # one known post bears witness
    explained = archive.run("explain", f"news/{POSTS[-1].number}", "title", "--json").stdout
    assert '"selector": "div.real"' in explained
    shown = archive.run("explain", f"news/{POSTS[-1].number}", "title").stdout
    assert "the board's skin selects it with div.real" in shown.splitlines()
    by_label = archive.run("explain", f"news/{POSTS[-1].number}", "date").stdout
    assert "selects it" not in by_label


def test_learning_finds_a_title_that_moved_and_reads_the_rest_as_before(
    archive: Archive, site: Replica
) -> None:
    assert archive.crawl().returncode == 0
    said = what_it_says(archive)
    first = archive.folder.parent / "first"
    archive.folder.rename(first)
    site.faults["0051&act=view"] = Fault(rewrite=moved, times=-1)
    assert archive.crawl().returncode == 4
    site.requests.clear()
    learnt = archive.run("learn", "news", "--save")
    assert learnt.returncode == 0, learnt.stderr
    assert "div.real" in learnt.stdout
    assert site.requests == []
    assert archive.run("rebuild").returncode == 0
    assert archive.crawl().returncode == 0
    assert what_it_says(archive)[0] == said[0]
