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
]
COMMENTS = [
    '<div class="cmt">Kim 2022-08-01 10:11 Well done</div>',
    "<ul><li><b>Kim</b> <i>2022-08-01 10:11</i> Well done</li></ul>",
    "<div><b>Kim</b> <i>2022-08-01 10:11</i><p>Well done</p></div>",
]


def inside(body: str, name: str = "q") -> str:
    return framed(filled("list", {"body": body}).replace('class="q"', f'class="{name}"'))


@pytest.mark.parametrize("name", ["q", "contents"])
@pytest.mark.parametrize("part", [*NOTES, *COMMENTS])
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
