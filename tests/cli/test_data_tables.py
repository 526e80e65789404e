"""The tables under `/data/`: what they show, in which words, of which moment."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest
from commands import Archive
from data_room import Tables, tables
from documents import blocks
from generated import generate
from places import CHECKOUT, TESTS
from stranger import open_to_all, stranger

from kistep_archive import Archive as Opened
from kistep_archive.errors import ArchiveError
from kistep_archive.model import view_words
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.web.data import DataOptions, application

VIEWS = list(view_words.views())
QUERIES = [query for words in view_words.views().values() for query in words.queries]


@pytest.fixture(scope="module")
def demo_tables(place: Archive) -> Iterator[Tables]:
    with tables(place.folder) as opened:
        yield opened


@pytest.fixture
def copy(place: Archive, tmp_path: Path) -> Path:
    """A copy of the demo's archive, to be written to."""
    return shutil.copytree(place.folder, tmp_path / "data")


def rename(folder: Path, title: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as conn, conn:
        conn.execute("UPDATE content SET title = ?", (title,))


def titles(visitor: Tables) -> set[str]:
    return {row["title"] for row in visitor.rows("/data/kistep/posts.json?_col=title")}


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_shows_its_rows_its_title_and_the_words_of_each_column(
    place: Archive, demo_tables: Tables, view: str
) -> None:
    page = demo_tables.get(f"/data/kistep/{view}")
    words = view_words.views()[view]
    assert page.status_code == 200
    assert f"<h1>{words.title} (view)</h1>" in page.text
    names = [row[1] for row in place.rows(f"PRAGMA table_info({view})")]
    described = page.text.partition('<dl class="column-descriptions">')[2].partition("</dl>")[0]
    assert described.count("<dt>") == len(names)
    assert "<dd></dd>" not in described
    document = demo_tables.get(f"/data/kistep/{view}.json?_size=1").json()
    assert document["columns"] == names
    assert document["filtered_table_rows_count"] == place.value(f"SELECT count(*) FROM {view}")


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_question_of_the_documents_is_there_with_its_title_and_its_rows(
    place: Archive, demo_tables: Tables, query: view_words.ViewQuery
) -> None:
    assert any(query.sql in shown for shown in blocks(CHECKOUT / "docs" / "queries.md", "sql"))
    page = demo_tables.get(f"/data/kistep/{query.name}")
    assert page.status_code == 200
    assert query.title in unescape(page.text)
    rows = demo_tables.rows(f"/data/kistep/{query.name}.json")
    assert [tuple(row.values()) for row in rows] == place.rows(query.sql)


def test_the_first_page_lists_views_and_questions_and_no_table(place: Archive, demo_tables: Tables) -> None:
    assert demo_tables.get("/data/").headers["location"] == "/data/kistep"
    document = demo_tables.get("/data/kistep.json?_show_hidden=1").json()
    assert [view["name"] for view in document["views"]] == VIEWS
    assert [query["name"] for query in document["queries"]] == [query.name for query in QUERIES]
    assert (document["tables"], document["hidden_count"]) == ([], 0)
    hidden = place.rows("SELECT name FROM sqlite_master WHERE type = 'table' OR name = 'texts'")
    assert {demo_tables.get(f"/data/kistep/{name}").status_code for (name,) in hidden} == {404}


def test_posts_are_counted_by_board_and_writer_and_no_facet_is_guessed(demo_tables: Tables) -> None:
    document = demo_tables.get("/data/kistep/posts.json").json()
    assert list(document["facet_results"]) == ["board", "writer"]
    assert document["suggested_facets"] == []


def test_csv_streams_every_row(place: Archive, demo_tables: Tables) -> None:
    answer = demo_tables.get("/data/kistep/hits.csv?_stream=1")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert len(answer.text.splitlines()) == 1 + place.value("SELECT count(*) FROM hits")


def test_a_commit_of_another_connection_is_seen_at_once(copy: Path) -> None:
    with tables(copy) as visitor:
        for title in ("First", "Second", "Third"):
            rename(copy, title)
            assert titles(visitor) == {title}


def test_a_rebuilt_database_is_seen_at_once(copy: Path) -> None:
    with tables(copy) as visitor:
        before = titles(visitor)
        other = shutil.copytree(copy, copy.with_name("other"))
        rename(other, "Rebuilt")
        with closing(sqlite3.connect(other / DATABASE_FILE)) as conn:
            conn.execute("PRAGMA journal_mode = DELETE")
        (other / DATABASE_FILE).replace(copy / DATABASE_FILE)
        assert titles(visitor) == {"Rebuilt"} != before


def test_a_crawl_can_write_while_a_visitor_reads(archive: Archive) -> None:
    assert archive.crawl().returncode == 0
    with tables(archive.folder) as visitor:
        before = len(visitor.rows("/data/kistep/runs.json"))
        assert archive.crawl().returncode == 0
        assert len(visitor.rows("/data/kistep/runs.json")) == before + 1


def test_an_archive_of_an_earlier_version_is_shown_with_the_views_of_today(tmp_path: Path) -> None:
    folder = shutil.copytree(TESTS / "archives" / "0.1.0" / "archive", tmp_path / "archive")
    with tables(folder) as visitor, Opened(folder) as opened:
        assert {row["title"] for row in visitor.rows("/data/kistep/posts.json")} == {
            post.title for post in opened.posts()
        }
        assert {
            visitor.get(f"/data/kistep/{view}").status_code for view in ("posts", "revisions", "hits")
        } == {200}


def test_another_user_who_may_not_write_beside_the_archive_sees_it_and_its_changes(place: Archive) -> None:
    with open_to_all(place.folder) as folder, tables(folder) as visitor:
        os.utime(folder / DATABASE_FILE, (1, 1))
        with stranger(folder):
            assert len(titles(visitor)) > 100
        write = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])"
        sql = "UPDATE content SET title = 'New'"
        subprocess.run([sys.executable, "-c", write, str(folder / DATABASE_FILE), sql], check=True)
        with stranger(folder):
            assert titles(visitor) == {"New"}


