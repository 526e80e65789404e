"""Feeds, as validators and a reader see them: valid, the same bytes for the same data, and an id for ever."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import feedparser
import pytest
from commands import Archive, one_line
from edited import FILE, NUMBER, OTHER, edited
from generated import generate
from golden import assert_golden
from lxml import etree
from places import TESTS

from kistep_archive.query import latest
from kistep_archive.query.filters import Filters
from kistep_archive.replica import Replica
from kistep_archive.store.database import DATABASE_FILE, open_archive

GRAMMAR = etree.RelaxNG(etree.parse(TESTS / "atom.rng"))
ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = "https://example.org/kistep.atom"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return edited(tmp_path_factory.mktemp("held"))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The replica's days: new posts, edits, two removals, one return."""
    with Replica() as site:
        archive = Archive(tmp_path_factory.mktemp("crawled"), site.origin)
        for day in (1, 2, 2, 3):
            site.site.day = day
            assert archive.crawl().returncode == 0
    return archive


def valid_atom(document: str) -> feedparser.FeedParserDict:
    """The feed as a reader has it, after the grammar and what the grammar cannot say."""
    root = etree.fromstring(document.encode())
    assert GRAMMAR.validate(root), GRAMMAR.error_log
    entries = root.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len({root.findtext(f"{ATOM}id"), *ids}) == len(ids) + 1
    assert root.find(f"{ATOM}author") is not None or all(
        entry.find(f"{ATOM}author") is not None for entry in entries
    )
    for element in (root, *entries):
        assert len([link for link in element.findall(f"{ATOM}link") if link.get("rel") == "alternate"]) <= 1
    read = feedparser.parse(
        document.encode(), response_headers={"content-type": "application/atom+xml; charset=utf-8"}
    )
    assert (read.bozo, read.version, len(read.entries)) == (False, "atom10", len(entries))
    return read


def valid_json(document: str, folder: Path) -> Any:
    (folder / "feed.json").write_text(document)
    tool = shutil.which("check-jsonschema", path=str(Path(sys.executable).parent)) or "check-jsonschema"
    done = subprocess.run(
        [tool, "--schemafile", str(TESTS / "jsonfeed-1.1.json"), str(folder / "feed.json")],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    answer = json.loads(document)
    assert len({item["id"] for item in answer["items"]}) == len(answer["items"])
    return answer


def feed(archive: Archive, form: str, *arguments: str) -> str:
    done = archive.run("feed", "-", "--format", form, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<updated>2021-05-01T00:00:00.000000Z</updated>", "<updated>2021-05-01</updated>"),
        ("<name>KISTEP</name>", "<name> </name>"),
        ('length="14"', 'length="some"'),
        ('type="application/pdf"', 'type="pdf"'),
        ("<title>News &amp; Event (www.kistep.re.kr)</title>", ""),
        (
            "<title>News &amp; Event (www.kistep.re.kr)</title>",
            "<title>News &amp; Event (www.kistep.re.kr)</title><p/>",
        ),
        ('href="https://example.org', 'href="example.org'),
    ],
)
def test_the_grammar_refuses_what_the_rfc_refuses(right: str, wrong: str) -> None:
    said = (TESTS / "goldens" / "feed.atom").read_text()
    assert right in said
    assert not GRAMMAR.validate(etree.fromstring(said.replace(right, wrong, 1).encode()))


# what it says


@pytest.mark.parametrize("form", ["atom", "json"])
def test_each_form_says_what_it_should(held: Archive, form: str) -> None:
    assert_golden(f"feed.{form}", feed(held, form, "--url", ADDRESS))


