"""The body of a post in skins whose classes are not known: it is what follows the labels and is nothing
else."""

import re

import pytest
from entries import LINE
from hypothesis import given
from hypothesis import strategies as st
from pairwise import pairwise
from skins import BODY, ES, ROWS, SKINS, TEXT, field_of, filled, framed, page, post

from kistep_archive.parse.explain import explain, read

VIEW = "/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no="
OLD = "/en/c4/sub3.jsp?brdType=R&amp;bbIdx="
LONG = "A forum on the rivers of the south and on what the people who live there think of them"
BOXES: dict[str, str] = {
    "neighbours in a list": '<ul class="p"><li><strong>Previous</strong><a '
    f'href="{VIEW}1">{LONG}</a></li><li><strong>Next</strong><a '
    f'href="{VIEW}2">{LONG}</a><span>2022-07-20</span></li></ul>',
    "neighbours in a table": "<table><tr><th>Previous</th><td><a "
    f'href="{OLD}1">{LONG}</a></td></tr><tr><th>Next</th>'
    '<td><a href="#n">none</a></td><td>2017-07-01</td></tr></table>',
    "neighbours by script": '<div><dl><dt>이전글</dt><dd><a href="#n" '
    f"onclick=\"goView('7')\">{LONG}</a></dd></dl></div>",
    "a licence": "<div><p>"
    + "This work may be used freely under the Korea Open Government License type 1 if its source is named. "
    * 6
    + "</p></div>",
    "comments": f"<div><h4>Comments</h4><ul><li><b>Lee</b> {LONG}.</li></ul></div>",
    "related posts": f'<div><h4>Related posts</h4><ul><li><a href="{VIEW}1">{LONG}</a> '
    "<span>2020-10-10</span></li></ul></div>",
    "buttons": '<div><a href="/board.es?mid=a20501000000&amp;bid=0051&amp;nPage=1">List</a><button>Print'
    "</button></div>",
    "a share box": "<div><h4>Share</h4><ul><li><a "
    'href="https://twitter.com/share?u=1">twitter</a></li></ul></div>',
    "a form": "<div><form><p>Are you satisfied with this page and with all that it says?</p><input "
    'type="radio"></form></div>',
    "a copyright": f"<div><p>Copyright (c) 2014.11.01. {LONG}</p></div>",
}
BOXES_TO_SHARE = [
    "<div><button>Facebook</button> <button>Twitter</button></div>",
    "<ul><li>Facebook</li><li>Twitter</li></ul>",
]
SHORT = {
    "short": ("<p>Join us.</p>", "Join us."),
    "about satisfaction": ("<p>2023년 고객 만족도 조사 결과</p>", "2023년 고객 만족도 조사 결과"),
    "about works": ("<p>저작물 공모전 안내</p>", "저작물 공모전 안내"),
    "about copyright": ("<p>A seminar on copyright law.</p>", "A seminar on copyright law."),
    "about pilots": ("<p>파일럿 프로젝트 설명회</p>", "파일럿 프로젝트 설명회"),
    "an attaché": ("<p>Attaché meeting</p>", "Attaché meeting"),
    "next": ("<p>Next</p>", "Next"),
    "an image called File": ('<p>File</p><p><img src="/p.png"></p>', "File"),
    "an image": ('<p><img src="/p.png"></p>', ""),
    "a video": ('<iframe src="https://example.org/v"></iframe>', "https://example.org/v"),
    "nothing": ("", ""),
    "a link to a post": (f'<p><a href="{VIEW}7">That one</a></p>', "That one"),
}  # fmt: skip


@pytest.mark.parametrize("box", BOXES_TO_SHARE)
@pytest.mark.parametrize("skin", SKINS)
def test_a_box_to_share_with_behind_the_body_is_no_part_of_it(skin: str, box: str) -> None:
    assert post(framed(filled(skin), after=box)).body_text == TEXT


@pytest.mark.parametrize(("skin", "body", "box"), pairwise(SKINS, SHORT, BOXES))
def test_a_short_body_is_the_body_whatever_stands_behind_it(skin: str, body: str, box: str) -> None:
    html, text = SHORT[body]
    if text == "" and box == "related posts" and "<" not in html:
        return  # where a post has no text, a list of others cannot be told from one
    assert post(framed(filled(skin, {"body": html}), after=BOXES[box])).body_text == text


@pytest.mark.parametrize("box", [box for box in BOXES if box != "related posts"])
def test_no_box_stands_in_for_a_body_that_is_gone(box: str) -> None:
    html = framed(filled("list").replace(f'<div class="q">{BODY}</div>', BOXES[box]))
    assert field_of(html) == "body"


FILE_WORD = st.sampled_from(
    [
        "File",
        "Files of",
        "Attached is",
        "attach",
        "첨부",
        "첨부파일을",
        "붙임 1.",
        "파일",
        "pdf 첨부파일",
        "Download",
    ]
)
# "File: none" and "Download: 3" are what the site says beside a post
NONE = re.compile(r"[\W_]*(?:none|nothing|없음)?[\W_]*", re.I)


def is_prose(words: str) -> bool:
    return sum(map(str.isalpha, words)) > 3 and not NONE.fullmatch(words)


