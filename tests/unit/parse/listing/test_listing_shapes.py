"""Listings in shapes that no skin of the replica has: rows of lists and grids, links inside calls, two
tables, counters of other things, boxes that are no listing."""

import pytest
from entries import ES, page
from listed import PAGER, facts, framed, link, read, refusal

from kistep_archive.model.items import Listing
from kistep_archive.parse.parser import parse

MENU = "https://www.kistep.re.kr/menu.es?mid=a20501000000"


def table(rows: str, head: str = "No|Title|Writer|Date|Hit", attributes: str = "") -> str:
    heads = "".join(f"<th>{word}</th>" for word in head.split("|")) if head else ""
    return f"<table {attributes}>{heads and f'<thead><tr>{heads}</tr></thead>'}<tbody>{rows}</tbody></table>"


def row(number: int, title: str, first: str = "", attributes: str = "") -> str:
    cells = (first or str(number), link(number, title), "Kim", "2022-07-01", "7")
    return f"<tr {attributes}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


TWO = [(9, "A forum", "Kim", "2022-07-01", 7), (8, "A seminar", "Kim", "2022-07-01", 7)]
ROWS = row(9, "A forum") + row(8, "A seminar")

# --- rows of lists and grids ---

LABELS = ("No.", "Title", "Writer", "Date", "Hit")


def grid(row_tag: str, cell_tag: str, labels: str, header: str) -> str:
    def made(number: int, title: str) -> str:
        words = (str(number), link(number, title), "Kim", "2022-07-01", "7")
        cells = (
            f"<{cell_tag} {labels.format(name)}>{each}</{cell_tag.split()[0]}>"
            for each, name in zip(words, LABELS, strict=True)
        )
        return f"<{row_tag}>{''.join(cells)}</{row_tag.split()[0]}>"

    return header + made(9, "A forum") + made(8, "A seminar")


ITEMS = "".join(f"<li>{name}</li>" for name in LABELS)
SPOKEN, ROLE = "aria-label='{}'", "div role='row'"
SHAPES = [
    "<div>" + grid("ul", "li", "data-label='{}'", "") + "</div>",
    "<div>" + grid("ul", "li", SPOKEN, "") + "</div>",
    "<div>" + grid("ul", "li", "", f"<ul>{ITEMS}</ul>") + "</div>",
    f"<div><div class='head'><ul>{ITEMS}</ul></div><div>" + grid("ul", "li", "", "") + "</div></div>",
    "<div>" + grid(ROLE, "div role='cell'", SPOKEN, "") + "</div>",
    "<div role='grid'><div role='row'>"
    + "".join(f"<span role='columnheader'>{name} ▼</span>" for name in LABELS)
    + "</div>"
    + grid(ROLE, "span role='gridcell'", "", "")
    + "</div>",
]


@pytest.mark.parametrize("shape", SHAPES)
def test_rows_whose_cells_are_items_or_grid_cells_are_read(shape: str) -> None:
    assert facts(read(framed(shape + PAGER))) == TWO


@pytest.mark.parametrize(
    "head",
    [
        "No|Title ▲|Writer|Date▼|Hit ↕",
        "번호|제목 정렬|작성자|등록일 내림차순 정렬|조회수(오름차순)",
        "No|Title sort ascending|Writer|Date (desc)|Hits sorted descending",
    ],
)
def test_signs_for_sorting_in_a_header_are_no_part_of_its_label(head: str) -> None:
    assert facts(read(framed(table(ROWS, head) + PAGER))) == TWO


# --- links ---


@pytest.mark.parametrize(
    "attributes",
    [
        "href=\"javascript:open('/board.es?mid=a20501000000&bid=0051&act=view&list_no={}&nPage=1');\"",
        'href="#n" onclick="location.href=\'/board.es?bid=0051&act=view&list_no={}\'"',
        "href=\"javascript:goView('0051','{}');\"",
        'href="#" onclick="fnView({}, \'51\'); return false"',
        "href=\"javascript:goDetail('51', {})\"",
    ],
)
def test_a_link_inside_a_call_leads_to_its_post_and_not_to_its_board(attributes: str) -> None:
    items = "".join(f"<li><a {attributes.format(n)}>Post {n}</a><i>2022-07-0{n}</i></li>" for n in (9, 8))
    assert [each.number for each in read(framed(f"<ul>{items}</ul>{PAGER}")).rows] == [9, 8]