def test_a_reader_finds_new_posts_edits_removals_and_returns(crawled: Archive, tmp_path: Path) -> None:
    read = valid_atom(feed(crawled, "atom", "--limit", "1000"))
    items = valid_json(feed(crawled, "json", "--limit", "1000"), tmp_path)["items"]
    kinds = [entry.tags[0].term for entry in read.entries]
    assert [item["tags"][0] for item in items] == kinds
    assert [item["id"] for item in items] == [entry.id for entry in read.entries]
    posts, revisions = (
        crawled.value("SELECT count(*) FROM posts"),
        crawled.value("SELECT count(*) FROM revisions"),
    )
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "new": posts,
        "revised": revisions - posts,
        "removed": 2,
        "returned": 1,
    }
    links = {entry.links[0].href for entry in read.entries if entry.tags[0].term != "removed"}
    assert links <= {url for (url,) in crawled.rows("SELECT url FROM sources")}


def test_a_removal_has_the_text_that_the_archive_keeps_and_leads_to_the_listing(crawled: Archive) -> None:
    items = json.loads(feed(crawled, "json", "--limit", "1000"))["items"]
    gone = [item for item in items if item["tags"] == ["removed"]]
    boards = [row for row in crawled.json("boards")["results"] if row["board"] == "news"]
    addresses = {row["layout"]: row["address"] for row in boards}
    assert gone
    for item in gone:
        facts = item["_kistep_archive"]
        post = crawled.json("show", f"news/{facts['number']}")
        assert post["body_html"] in item["content_html"]
        assert item["url"] == addresses[facts["layout"]]
        assert f"list_no={facts['number']}</p>" in item["content_html"]


def test_a_feed_is_named_after_the_boards_and_hosts_of_its_archive(tmp_path: Path, held: Archive) -> None:
    (boards := tmp_path / "boards.toml").write_text(
        '[[board]]\nname = "kict"\ntitle = "KICT news"\nlayout = "es"\nlanguage = "en"\n'
        'address = "https://www.kict.re.kr/board.es?mid=a20601000000&bid=newsnotice"\n'
    )
    with closing(sqlite3.connect(generate(tmp_path / "other", 1) / DATABASE_FILE)) as conn, conn:
        conn.execute("UPDATE source SET board = 'kict'")
    asked = ("feed", "-", "--format", "json", "--query", "words")
    done = Archive(tmp_path / "other").run("--boards", str(boards), *asked)
    other, ours = json.loads(done.stdout), json.loads(feed(held, "json"))
    assert (other["title"], ours["title"]) == (
        "KICT news (www.kict.re.kr), query words",
        "News & Event (www.kistep.re.kr)",
    )
    ids = [each["_kistep_archive"]["id"].partition(":feed")[2] for each in (other, ours)]
    assert ids == ["/www.kict.re.kr/query/words", "/www.kistep.re.kr"]


def test_a_first_crawl_of_years_shows_the_changes_and_then_the_newest_posts(crawled: Archive) -> None:
    items = json.loads(feed(crawled, "json"))["items"]
    assert len(items) == 50
    kinds = [item["tags"][0] for item in items]
    changes = kinds.index("new")
    assert {"revised", "removed", "returned"} == set(kinds[:changes])
    assert set(kinds[changes:]) == {"new"}
    newest = [
        date for (date,) in crawled.rows("SELECT date FROM posts ORDER BY date DESC LIMIT ?", 50 - changes)
    ]
    assert [item["date_published"][:10] for item in items[changes:]] == newest


@pytest.mark.parametrize(
    "wanted", [Filters(), Filters(board="news"), Filters("forum"), Filters(has_file=True)]
)
def test_a_short_feed_is_the_beginning_of_a_long_one(crawled: Archive, wanted: Filters) -> None:
    def changes(limit: int) -> list[dict[str, Any]]:
        with closing(open_archive(crawled.folder)) as conn:
            return latest.changes(conn, wanted, limit)

    everything = changes(10_000)  # more than there are: all are read and sorted
    assert len(everything) > 15
    for limit in (0, 1, 2, 3, 5, 8, 13, 21, 34):
        assert changes(limit) == everything[:limit]


