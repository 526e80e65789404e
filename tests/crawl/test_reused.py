"""A number that the site gives to another post after a removal: two posts, and the first stays."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from captured import warc
from commands import Archive, assert_rebuild_equals
from first_days import first_day

from kistep_archive.model.boards import Catalogue
from kistep_archive.query.posts import find_post
from kistep_archive.replica import Entry, Paragraph, Replica, Site
from kistep_archive.replica.content import attachment, generate
from kistep_archive.replica.standard import History
from kistep_archive.store.database import open_archive

FILE = attachment(1, "minutes.pdf", ("Minutes of the meeting",))
POSTS = tuple(replace(post, files=(), pinned=False) for post in generate("es", 9))
OLD = replace(
    POSTS[4],
    title="Farmers and rice",
    date="2015-03-04",
    blocks=(Paragraph("The institute met farmers to speak of rice and water in the south."),),
    files=(FILE,),
)
NEW = replace(
    OLD,
    title="A rover for children",
    date="2025-05-05",
    blocks=(Paragraph("Engineers explained to children how the wheels of a rover are cooled."),),
    files=(replace(FILE, body=b"%PDF-1.4 quite other bytes\n%%EOF\n"),),
)


def serve(port: int) -> Replica:
    return Replica(Site(History({("es", "0051"): (*POSTS[:4], OLD, *POSTS[5:])}, {}, {})), port=port)


@pytest.fixture
def site() -> Iterator[Replica]:
    with serve(first_day(serve).port) as replica:
        yield replica


@pytest.fixture
def archive(site: Replica, tmp_path: Path) -> Iterator[Archive]:
    """An archive in which the post counts as removed."""
    archive = first_day(serve).copy(tmp_path / "archive", site)
    site.site.change(gone=[OLD.number])
    assert [archive.crawl().returncode for _ in range(2)] == [0, 0]
    assert len(titles(archive, "removed_at IS NOT NULL")) == 1
    yield archive
    assert archive.run("verify").returncode == 0
    assert_rebuild_equals(archive.folder)


def titles(archive: Archive, which: str = "TRUE") -> list[tuple[str, int]]:
    sql = f"SELECT title, revisions FROM posts WHERE number = ? AND {which} ORDER BY id"
    return [(title, revisions) for title, revisions in archive.rows(sql, OLD.number)]


def again(archive: Archive, site: Replica, entry: Entry) -> None:
    site.site.change([entry])
    done = archive.crawl()
    assert (done.returncode, done.stderr) == (0, "")


def test_fault_c07_a_removed_post_s_number_under_another_post_makes_two_posts(
    archive: Archive, site: Replica
) -> None:
    again(archive, site, NEW)
    assert titles(archive) == [(OLD.title, 1), (NEW.title, 1)]
    assert titles(archive, "removed_at IS NOT NULL") == [(OLD.title, 1)]
    assert archive.rows("SELECT new, revised, restored FROM runs ORDER BY id DESC LIMIT 1") == [(1, 0, 0)]
    old, new = (
        row[0] for row in archive.rows("SELECT id FROM posts WHERE number = ? ORDER BY id", OLD.number)
    )
    assert archive.json("show", f"news/{OLD.number}")["id"] == new
    assert archive.json("show", str(old))["title"] == OLD.title
    url = archive.value("SELECT url FROM posts WHERE id = ?", old)
    assert archive.json("show", url)["id"] == new


def test_fault_c07_each_of_the_two_has_the_file_of_its_own_time(archive: Archive, site: Replica) -> None:
    again(archive, site, NEW)
    files = dict(archive.rows("SELECT title, sha256 FROM attachments a JOIN posts p ON p.id = a.post_id"))
    assert files[OLD.title] != files[NEW.title]
    assert titles(archive) == [(OLD.title, 1), (NEW.title, 1)]


def test_fault_c07_each_of_the_two_is_cited_under_a_key_of_its_own(archive: Archive, site: Replica) -> None:
    again(archive, site, NEW)
    ids = [post_id for (post_id,) in archive.rows("SELECT id FROM posts WHERE number = ?", OLD.number)]
    cited = [archive.run("cite", str(post_id), "--style", "csl-json") for post_id in ids]
    items = [json.loads(done.stdout)[0] for done in cited]
    assert {each["title"] for each in items} == {OLD.title, NEW.title}
    assert len({each["id"] for each in items}) == len(ids) == 2


def test_fault_c07_the_second_post_has_a_life_of_its_own(archive: Archive, site: Replica) -> None:
    again(archive, site, NEW)
    again(archive, site, replace(NEW, title="A rover for all children"))
    site.site.change(gone=[OLD.number])
    assert [archive.crawl().returncode for _ in range(2)] == [0, 0]
    assert titles(archive, "removed_at IS NOT NULL") == [(OLD.title, 1), ("A rover for all children", 2)]
    third = replace(OLD, title="Steel", date="2026-01-01", blocks=(Paragraph("On steel and what rusts."),))
    again(archive, site, third)
    assert len(titles(archive)) == 3


@pytest.mark.parametrize(
    "back",
    [
        OLD,
        replace(OLD, title="Rice and farmers, revised"),
        replace(OLD, title="Rice and farmers, revised", date="2015-03-06"),
        replace(NEW, title=OLD.title),
        replace(NEW, date=OLD.date),
    ],
    ids=["as it was", "with another title", "with another day too", "under its title", "of its day"],
)
def test_fault_c07_a_removed_post_that_returns_is_the_same_post(
    archive: Archive, site: Replica, back: Entry
) -> None:
    again(archive, site, back)
    assert len(titles(archive)) == 1
    assert titles(archive, "removed_at IS NULL")


def test_fault_c07_the_archive_as_of_an_earlier_day_knows_the_first_post_alone(
    archive: Archive, site: Replica
) -> None:
    again(archive, site, NEW)
    seen = archive.value("SELECT first_seen_at FROM posts WHERE title = ?", NEW.title)
    with closing(open_archive(archive.folder, seen)) as conn:
        assert find_post(conn, f"news/{OLD.number}", Catalogue())["title"] == OLD.title
    with closing(open_archive(archive.folder, "9999-01-01T00:00:00Z")) as conn:
        assert find_post(conn, f"news/{OLD.number}", Catalogue())["title"] == NEW.title


def test_fault_c07_captures_by_others_go_to_the_post_of_their_time(
    archive: Archive, site: Replica, tmp_path: Path
) -> None:
    again(archive, site, NEW)
    url = archive.value("SELECT url FROM posts WHERE title = ?", OLD.title)
    site.site.day = 1
    page = site.respond("GET", url.partition(".kr")[2], "", accepts_gzip=False).body
    edited = page.replace(b"to speak of rice", b"to hear of rice")
    capture = warc(tmp_path / "theirs.warc.gz", (url, "2019-01-01T00:00:00Z", edited))
    assert archive.run("import", str(capture)).returncode == 0
    assert titles(archive) == [(OLD.title, 2), (NEW.title, 1)]
    assert titles(archive, "removed_at IS NOT NULL") == [(OLD.title, 2)]
