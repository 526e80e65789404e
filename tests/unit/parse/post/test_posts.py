"""Posts whose words look like the page's own: a title that begins like a label, a body like a file row, boxes
around a body."""

import re
from functools import partial
from html import escape

import pytest
from cost import least_seconds
from entries import LINE, WRITER, read, read_post, values_of
from hypothesis import assume, given
from hypothesis import strategies as st
from skins import (
    BODY,
    ES,
    HEADED,
    JSP,
    ROWS,
    SKINS,
    TITLE,
    VALUES,
    field_of,
    filled,
    framed,
    head,
    page,
    post,
)

from kistep_archive.http.response import Page
from kistep_archive.parse.parser import ParseError, parse
from kistep_archive.parse.post.title.labelled_values import is_labelled
from kistep_archive.parse.text import LABELS
from kistep_archive.replica import Entry, Paragraph
from kistep_archive.replica.pages import render_es, render_jsp

# --- labels are read first, and a value is no label ---


TITLES = [
    "Name of the game",
    "View 2030",
    "담당부서 변경 안내",
    "Date 2020-01-02",
    "Subject matter experts",
    "Hits 100",
    "조회수 100",
]


BARE = ["Date", "Hit", "Writer", "Title", "조회수", "작성자"]


@pytest.mark.parametrize("title", ["Title: rivers", "Subject : matters", "제목: 강"])
@pytest.mark.parametrize("skin", SKINS)
def test_a_heading_that_may_be_label_and_title_is_refused_and_a_labelled_one_is_read(
    skin: str, title: str
) -> None:
    html = framed(filled(skin, {"title": title}))
    if skin in HEADED:
        assert field_of(html) == "title"
    else:
        assert post(html).title == title


@pytest.mark.parametrize("title", [*TITLES, *BARE])
@pytest.mark.parametrize("skin", SKINS)
def test_a_title_that_begins_like_a_label_is_the_title_and_nothing_else(skin: str, title: str) -> None:
    assert head(post(framed(filled(skin, {"title": title})))) == (title, *VALUES[1:])


@pytest.mark.parametrize("writer", ["Writer", "Hit", "Title", "Date Kim", "조회수"])
@pytest.mark.parametrize("skin", ["cells", "rows", "plain cells", "definitions", "list"])
def test_a_writer_whose_name_is_a_label_is_the_writer(skin: str, writer: str) -> None:
    assert head(post(framed(filled(skin, {"writer": writer})))) == (TITLE, writer, *VALUES[2:])


WORDS = sorted(
    {
        word
        for words in ("title subject writer name author date hits hit view views", *LABELS)
        for word in words.split()
    }
)
BEGINNING = st.builds(
    "{}{}{}".format, st.sampled_from(WORDS), st.sampled_from([" ", ": ", " of ", " 2030 "]), LINE
)
WHOLE = st.builds(
    Entry, number=st.integers(1, 999_999), title=BEGINNING.map(lambda title: " ".join(title.split())),
    writer=WRITER,
    date=st.just("2020-02-02"), hits=st.integers(0, 9999), blocks=st.just((Paragraph("A text."),)),
).filter(lambda entry: "Date" not in entry.title.split()[1:] and not is_labelled(entry.title))  # fmt: skip


@pytest.mark.parametrize("skin", [*render_es.POST_SKINS, *(f"jsp {skin}" for skin in render_jsp.POST_SKINS)])
@given(entry=WHOLE)
def test_any_title_that_begins_with_any_label_is_read_back_in_each_skin(skin: str, entry: Entry) -> None:
    assume(not re.match(r"(?:title|subject|제목)\s?[:：]", entry.title))  # refused where it has no label
    layout, render = ("jsp", render_jsp.post) if skin.startswith("jsp") else ("es", render_es.post)
    assert read(read_post(layout, entry, render(entry, skin=skin.removeprefix("jsp ")))) == values_of(entry)


