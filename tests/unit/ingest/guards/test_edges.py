"""A line that begins or ends all bodies of one run, and that a known post did not have: an edit, or the
site."""

from dataclasses import replace

import pytest
from guarded import USUAL, known_post
from parsed import parsed

from kistep_archive.ingest.guards.drift import Judge
from kistep_archive.model.baseline import Baseline
from kistep_archive.model.items import ParsedPost

POLL = "Are you satisfied with this page?"


def post(number: int) -> ParsedPost:
    text = f"The talk of day {number}.\n\n{'It was on rivers. ' * 40}\n\nRoom {number}, second floor."
    return parsed(
        number,
        title=f"Talk {number}",
        writer="KISTEP",
        date="2024-03-05",
        hits=50,
        body_text=text,
        body_html="",
    )


HELD = {number: known_post(post(number)) for number in (1, 2, 3, 4)}


def framed(post: ParsedPost, place: str) -> ParsedPost:
    text = post.body_text
    return replace(post, body_text=f"{POLL}\n\n{text}" if place == "begin" else f"{text}\n\n{POLL}")


def suspected(*posts: ParsedPost) -> list[str]:
    judge = Judge(Baseline.of({}, USUAL, HELD.get))
    for each in posts:
        judge.post(f"https://x/{each.number}", each, None)
    return [each.why for each in judge.verdict()]


@pytest.mark.parametrize("place", ["begin", "end"])
def test_a_line_that_a_known_post_did_not_have_is_suspicious_where_all_posts_have_it(place: str) -> None:
    (why,) = suspected(framed(post(1), place), framed(post(11), place))
    assert f"all 2 bodies {place} with 'Are you satisfied" in why


@pytest.mark.parametrize("line", ["Views {0.hits}", "Room: {0.number}", "{0.writer} {0.date}"])
def test_a_line_that_tells_something_of_each_post_is_suspicious_too(line: str) -> None:
    def led(said: ParsedPost) -> ParsedPost:
        return replace(said, body_text=f"{line.format(said)}\n\n{said.body_text}")

    (why,) = suspected(led(post(1)), led(post(11)))
    assert f"all 2 bodies begin with {line.format(post(11))!r}" in why
    HELD[6] = known_post(led(post(6)))
    assert suspected(led(replace(post(6), hits=51)), led(post(11))) == []


def test_a_known_post_without_the_line_bears_witness_that_it_is_an_edit() -> None:
    alike = [framed(post(1), "begin"), framed(post(11), "begin")]
    assert suspected(*alike, post(4)) == []
    assert suspected(post(4), *alike) == []
    assert len(suspected(*alike, framed(post(4), "begin"))) == 2


def test_a_new_post_without_the_line_leaves_nothing_to_doubt() -> None:
    assert suspected(framed(post(1), "begin"), post(11), framed(post(12), "begin")) == []


def test_new_posts_may_begin_as_known_ones_always_did() -> None:
    HELD[5] = known_post(framed(post(5), "begin"))
    assert suspected(*(framed(post(number), "begin") for number in (5, 11, 12))) == []
