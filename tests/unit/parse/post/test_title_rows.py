"""A title without a label: in a row above the labels, and beside the name of the board."""

import pytest
from skins import ES, TITLE, VALUES, framed, head, page, post

from kistep_archive.parse.parser import ParseError, parse

META = "<tr><th>Writer</th><td>KISTEP</td><th>Date</th><td>2022-07-14</td><th>Hit</th><td>519</td></tr>"
KOREAN = META.replace("Writer", "작성자").replace("Date", "등록일").replace("Hit", "조회수")
BODY = '<tr><td colspan="6"><p>The hall opened its doors at nine.</p></td></tr>'
ROWS: dict[str, str] = {
    "a header cell": f'<table><tr><th colspan="6">{TITLE}</th></tr>{META}{BODY}</table>',
    "a cell": f'<table><tr><td colspan="6">{TITLE}</td></tr>{META}{BODY}</table>',
    "a bold cell": f'<table><tr><td colspan="6"><b>{TITLE}</b></td></tr>{META}{BODY}</table>',
    "a heading in a cell": f'<table><tr><th colspan="6"><h2>{TITLE}</h2></th></tr>{META}{BODY}</table>',
    "a class": f'<table><tr><th colspan="6" class="subject">{TITLE}</th></tr>{KOREAN}{BODY}</table>',
    "a table's head": f'<table><caption>View</caption><thead><tr><th colspan="6" scope="col">{TITLE}</th>'
    f"</tr></thead><tbody>{KOREAN}{BODY}</tbody></table>",
    "a head with the labels": f'<table><thead><tr><th colspan="6">{TITLE}</th></tr>{META}</thead><tbody>'
    f"{BODY}</tbody></table>",
    "a known label between": f'<table><tr><th colspan="6">{TITLE}</th></tr><tr><th>Category</th><td>News</td>'
    f"</tr>{META}{BODY}</table>",
    "a line of labels": f"<table><tr><th>{TITLE}</th></tr><tr><td>Writer: KISTEP | Date: 2022-07-14 | Hit: "
    f"519</td></tr>{BODY}</table>",
    "a badge": f'<table><tr><th colspan="6">{TITLE} <i class="badge">NEW</i></th></tr>{META}{BODY}</table>',
}
WITH_LIST = "<ul><li>{row}</li><li>Writer: KISTEP</li><li>Date: 2022-07-14</li><li>Hit: 519</li></ul>"
TEXT = '<div class="q"><p>The hall opened its doors at nine.</p></div>'


def headed(html: str, title: str) -> str:
    return framed(html).replace("<title>News</title>", f"<title>{title}</title>")


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_row_of_one_cell_above_the_labels_is_the_title(row: str) -> None:
    assert head(post(framed(row))) == VALUES


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_heading_above_the_table_makes_it_unclear_unless_the_pages_head_decides(row: str) -> None:
    html = f"<h3>The notices</h3>{row}"
    with pytest.raises(ParseError, match="'A forum on rivers' stands in a row") as caught:
        parse(page(framed(html)))
    assert (caught.value.field, "'The notices' above it" in caught.value.why) == ("title", True)
    assert head(post(headed(html, f"{TITLE} | KISTEP"))) == VALUES
    assert post(headed(html, "The notices | KISTEP")).title == "The notices"


def test_so_does_a_second_row() -> None:
    html = ROWS["a cell"].replace("<table>", '<table><tr><th colspan="6">The notices</th></tr>')
    with pytest.raises(ParseError, match="'The notices' above it, so it is unclear which"):
        parse(page(framed(html)))
    assert head(post(headed(html, f"{TITLE} | KISTEP"))) == VALUES


