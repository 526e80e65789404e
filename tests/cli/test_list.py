"""Posts by filters alone: `list`, and `search` without a query. A removed post is named as such."""

import pytest
from commands import Archive

from kistep_archive import Archive as Asked


def test_the_list_has_every_post_newest_first_page_by_page(place: Archive) -> None:
    ids = [post for (post,) in place.rows("SELECT id FROM posts ORDER BY date DESC, id")]
    assert [row["id"] for row in place.json("list", "--limit", "10000")["results"]] == ids
    second = place.json("list", "--limit", "7", "--offset", "7")
    assert (second["total"], [row["id"] for row in second["results"]]) == (len(ids), ids[7:14])
    hits = [row["hits"] for row in place.json("list", "--sort", "hits", "--limit", "5")["results"]]
    assert hits == [number for (number,) in place.rows("SELECT hits FROM posts ORDER BY hits DESC LIMIT 5")]


@pytest.mark.parametrize(
    "filters", [[], ["--removed"], ["--since", "2024", "--until", "2024-06", "--has-file"]]
)
def test_a_search_without_a_query_is_the_list(place: Archive, filters: list[str]) -> None:
    listed = place.run("list", *filters)
    assert (listed.returncode, listed.stderr) == (0, "")
    for query in ([], [""], ["  "]):
        assert place.run("search", *query, *filters).stdout == listed.stdout
    assert place.json("search", *filters) == place.json("list", *filters)


def test_a_removed_post_says_so_in_text_and_rows(place: Archive) -> None:
    removed = dict(place.rows("SELECT number, removed_at FROM posts WHERE removed_at NOT NULL"))
    found = place.json("search", "", "--removed")
    assert {row["number"]: row["removed_at"] for row in found["results"]} == removed
    days = {at[:10] for at in removed.values()}
    lines = place.run("list", "--removed").stdout.splitlines()[2:]
    assert len(lines) == len(removed)
    assert all(any(line.endswith(f"  (removed, missing since {day})") for day in days) for line in lines)
    first, second = place.json("search", "swissnex")["results"]
    assert (first["removed_at"], second["removed_at"]) == (None, removed[43398])
    assert place.run("search", "swissnex").stdout.count("(removed, missing since ") == 1


def test_nothing_to_find_is_still_said_of_a_query_without_words(place: Archive) -> None:
    assert "the query has no word to find" in place.run("search", "!").stdout
    assert place.run("list", "--until", "2000").stdout == "0 posts\n"


def test_python_lists_by_conditions_alone(place: Archive) -> None:
    with Asked(place.folder) as asked:
        search = asked.search(writer="kistep", limit=3)
        assert [post.id for post in search] == [
            row["id"] for row in place.json("list", "--writer", "kistep", "--limit", "3")["results"]
        ]
        assert {post.score for post in search} == {0.0}
