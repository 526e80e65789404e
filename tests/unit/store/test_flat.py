"""What a run asks of an archive that has everything, and a question about one post, cost the same, however
many posts the archive has; a question about all posts costs the same for each of them."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flat import UNIT, Steps, steps_of_a_run
from generated import generate

from kistep_archive.export import feed
from kistep_archive.model.boards import Catalogue
from kistep_archive.query import filters
from kistep_archive.query.filters import Filters
from kistep_archive.query.opened import OpenArchive
from kistep_archive.store import database

FEW, MANY = 1500, 6000
STEPS_OF_A_COUNT = 7  # of each row


@pytest.mark.slow
def test_a_run_that_finds_nothing_new_asks_the_same_of_a_large_archive(tmp_path: Path) -> None:
    few, many = (
        steps_of_a_run(generate(tmp_path / str(posts), posts, body="words "), posts) for posts in (FEW, MANY)
    )
    counted = 2 * STEPS_OF_A_COUNT * (MANY - FEW) / UNIT  # the posts of the board, twice, in an index
    assert many < 1.05 * few + counted


def steps_of_a_post(folder: Path, reference: str) -> int:
    """The steps of what `show --as-of` asks."""
    archive = OpenArchive(folder, "2026-02-01", None)
    steps = Steps(archive.connect())
    assert archive.document(reference, None)["number"] == 7
    archive.close()
    return steps.count


@pytest.mark.slow
@pytest.mark.parametrize("reference", ["7", "news/7"])
def test_one_post_as_of_a_day_costs_the_same_in_a_large_archive(tmp_path: Path, reference: str) -> None:
    few, many = (
        steps_of_a_post(generate(tmp_path / str(posts), posts, body="words "), reference)
        for posts in (FEW, MANY)
    )
    assert many <= few


def feed_of(wanted: Filters) -> Callable[[sqlite3.Connection], object]:
    return lambda conn: feed.read(conn, wanted, 10, Catalogue())


ALL_POSTS: dict[str, Callable[[sqlite3.Connection], object]] = {
    "count of a board": lambda conn: filters.count(conn, Filters(board="news")),
    "count of the removed": lambda conn: filters.count(conn, Filters(removed=True)),
    "count of a board since": lambda conn: filters.count(conn, Filters(board="news", since="2001-01-01")),
    "choice of a board": lambda conn: filters.choose(conn, Filters(board="news")),
    "feed": feed_of(Filters()),
    "feed of a board": feed_of(Filters(board="news")),
}


@pytest.mark.slow
@pytest.mark.parametrize("question", ALL_POSTS.values(), ids=ALL_POSTS)
def test_a_question_about_all_posts_reads_each_as_often_in_a_large_archive(
    tmp_path: Path, question: Callable[[sqlite3.Connection], object]
) -> None:
    counts = []
    for posts in (FEW // 3, FEW):
        with closing(database.open_archive(generate(tmp_path / str(posts), posts, body="words "))) as conn:
            steps = Steps(conn)
            assert question(conn) is not None
            counts.append(steps.count)
    assert counts[1] < 1.2 * 3 * counts[0]