@pytest.mark.parametrize("call", ["goView('0031','{}')", "goView('news','{}')"])
def test_a_call_for_another_board_is_no_row(call: str) -> None:
    items = "".join(f'<li><a href="javascript:{call.format(n)}">P</a></li>' for n in (9, 8))
    assert refusal(framed(f"<ul>{items}</ul>{PAGER}")).field == "rows"


# --- two tables, pinned rows, one number twice ---


@pytest.mark.parametrize("head", ["No|Title|Writer|Date|Hit", ""])
@pytest.mark.parametrize("mark", ['class="notice"', ""])
def test_a_table_of_notices_before_the_table_of_posts_is_read(head: str, mark: str) -> None:
    notices = table(row(3, "Closed on Monday", "" if mark else "공지"), head, mark)
    html = framed(f"<div><div>{notices}</div><div>{table(ROWS)}</div></div>{PAGER}")
    found = read(html)
    assert [(each.number, each.pinned) for each in found.rows] == [(3, True), (9, False), (8, False)]
    assert facts(found)[0] == (3, "Closed on Monday", "Kim", "2022-07-01", 7)


def test_a_table_without_a_header_and_with_other_columns_is_not_read_by_the_header_of_the_next() -> None:
    short = f"<tr><td>{link(3, 'Closed on Monday')}</td><td>2022-07-03</td></tr>"
    found = read(framed(f"<div>{table(short, '')}{table(ROWS)}</div>{PAGER}"))
    assert facts(found) == [(3, "Closed on Monday", None, "2022-07-03", None), *TWO]


@pytest.mark.parametrize(
    ("head", "field"), [("No|Title||Date|Hit", "writer"), ("No|Title|Writer|Date|", "hits")]
)
def test_a_column_whose_header_lost_its_label_is_an_error_and_no_lost_value(head: str, field: str) -> None:
    assert refusal(framed(table(ROWS, head) + PAGER)).field == field


def test_a_class_pins_a_row_unless_all_rows_have_it() -> None:
    pinned = row(3, "Closed", attributes='class="bg tr_notice"')
    assert [each.pinned for each in read(framed(table(pinned + ROWS) + PAGER)).rows] == [True, False, False]
    everywhere = ROWS.replace("<tr ", '<tr class="notice" ')
    assert [each.pinned for each in read(framed(table(everywhere) + PAGER)).rows] == [False, False]


def test_a_row_that_only_repeats_another_counts_once_unless_it_is_pinned() -> None:
    assert facts(read(framed(table(ROWS + row(9, "A forum")) + PAGER))) == TWO
    found = read(framed(table(row(9, "A forum", "공지") + ROWS) + PAGER))
    assert [(each.number, each.pinned) for each in found.rows] == [(9, True), (9, False), (8, False)]


def test_two_rows_with_one_number_and_two_titles_are_an_error_that_names_both() -> None:
    error = refusal(framed(table(ROWS + row(9, "Another forum")) + PAGER))
    assert error.field == "title"
    assert "'A forum'" in error.why
    assert "'Another forum'" in error.why


def test_a_row_that_repeats_another_without_its_writer_or_day_is_the_same_row() -> None:
    bare = row(9, "A forum").replace("Kim", "").replace("2022-07-01", "")
    assert facts(read(framed(table(ROWS + bare) + PAGER))) == TWO


@pytest.mark.parametrize("value", ["²", "0", "-1", "two", "999999999"])
def test_a_span_of_columns_that_is_no_number_changes_nothing(value: str) -> None:
    odd = ROWS.replace("<td>7</td>", f'<td colspan="{value}">7</td>')
    assert facts(read(framed(table(odd) + PAGER))) == TWO


def test_of_several_links_in_the_cell_of_a_title_the_longest_is_the_title() -> None:
    twice = ROWS.replace("A forum</a>", f"A forum</a> {link(9, '&gt;')}")
    assert facts(read(framed(table(twice) + PAGER))) == TWO