def test_an_entry_of_a_revision_shows_the_words_that_changed_and_runs_nothing(held: Archive) -> None:
    items = json.loads(feed(held, "json"))["items"]
    (edit,) = [item for item in items if item["title"].startswith("Revised (title, body_text)")]
    assert "<del>충북혁신도시 본원에서</del>" in edit["content_html"]
    assert "<ins>서울 회의장에서</ins>" in edit["content_html"]
    assert "&lt;script&gt;" in edit["content_html"]
    assert not re.search(r"<(?!/?(h2|p|ins|del)>)", edit["content_html"])
    assert edit["_kistep_archive"]["evidence"] == {
        key: held.json("show", f"news/{NUMBER}")["revisions"][1]["evidence"][key]
        for key in ("file", "offset", "sha256")
    }


def test_files_are_enclosures_with_their_type_and_size_of_then(held: Archive) -> None:
    read = valid_atom(feed(held, "atom"))
    sizes = [
        [(link.href, link.type, link.length) for link in entry.enclosures]
        for entry in read.entries
        if str(NUMBER) in entry.id
    ]
    assert sizes == [[(FILE, "application/pdf", size)] for size in ("34", "34", "34", "14", "14")]
    (never_fetched,) = [entry.enclosures for entry in read.entries if str(OTHER) in entry.id]
    assert [(link.type, link.get("length")) for link in never_fetched] == [("application/octet-stream", None)]


# the same for ever


def test_the_same_data_are_the_same_bytes_on_another_day_after_a_rebuild_and_in_another_order(
    held: Archive, tmp_path: Path
) -> None:
    said = feed(held, "atom")
    assert held.later(400, "feed", "-", "--format", "atom").stdout == said
    other = edited(tmp_path, backwards=True)
    assert feed(other, "atom") == said
    assert other.run("rebuild").returncode == 0
    assert feed(other, "atom") == said


def test_ids_do_not_depend_on_ids_of_the_database_and_updated_is_when_it_was_seen(crawled: Archive) -> None:
    for item in json.loads(feed(crawled, "json", "--limit", "1000"))["items"]:
        ours = item["_kistep_archive"]
        address = f"tag:kistep-archive.github.io,2026:{ours['board']}/{ours['layout']}/{ours['number']}"
        assert (item["id"] == address) == (ours["kind"] == "new")
        assert item["id"].startswith(address)
        if ours["kind"] == "revised":
            assert item["id"] == f"{address}/{item['date_modified']}/{ours['evidence']['sha256'][:16]}"
        elif ours["kind"] != "new":
            assert item["id"] == f"{address}/{ours['kind']}/{item['date_modified']}"
    seen = {at for (at,) in crawled.rows("SELECT seen_at FROM revisions")}
    assert {
        item["date_modified"]
        for item in json.loads(feed(crawled, "json"))["items"]
        if item["tags"] == ["new"]
    } <= seen


def test_the_feed_itself_was_updated_when_the_last_thing_happened(crawled: Archive) -> None:
    read = valid_atom(feed(crawled, "atom", "--url", ADDRESS))
    assert read.feed.updated == max(entry.updated for entry in read.entries)
    assert [(link.rel, link.href) for link in read.feed.links][1] == ("self", ADDRESS)


def test_as_of_a_day_the_feed_is_what_it_was(held: Archive) -> None:
    items = json.loads(feed(held, "json"))["items"]
    then = json.loads(feed(held, "json", "--as-of", "2021-12-31"))["items"]
    assert [item["id"] for item in then] == [item["id"] for item in items if item["date_modified"] < "2022"]
    assert json.loads(feed(held, "json", "--as-of", "2001-01-01"))["items"] == []


# which posts


