"""Short lines of a site at the edges of a body's box, what readers say there, and labels that contradict."""

import pytest
from skins import BODY, TEXT, TITLE, field_of, filled, framed, page, post

from kistep_archive.parse.parser import ParseError, parse

NOTES = [
    '<div class="reading-time">3 min read</div>',
    '<p class="rt">Reading time: 3 minutes</p>',
    '<span class="t">읽는 시간 3분</span>',
    '<div class="share-count">12 shares</div>',
    '<div class="sc">Shared 1,200 times</div>',
    '<em class="v">1,201 views</em>',
    '<p class="source">Source: X</p>',
    '<p class="src">출처: 과기부</p>',
    '<p class="prd">접수기간 2024-03-01 ~ 2024-03-20</p>',
    '<p class="x1">Period: 2024-03-01 ~ 2024-03-20</p>',
    '<div class="vc">Views today 3</div>',
    '<div class="vc">오늘 조회 3</div>',
    '<div class="vc">Today 3 / Total 900</div>',
    '<p class="ed">Edited on 5 May 2024</p>',
    '<p class="pi">Posted in <a href="/c/1">Water</a></p>',
    '<p class="ca">분류: 물</p>',
    '<p class="up"><a href="#top">Back to top</a></p>',
    '<p class="more"><a href="/x">Read more</a></p>',
]
NAMED = [
    '<p class="note">※ Translated by machine.</p>',
    '<div class="notice_box">Only for members of the press.</div>',
    '<div class="adv"><a href="https://ads.example.com/x">Try it</a></div>',
    '<div class="banner">Apply now!</div>',
    '<p class="disclaimer">Opinions are the author\'s own.</p>',
    '<div class="author-box"><b>Lee</b> is a researcher.</div>',
    '<div class="qr"><img src="/qr.png" alt="QR code"></div>',
    '<div class="toc"><b>Parts</b><ul><li><a href="#s1">One</a></li></ul></div>',
]
VIEW = "/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no="
PICKED = [
    f'<div class="x1"><h5>Editor picks</h5><ul><li><a href="{VIEW}7">An older one</a></li></ul></div>',
    f'<div class="x1"><strong>편집자의 선택</strong><a href="{VIEW}7">An older one</a></div>',
]
COMMENTS = [
    '<div class="cmt">Kim 2022-08-01 10:11 Well done</div>',
    "<ul><li><b>Kim</b> <i>2022-08-01 10:11</i> Well done</li></ul>",
    "<div><b>Kim</b> <i>2022-08-01 10:11</i><p>Well done</p></div>",
]


def inside(body: str, name: str = "q") -> str:
    return framed(filled("list", {"body": body}).replace('class="q"', f'class="{name}"'))


@pytest.mark.parametrize("name", ["q", "contents"])
@pytest.mark.parametrize("part", [*NOTES, *NAMED, *PICKED, *COMMENTS])
def test_a_short_line_of_the_site_or_of_a_reader_at_an_edge_of_a_body_is_refused(
    part: str, name: str
) -> None:
    assert field_of(inside(part + BODY, name)) == "body"
    assert field_of(inside(BODY + part, name)) == "body"


@pytest.mark.parametrize(
    "words",
    [
        "3 min read",
        "Source: X",
        "12 shares",
        "출처: 과기부",
        "The hall had 12 shares.",
        "Kim wrote on 2022-08-01.",
    ],
)
def test_the_same_words_in_a_paragraph_are_the_writers(words: str) -> None:
    assert post(inside(f"<p>{words}</p>{BODY}")).body_text == f"{words}\n\n{TEXT}"
    assert post(inside(f"{BODY}<p>{words}</p>")).body_text == f"{TEXT}\n\n{words}"


@pytest.mark.parametrize(
    "part",
    [
        '<p class="lead">{}</p>',
        '<p class="HStyle0">{}</p>',
        '<div class="intro">{}</div>',
        '<p class="text-note">{}</p>',
        '<p class="center">{}</p>',
        "<div>{}</div>",
    ],
)
def test_words_in_another_class_stay_in_the_body(part: str) -> None:
    words = "Nine agencies came."
    assert post(inside(part.format(words) + BODY)).body_text == f"{words}\n\n{TEXT}"
    assert post(inside(BODY + part.format(words))).body_text == f"{TEXT}\n\n{words}"


def labels(writer: str, date: str) -> str:
    pairs = (("Writer", writer), ("Date", date))
    return "".join(f"<li><strong>{name}</strong><span>{value}</span></li>" for name, value in pairs)


@pytest.mark.parametrize(
    "other",
    [
        f"<div><ul>{labels('Kim', '2021-01-02')}</ul></div>",
        "<dl><dt>Writer</dt><dd>Kim</dd><dt>Date</dt><dd>2021-01-02</dd></dl>",
        '<div class="y">Writer Kim Date 2021-01-02 Hit 3</div>',
    ],
)
def test_a_page_whose_labels_contradict_each_other_names_the_label_and_both_values(other: str) -> None:
    own = f"<ul>{labels('KISTEP', '2022-07-14')}</ul>"
    html = f'<div><h2 class="title">{TITLE}</h2>{own}{other}<div class="q">{BODY}</div></div>'
    with pytest.raises(ParseError) as caught:
        parse(page(framed(html)))
    assert caught.value.field == "writer"
    assert "'KISTEP'" in caught.value.why
    assert "'Kim'" in caught.value.why