@pytest.mark.parametrize(
    "words", ["게시글 상세", "Post information", "첨부파일 : 없음", '<a href="#">List</a>', ""]
)
def test_a_row_that_is_no_title_is_not_taken_for_one(words: str) -> None:
    html = ROWS["a header cell"].replace(TITLE, words)
    with pytest.raises(ParseError) as caught:
        parse(page(framed(html)))
    assert caught.value.field == "title"
    assert head(post(framed(f'<h2 class="title">{TITLE}</h2>{html}'))) == VALUES


def test_an_item_above_the_labels_is_the_title_only_if_the_pages_head_says_so() -> None:
    html = WITH_LIST.format(row=TITLE) + TEXT
    assert head(post(headed(html, f"{TITLE} | KISTEP"))) == VALUES
    with pytest.raises(ParseError):
        parse(page(framed(html)))
    category = f'<h2 class="title">{TITLE}</h2>{WITH_LIST.format(row="Notices")}{TEXT}'
    assert head(post(framed(category))) == VALUES


PARTS = [
    "<h3><span>Notice board</span> <span>{title}</span></h3>",
    "<h3><em>{title}</em><b>Notice board</b></h3>",
    "<div class='top'><div>Notice board</div><div>{title}</div></div>",
    '<h3><span class="bname">Notice board</span>{title}</h3>',
]


@pytest.mark.parametrize("form", PARTS)
def test_a_title_beside_the_boards_name_is_unclear_unless_the_pages_head_has_it(form: str) -> None:
    meta = "<ul><li><b>Writer</b> KISTEP</li><li><b>Date</b> 2022-07-14</li><li><b>Hit</b> 519</li></ul>"
    html = f'<div class="v">{form.format(title=TITLE)}{meta}{TEXT}</div>'
    with pytest.raises(ParseError, match="it is unclear whether '") as caught:
        parse(page(framed(html), ES))
    assert caught.value.field == "title"
    assert head(post(headed(html, f"{TITLE} | KISTEP"))) == VALUES


GNUBOARD = (
    '<article id="bo_v"><header><{tag} id="bo_v_title">{title}</{tag}></header><section id="bo_v_info">'
    '<h2>페이지 정보</h2>작성자 <strong><span class="sv_member">KISTEP</span></strong>'
    '<span class="sound_only">작성일</span><strong>{date}</strong>조회<strong>519회</strong>댓글<strong>0건'
    '</strong></section><section id="bo_v_atc"><h2 id="bo_v_atc_title">본문</h2><div id="bo_v_img"></div>'
    '<div id="bo_v_con">{body}</div></section></article>'
)


@pytest.mark.parametrize("tag", ["h1", "h2"])
@pytest.mark.parametrize("title", [TITLE, f'<span class="bo_v_tit">{TITLE}</span>'])
def test_the_head_of_a_gnuboard_post_is_read(tag: str, title: str) -> None:
    html = framed(GNUBOARD.format(tag=tag, title=title, date="2022-07-14 10:11", body="<p>Nine.</p>"))
    item = post(html)
    assert (head(item), item.body_text) == (VALUES, "Nine.")


def test_a_year_of_two_digits_is_refused() -> None:
    html = framed(ROWS["a header cell"].replace("2022-07-14", "22-07-14 10:11"))
    with pytest.raises(ParseError, match="'22-07-14 10:11' is not a date in a known format"):
        parse(page(html))


def test_the_row_of_values_under_a_row_of_labels_is_never_the_body() -> None:
    labels = "<tr><th>Title</th><th>Writer</th><th>Date</th><th>Hit</th></tr>"
    values = f"<tr><td>{TITLE}</td><td>KISTEP</td><td>2022-07-14</td><td>519</td></tr>"
    html = f"<table><thead>{labels}</thead><tbody>{values}{BODY}</tbody></table>"
    with pytest.raises(ParseError) as caught:
        parse(page(framed(html)))
    assert caught.value.field == "body"
    beside = f"<table><thead>{labels}</thead><tbody>{values}</tbody></table>{TEXT}"
    assert post(framed(beside)).body_text == "The hall opened its doors at nine."
