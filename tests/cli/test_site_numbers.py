"""A post by the number that its address on the site has."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from commands import Archive, one_line
from generated import add, generate

from kistep_archive.store.database import DATABASE_FILE


@pytest.mark.parametrize("command", [["show"], ["history"], ["diff"]])
def test_the_number_in_the_address_finds_the_post(place: Archive, command: list[str]) -> None:
    by_name = place.run(*command, "news/98911")
    assert (by_name.returncode, by_name.stderr) == (0, "")
    assert place.run(*command, "98911").stdout == by_name.stdout
    one_line(place.run(*command, "98912"), 2, "no post '98912' in this archive")


@pytest.fixture
def numbered(tmp_path: Path) -> Archive:
    """Posts 1 and 2, and two more with higher ids: 901 has the number 2, 902 and 903 the number 77."""
    with closing(sqlite3.connect(generate(tmp_path, 2) / DATABASE_FILE)) as conn, conn:
        for key, number, board in ((901, 2, "newsletter"), (902, 77, "news"), (903, 77, "newsletter")):
            add(conn, key, f"Post {key}", "2025-01-01")
            conn.execute("UPDATE source SET number = ?, board = ? WHERE id = ?", (number, board, key))
    return Archive(tmp_path)


def test_an_id_goes_before_a_number(numbered: Archive) -> None:
    assert numbered.json("show", "2")["title"] == "Title 2"
    assert numbered.json("show", "newsletter/2")["title"] == "Post 901"


def test_a_number_of_several_posts_names_them(numbered: Archive) -> None:
    one_line(
        numbered.run("show", "77"),
        2,
        "77 is the number of several posts; did you mean news/77 or newsletter/77?",
    )


def test_two_layouts_of_a_board_count_apart_and_the_address_tells_them_apart(numbered: Archive) -> None:
    with closing(sqlite3.connect(numbered.folder / DATABASE_FILE)) as conn, conn:
        conn.execute("UPDATE source SET board = 'news', layout = 'jsp' WHERE id = 903")
        conn.execute("UPDATE source SET url = 'https://www.kistep.re.kr/old' WHERE id = 903")
    one_line(numbered.run("show", "77"), 2, "did you mean news/77 or https://www.kistep.re.kr/old?")


def test_a_post_under_two_addresses_with_one_number_is_one_post(numbered: Archive) -> None:
    with closing(sqlite3.connect(numbered.folder / DATABASE_FILE)) as conn, conn:
        conn.execute("UPDATE source SET post_id = 902 WHERE id = 903")
        conn.execute("DELETE FROM post WHERE id = 903")
    assert numbered.json("show", "77")["title"] == "Post 902"