PARAGRAPHS = st.lists(
    st.builds(
        "{} {}".format,
        st.one_of(FILE_WORD, st.just("The")),
        LINE.filter(is_prose),
    ).map(lambda words: " ".join(words.split())),
    min_size=2,
    max_size=5,
)


def escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;")


@pytest.mark.parametrize("tag", ["p", "div"])
@pytest.mark.parametrize("skin", SKINS)
@given(paragraphs=PARAGRAPHS)
def test_any_paragraph_that_begins_like_a_file_stays(skin: str, tag: str, paragraphs: list[str]) -> None:
    html = "".join(f"<{tag}>{escaped(words)}</{tag}>" for words in paragraphs)
    assert post(framed(filled(skin, {"body": html}))).body_text == "\n\n".join(paragraphs)


FILE = '<a href="/boardDownload.es?bid=0051&amp;list_no=42794&amp;seq=1">plan.pdf</a>'


@pytest.mark.parametrize(
    "files", [f"<div><b>File</b> {FILE} (2.2MB / Download 3회)</div>", f"<ul><li>첨부파일 {FILE}</li></ul>"]
)
@pytest.mark.parametrize("body", [f"<div>{BODY}</div>", BODY])
def test_files_in_one_frame_with_the_body_are_no_part_of_it(files: str, body: str) -> None:
    head = filled("list").split('<div class="q">')[0]
    assert (
        post(
            framed(f'{head}<div class="frame">{files}{body}<p><a href="#n">List</a></p></div></article>')
        ).body_text
        == TEXT
    )


def test_a_body_keeps_the_files_and_lists_that_it_holds_itself() -> None:
    body = (
        f"<p>See here.</p><p>{FILE}</p><ul><li><a "
        "href='https://example.org/x.pdf'>x.pdf</a></li></ul><p>Bye.</p>"
    )
    assert post(framed(filled("list", {"body": body}))).body_text == "See here.\n\nplan.pdf\n\nx.pdf\n\nBye."


@pytest.mark.parametrize("box", ["", *BOXES.values()])
def test_paragraphs_without_an_element_of_their_own_are_all_the_body(box: str) -> None:
    lines = (
        "<div><p>Title A forum</p><p>Writer KISTEP Date 2022-07-14 Hit "
        f"519</p>{BODY}{'' if 'Related' in box else box}</div>"
    )
    found = post(framed(lines))
    assert found.body_text == TEXT
    (piece,) = explain(read(page(framed(lines))), "body")[1]
    assert (piece.exact, piece.source.strip()) == (True, BODY)


def test_paragraphs_beside_a_box_that_may_be_the_body_are_an_error() -> None:
    lines = (
        f"<div><p>Title A forum</p><p>Writer KISTEP Date 2022-07-14 Hit 519</p>{BODY}<div>Or is it "
        "this?</div></div>"
    )
    assert field_of(framed(lines)) == "body"


@pytest.mark.parametrize(
    "row",
    [
        '<tr><th colspan="2">{}</th></tr>',
        "<tr><th>Contents</th><td>{}</td></tr>",
        '<tr><td colspan="2">{}</td></tr>',
    ],
)
def test_a_row_that_holds_the_body_may_be_of_any_kind(row: str) -> None:
    html = filled(
        "rows",
        skins={"rows": ROWS["rows"].replace('<tr><td colspan="2">{body}</td></tr>', row.format("{body}"))},
    )
    assert post(framed(html)).body_text == TEXT


def test_a_definition_called_contents_is_the_body() -> None:
    html = filled("definitions").replace(
        f'</dl><div class="q">{BODY}</div>',
        f"<dt>File</dt><dd>{FILE}</dd><dt>Contents</dt><dd>{BODY}</dd></dl>",
    )
    assert post(framed(html), ES).body_text == TEXT


NOTED: dict[str, tuple[str, str]] = {
    "a copyright": ("<p>Copyright © KISTEP. All rights reserved.</p>", "Copyright"),
    "a licence": ("<p>본 저작물은 공공누리 제1유형에 따라 이용할 수 있습니다</p>", "공공누리"),
    "a box with a licence": ('<div class="k"><img src="/k.png" alt="">공공누리 제1유형</div>', ""),
    "a poll": ("<div>Are you satisfied with this page? <label><input type=radio>Yes</label></div>", ""),
}


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize("note", NOTED)
def test_a_body_that_ends_in_a_line_of_the_site_is_read(skin: str, note: str) -> None:
    line, words = NOTED[note]
    text = post(framed(filled(skin, {"body": f"{BODY}{line}"}))).body_text
    assert text.startswith(TEXT)
    assert words in text


@pytest.mark.parametrize("note", NOTED)
def test_a_line_of_the_site_alone_is_no_body(note: str) -> None:
    line = NOTED[note][0]
    for html in (line, f"{line}<p>Attribution is required.</p>", f"<h4>Comments 1</h4><p>Nice!</p>{line}"):
        empty = filled("list").replace(f'<div class="q">{BODY}</div>', f'<div class="q">{html}</div>')
        assert field_of(framed(empty)) == "body"
