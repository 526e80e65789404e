"""Agreement before belief: posts against their rows, against their pages' heads, and against each other."""

from dataclasses import replace

import pytest
from parsed import parsed

from kistep_archive.ingest.guards.drift import Judge
from kistep_archive.ingest.guards.suspicion import Suspicion
from kistep_archive.model.baseline import Baseline, FieldCounts
from kistep_archive.model.items import ListedRow, Listing, ParsedPost, Row


def post(number: int, **said: object) -> ParsedPost:
    own: dict[str, object] = {
        "title": f"Talk {number} on bridges",
        "writer": "Ana Lim",
        "date": f"2024-01-{number % 28 + 1:02}",
        "hits": 100 + number,
        "body_text": f"Talk {number} begins at nine.\n\nBring shoes of size {number}.",
    }
    return parsed(number, **{"body_html": "", **own, **said})


def row_of(said: ParsedPost, **shown: object) -> Row:
    values: dict[str, object] = {
        "title": said.title,
        "title_cut": False,
        "writer": said.writer,
        "date": said.date,
        "hits": said.hits,
    }
    return Row(
        said.number,
        url=f"https://x/{said.number}",
        pinned=False,
        new=False,
        attachments=None,
        **(values | shown),  # type: ignore[arg-type]
    )


def judged(pages: list[ParsedPost], rows: list[Row], held: int = 0) -> Judge:
    """A crawl that read the rows and then these pages; the first one, unless posts are held."""
    judge = Judge(Baseline.of({}, FieldCounts(held), lambda number: None))
    judge.rows("https://x", 1, Listing("es", 1, 1, None, tuple(rows)))
    for page, row in zip(pages, rows, strict=True):
        judge.post(row.url, page, ListedRow.of(row))
    judge.drop_unheard([])
    return judge


def verdict(pages: list[ParsedPost], rows: list[Row]) -> list[Suspicion]:
    return judged(pages, rows).verdict()


TRUE = [post(number) for number in range(1, 11)]
ROWS = [row_of(said) for said in TRUE]


def test_pages_that_say_what_their_rows_say_are_believed() -> None:
    assert verdict(TRUE, ROWS) == []
    cut = [row_of(said, title=f"{said.title[:9]}..", hits=said.hits and said.hits - 3) for said in TRUE]
    assert verdict(TRUE, cut) == []
    assert (
        verdict(TRUE, [row_of(said, title=f"  {said.title} ", writer=None, date=None) for said in TRUE]) == []
    )


@pytest.mark.parametrize("field", ["title", "date", "writer", "hits"])
def test_pages_that_all_contradict_their_rows_are_not_believed(field: str) -> None:
    wrong = {"title": "Post information", "date": "2001-01-01", "writer": "Menu", "hits": 9000}[field]
    found = verdict([replace(said, **{field: wrong}) for said in TRUE], ROWS)
    assert len(found) == len(TRUE)
    assert {each.field for each in found} == {field}
    row = ROWS[-1]
    assert str(getattr(row, field)) in found[-1].why
    assert str(wrong) in found[-1].why


@pytest.mark.parametrize("field", ["title", "date"])
def test_one_page_that_contradicts_its_row_is_named_alone_and_three_condemn_the_board(field: str) -> None:
    wrong = {"title": "Post information", "date": "2001-01-01"}[field]
    for count, condemned in ((1, False), (2, False), (3, True)):
        pages = [replace(said, **{field: wrong}) if at < count else said for at, said in enumerate(TRUE)]
        judge = judged(pages, ROWS)
        assert bool(judge.verdict()) == condemned
        assert set(judge.agreement.contradictions) == {said.number for said in TRUE[:count]}


@pytest.mark.parametrize("field", ["writer", "hits", "date"])
def test_labels_that_deny_what_a_skin_selects_are_an_error_unless_the_row_settles_it(field: str) -> None:
    said = [replace(each, labelled=((field, "77"),)) for each in TRUE]
    assert verdict(said, ROWS) == []
    found = verdict(said, [row_of(each, **{field: None}) for each in TRUE])
    assert {each.field for each in found} == {field}
    assert found[-1].why == f"the skin says {str(getattr(TRUE[-1], field))!r}, the label '77'"


def test_two_of_three_pages_condemn_a_small_board() -> None:
    pages = [replace(said, title="Post information") for said in TRUE[:2]] + TRUE[2:3]
    assert len(verdict(pages, ROWS[:3])) == 2


def test_a_page_that_agrees_when_it_is_read_again_is_believed() -> None:
    judge = judged([replace(TRUE[0], title="Post information"), *TRUE[1:]], ROWS)
    judge.post(ROWS[0].url, TRUE[0], ListedRow.of(ROWS[0]))
    assert (judge.verdict(), judge.agreement.contradictions) == ([], {})


