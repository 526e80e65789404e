"""Bodies of known posts that one run reads again: one edit is an edit, most of them are the site's doing."""

from dataclasses import replace

import pytest
from guarded import USUAL, known_post
from mutants import page_of, sources

from kistep_archive.ingest.guards.drift import Judge
from kistep_archive.model.baseline import Baseline
from kistep_archive.model.items import ListedRow, ParsedPost
from kistep_archive.parse.parser import parse

WHOLE = parse(page_of(next(source for source in sources() if source.name.startswith("es post info"))))
assert isinstance(WHOLE, ParsedPost)
POSTS = [
    replace(WHOLE, number=at, title=f"Talk {at}", body_text=f"Of talk {at}.\n{'More words of it. ' * at}")
    for at in range(1, 9)
]


def verdict(shown: list[ParsedPost], *, told: bool = False) -> list[str]:
    """What the judge says of posts that were read again; if it is `told`, each row has another title."""
    known = {post.number: known_post(post) for post in POSTS}
    judge = Judge(Baseline.of({}, USUAL, known.get))
    for post in shown:
        row = ListedRow.from_values(
            f"{post.title} (new)" if told else post.title, post.writer, post.date, None
        )
        judge.post(f"u{post.number}", replace(post, title=row.title), row)
    return [f"{each.field}: {each.why}" for each in judge.verdict()]


def tagged(post: ParsedPost) -> ParsedPost:
    return replace(post, body_text=f"{post.body_text} #tag{post.number}")


def headed(post: ParsedPost) -> ParsedPost:
    return replace(post, body_text=f"{post.title} | News of the institute\n{post.body_text}")


def cut(post: ParsedPost) -> ParsedPost:
    return replace(post, body_text=post.body_text.partition("\n")[0])


@pytest.mark.parametrize("change", [tagged, headed, cut])
@pytest.mark.parametrize("changed", [5, 8])
def test_most_bodies_that_differ_from_the_archive_are_told_with_one_in_both_forms(
    change: object, changed: int
) -> None:
    shown = [change(post) for post in POSTS[:changed]] + POSTS[changed:]  # type: ignore[operator]
    said = " ".join(verdict(shown))
    assert f"body: {changed} of 8 posts that were read again have another body" in said
    assert "it was '" in said


def test_a_few_edits_and_edits_that_the_listing_tells_of_are_no_alarm() -> None:
    assert verdict([*map(tagged, POSTS[:4]), *POSTS[4:]]) == []
    assert verdict([*map(tagged, POSTS[:3])]) == []
    assert verdict([*map(tagged, POSTS)], told=True) == []


def test_spaces_are_no_other_body() -> None:
    assert verdict([replace(post, body_text=post.body_text.replace(" ", "\n")) for post in POSTS]) == []