def test_a_title_may_end_with_the_word_new() -> None:
    said = ROWS.replace("A forum", "What is <span>new</span>").replace(
        "A seminar", "A seminar <span>N</span>"
    )
    assert [(each.title, each.new) for each in read(framed(table(said) + PAGER)).rows] == [
        ("What is new", False),
        ("A seminar", True),
    ]


# --- counters ---

COUNTERS = [
    '<div id="issue"><h2>POPUP</h2><p>팝업건수 : 총 <span>0</span>건</p></div>',
    "<div><p>방문자 <span>총 <b>1,234,567</b></span></p></div>",
    "<div>Today 12 Total 34567</div>",
    "<div class='visit_count'><span>총</span> <b>4,321</b></div>",
    "<div role='dialog'>Total 3 items</div>",
    "<p>총 1,234명</p>",
    "<p>Total 0</p>",
    "<p>전체 <b>1</b>건</p>",
]


@pytest.mark.parametrize("counter", COUNTERS)
@pytest.mark.parametrize("place", ["{0}{1}", "<div>{0}<div>{1}</div></div>"])
def test_a_counter_of_something_else_is_no_total(counter: str, place: str) -> None:
    assert read(framed(place.format(counter, table(ROWS) + PAGER))).total is None
    assert read(framed(table(ROWS) + PAGER, counter)).total is None
    both = place.format(counter, f"<p>Total <b>2</b> posts</p>{table(ROWS)}{PAGER}")
    assert read(framed(both)).total in (2, None)


def test_a_total_below_the_number_of_pages_is_of_something_else() -> None:
    for total, counted in ((4, None), (5, 5)):
        declared = f"<p>Page 1/5</p><p>Total {total} posts</p>"
        found = read(framed(f"<div>{declared}{table(ROWS)}{PAGER}</div>"))
        assert (found.pages, found.total) == (5, counted)


def test_a_listing_without_rows_is_empty_only_if_it_declares_no_posts() -> None:
    declared = "<p>Total <b>{}</b> posts</p><p>No posts.</p>"
    found = read(framed(declared.format(0)))
    assert (found.rows, found.total) == ((), 0)
    assert "declares 12 posts but shows none" in refusal(framed(declared.format(12))).why


def test_a_link_to_a_post_that_names_the_page_of_its_row_is_no_link_of_the_pager() -> None:
    named = ROWS.replace("&amp;list_no=9", "&amp;list_no=9&amp;nPage=40")
    more = link(7, "Last", "mid=a20501000000&amp;bid=0051&amp;nPage=9")
    found = read(framed(f"<div>{table(named)}</div><div class='pager'>{PAGER}{more}</div>"))
    assert (facts(found), found.page, found.pages) == (TWO, 1, None)


def test_a_note_of_no_popups_is_no_empty_board() -> None:
    assert refusal(framed("<ul><li>등록된 팝업이 없습니다.</li></ul>")).field == "rows"


# --- what is no listing of this board ---

LATEST = "<ul>" + "".join(f"<li>{link(n, f'Post {n}')}<i>2022-07-0{n}</i></li>" for n in (9, 8)) + "</ul>"
PICTURES = LATEST.replace('">Post', '"><img src="/t.png" alt="">Post')
OTHERS = "<ul><li>" + link(7, "A brief", "mid=a10306010000&amp;bid=0031") + "<i>2022-06-01</i></li></ul>"


@pytest.mark.parametrize("box", [LATEST, PICTURES + OTHERS])
@pytest.mark.parametrize(
    "beside", ["", '<a href="/board.es?mid=a20501000000&amp;bid=0051&amp;nPage=1">MORE +</a>', COUNTERS[0]]
)
def test_a_box_of_latest_posts_is_no_listing(box: str, beside: str) -> None:
    assert refusal(framed(f"<h1>Home</h1>{box}{beside}")).field == "rows"


