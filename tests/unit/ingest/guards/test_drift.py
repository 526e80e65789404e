"""What makes a page suspicious, judged by what a board usually has and by what is known of the post."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from guarded import USUAL, known_post
from mutants import page_of, sources

from kistep_archive.ingest.guards.drift import Judge
from kistep_archive.model.baseline import Baseline, FieldCounts, KnownRow, Witness
from kistep_archive.model.items import ListedRow, Listing, ParsedPost, Row
from kistep_archive.model.outcomes import PageKind
from kistep_archive.parse.parser import parse


def post_of(index: int = 0) -> ParsedPost:
    found = parse(page_of([source for source in sources() if source.name.startswith("es post info")][index]))
    assert isinstance(found, ParsedPost)
    return found


WHOLE = post_of()

WORSE: dict[str, Callable[[ParsedPost], ParsedPost]] = {
    "writer": lambda post: replace(post, writer=None),
    "hits": lambda post: replace(post, hits=None),
    "body": lambda post: replace(post, body_text=post.body_text[: len(post.body_text) // 2]),
    "text": lambda post: replace(post, body_text=""),
    "title": lambda post: replace(post, title="Share"),
    "date": lambda post: replace(post, date="2020-01-01"),
    "attachments": lambda post: replace(post, attachments=()),
    "images": lambda post: replace(post, images=()),
}


def knowing(*posts: ParsedPost) -> Judge:
    known = {post.number: known_post(post) for post in posts}
    return Judge(Baseline.of({}, USUAL, known.get))


@pytest.mark.parametrize("field", WORSE)
def test_a_known_post_that_became_worse_is_suspicious_until_another_one_is_as_it_was(field: str) -> None:
    other = replace(WHOLE, number=7)
    judge = knowing(WHOLE, other)
    judge.post("u", WORSE[field](WHOLE), None)
    assert field in judge.open
    judge.post("v", other, None)
    assert judge.verdict() == []
    judge.post("u", WORSE[field](WHOLE), None)
    judge.post("v", WORSE[field](other), None)
    assert {each.url for each in judge.verdict()} == {"u", "v"}


@pytest.mark.parametrize(
    ("shown", "listed", "held_back"),
    [
        ({"title": "Rivers"}, {"title": "Bridges"}, ["title"]),
        ({"date": "2020-01-01"}, {"date": "2024-01-01"}, ["date"]),
        ({"title": "Rivers", "date": "2020-01-01"}, {}, ["title"]),
        ({"title": "Rivers"}, {"title": "Rivers"}, []),
        ({"title": "Rivers"}, {}, []),  # the listing is older than the page
        ({}, {"title": "Rivers"}, []),  # the page is older than the listing
    ],
)
def test_a_known_post_s_page_that_is_perhaps_another_post_s_is_held_back(
    shown: dict[str, str], listed: dict[str, str], held_back: list[str]
) -> None:
    other = replace(WHOLE, number=7)
    judge = knowing(WHOLE, other)
    values = {"title": WHOLE.title, "writer": WHOLE.writer, "date": WHOLE.date, "attachments": None} | listed
    judge.post("u", replace(WHOLE, **shown), ListedRow.from_values(**values))  # type: ignore[arg-type]
    judge.post("v", other, None)
    assert [each.field for each in judge.agreement.contradictions.values()] == held_back
    assert judge.verdict() == []


@pytest.mark.parametrize("field", ["writer", "hits", "text"])
def test_a_new_post_without_what_nearly_all_have_is_suspicious_and_on_a_young_board_it_is_not(
    field: str,
) -> None:
    new = WORSE[field](replace(WHOLE, number=7))
    judge = knowing(WHOLE)
    judge.post("u", new, None)
    assert list(judge.open) == [field]
    young = Judge(Baseline.of({}, FieldCounts(10, 10, 10, 10), lambda _: None))
    young.post("u", new, None)
    assert young.verdict() == []


def test_a_new_post_that_contradicts_its_listing_row_is_suspicious() -> None:
    row = ListedRow('["Title", "Writer", "2020-02-02", true]')
    judge = knowing()
    judge.post("u", replace(WHOLE, title="Share", writer="Somebody", date="2020-01-01", attachments=()), row)
    assert set(judge.open) == {"title", "writer", "date", "attachments"}
    cut = knowing()
    cut.post("u", WHOLE, ListedRow(f'["{WHOLE.title[:9]} ..", "{WHOLE.writer}", "{WHOLE.date}", true]'))
    assert cut.verdict() == []


def test_a_run_that_read_only_new_posts_asks_a_known_one_for_its_body_if_a_request_can_be_spared() -> None:
    new = replace(WHOLE, number=7)
    judge = knowing(WHOLE)
    judge.post("u", new, None)
    assert (judge.doubts(True), judge.doubts(False)) == ({"body"}, set())
    judge.post("v", WHOLE, None)
    assert judge.doubts(True) == set()
    old = knowing(WHOLE)
    old.post("v", WORSE["body"](WHOLE), None)
    assert old.doubts(True) == old.doubts(False) == {"body"}
    old.post("v", replace(WHOLE, body_text=""), None)
    assert old.doubts(False) == {"body", "text"}
    unread = knowing(WHOLE)
    assert unread.doubts(True) == set()


def test_an_edit_that_the_listing_shows_too_is_no_suspicion() -> None:
    judge = knowing(WHOLE)
    judge.post(
        "u", replace(WHOLE, title="[Updated] Title"), ListedRow('["[Updated] Title", null, null, null]')
    )
    assert judge.verdict() == []


@pytest.mark.parametrize(
    ("hits", "suspicious"), [(101, False), (50, False), (49, True), (12, True), (11, True), (0, True)]
)
def test_hits_may_fall_to_a_half_and_no_further(hits: int, suspicious: bool) -> None:
    judge = knowing(replace(WHOLE, hits=100))
    judge.post("u", replace(WHOLE, hits=hits), None)
    assert ("hits" in judge.open) == suspicious


@pytest.mark.parametrize(
    ("hits", "trusted"), [(101, True), (50, True), (49, False), (12, False), (11, False), (0, False)]
)
def test_the_hits_of_a_page_of_rows_may_fall_to_a_half_and_no_further(hits: int, trusted: bool) -> None:
    rows = tuple(
        Row(number, f"Title {number}", False, None, "2022-07-14", hits, "u", False, False, None)
        for number in range(1, 11)
    )
    judge = Judge(
        Baseline.of(
            {row.number: KnownRow(ListedRow.of(row), "2022-07-14", 100, False) for row in rows},
            USUAL,
            lambda _: None,
        )
    )
    assert judge.rows("u", 1, Listing("es", 1, 1, 10, rows)) == trusted
    assert (judge.listing.field if judge.listing else None) == (None if trusted else "hits")


@pytest.mark.parametrize(
    ("listed", "page", "suspicious"),
    [(10, 30, False), (10, 31, True), (1000, 800, False), (1000, 799, True), (1000, 1201, True)],
)
def test_the_hits_of_a_new_post_may_differ_from_its_row_by_twenty_or_a_fifth(
    listed: int, page: int, suspicious: bool
) -> None:
    row = Row(7, WHOLE.title, False, None, None, listed, "u", False, False, None)
    other = replace(row, number=8, hits=None)
    judge = knowing()
    assert judge.rows("l", 1, Listing("es", 1, 1, None, (row, other)))
    judge.post("u", replace(WHOLE, number=7, hits=page), ListedRow.of(row))
    assert ("hits" in judge.open) == suspicious
    judge.post("v", replace(WHOLE, number=8, hits=9), ListedRow.of(other))
    assert "hits" not in judge.open


def test_an_unreadable_listing_condemns_its_board_at_once_unless_the_answer_was_not_the_site_s() -> None:
    judge = knowing()
    assert not judge.judge_unreadable("l", PageKind.LISTING, "no rows")
    assert not judge.judge_unreadable("m", PageKind.LISTING, "no labels")
    assert [(each.url, each.field, each.why) for each in judge.verdict()] == [("l", "page", "no rows")]
    judge.take_back("m")
    assert [each.url for each in judge.verdict()] == ["l"]
    judge.take_back("l")
    assert (judge.verdict(), judge.doubts(False)) == ([], set())


def test_unreadable_posts_condemn_their_board_together_until_one_is_read() -> None:
    judge = knowing()
    for url in ("u", "v"):
        assert judge.judge_unreadable(url, PageKind.POST, "no date")
    assert (judge.series, judge.doubts(False)) == (2, {"page"})
    judge.take_back("u")
    assert ([each.url for each in judge.verdict()], judge.series) == (["v"], 1)
    judge.post("w", replace(WHOLE, number=7), None)
    assert (judge.verdict(), judge.series) == ([], 0)


def test_what_a_listing_is_suspicious_of_is_not_taken_back_with_a_page() -> None:
    rows = tuple(
        Row(number, "Share", False, None, "2022-07-14", None, "l", False, False, None) for number in (1, 2)
    )
    held = {row.number: KnownRow(ListedRow('["Title", null, null, null]'), "", None, False) for row in rows}
    judge = Judge(Baseline.of(held, USUAL, lambda _: None))
    assert not judge.rows("l", 1, Listing("es", 1, 1, 2, rows))
    judge.take_back("l")
    assert [each.field for each in judge.verdict()] == ["title"]


def test_a_suspicion_that_no_other_post_can_confirm_counts_as_an_edit_up_to_two_pages() -> None:
    witness = Witness(9, "w", frozenset({"title"}))
    for pages, held, stays in ((2, [], False), (3, [], True), (1, [witness], True)):
        judge = knowing(*(replace(WHOLE, number=number) for number in range(1, 4)))
        for number in range(1, pages + 1):
            judge.post(str(number), replace(WHOLE, number=number, title="Share"), None)
        judge.drop_unheard(held)
        assert bool(judge.verdict()) == stays


def test_a_witness_has_the_field_and_is_not_suspicious_itself() -> None:
    judge = knowing(WHOLE)
    judge.post("u", replace(WHOLE, title="Share"), None)
    fit = Witness(9, "w", frozenset({"title", "date"}))
    held = [fit, Witness(8, "x", frozenset({"date"})), Witness(WHOLE.number, "u", frozenset({"title"}))]
    assert judge.witnesses(held, "title") == [fit]


@pytest.mark.parametrize(
    ("lost", "gained", "suspicious"),
    [(0, 0, False), (2, 0, False), (3, 0, True), (0, 2, False), (0, 3, True), (2, 2, False)],
)
def test_a_tenth_of_a_bodys_words_may_go_or_come_and_no_more(
    lost: int, gained: int, suspicious: bool
) -> None:
    words = [f"word{number}" for number in range(20)]
    judge = knowing(replace(WHOLE, body_text=" ".join(words)))
    judge.post(
        "u",
        replace(WHOLE, body_text=" ".join([*words[lost:], *(f"new{number}" for number in range(gained))])),
        None,
    )
    assert ("body" in judge.open) == suspicious


@pytest.mark.parametrize(("unreadable", "read", "trips"), [(3, 2, True), (3, 3, False), (2, 1, False)])
def test_a_first_crawl_that_cannot_read_most_pages_believes_none(
    unreadable: int, read: int, trips: bool
) -> None:
    judge = Judge(Baseline.of({}, FieldCounts(), lambda number: None))
    for at in range(unreadable):
        judge.judge_unreadable(f"no {at}", PageKind.POST, "no date")
    for at in range(read):
        judge.post(f"u{at}", replace(WHOLE, number=at, title=f"Talk {at}", body_text=f"Of {at}."), None)
    assert bool(judge.verdict()) is trips