@pytest.mark.parametrize("body", ["<p>2020</p>", "<p>Text</p>"])
@pytest.mark.parametrize("skin", ["spans", "spans under a box"])
def test_empty_hits_are_unknown_whatever_the_body_begins_with(skin: str, body: str) -> None:
    assert head(post(framed(filled(skin, {"hits": "", "body": body})))) == (*VALUES[:3], None)


@pytest.mark.parametrize(
    "body",
    ["<p>Writer: Hyun Bang</p><p>More.</p>", "<p>Writer</p><p>Kim</p>", "<div>작성자</div><div>Writer</div>"],
)
def test_a_body_that_begins_with_a_label_is_no_part_of_the_labels(body: str) -> None:
    html = framed(
        filled("rows", {"body": body}).replace('<td colspan="2">', '<td colspan="2" class="tb_contents">')
    )
    assert head(post(html)) == VALUES
    assert post(html).body_text.startswith(("Writer", "작성자"))


FORMS = [
    '<form><table><tr><th>Title</th><td><input name="t"></td></tr><tr><th>Writer</th><td><input '
    'name="w"></td><th>Date</th><td><input name="from"> ~ <input name="to"></td></tr></table></form>',
    "<form><ul><li><label>Title</label><input></li><li><label>Writer</label><input></li><li><label>Date"
    "</label><input></li></ul></form>",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("skin", SKINS)
def test_a_search_form_above_a_post_is_not_the_post(skin: str, form: str) -> None:
    assert head(post(framed(filled(skin), before=form))) == VALUES


def test_a_box_with_one_other_post_above_a_post_is_not_the_post() -> None:
    box = (
        "<div><h3>Popular</h3><ul><li><a "
        'href="/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no=1">Another</a>'
        "<span>Writer</span> <span>Lee</span> <span>Date</span> <span>1999-01-01</span> <span>Hit</span> "
        "<span>3</span></li></ul></div>"
    )
    assert head(post(framed(filled("list"), before=box))) == VALUES


def test_a_listing_of_one_row_is_no_post() -> None:
    row = (
        '<ul><li><div><a href="/en/c4/sub3.jsp?brdType=R&amp;bbIdx=7">The only one</a></div><span '
        'class="tit"><em>Writer</em> Kim</span><span class="tit"><em>Date</em> 2020-01-01</span><span '
        'class="tit"><em>Hit</em> 3</span></li></ul><p>Page 1</p>'
    )
    assert field_of(framed(row), JSP) == "title"


def test_labels_in_label_elements_and_in_a_row_of_headers_are_read() -> None:
    labelled = "".join(
        f"<p><label>{name}</label><span>{escape(str(value))}</span></p>"
        for name, value in zip(("Title", "Writer", "Date", "Hit"), VALUES, strict=True)
    )
    assert head(post(framed(f'<fieldset>{labelled}</fieldset><div class="q">{BODY}</div>'))) == VALUES
    heads, cells = (
        "".join(f"<th>{name}</th>" for name in ("Title", "Writer", "Date", "Hit")),
        "".join(f"<td>{value}</td>" for value in VALUES),
    )
    assert (
        head(post(framed(f'<table><tr>{heads}</tr><tr>{cells}</tr></table><div class="q">{BODY}</div>')))
        == VALUES
    )


# --- titles ---

META = HEADED["list"][HEADED["list"].index("<ul>") : HEADED["list"].index("</article>")]
SHARES = [
    '<div><h2 class="title">Share</h2><ul><li><span>twitter</span></li></ul></div>',
    '<div><h2 class="title">Share</h2><a href="#n">twitter</a></div>',
    '<h2 class="title">공유하기</h2>',
    "<div><p>Share this</p></div>",
]


def meta() -> str:
    return filled("meta", skins={"meta": META})


@pytest.mark.parametrize("label", ["Headline", "글 제목명", ""])
@pytest.mark.parametrize("skin", ROWS)
def test_a_renamed_label_of_the_title_is_an_error_and_not_the_heading_of_the_page(
    skin: str, label: str
) -> None:
    assert field_of(framed(filled(skin).replace(">Title<", f">{label}<", 1))) == "title"


def test_a_labelled_title_goes_before_the_heading_above_it() -> None:
    lines = f"<p>Title {TITLE}</p><p>Writer KISTEP Date 2022-07-14 Hit 519</p><div>{BODY}</div>"
    assert head(post(framed(lines))) == VALUES


@pytest.mark.parametrize(
    "title",
    [
        "<p>{}</p>",
        "<strong>{}</strong>",
        '<p class="subject">{}</p>',
        '<div class="headline">{}</div>',
        "<div><span>{}</span></div>",
    ],
)
def test_the_words_nearest_to_the_labels_are_the_title_and_not_the_name_of_the_board(title: str) -> None:
    assert head(post(framed(title.format(TITLE) + meta()))) == VALUES


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("title", ['<h2 class="title">{}</h2>', '<div class="title">{}</div>'])
@pytest.mark.parametrize("first", ["title", "share"])
def test_a_share_box_beside_the_title_is_not_the_title(first: str, title: str, share: str) -> None:
    both = title.format(TITLE) + share if first == "title" else share + title.format(TITLE)
    assert head(post(framed(f"<article>{both}{meta()}</article>"))) == VALUES


@pytest.mark.parametrize("share", ["", *SHARES])
def test_a_post_without_a_title_is_an_error_and_not_the_name_of_the_board(share: str) -> None:
    assert field_of(framed(share + meta())) == "title"


def test_a_broken_address_before_the_title_is_no_matter() -> None:
    links = f'<p><a href="https://[::1/board.es">{TITLE}</a> <a href="//[">{TITLE}</a></p>'
    assert head(post(framed(filled("list"), before=links))) == VALUES


def test_a_field_of_another_name_first_is_no_lost_title_where_an_article_has_its_heading() -> None:
    more = "<ul><li><strong>Region</strong><span>Seoul</span></li>"
    assert head(post(framed(filled("list").replace("<ul>", more, 1)))) == VALUES


# --- cost ---


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "<li>Date</li>",
        "<span>Writer</span>",
        "<tr><th>Hit</th></tr>",
        "<th>Hit</th>",
        "<i>Date",
        "<b>Hit</b><br>",
    ],
)
def test_100_kb_of_labels_are_read_at_once(piece: str) -> None:
    hostile = page(framed(filled("list", {"body": piece * (100_000 // len(piece))})))
    assert least_seconds(partial(attempt, hostile), 3) < 3


def attempt(of: Page) -> None:
    try:
        parse(of)
    except ParseError:
        return


def test_what_stands_behind_the_body_may_have_another_day_than_the_post() -> None:
    for box in ("<dl><dt>Date</dt><dd>2001-01-01</dd></dl>", "<p><b>Date</b> 2001-01-01</p>"):
        html = framed(filled("cells")).replace("<footer>", f"<div>{box}</div><footer>")
        assert head(post(html)) == VALUES


def test_words_before_a_list_of_tags_keep_it_in_the_body() -> None:
    body = 'We spoke of <b class="tags">#rivers #lakes</b> and of <i>bridges</i>.<p>Then we left.</p>'
    assert post(framed(filled("cells", {"body": body}))).body_text.startswith(
        "We spoke of #rivers #lakes and"
    )


def test_a_listing_at_the_address_of_its_first_post_is_no_post() -> None:
    rows = "".join(
        f"<li><h3>A forum in room {number}</h3><p><b>Writer</b> Kim <b>Date</b> 2022-07-01 <b>Hit</b> 7</p>"
        f"<div>Its first words</div><a href='{ES[:-5].replace('&', '&amp;')}{number}'>More</a></li>"
        for number in (42794, 42793)
    )
    with pytest.raises(ParseError, match="as in a listing, so the page is not a post"):
        parse(page(framed(f"<ul>{rows}</ul>")))