def test_a_page_whose_form_names_another_board_is_refused() -> None:
    form = '<form><input type="hidden" name="bid" value="0031"></form>'
    calls = table(ROWS).replace('href="/board.es?mid=a20501000000&amp;bid=0051', 'href="/board.es?x=1')
    error = refusal(framed(form + calls + PAGER))
    assert ("rows", "0031" in error.why, "0051" in error.why) == (error.field, True, True)


def test_a_form_that_names_no_board_says_nothing() -> None:
    form = '<form><input type="hidden" name="bid" value=" "></form>'
    assert facts(read(framed(form + table(ROWS) + PAGER))) == TWO


@pytest.mark.parametrize("query", ["mid=a10306010000&amp;bid=0031", "mid=a10306010000"])
def test_the_place_in_the_menu_tells_the_board_where_nothing_else_does(query: str) -> None:
    others = "".join(row(n, f"Post {n}").replace("mid=a20501000000&amp;bid=0051", query) for n in (5, 4, 3))
    assert facts(read(framed(f"<div>{table(others)}</div><div>{table(ROWS)}</div>{PAGER}"), MENU)) == TWO
    assert refusal(framed(table(others) + PAGER), MENU).field == "rows"


@pytest.mark.parametrize("extra", ["", ROWS])
def test_rows_that_lead_only_to_files_are_named(extra: str) -> None:
    file = '<a href="/boardDownload.es?bid=0051&amp;list_no=77&amp;seq=1">Download</a>'
    only = f"<tr><td>1</td><td>A form</td><td>Kim</td><td>2022-07-01</td><td>{file}</td></tr>"
    error = refusal(framed(table(extra + only) + PAGER))
    assert error.field == "rows"
    assert "77" in error.why


# --- hidden previews ---

PREVIEWS = [
    "<p>The first words. {0}</p>",
    '<a href="/boardDownload.es?bid=0051&amp;list_no={1}&amp;seq=1">plan.hwpx</a>',
    "{0}<a href='/boardDownload.es?bid=0051&amp;list_no={1}&amp;seq=1'>plan.hwpx</a>",
]


def with_previews(inside: str, attributes: str) -> str:
    rows = ""
    for number, made in ((9, row(9, "A forum")), (8, row(8, "A seminar"))):
        preview = inside.format(link(number, "Read it all"), number)
        rows += f'{made}<tr id="p{number}" {attributes}><td colspan="5">{preview}</td></tr>'
    return framed(table(rows) + PAGER)


@pytest.mark.parametrize("inside", PREVIEWS)
@pytest.mark.parametrize("attributes", ['style="display: none;"', "hidden"])
def test_a_hidden_preview_below_a_row_is_no_row(inside: str, attributes: str) -> None:
    assert facts(read(with_previews(inside, attributes))) == TWO


def test_a_hidden_listing_keeps_the_rows_that_a_box_beside_it_repeats() -> None:
    side = f"<div><ul><li>{link(9, 'A forum')}</li></ul></div>"
    hidden = f'<div style="display:none">{table(ROWS)}{PAGER}</div>'
    assert facts(read(framed(side + hidden))) == TWO


@pytest.mark.parametrize(
    ("title", "text"),
    [("10<sup>3</sup> m<sup>2</sup>", "10³ m²"), ("CO<sub>2</sub> and 1<sup>st</sup>", "CO₂ and 1st")],
)
def test_a_row_writes_raised_numbers_as_the_post_does(title: str, text: str) -> None:
    href = "/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no="
    cells = "".join(
        f'<tr><td>{number}</td><td><a href="{href}{number}">{title}</a></td><td>Kim</td>'
        "<td>2022-07-14</td></tr>"
        for number in (9, 8)
    )
    listing = parse(
        page(ES, f"<!DOCTYPE html><html><body><p>Total 2</p><table>{cells}</table></body></html>")
    )
    assert isinstance(listing, Listing)
    assert {row.title for row in listing.rows} == {text}


@pytest.mark.parametrize("hits", ["1,23", "12,34,567"])
def test_hits_with_commas_in_wrong_places_are_an_error(hits: str) -> None:
    cells = row(3, "A").replace("<td>7</td>", f"<td>{hits}</td>")
    assert hits in cells
    assert refusal(framed(table(cells + row(2, "B")))).field == "hits"


