"""A wall: one unreadable answer for every address."""

import tracemalloc

import pytest
from written import page

from kistep_archive.ingest.guards.wall import ALIKE, Wall
from kistep_archive.model.boards import BUILT_IN


def test_answers_that_differ_only_in_their_tokens_are_a_wall() -> None:
    wall, board = Wall(), BUILT_IN[0].key
    met = [
        wall.meet(page(b"<p>Blocked. Support id: %d</p>" % number), str(number), board)
        for number in range(ALIKE)
    ]
    assert met == [False] * (ALIKE - 1) + [True]


@pytest.mark.slow
def test_an_unreadable_page_of_any_size_is_judged_by_its_beginning() -> None:
    large = page(b"<p>word word word</p>\n" * 1_000_000)
    tracemalloc.start()
    Wall().meet(large, large.url, BUILT_IN[0].key)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000_000