def test_a_feed_of_a_search_holds_what_the_search_finds(crawled: Archive, tmp_path: Path) -> None:
    answer = valid_json(feed(crawled, "json", "--query", "기술 OR forum", "--limit", "1000"), tmp_path)
    found = {row["number"] for row in crawled.json("search", "기술 OR forum", "--limit", "1000")["results"]}
    first = {item["_kistep_archive"]["number"]: item for item in answer["items"] if item["tags"] == ["new"]}
    assert {number for number in first if number in found} == found - (found - first.keys())
    posts = {crawled.json("show", item["url"])["number"] for item in list(first.values())[:20]}
    assert posts <= found
    assert len(first) == len(found)
    assert "query 기술 OR forum" in answer["title"]


def test_a_feed_of_a_board_leads_to_that_board_and_each_question_is_a_feed_of_its_own(
    held: Archive, tmp_path: Path
) -> None:
    news = valid_atom(feed(held, "atom", "--board", "news"))
    letters = valid_atom(feed(held, "atom", "--board", "newsletter"))
    assert (len(news.entries), len(letters.entries)) == (6, 0)
    assert letters.feed.updated == "1970-01-01T00:00:00Z"
    assert (news.feed.link, letters.feed.link) == tuple(
        row["address"] for row in held.json("boards")["results"] if row["layout"] == "es"
    )
    questions = (
        [],
        ["--board", "news"],
        ["--query", "a/b"],
        ["--query", "a"],
        ["--removed"],
        ["--has-file"],
        ["--no-file"],
    )
    ids = {valid_atom(feed(held, "atom", *options)).feed.id for options in questions}
    assert len(ids) == 7
    one_line(held.run("feed", "-", "--format", "atom", "--board", "nwes"), 2, "unknown board")


def test_a_question_in_another_encoding_is_a_feed_all_the_same(held: Archive) -> None:
    asked = b"\xb1\xe2\xbc\xfa forum"  # cp949
    done = subprocess.run(
        [*held.command("feed", "-", "--format", "atom", "--query"), asked], capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b"")
    valid_atom(done.stdout.decode())


# to a file


def test_a_feed_is_written_by_suffix_left_alone_where_it_says_the_same_and_replaced_where_not(
    held: Archive, tmp_path: Path
) -> None:
    for suffix, form in ((".atom", "atom"), (".xml", "atom"), (".json", "json")):
        out = tmp_path / f"feed{suffix}"
        assert held.run("feed", str(out)).stdout == f"{out}: 6 entries\n"
        assert out.read_text() == feed(held, form)
        before = out.stat().st_mtime_ns
        assert held.run("feed", str(out)).stdout == f"{out}: 6 entries, unchanged\n"
        assert out.stat().st_mtime_ns == before
        assert held.run("feed", str(out), "--limit", "2").stdout == f"{out}: 2 entries\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feed.atom", "feed.json", "feed.xml"]


def test_what_is_no_feed_of_ours_is_not_replaced_without_being_asked_for(
    held: Archive, tmp_path: Path
) -> None:
    (out := tmp_path / "notes.json").write_text("{}")
    one_line(held.run("feed", str(out)), 2, "already exists", "--force")
    assert out.read_text() == "{}"
    assert held.run("feed", str(out), "--force").returncode == 0
    valid_json(out.read_text(), tmp_path)


def test_a_place_or_a_form_that_cannot_be_is_one_line(held: Archive, tmp_path: Path) -> None:
    one_line(held.run("feed", "-"), 2, "'-' has no suffix: add --format atom")
    for address in ("kistep.atom", "https://", "file:///kistep.atom", "https://example.org/a b"):
        one_line(
            held.run("feed", "-", "--format", "atom", "--url", address), 2, "--url", "https://example.org/"
        )
    one_line(held.run("feed", str(tmp_path / "feed.rss")), 2, ".atom .xml .json")
    one_line(held.run("feed", str(tmp_path / "none" / "feed.atom")), 2, "cannot be written")
    one_line(held.run("feed", str(held.folder / "warc" / "feed.atom")), 2, "belongs to the archive")
    one_line(Archive(tmp_path / "none").run("feed", str(tmp_path / "feed.atom")), 2, "not an archive")