def test_eight_contradictions_are_enough_to_leave_the_board() -> None:
    for count in (7, 8):
        pages = [replace(said, title=f"Wrong {said.number}") for said in TRUE[:count]]
        assert judged(pages, ROWS[:count]).agreement.is_refuted == (count == 8)


@pytest.mark.parametrize(("right", "leaves"), [(8, True), (9, False)])
def test_a_run_leaves_the_board_only_if_half_of_its_posts_contradict_their_rows(
    right: int, leaves: bool
) -> None:
    many = [post(number) for number in range(1, 9 + right)]
    pages = [replace(said, title=f"Wrong {said.number}") if said.number <= 8 else said for said in many]
    assert judged(pages, [row_of(said) for said in many]).agreement.is_refuted is leaves


@pytest.mark.parametrize(("wrong", "of", "condemned"), [(1, 1, 0), (1, 2, 0), (2, 4, 2), (2, 5, 0)])
def test_two_posts_condemn_a_board_if_they_are_half_of_those_that_were_read(
    wrong: int, of: int, condemned: int
) -> None:
    pages = [replace(said, title="Post information") for said in TRUE[:wrong]] + TRUE[wrong:of]
    assert len(verdict(pages, ROWS[:of])) == condemned


def test_a_post_that_no_row_led_to_contradicts_nothing() -> None:
    judge = Judge(Baseline.of({}, FieldCounts(), lambda number: None))
    for said in TRUE[:4]:
        judge.post("u", replace(said, body_text="See the attached file."), None)
    assert (judge.verdict(), judge.agreement.contradictions) == ([], {})


def test_one_title_for_posts_whose_cut_rows_differ_is_not_believed() -> None:
    rows = [row_of(said, title=f"{start}..") for said, start in zip(TRUE, "TUVWTUVWTU", strict=True)]
    pages = [replace(said, title="Talk of the day") for said in TRUE]
    assert {each.field for each in verdict(pages[:1] + TRUE[1:], [rows[0], *ROWS[1:]])} == set()
    assert "title" in {each.field for each in verdict(pages, rows)}


def test_one_body_for_posts_whose_rows_differ_is_not_believed_but_a_few_may_say_the_same() -> None:
    same = [replace(said, body_text="See the attached file.") for said in TRUE]
    assert [each.field for each in verdict([*same[:3], *TRUE[3:]], ROWS)] == ["body"]
    many = [post(number) for number in range(1, 31)]
    few = [
        replace(said, body_text="See the attached file.") if at < 5 else said for at, said in enumerate(many)
    ]
    assert verdict(few, [row_of(said) for said in many]) == []


def test_a_few_words_in_a_box_that_is_known_to_be_the_body_may_be_those_of_all_posts() -> None:
    same = [replace(said, body_text="See the attached file.", is_named=True) for said in TRUE]
    assert verdict(same, ROWS) == []
    long = [replace(said, body_text="See the attached file. " * 9, is_named=True) for said in TRUE]
    assert [each.field for each in verdict(long, ROWS)] == ["body"]


def test_mostly_empty_bodies_are_not_believed_and_images_are_a_body() -> None:
    empty = [replace(said, body_text="") for said in TRUE]
    assert [each.field for each in verdict([*empty[:6], *TRUE[6:]], ROWS)] == ["text"]
    assert verdict([*empty[:5], *TRUE[5:]], ROWS) == []
    assert verdict([replace(said, images=("https://x/a.png",)) for said in empty], ROWS) == []


@pytest.mark.parametrize(("same", "of", "believed"), [(2, 10, True), (3, 15, False), (3, 16, True)])
def test_three_bodies_that_are_a_fifth_of_all_may_not_be_one(same: int, of: int, believed: bool) -> None:
    many = [post(number) for number in range(1, of + 1)]
    pages = [replace(said, body_text="See the file.") if said.number <= same else said for said in many]
    found = verdict(pages, [row_of(said) for said in many])
    assert [each.why for each in found] == (
        []
        if believed
        else [
            f"{same} posts with different titles in the listing have the same body, which begins "
            "'See the file.'"
        ]
    )


@pytest.mark.parametrize(("count", "believed"), [(4, True), (5, False)])
def test_five_posts_are_enough_to_say_that_bodies_are_empty(count: int, believed: bool) -> None:
    empty = [replace(said, body_text="") for said in TRUE[:count]]
    assert (verdict(empty, ROWS[:count]) == []) is believed


SHARED = ["Skip to content\n{0.body_text}", "{0.body_text}\nViews {0.hits}"]


