"""Posts whose title, labels or values are made in ways that no skin of the replica has: the post's own words,
or an error that says what is unclear."""

import pytest
from skins import BODY, JSP, TITLE, VALUES, field_of, framed, head, page, post

from kistep_archive.parse.parser import ParseError, parse

LABELS = [
    "<p>Writer KISTEP Date 2022-07-14 Hit 519</p>",
    "<ul><li>Writer KISTEP</li><li>Date 2022-07-14</li><li>Hit 519</li></ul>",
    "<dl><dt>Writer</dt><dd>KISTEP</dd><dt>Date</dt><dd>2022-07-14</dd><dt>Hit</dt><dd>519</dd></dl>",
    "<div><b>Writer</b> KISTEP <b>Date</b> 2022-07-14 <b>Hit</b> 519</div>",
    '<ul><li><img src="/w.gif" alt="Writer"> KISTEP</li><li><img src="/d.gif" alt="Date"> 2022-07-14</li>'
    '<li><img src="/h.gif" alt="Hit"> 519</li></ul>',
    "<ul><li><b>작성자(Writer)</b>KISTEP</li><li><b>등록일시</b>2022-07-14 09:00 KST</li>"
    "<li><b>조회수 / Hits</b>519</li></ul>",
    "<ul><li><strong>Writer</strong><span> : </span><span>KISTEP</span></li><li><strong>Date</strong>"
    "<i>:</i> 2022-07-14</li><li><strong>Hit</strong><span>:</span><br><span>519</span></li></ul>",
    '<ul><li><b>Writer</b><span class="sr_only">: </span><em>KISTEP</em></li><li><b>Date</b><em>2022-07-14'
    '</em></li><li><b>Hit</b><em style="display: none">20260714</em><em>519</em></li></ul>',
]
TITLES = [
    "<table><tr><th>Title</th><td>{}</td></tr></table>",
    "<dl><dt>제목</dt><dd>{}</dd></dl>",
    '<div class="row"><em>Subject</em> : {}</div>',
    '<h4><span class="blind">제목</span>{}</h4>',
    '<h2 class="title"><span class="sr-only">새글</span>{} <button type="button">Print</button></h2>',
    '<div class="title_area"><h2 class="tit">{}</h2><a href="#n">Share</a></div>',
    '<h2 class="title">{}</h2><h3 class="blind">게시물 정보</h3>',
    '<h2 class="title">{}</h2><h3>Post information</h3>',
    '<h2 class="title">{} <span class="ico_new">N</span></h2><p class="sr_only">상세보기</p>',
]


def body_of(title: str, labels: str) -> str:
    return f'{title.format(TITLE)}{labels}<div class="context">{BODY}</div>'


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("url", [JSP, None])
def test_a_title_of_another_make_than_the_labels_is_read_alone(
    title: str, labels: str, url: str | None
) -> None:
    html = framed(body_of(title, labels), before='<p class="loc">HOME &gt; News &amp; Event</p>')
    assert head(post(html, url) if url else post(html)) == VALUES


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize(
    "above",
    ["<p>HOME &gt; News &amp; Event &gt; Forum</p><h3>Forum</h3>", "<div>홈 › 알림 › 소식</div>"],
)
def test_a_path_of_the_site_or_its_last_piece_is_no_title(labels: str, above: str) -> None:
    assert field_of(framed(body_of("", labels), before=above)) == "title"


def test_a_post_may_be_called_like_its_board_where_the_article_says_so() -> None:
    labels = LABELS[2]
    named = f'<article><h2 class="title">News &amp; Event</h2>{labels}<div class="q">{BODY}</div></article>'
    assert post(framed(named)).title == "News & Event"


HEADING = '<h2 class="title">{}</h2>'


@pytest.mark.parametrize(
    ("labels", "hits"),
    [
        (LABELS[2].replace("<dt>Hit</dt><dd>519</dd>", ""), None),
        (LABELS[2].replace("<dt>Hit</dt><dd>519</dd>", "<dt>Notice no.</dt><dd>No. 2026-1 B</dd>"), None),
    ],
)
def test_a_page_without_hits_is_read_and_they_are_empty(labels: str, hits: int | None) -> None:
    assert head(post(framed(body_of(HEADING, labels)))) == (*VALUES[:3], hits)


def test_a_count_with_an_unknown_label_may_be_the_hits_and_is_an_error() -> None:
    assert field_of(framed(body_of(HEADING, LABELS[2].replace("Hit", "Seen")))) == "hits"


RELATED = [
    '<div><h4><a href="/board.es?bid=0051&amp;act=view&amp;list_no=7">Another</a></h4><ul><li>Writer Lee</li>'
    "<li>Date 1999-01-01</li><li>Hit 3</li></ul></div>",
    '<div><a href="javascript:goView(7)">Another</a> <b>Writer</b> Lee <b>Date</b> 1999-01-01</div>',
]


@pytest.mark.parametrize("related", RELATED)
def test_the_labels_of_a_related_post_above_are_never_the_post_s(related: str) -> None:
    html = framed(body_of(HEADING, LABELS[2]), before=related)
    try:
        said = head(post(html))
    except ParseError:
        return  # as the page does not say which labels are the post's
    assert said == VALUES


SECOND = "<div><dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd></dl></div>"


@pytest.mark.parametrize(
    ("second", "field", "values"),
    [
        (SECOND.format("Writer", "KISTEP", "Date", "2022-07-15"), "date", ("2022-07-14", "2022-07-15")),
        (SECOND.format("Date", "2022-07-14", "Writer", "Lee"), "writer", ("KISTEP", "Lee")),
        ("<p>Date 2022-07-15</p>", "date", ("2022-07-14", "2022-07-15")),
    ],
)
def test_two_values_for_one_label_are_an_error_that_names_both(
    second: str, field: str, values: tuple[str, str]
) -> None:
    html = framed(body_of(HEADING, LABELS[2] + second))
    with pytest.raises(ParseError) as caught:
        parse(page(html))
    assert caught.value.field == field
    assert all(value in caught.value.why for value in values)


@pytest.mark.parametrize(
    "more",
    [
        "<dt>Modified</dt><dd>2023-01-01</dd>",
        "<dt>최종수정일</dt><dd>2023-01-01</dd>",
        "<dt>담당부서</dt><dd>Office</dd>",
        "<dt>Date</dt><dd>2022.07.14</dd>",
    ],
)
def test_a_change_a_department_or_the_same_day_again_is_no_contradiction(more: str) -> None:
    assert head(post(framed(body_of(HEADING, LABELS[2].replace("</dl>", f"{more}</dl>"))))) == VALUES
