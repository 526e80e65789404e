"""What `status` counts: what the views have, with work that grows as the posts do and not with the boards."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flat import Steps
from generated import generate

from kistep_archive.model.boards import Catalogue
from kistep_archive.operate.status import status
from kistep_archive.store import database

POSTS, MORE, BOARDS = 600, 2400, 40


def steps(folder: Path) -> int:
    """The steps of what `status` asks."""
    with closing(database.open_archive(folder)) as conn:
        counted = Steps(conn)
        document = status(conn, Catalogue())
        assert sum(board["posts"] for board in document["results"]) in (POSTS, MORE)
        return counted.count


def spread(folder: Path) -> Path:
    """The archive with its posts on many boards."""
    with closing(sqlite3.connect(folder / database.DATABASE_FILE)) as conn, conn:
        conn.execute("UPDATE source SET board = 'b' || (id % ?)", (BOARDS,))
    return folder


@pytest.mark.slow
def test_status_reads_each_post_as_often_in_a_large_archive_and_on_many_boards(tmp_path: Path) -> None:
    few, more = (steps(generate(tmp_path / str(posts), posts, body="words ")) for posts in (POSTS, MORE))
    assert more < 1.1 * few * MORE / POSTS
    assert steps(spread(tmp_path / str(MORE))) < 1.5 * more