@pytest.mark.parametrize("form", SHARED)
@pytest.mark.parametrize(("count", "believed"), [(2, True), (3, False), (4, False), (5, False)])
def test_three_posts_of_a_first_crawl_are_enough_to_say_that_bodies_share_a_line(
    form: str, count: int, believed: bool
) -> None:
    pages = [replace(said, body_text=form.format(said)) for said in TRUE[:count]]
    assert (verdict(pages, ROWS[:count]) == []) is believed
    assert verdict([*pages[:-1], TRUE[count - 1]], ROWS[:count]) == [] or count > 4


@pytest.mark.parametrize("form", SHARED)
@pytest.mark.parametrize(("count", "believed"), [(4, True), (5, False)])
def test_a_later_crawl_needs_five_new_posts_that_share_a_line(form: str, count: int, believed: bool) -> None:
    pages = [replace(said, body_text=form.format(said)) for said in TRUE[:count]]
    assert (judged(pages, ROWS[:count], held=1).verdict() == []) is believed


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("{0}\n\nCopy link\n\n{1}", "Copy link"),
        ("{0}\nLike\n{1}\nThe end of talk {2.number}.", "Like"),
        ("Room 7{2.number:02} is open.\n{0}\n인쇄하기\n{1}", "인쇄하기"),
    ],
)
@pytest.mark.parametrize("count", [3, 4, 10])
def test_a_line_within_nearly_all_bodies_of_a_first_crawl_may_be_the_sites(
    form: str, line: str, count: int
) -> None:
    def filled(said: ParsedPost) -> ParsedPost:
        return replace(said, body_text=form.format(*said.body_text.split("\n\n"), said))

    pages = [filled(said) for said in TRUE[:count]]
    (found,) = verdict(pages, ROWS[:count])
    assert (found.field, found.number) == ("body", 1)
    assert f"{count} of {count} bodies have the line {line!r}" in found.why
    assert judged(pages, ROWS[:count], held=1).verdict() == []
    fewer = [*pages[: count - max(count // 5, 1)], *TRUE[count - max(count // 5, 1) : count]]
    assert verdict(fewer, ROWS[:count]) == []


def test_a_line_that_stands_at_another_place_in_each_body_counts_once_for_each() -> None:
    words = [f"Line {letter} of it" for letter in "abcd"]
    pages = [
        replace(said, body_text="\n".join([*words[:at], "Copy link", *words[at:], f"{said.title} ends."]))
        for said, at in zip(TRUE[:4], range(4), strict=True)
    ]
    pages = [replace(said, body_text=said.body_text.replace("of it", f"of {said.number}")) for said in pages]
    (found,) = verdict(pages, ROWS[:4])
    assert "4 of 4 bodies have the line 'Copy link'" in found.why
    twice = [*TRUE[:3], replace(TRUE[3], body_text="\n".join(["Copy link"] * 4 + ["Ends."]))]
    assert verdict(twice, ROWS[:4]) == []


def test_signs_and_numbers_that_all_bodies_have_are_no_line_of_the_sites() -> None:
    pages = [replace(said, body_text=said.body_text.replace("\n\n", "\n* * *\n1.\n---\n")) for said in TRUE]
    assert verdict(pages, ROWS) == []


@pytest.mark.parametrize(("other", "believed"), [(1, False), (5, False), (6, True)])
def test_a_line_belongs_to_the_site_if_half_of_the_bodies_have_it_those_without_text_aside(
    other: int, believed: bool
) -> None:
    pages = [
        replace(said, body_text=f"Skip to content\n{said.body_text}") if said.number > other else said
        for said in TRUE
    ]
    none = [post(number, body_text="") for number in (21, 22)]
    found = verdict([*none, *pages], [*map(row_of, none), *ROWS])
    assert [each.why for each in found] == (
        [] if believed else [f"{10 - other} of 10 bodies begin with 'Skip to content'"]
    )
    assert [each.number for each in found] == ([] if believed else [other + 1])


@pytest.mark.parametrize("edge", ["begin", "end"])
def test_a_line_that_all_bodies_share_at_an_edge_belongs_to_the_site(edge: str) -> None:
    def framed(said: ParsedPost) -> ParsedPost:
        words = ["Attachments: none", said.body_text]
        return replace(said, body_text="\n\n".join(words if edge == "begin" else words[::-1]))

    (found,) = verdict([framed(said) for said in TRUE], ROWS)
    assert found.field == "body"
    assert f"{edge} with 'Attachments: none'" in found.why
    assert len(verdict([framed(said) for said in TRUE[:5]] + TRUE[5:], ROWS)) == 1
    assert verdict([framed(said) for said in TRUE[:4]] + TRUE[4:], ROWS) == []


@pytest.mark.parametrize("edge", ["begin", "end"])
@pytest.mark.parametrize(
    "line",
    ["Views {0.hits}", "Period : 2024-02-{0.number:02}", "{0.writer}, {0.date}", "Tags: river{0.number}"],
)
def test_a_line_that_tells_something_of_each_post_belongs_to_the_site_too(edge: str, line: str) -> None:
    def framed(said: ParsedPost) -> ParsedPost:
        words = [line.format(said), said.body_text]
        return replace(said, body_text="\n\n".join(words if edge == "begin" else words[::-1]))

    (found,) = verdict([framed(said) for said in TRUE], ROWS)
    assert f"10 of 10 bodies {edge} with a line such as {line.format(TRUE[0])!r}" in found.why
    assert verdict([framed(said) for said in TRUE[:8]] + TRUE[8:], ROWS) == []


@pytest.mark.parametrize(
    "line",
    [
        "Room {0.number}",
        "https://x/{0.number}",
        "Today: {0.title} is told.",
        "In this issue: {0.title}",
    ],
)
def test_a_first_line_that_only_the_post_has_is_its_own(line: str) -> None:
    led = [replace(said, body_text=f"{line.format(said)}\n{said.body_text}") for said in TRUE]
    assert verdict(led, ROWS) == []


@pytest.mark.parametrize("edge", ["begin", "end"])
def test_bodies_that_all_have_their_own_title_or_number_got_it_from_the_site(edge: str) -> None:
    titles = ("Rain", "Snow", "Wind", "Hail", "Fog", "Dew", "Ice", "Mist", "Sun", "Frost")
    pages = [
        post(40001 + at, title=word, body_text=f"{word} falls.\n\nSo we saw {word}.")
        for at, word in enumerate(titles)
    ]
    for line in ("{0.title}", "No. {0.number}", "{0.number} | News"):
        led = [
            replace(said, body_text="\n".join((text, said.body_text)[:: 1 if edge == "begin" else -1]))
            for said in pages
            for text in [line.format(said)]
        ]
        (found,) = verdict(led, [*map(row_of, pages)])
        assert f"10 of 10 bodies {edge} with a line such as {line.format(pages[0])!r}" in found.why
    alone = [replace(said, body_text=said.title) for said in pages]  # the words of an image
    assert verdict(alone, [*map(row_of, pages)]) == []


def test_heads_that_differ_and_have_no_title_deny_the_titles() -> None:
    rows = [row_of(said, title=None) for said in TRUE]
    pages = [replace(said, title="View", heads=(f"{said.title} | Institute",)) for said in TRUE]
    assert [each.field for each in verdict(pages[:6], rows[:6])] == ["title"]
    assert verdict([replace(said, heads=("Institute",)) for said in TRUE], rows) == []
    assert verdict([replace(said, heads=(f"{said.title} | Institute",)) for said in TRUE], rows) == []


def cut(said: ParsedPost) -> Row:
    return row_of(said, title=said.title[:8] + "...", title_cut=True)


def headed(said: ParsedPost, title: str = "") -> ParsedPost:
    return replace(said, title=title or said.title, heads=(f"{said.title} | Institute",))


def test_titles_that_all_end_in_words_that_their_heads_do_not_have_are_refused() -> None:
    pages = [headed(said, f"{said.title} NEW" if said.number in (3, 7) else "") for said in TRUE]
    (suspicion,) = verdict(pages, [cut(said) for said in TRUE])
    assert suspicion.field == "title"
    assert suspicion.why == "2 titles end in 'NEW', which their own heads do not have"


def test_heads_that_the_site_cuts_contradict_no_title() -> None:
    pages = [replace(said, heads=(f"{said.title[:16]} | Institute",)) for said in TRUE]
    assert verdict(pages, [cut(said) for said in TRUE]) == []


def test_one_title_that_is_longer_than_its_head_is_believed() -> None:
    pages = [headed(said, f"{said.title} again" if said.number == 3 else "") for said in TRUE]
    assert verdict(pages, [cut(said) for said in TRUE]) == []


def test_an_end_that_one_row_denies_is_believed_of_no_cut_title() -> None:
    marked = (3, 7)
    pages = [replace(said, title=f"{said.title} NEW") if said.number in marked else said for said in TRUE]
    rows = [row_of(said) if said.number == 3 else cut(said) for said in TRUE]
    (suspicion,) = verdict(pages, rows)
    assert (suspicion.number, suspicion.field) == (7, "title")
    assert suspicion.why == "the title ends in 'NEW', as one does that its listing row denies"


@pytest.mark.parametrize(("end", "believed"), [("New entry 1234", False), ("New entry 12345", True)])
def test_an_end_of_more_than_twelve_letters_is_no_mark(end: str, believed: bool) -> None:
    pages = [replace(said, title=f"{said.title} {end}") if said.number in (3, 7) else said for said in TRUE]
    rows = [row_of(said) if said.number == 3 else cut(said) for said in TRUE]
    assert (verdict(pages, rows) == []) is believed
