"""Pages of posts by their date: the posts of the view in its order, without all of them being read."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flat import Steps
from generated import generate

from kistep_archive.query.facets import facets
from kistep_archive.query.filters import Filters, count
from kistep_archive.query.search.search import matches
from kistep_archive.store import database

POSTS, MORE = 300, 1800
CHOSEN = {
    "all posts": (Filters(), "true"),
    "a board": (Filters(board="b1"), "board = 'b1'"),
    "a year": (Filters(since="2005-01-01", until="2005-12-31"), "date LIKE '2005-%'"),
    "a writer": (Filters(writer="writer 2"), "writer = 'Writer 2'"),
    "removed posts": (Filters(removed=True), "removed_at IS NOT NULL"),
    "posts of a board that are there": (
        Filters(board="b1", removed=False),
        "board = 'b1' AND removed_at IS NULL",
    ),
    "posts with files": (Filters(has_file=True), "id % 9 = 0"),
}
NOW_AND_THEN = [None, "2026-06-01T00:00:00.000000Z"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with several boards and writers, removed posts, posts with files, and a post whose text
    was not read yet."""
    made = generate(tmp_path_factory.mktemp("archive"), POSTS, body="words")
    with closing(sqlite3.connect(made / database.DATABASE_FILE)) as conn, conn:
        conn.execute("UPDATE source SET board = 'b' || (id % 3), content_id = nullif(content_id, 100)")
        conn.execute("UPDATE content SET writer = 'Writer ' || (id % 4), date = substr(date, 1, 7) || '-01'")
        conn.execute("UPDATE source SET removed_at = first_seen_at WHERE id % 40 = 0")
        conn.execute(
            "INSERT INTO removal (source_id, removed_at) SELECT id, removed_at FROM source WHERE id % 40 = 0"
        )
        conn.execute(
            "INSERT INTO listed_file (content_id, kind, seq, name, url) "
            "SELECT id, 'file', 1, 'a.pdf', 'https://x/' || id FROM content WHERE id % 9 = 0"
        )
    return made


def pages(conn: sqlite3.Connection, filters: Filters, size: int) -> Iterator[int]:
    """The ids of all pages of a list, one after the other."""
    total = count(conn, filters)
    for offset in range(0, total, size):
        found, rows = matches(conn, filters, sort="date", limit=size, offset=offset)
        assert found == total
        yield from (row["id"] for row in rows)


@pytest.mark.parametrize("then", NOW_AND_THEN)
@pytest.mark.parametrize("name", CHOSEN)
def test_the_pages_together_are_the_posts_of_the_view_newest_first(
    folder: Path, name: str, then: str | None
) -> None:
    filters, condition = CHOSEN[name]
    with closing(database.open_archive(folder, then)) as conn:
        wanted = [
            row[0] for row in conn.execute(f"SELECT id FROM posts WHERE {condition} ORDER BY date DESC, id")
        ]
        assert len(wanted) > 5
        for size in (4, 50, POSTS):
            assert list(pages(conn, filters, size)) == wanted
        assert facets(conn, filters).total == count(conn, filters) == len(wanted)


def steps_of_a_page(folder: Path, posts: int, filters: Filters) -> int:
    """The steps of the first page of so many posts, besides those that count them."""
    with closing(database.open_archive(generate(folder / str(posts), posts, body="words"))) as conn:
        steps = Steps(conn)
        assert count(conn, filters) == posts
        counted, steps.count = steps.count, 0
        assert len(matches(conn, filters, sort="date", limit=20)[1]) == 20
        return steps.count - counted


@pytest.mark.parametrize("filters", [Filters(), Filters(board="news")])
def test_a_page_of_the_newest_takes_no_more_work_in_a_large_archive(tmp_path: Path, filters: Filters) -> None:
    few, more = (steps_of_a_page(tmp_path, posts, filters) for posts in (POSTS, MORE))
    assert more < 1.5 * few