def test_hits_with_commas_between_thousands_are_read() -> None:
    cells = row(3, "A").replace("<td>7</td>", "<td>1,519</td>")
    assert read(framed(table(cells + row(2, "B")))).rows[0].hits == 1519


@pytest.mark.parametrize(
    "words", ["등록된 댓글이 없습니다.", "댓글이 없습니다.", "이전글이 없습니다.", "관련글이 없습니다."]
)
def test_a_page_that_has_no_comments_may_have_posts(words: str) -> None:
    assert refusal(framed(f"<div>{words}</div><div>Loading</div>")).field == "rows"


@pytest.mark.parametrize(
    "words", ["총 투표수 128건", "총 <b>128</b>건 참여", "Total votes 128", "추천 총 128건"]
)
def test_votes_are_no_posts(words: str) -> None:
    assert read(framed(f"<p>{words}</p>{table(row(2, 'Two') + row(1, 'One'))}{PAGER}")).total is None


@pytest.mark.parametrize(
    "popup", [f'<div class="pop">{link(9, "An event")}</div>', f"<p>Hot: {link(9, 'An event')}</p>"]
)
def test_a_link_beside_the_table_is_no_row(popup: str) -> None:
    rows = table(row(2, "Two") + row(1, "One"))
    for main in (popup + rows, rows + popup):
        assert [each.number for each in read(framed(main + PAGER)).rows] == [2, 1]


def test_a_bold_day_of_the_month_is_no_title() -> None:
    cards = (
        f"<p><b>1{number}</b><span>2022.07</span></p><div><strong>Post {number}</strong><p>Words.</p></div>"
        for number in (2, 1)
    )
    items = "".join(f"<li>{link(number, card)}</li>" for number, card in zip((2, 1), cards, strict=True))
    listing = read(framed(f"<p>Total 2</p><ul>{items}</ul>{PAGER}"))
    assert [each.title for each in listing.rows] == ["Post 2", "Post 1"]


@pytest.mark.parametrize("featured", ["<p><b>Date</b> 2022-07-01</p>", "<p><b>Writer</b> Kim</p>", ""])
def test_a_row_that_another_one_repeats_has_the_values_of_both(featured: str) -> None:
    first = f"<div class='feat'><h3>{link(9, 'A forum')}</h3>{featured}</div>"
    assert facts(read(framed(first + table(ROWS) + PAGER)))[-2:] == TWO


@pytest.mark.parametrize("cell", ["{}", "<b>{}</b>", "<font><b>{}</b></font>"])
@pytest.mark.parametrize("names", ["No|Title|Name|Date|Hit", "번호|제 목|이 름|날 짜|조 회"])
def test_a_first_row_of_labels_is_the_header_whatever_its_cells_are(names: str, cell: str) -> None:
    header = "".join(f"<td>{cell.format(name)}</td>" for name in names.split("|"))
    assert facts(read(framed(table(f"<tr>{header}</tr>{ROWS}", "") + PAGER))) == TWO


@pytest.mark.parametrize("form", ["<h4>{}</h4>", "<dl><dt>{}</dt></dl>", '<p class="tit">{}</p>'])
def test_an_excerpt_that_is_a_link_too_is_no_title(form: str) -> None:
    items = "".join(
        f"<li>{form.format(link(number, title))}<p>{link(number, f'More words on {number}, and more.')}</p>"
        '<span class="date">2022-07-01</span></li>'
        for number, title in ((9, "A forum"), (8, "A seminar"))
    )
    assert [row.title for row in read(framed(f"<ul>{items}</ul>{PAGER}")).rows] == ["A forum", "A seminar"]


def test_a_day_in_the_link_of_a_card_is_no_part_of_its_title() -> None:
    link_of = "<li>" + link(9, "<span>News</span><span>A forum</span><span>2022-07-01</span>") + "</li>"
    rows = link_of + link_of.replace("=9", "=8").replace("forum", "seminar")
    rows += link_of.replace("=9", "=7").replace("forum", "talk")
    assert [row.title for row in read(framed(f"<ul>{rows}</ul>{PAGER}")).rows] == [
        "A forum",
        "A seminar",
        "A talk",
    ]