def test_two_archives_of_one_process_share_nothing(place: Archive, copy: Path) -> None:
    rename(copy, "Other")
    with tables(place.folder) as one, tables(copy, base_url="/two/", allow_sql=True) as other:
        assert {row["title"] for row in other.rows("/two/data/kistep/posts.json")} == {"Other"}
        assert "Other" not in titles(one)
        assert "/two/" not in one.get("/data/kistep/posts").text
        assert one.get("/data/kistep?sql=select+1").status_code == 403
        assert other.get("/data/kistep?sql=select+1").status_code == 200
    with tables(place.folder) as again:
        assert "Other" not in titles(again)


def test_closing_ends_the_threads_and_their_connections(copy: Path) -> None:
    with tables(copy) as visitor:
        assert titles(visitor)
        assert open_files(copy)
    assert open_files(copy) == []


def open_files(folder: Path) -> list[str]:
    """The files in a folder that this process has open."""
    fds = Path("/proc/self/fd")
    if not fds.is_dir():
        pytest.skip("this system does not say which files are open")
    return [
        name
        for each in fds.iterdir()
        if each.is_symlink() and (name := os.readlink(each)).startswith(f"{folder}/")
    ]


def test_a_folder_without_an_archive_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="not an archive"):
        application(tmp_path, DataOptions())


@pytest.mark.slow
def test_no_page_of_ten_thousand_posts_takes_long(tmp_path: Path) -> None:
    with tables(generate(tmp_path / "archive", 10_000)) as visitor:
        for name in [*VIEWS, *(query.name for query in QUERIES)]:
            began = time.perf_counter()
            assert visitor.get(f"/data/kistep/{name}").status_code == 200, name
            assert time.perf_counter() - began < 1, name
