"""Another skin for a board: the archive reads its pages again before it reads new ones, so that the same
bytes are never a revision."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Archive, assert_rebuild_equals
from invented_site import BOARDS
from plain_posts import plain_posts

from kistep_archive.model import skins
from kistep_archive.parse.parser import VERSION
from kistep_archive.parse.tree import LIBRARY
from kistep_archive.replica import Fault, Replica, Site
from kistep_archive.replica.standard import History

POSTS = plain_posts("es", 4)
NOTE = "This page was printed on demand."
TITLE = re.compile(r'<h2 class="title">(?!News|SNS|KISTEP Newsletter)(.*?)</h2>', re.S)
SKIN = '[board.skin.post]\nbody = "div.contents"\ndrop = "p.print"\n'
DIGEST = skins.read({"post": {"body": "div.contents", "drop": "p.print"}}, "").digest


def with_a_note(page: str) -> str:
    """A page with a note of the site inside the body's box, and other letters behind it on each: the guards
    doubt a line that all bodies share."""
    letters = "".join(word[0] for word in title[1].split()) if (title := TITLE.search(page)) else ""
    return page.replace(
        '<div class="contents">', f'<div class="contents"><p class="print">{NOTE} {letters}</p>'
    )


@pytest.fixture
def site() -> Iterator[Replica]:
    """It has the posts on the board of news and on another one."""
    with Replica(Site(History({("es", "0051"): POSTS, ("es", "0052"): POSTS}, {}, {}))) as replica:
        replica.faults["act=view"] = Fault(rewrite=with_a_note, times=-1)
        yield replica


@pytest.fixture
def archive(site: Replica, tmp_path: Path) -> Archive:
    archive = Archive(tmp_path / "archive", site.origin)
    archive.folder.mkdir()
    return archive


def bodies_with_the_note(archive: Archive, board: str = "news") -> int:
    query = "SELECT count(*) FROM posts WHERE board = ? AND instr(body_text, ?)"
    return int(archive.value(query, board, NOTE))


def test_another_skin_makes_no_revision_of_the_same_pages(archive: Archive) -> None:
    boards = archive.folder / "boards.toml"
    boards.write_text(BOARDS)
    assert archive.crawl().returncode == 0
    assert bodies_with_the_note(archive) == len(POSTS)
    assert archive.rows("SELECT DISTINCT parser_version, library, skin FROM readings") == [
        (VERSION, LIBRARY, "")
    ]
    boards.write_text(BOARDS + SKIN)
    again = archive.later(40, "recheck", "news", "--origin", archive.origin, "--delay", "0")
    assert again.returncode == 0, again.stderr
    assert "the skin or the encoding of news is another one now; rebuilding it first" in again.stderr
    assert bodies_with_the_note(archive) == 0
    assert archive.rows("SELECT DISTINCT revisions FROM posts") == [(1,)]
    assert archive.rows("SELECT DISTINCT skin FROM readings") == [(DIGEST,)]
    assert archive.value("SELECT count(*) FROM readings") > len(POSTS)
    assert "rebuilding" not in archive.crawl().stderr
    assert archive.run("verify").returncode == 0
    assert_rebuild_equals(archive.folder)


def test_the_latest_run_says_how_a_board_is_read_that_the_archives_own_file_does_not_name(
    archive: Archive, tmp_path: Path
) -> None:
    (archive.folder / "archive.toml").touch()  # then the first crawl makes none with a copy of the boards
    boards = tmp_path / "boards.toml"
    others = BOARDS.replace('"news"', '"others"').replace("bid=0051", "bid=0052")
    boards.write_text(others.replace("mid=a20501000000", "mid=a20502000000") + SKIN)
    ask = ("--origin", archive.origin, "--delay", "0")
    done = archive.run("--boards", str(boards), "crawl", "others", *ask)
    assert done.returncode == 0, done.stderr
    assert archive.run("crawl", "newsletter", *ask).returncode != 2
    assert bodies_with_the_note(archive, "others") == 0
    assert archive.run("rebuild").returncode == 0
    assert bodies_with_the_note(archive, "others") == 0
    assert_rebuild_equals(archive.folder)
    boards.write_text(boards.read_text().removesuffix(SKIN))
    done = archive.run("--boards", str(boards), "crawl", "others", *ask)
    assert "the skin or the encoding of others is another one now" in done.stderr
    assert archive.rows("SELECT DISTINCT revisions FROM posts") == [(1,)]
    assert bodies_with_the_note(archive, "others") == len(POSTS)
    assert_rebuild_equals(archive.folder)


def test_a_key_of_a_skin_that_finds_nothing_on_any_page_is_told(tmp_path: Path) -> None:
    with Replica(Site.generated(4), es_listing_skin="report") as site:  # its rows do not show the hits
        archive = Archive(tmp_path / "archive", site.origin)
        archive.folder.mkdir()
        (archive.folder / "boards.toml").write_text(BOARDS + '[board.skin.post]\nhits = "b.nothing"\n')
        assert archive.crawl().returncode == 0
    reason = archive.value("SELECT reason FROM runs")
    assert reason == "news: the skin's post.hits found nothing on 4 pages"


LABELS = re.compile(
    r'<h2 class="title">(?!News|SNS)(.*?)</h2>\s*<ul class="info">'
    r".*?<span>(.*?)</span>.*?<span>(.*?)</span>.*?<span>(.*?)</span>.*?</ul>",
    re.S,
)
PLAIN = r'<div class="a">\1</div><div class="b">\2</div><div class="c">\3</div><div class="d">\4</div>'


def test_a_rebuild_with_a_wrong_skin_takes_in_nothing_that_the_listing_denies(tmp_path: Path) -> None:
    with Replica(Site.generated(6)) as site:
        site.faults["act=view"] = Fault(rewrite=lambda page: LABELS.sub(PLAIN, page), times=-1)
        archive = Archive(tmp_path / "archive", site.origin)
        assert archive.crawl().returncode in (3, 4)
        assert archive.value("SELECT count(*) FROM posts") == 0
        for title, posts in (("div.b", 0), ("div.a", 6)):
            skin = f'[board.skin.post]\ntitle = "{title}"\nwriter = "div.b"\ndate = "div.c"\nhits = "div.d"\n'
            skin += 'body = "div.contents"\n'
            (archive.folder / "boards.toml").write_text(BOARDS + skin)
            done = archive.run("rebuild")
            assert (done.returncode, "the page says" in done.stderr) == ((0, False) if posts else (4, True))
            assert archive.value("SELECT count(*) FROM posts") == posts
        assert_rebuild_equals(archive.folder)


WRONG = '[board.skin]\nname = "mine"\n[board.skin.post]\ntitle = "h1.logo"\nbody = "div.contents"\n'


def test_a_wrong_skin_on_a_healthy_archive_is_named_with_a_page_that_denies_it(archive: Archive) -> None:
    boards = archive.folder / "boards.toml"
    boards.write_text(BOARDS)
    assert archive.crawl().returncode == 0
    assert archive.run("status", "--check").returncode == 0
    boards.write_text(BOARDS + WRONG)
    ask = ("crawl", "--origin", archive.origin, "--delay", "0")
    commands = (ask, (*ask, "--dry-run"), ("rebuild",), ("rebuild", "--dry-run"))
    for command in commands:
        done = archive.run(*command)
        last = done.stderr.splitlines()[-1]
        assert done.returncode == 4, command
        assert "news (es) is read with the skin mine, and its pages are perhaps read wrongly" in last
        denied = [post for post in POSTS if f"the page says 'KISTEP', the listing '{post.title[:40]}" in last]
        assert len(denied) == 1, last
        assert str(archive.folder) in last or "--dry-run" in command
    assert archive.value("SELECT count(*) FROM posts") == len(POSTS)
    checked = archive.run("status", "--check")
    assert checked.returncode == 3
    assert "the boards file has another skin or encoding than its pages were read with" in checked.stderr
    boards.write_text(BOARDS)
    assert archive.run("status", "--check").returncode == 0


def test_a_dry_run_begins_with_the_rows_that_another_skin_reads(archive: Archive) -> None:
    boards = archive.folder / "boards.toml"
    boards.write_text(BOARDS)
    assert archive.crawl().returncode == 0
    boards.write_text(BOARDS + SKIN)
    done = archive.run("crawl", "--origin", archive.origin, "--delay", "0", "--dry-run", "--json")
    assert (done.returncode, json.loads(done.stdout)["results"]) == (0, []), done.stderr
    assert bodies_with_the_note(archive) == len(POSTS)


def three_times(page: str) -> str:
    """A page whose body says its paragraph three times."""
    return re.sub(r'(<div class="contents">\s*)(<p>.*?</p>)', r"\1\2\2\2", page, flags=re.S)


def test_a_skin_that_leaves_half_of_each_body_is_refused_unless_forced(
    archive: Archive, site: Replica
) -> None:
    site.faults["act=view"] = Fault(rewrite=three_times, times=-1)
    boards = archive.folder / "boards.toml"
    boards.write_text(BOARDS)
    assert archive.crawl().returncode == 0
    whole = archive.rows("SELECT body_text FROM posts ORDER BY id")
    boards.write_text(BOARDS + '[board.skin.post]\nbody = "div.contents p:last-child"\n')
    for command in (("crawl", "--origin", archive.origin, "--delay", "0"), ("rebuild",)):
        done = archive.run(*command)
        assert (done.returncode, "4 bodies would keep half of their words or fewer" in done.stderr) == (
            4,
            True,
        )
        assert archive.rows("SELECT body_text FROM posts ORDER BY id") == whole
    assert archive.run("rebuild", "--force").returncode == 0
    assert archive.rows("SELECT body_text FROM posts ORDER BY id") != whole


def test_a_skin_that_reads_no_page_is_named_with_its_key(archive: Archive) -> None:
    boards = archive.folder / "boards.toml"
    boards.write_text(BOARDS)
    assert archive.crawl().returncode == 0
    boards.write_text(BOARDS + '[board.skin]\nname = "mine"\n[board.skin.post]\ntitle = "b.nothing"\n')
    done = archive.run("rebuild")
    assert done.returncode == 4
    assert "page: title: skin 'mine': post.title finds nothing with 'b.nothing'" in done.stderr
