"""A line that begins or ends several bodies of one run, and that known posts did not have, is the site's."""

from dataclasses import replace

import pytest
from guarded import USUAL, said

from kistep_archive.ingest.drift import Judge
from kistep_archive.model.baseline import Baseline
from kistep_archive.model.items import ParsedPost

POLL = "Are you satisfied with this page?"


def post(number: int) -> ParsedPost:
    text = f"The talk of day {number}.\n\n{'It was on rivers. ' * 40}\n\nRoom {number}, second floor."
    return ParsedPost("es", number, f"Talk {number}", "KISTEP", "2024-03-05", 50, text, "", (), ())


HELD = {number: said(post(number)) for number in (1, 2, 3, 4)}


def framed(post: ParsedPost, place: str) -> ParsedPost:
    text = post.body_text
    return replace(post, body_text=f"{POLL}\n\n{text}" if place == "begin" else f"{text}\n\n{POLL}")


def suspected(*posts: ParsedPost) -> list[str]:
    judge = Judge(Baseline({}, USUAL, HELD.get))
    for each in posts:
        judge.post(f"https://x/{each.number}", each, None)
    return [each.why for each in judge.verdict()]


@pytest.mark.parametrize("place", ["begin", "end"])
def test_a_line_that_known_posts_did_not_have_is_no_edit_where_three_posts_have_it(place: str) -> None:
    (why,) = suspected(framed(post(1), place), framed(post(2), place), framed(post(12), place))
    assert f"3 bodies {place} with" in why


def test_posts_may_be_edited_alike_where_another_has_not_the_line() -> None:
    alike = [framed(post(number), "begin") for number in (1, 2, 3)]
    assert suspected(*alike, post(11)) == []
    assert suspected(*alike, post(4)) == []


def test_one_edited_post_may_begin_as_new_ones_do() -> None:
    assert suspected(*(framed(post(number), "begin") for number in (1, 11, 12))) == []


def test_new_posts_may_begin_as_known_ones_always_did() -> None:
    HELD[5] = said(framed(post(5), "begin"))
    assert suspected(*(framed(post(number), "begin") for number in (5, 11, 12))) == []
