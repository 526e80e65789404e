"""The search box of the tables finds what `kistep-archive search` finds."""

import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from commands import Archive
from data_room import Tables, tables
from generated import add, generate

from kistep_archive import Archive as Opened
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.store.rows.contents import index

TEXTS = (
    "국가연구개발사업 예산배분 조정안을 의결하였다",
    "과학기술정책연구 세미나 개최 안내",
    "연구개발예산 집행과 평가",
    "기술ㆍ정책 포럼 2024",
    "KISTEP forum on science policy",
    "과학기술 forum 예산",
    "정책기술",
)
QUERIES = (
    "예산",
    "배분",
    "예산배분",
    "기술정책",
    "정책",
    "술정",
    "forum",
    "for*",
    "forum 예산",
    "예산 OR 정책",
    "정책 -포럼",
    '"science policy"',
    "title:정책",
    "writer:Writer",
    "기술·정책",
    "연",
    "not-there",
    '"',
    "?:%_",
    "ＦＯＲＵＭ",
)


@pytest.fixture(scope="module")
def korean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of Korean posts."""
    folder = generate(tmp_path_factory.mktemp("korean") / "archive", 0)
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as conn, conn:
        for number, text in enumerate(TEXTS, 1):
            add(conn, number, f"제목 {text[:6]}", f"2024-01-{number:02}", body=text)
            index(conn, number)
    return folder


@pytest.fixture(scope="module")
def visitor(place: Archive) -> Iterator[Tables]:
    with tables(place.folder) as opened:
        yield opened


def ids(visitor: Tables, query: str, view: str = "posts", column: str = "id") -> set[int]:
    answer = visitor.get(f"/data/kistep/{view}.json", params(query, column))
    return {row[column] for row in answer.json()}


def params(query: str, column: str) -> dict[str, str]:
    return {"_search": query, "_shape": "array", "_size": "max", "_col": column}


@pytest.mark.parametrize("query", QUERIES)
def test_a_korean_query_finds_what_the_command_finds_also_inside_words(korean: Path, query: str) -> None:
    with tables(korean) as visitor, Opened(korean) as archive:
        expected = {found.id for found in archive.search(query, limit=100)}
        assert ids(visitor, query) == expected
    if query in ("예산", "배분", "예산배분", "기술정책"):
        assert expected == {number for number, text in enumerate(TEXTS, 1) if query in text}


def test_two_hundred_pieces_of_the_demo_s_texts_find_what_the_command_finds(
    place: Archive, visitor: Tables
) -> None:
    texts = " ".join(f"{title} {body}" for title, body in place.rows("SELECT title, body_text FROM posts"))
    words = sorted(set(re.findall(r"\w{2,}", texts)))
    chosen = random.Random(14).sample(words, 200)
    with Opened(place.folder) as archive:
        for word in chosen:
            piece = word[:2] if "가" <= word[0] <= "힣" else word
            assert ids(visitor, piece) == {found.id for found in archive.search(piece, limit=1000)}, piece


@pytest.mark.parametrize(
    "view", ["revisions", "hits", "attachments", "sources", "removals", "sightings", "readings"]
)
def test_rows_of_posts_are_found_by_their_post_s_words(place: Archive, visitor: Tables, view: str) -> None:
    with Opened(place.folder) as archive:
        posts = {found.id for found in archive.search("forum", limit=1000)}
    there = {post for (post,) in place.rows(f"SELECT post_id FROM {view}")}
    assert ids(visitor, "forum", view, "post_id") == posts & there


def test_the_page_has_a_search_box_with_the_query_and_says_what_was_searched(visitor: Tables) -> None:
    page = visitor.get("/data/kistep/posts", {"_search": 'forum "'}).text
    assert re.search(r'name="_search" value="forum &#34;"', page)
    assert "where search matches" in page


def test_paging_and_facets_keep_the_search(visitor: Tables) -> None:
    document = visitor.get("/data/kistep/posts.json?_search=forum&_size=5").json()
    assert "_search=forum" in document["next_url"]
    assert document["filtered_table_rows_count"] == 17
    (board,) = document["facet_results"]["board"]["results"]
    assert board["count"] == 17
    assert "_search=forum" in board["toggle_url"]


@pytest.mark.parametrize("view", ["runs", "pages", "failures"])
def test_what_belongs_to_no_post_has_no_search_box(visitor: Tables, view: str) -> None:
    assert 'name="_search"' not in visitor.get(f"/data/kistep/{view}").text
    assert 'name="_search"' in visitor.get("/data/kistep/posts").text


@pytest.mark.parametrize("parameter", ["_fts_table=content_text", "_searchmode=raw", "_search_title=x"])
def test_datasette_s_own_ways_to_search_are_refused(visitor: Tables, parameter: str) -> None:
    assert visitor.get(f"/data/kistep/posts?_search=forum&{parameter}").status_code == 400
