"""What a listing says of itself and which of a page's links are its rows, whatever the titles are and
whatever stands beside them."""

import re
from dataclasses import replace

import pytest
from entries import ES, JSP, LINE, page
from hypothesis import given
from hypothesis import strategies as st

from kistep_archive.model.items import Listing
from kistep_archive.parse.parser import ParseError, parse
from kistep_archive.replica import Entry, Paragraph
from kistep_archive.replica.pages import render_es, render_jsp
from kistep_archive.replica.pages.markup import Slice

LABELLED = ("aria", "data", "plain", "publication", "goPage")
TRAPS = [
    "The last forum of 2023",
    "Plastic waste policy",
    "마지막 포럼",
    "회의 끝",
    "맨 뒤",
    "Last",
    "»",
    "100",
    "2",
    "2022-07-14",
    "Next",
    "Previous",
    "이전글",
    "Total 10",
    "전체 3건, 페이지 1/2",
    "There are no posts.",
]


def entry(number: int, title: str, writer: str = "KISTEP") -> Entry:
    return Entry(number, title, writer, f"2022-07-{number % 28 + 1:02d}", 500 + number, (Paragraph("text"),))


ENTRIES = [entry(42003, "A forum"), entry(42002, "A seminar"), entry(42001, "A lecture")]


def rendered(skin: str, entries: list[Entry], *, totals: bool = True) -> str:
    if skin.startswith("jsp "):
        return render_jsp.listing(
            Slice(entries, page=2, pages=7, total=64), skin=skin.removeprefix("jsp "), totals=totals
        )
    return render_es.listing(Slice(entries, page=2, pages=7, total=64), skin=skin, totals=totals)


def without_last(html: str) -> str:
    """The page with a pager of numbers and "next" only."""
    return re.sub(r'<a [^>]*class="(?:page-link )?last"[^>]*>last</a>', "", html)


def read(html: str, skin: str = "", number: int = 2) -> Listing:
    url = (
        f"{JSP}?brdType=L&thisPage={number}&searchField=&searchText="
        if skin.startswith("jsp ")
        else f"{ES}&nPage={number}"
    )
    item = parse(page(url, html))
    assert isinstance(item, Listing)
    return item


def numbers(listing: Listing) -> list[int]:
    return [row.number for row in listing.rows]


def extent(listing: Listing) -> tuple[int, int | None, int | None]:
    return listing.page, listing.pages, listing.total


SKINS = [*render_es.LISTING_SKINS, *(f"jsp {skin}" for skin in render_jsp.LISTING_SKINS)]


# --- what a listing says of itself ---


@pytest.mark.parametrize("totals", [True, False])
@pytest.mark.parametrize("skin", SKINS)
@given(titles=st.lists(st.one_of(st.sampled_from(TRAPS), LINE), min_size=2, max_size=2))
def test_no_title_changes_page_pages_total_or_rows(skin: str, totals: bool, titles: list[str]) -> None:
    entries = [
        ENTRIES[0],
        *(replace(each, title=title[:50].strip()) for each, title in zip(ENTRIES[1:], titles, strict=True)),
    ]
    for change in (str, without_last):
        usual = read(change(rendered(skin, ENTRIES, totals=totals)), skin)
        found = read(change(rendered(skin, entries, totals=totals)), skin)
        assert (extent(found), numbers(found)) == (extent(usual), numbers(usual))


@pytest.mark.parametrize("title", TRAPS)
@pytest.mark.parametrize("skin", SKINS)
def test_a_pager_without_a_last_link_tells_no_number_of_pages_whatever_a_title_is(
    skin: str, title: str
) -> None:
    html = without_last(rendered(skin, [*ENTRIES[:2], replace(ENTRIES[2], title=title)], totals=False))
    assert extent(read(html, skin)) == (2, None, None)


PAGER = (
    '<div class="board_pager"><a '
    'href="?mid=a20501000000&amp;bid=0051&amp;nPage=1">1</a><strong>2</strong>{}</div>'
)


def link(number: int, words: str, attributes: str = "") -> str:
    return f'<a href="/board.es?mid=a20501000000&amp;bid=0051&amp;nPage={number}" {attributes}>{words}</a>'


@pytest.mark.parametrize(
    ("links", "pages"),
    [
        (link(3, "3") + link(3, "»"), None),
        ("".join(link(n, str(n)) for n in range(3, 11)) + link(11, "&gt;&gt;"), None),
        (link(3, "3") + link(9, "Last"), 9),
        (link(3, "3") + link(9, "9", 'class="btn_last"'), 9),
        (link(3, "3") + link(9, '<img src="/p.png" alt="맨끝">'), 9),
        (link(3, "3") + link(9, "&gt;", 'title="pageLast"'), 9),
        (link(3, "3", 'class="last"') + link(4, "Next"), None),
        (link(3, "3") + link(9, "blast off"), None),
        (link(3, "3") + link(9, "Last").replace("bid=0051", "bid=0031"), None),
    ],
)
def test_only_a_link_that_is_called_last_and_leads_furthest_tells_the_last_page(
    links: str, pages: int | None
) -> None:
    html = re.sub(
        r'<div class="board_pager">.*?</div>',
        lambda _: PAGER.format(links),
        rendered("aria", ENTRIES, totals=False),
    )
    assert extent(read(html)) == (2, pages, None)


def test_a_pager_in_the_same_box_as_the_rows_is_read_without_them() -> None:
    html = rendered("gallery", [replace(ENTRIES[0], title="100"), *ENTRIES[1:]], totals=False)
    html = re.sub(r'<div class="board_pager">(.*?)</div>', r"\1", html).replace(
        '<strong class="title">', '<strong class="title on">'
    )
    assert extent(read(html)) == (2, 7, None)


@pytest.mark.parametrize(
    ("words", "total"),
    [
        ("새글 <b>3</b>건, 전체 <b>1174</b>건", 1174),
        ("<span>새글 <b>3</b>건</span> <span>전체 <b>1,174</b>건</span>", 1174),
        ("Search result 12 posts of Total 1174", 1174),
        ("<span>12 posts</span> <span>Total <b>1,174</b></span>", 1174),
        ("<b>1,174건</b>", 1174),
        ("새글 3건", None),
        ("<span>새글 <b>3건</b></span>", None),
        ("<span>새글 <b>3건</b></span> / <b>1,174건</b> <i>검색</i>", 1174),
        ("<a href='?'><b>Total 1174</b></a>", None),
    ],
)
def test_the_total_is_the_count_that_is_called_so(words: str, total: int | None) -> None:
    html = rendered("report", ENTRIES, totals=False)
    at = html.index('<div class="board_list')
    assert read(f"{html[:at]}<p>{words}</p>{html[at:]}").total == total


EMPTY = re.sub(
    r'<p class="no_data">.*?</p>', "{}", rendered("aria", []).replace("{", "{{").replace("}", "}}")
)


@pytest.mark.parametrize(
    "words",
    [
        "<p>현재 게시글이 없습니다.</p>",
        "<p><i></i>등록된 게시물이 없습니다</p>",
        "<p>검색결과가 없습니다.</p>",
        "<p>There are no posts.</p>",
        "<p>No registered data.</p>",
        "<ul><li><p>등록된 글이 없습니다.</p><p>Come again</p></li></ul>",
        "<table><tr><td colspan='3'>There is no data yet, sorry.</td></tr></table>",
    ],
)
def test_a_listing_is_empty_where_it_says_so_in_its_own_place(words: str) -> None:
    html = re.sub(r'<p class="page">.*?</p>', "", EMPTY.format(words), flags=re.S)
    assert read(html).rows == ()


@pytest.mark.parametrize(
    "words",
    [
        "<div>최근 검색어가 없습니다. 자동완성 내용이 없습니다.</div>",
        "<header><p>검색 결과가 없습니다.</p></header>",
        "<div id='header'><ul><li>검색 결과가 없습니다.</li></ul></div>",
        "<div style='display: none'><p>게시물이 없습니다.</p></div>",
        "<div hidden><p>게시물이 없습니다.</p></div>",
        "<p>There is no data collected. Copyright</p>",
        "<footer><p>No data.</p></footer>",
        "<ul><li>관련 자료가 없습니다, 문의하세요</li><li>More</li></ul>",
    ],
)
def test_what_a_frame_says_of_something_else_is_no_empty_listing(words: str) -> None:
    with pytest.raises(ParseError) as caught:
        read(re.sub(r'<p class="page">.*?</p>', "", EMPTY.format(words), flags=re.S))
    assert caught.value.field == "rows"


# --- which links are its rows ---


def view(number: int) -> str:
    return f"/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no={number}"


def box(*numbers: int) -> str:
    items = "".join(
        f'<li><a href="{view(number)}">Post {number}</a><span>2023-01-01</span></li>' for number in numbers
    )
    return f'<div class="side"><h3>Latest</h3><ul>{items}</ul></div>'


@pytest.mark.parametrize("skin", render_es.LISTING_SKINS)
@pytest.mark.parametrize("before", ["<main", "<footer"])
def test_a_box_of_more_links_than_the_page_has_rows_is_not_the_listing(skin: str, before: str) -> None:
    html = rendered(skin, ENTRIES)
    at = html.index(before)
    assert numbers(read(html[:at] + box(1, 2, 3, 4, 5) + html[at:])) == numbers(read(html))


@pytest.mark.parametrize(
    "skin", [skin for skin in SKINS if skin.removeprefix("jsp ") in (*LABELLED, "table")]
)
def test_labelled_rows_go_before_a_box_beside_them(skin: str) -> None:
    html = re.sub(
        r'<div (?:class="(?:board_pager|pagination)"|id="pageNation_wrap")>.*?</div>',
        "",
        rendered(skin, ENTRIES[:1]),
    )
    items = box(1, 2, 3, 4, 5).replace(
        "/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no=", f"{JSP}?brdType=R&amp;bbIdx="
    )
    side = items if skin.startswith("jsp ") else box(1, 2, 3, 4, 5)
    at = html.index("<form")
    assert numbers(read(html[:at] + side + html[at:], skin)) == [42003]


@pytest.mark.parametrize("word", ["Previous", "Next", "Next post", "이전", "이전글", "다음 글"])
@pytest.mark.parametrize("skin", SKINS)
def test_a_post_that_is_called_next_or_written_by_previous_is_a_row(skin: str, word: str) -> None:
    html = rendered(skin, [replace(ENTRIES[0], title=word), replace(ENTRIES[1], writer=word), ENTRIES[2]])
    assert numbers(read(html, skin)) == [42003, 42002, 42001]


@pytest.mark.parametrize("skin", ["aria", "data", "plain", "jsp table", "jsp plain"])
def test_the_only_row_of_a_labelled_table_may_be_called_next(skin: str) -> None:
    assert [row.title for row in read(rendered(skin, [replace(ENTRIES[0], title="Next")]), skin).rows] == [
        "Next"
    ]


def listing(rows: str) -> str:
    html = rendered("aria", ENTRIES)
    return re.sub(r'<div class="board_list">.*</table></div>', lambda _: rows, html, flags=re.S)


NEIGHBOURS = [
    '<ul><li><strong>{0}</strong><a href="{2}">An older post</a><span>2022-01-01</span></li>'
    '<li><strong>{1}</strong><a href="{3}">A newer post</a><span>2022-03-01</span></li></ul>',
    '<p><a href="{2}">{0}</a> <a href="{3}">{1}</a></p>',
    '<div><a href="{2}"><span>{0}</span> An older post</a><a href="{3}"><span>{1}</span> A newer '
    "post</a></div>",
    '<table><tr><th>{0}</th><td><a href="{2}">An older post</a></td></tr>'
    '<tr><th>{1}</th><td><a href="{3}">A newer post</a></td></tr></table>',
]


@pytest.mark.parametrize("words", [("Previous", "Next"), ("이전글", "다음글")])
@pytest.mark.parametrize("shape", NEIGHBOURS)
def test_the_posts_before_and_after_a_post_are_no_listing(shape: str, words: tuple[str, str]) -> None:
    with pytest.raises(ParseError) as caught:
        read(listing(shape.format(*words, view(1), view(2))))
    assert caught.value.field == "rows"


def test_a_row_whose_title_is_a_day_is_a_row_in_a_skin_of_boxes() -> None:
    rows = "".join(
        f'<div><div>{n}</div><div><a href="{view(n)}">{title}</a></div><div>2022-07-0{n}</div></div>'
        for n, title in ((3, "A forum"), (2, "2022-07-14"), (1, "A seminar"))
    )
    assert [(row.number, row.title, row.date) for row in read(listing(f"<div>{rows}</div>")).rows] == [
        (3, "A forum", "2022-07-03"),
        (2, "2022-07-14", "2022-07-02"),
        (1, "A seminar", "2022-07-01"),
    ]


def test_a_single_row_of_boxes_is_told_from_what_stands_around_it() -> None:
    html = listing(
        f'<div class="l"><div class="r"><p><a href="{view(9)}">A forum</a></p><p>2022-07-01</p></div></div>'
    )
    found = read(html.replace("<footer", f"{box(1, 2)}<footer"))
    assert [(row.number, row.date) for row in found.rows] == [(9, "2022-07-01")]
    assert extent(found) == (2, 7, 64)


def test_a_home_page_at_the_address_of_a_listing_is_an_error() -> None:
    home = f"<!DOCTYPE html><html><body><h2>Welcome</h2>{box(1, 2, 3, 4, 5)}</body></html>"
    with pytest.raises(ParseError) as caught:
        read(home)
    assert caught.value.field == "rows"
    assert numbers(read(home.replace("<h2>Welcome</h2>", "<p>Total 5</p>"))) == [1, 2, 3, 4, 5]


# --- what its rows say ---


ROW = (
    "<li><strong>{title}</strong><span>Writer Kim</span><span>Date 2022-07-0{n}</span><span>Hit 7</span><a "
    'href="{href}">{button}</a></li>'
)


@pytest.mark.parametrize("button", ["Read more", "더보기", "Learn about it"])
def test_the_title_of_a_card_with_a_button_is_its_heading(button: str) -> None:
    titles = ["AI", "Date 2020-01-02", "A seminar of a longer name"]
    rows = "".join(
        ROW.format(title=title, n=n, href=view(n), button=button) for n, title in enumerate(titles, start=1)
    )
    found = read(listing(f"<ul>{rows}</ul>")).rows
    assert [(row.title, row.writer, row.date, row.hits) for row in found] == [
        (title, "Kim", f"2022-07-0{n}", 7) for n, title in enumerate(titles, start=1)
    ]


def test_a_short_title_beside_a_longer_button_is_the_title() -> None:
    rows = "".join(
        f'<li><a href="{view(n)}">{title}</a><span>2022-07-0{n}</span><a href="{view(n)}">Read more</a></li>'
        for n, title in ((2, "AI"), (1, "A seminar of a longer name"))
    )
    assert [row.title for row in read(listing(f"<ul>{rows}</ul>")).rows] == [
        "AI",
        "A seminar of a longer name",
    ]


@pytest.mark.parametrize("title", ["View", "Details", "더보기", "Read more"])
@pytest.mark.parametrize("skin", SKINS)
def test_a_post_may_be_called_like_a_button_where_it_stands_as_a_title(skin: str, title: str) -> None:
    assert read(rendered(skin, [replace(ENTRIES[0], title=title), *ENTRIES[1:]]), skin).rows[0].title == title


@pytest.mark.parametrize(
    "card",
    [
        "<p>{}</p><p><strong>Writer</strong> Kim</p><p><strong>Date</strong> 2022-07-01</p>",
        "<span>{}</span><span>Writer</span> <span>Kim</span> <span>Date</span> <span>2022-07-01</span>",
        "<h4>{}</h4><dl><dt>Writer</dt><dd>Kim</dd><dt>Date</dt><dd>2022-07-01</dd></dl>",
    ],
)
@pytest.mark.parametrize("title", ["A forum", "Date", "Writer Lee", "2020-01-02"])
def test_the_title_of_a_card_inside_a_link_is_not_what_stands_below_it(card: str, title: str) -> None:
    cards = "".join(
        f'<li><a href="{view(n)}">{card.format(title if n == 1 else "A seminar")}</a></li>' for n in (2, 1)
    )
    found = read(listing(f"<ul>{cards}</ul>")).rows[1]
    assert (found.title, found.writer, found.date) == (title, "Kim", "2022-07-01")


def test_a_row_with_a_button_and_no_heading_is_an_error() -> None:
    with pytest.raises(ParseError) as caught:
        read(
            listing(
                f'<ul><li><span>A seminar</span><span>2022-07-01</span><a href="{view(1)}">Read '
                "more</a></li></ul>"
            )
        )
    assert caught.value.field == "title"


def test_rows_with_the_same_title_keep_it() -> None:
    assert {
        row.title
        for row in read(rendered("report", [replace(each, title="Weekly report") for each in ENTRIES])).rows
    } == {"Weekly report"}


CELLS = (
    '<div {a}="No">1</div><div {a}="Title"><a href="{href}">{title}</a></div><div {a}="Writer">Kim, '
    'Ph.D.</div><div {a}="Date">2022-07-0{n}</div><div {a}="Hit">1,201</div>'
)
CARD = (
    '<a href="{href}"><img src="/t.png" alt=""><h5>{title}</h5><p><span>Writer</span> <span>Kim, '
    "Ph.D.</span></p>"
    "<p><span>Date</span> <span>2022-07-0{n}</span></p><p><span>Hit</span> <span>1,201</span></p></a>"
)


@pytest.mark.parametrize("title", ["A forum", "Date 2020-01-02", "Writer Lee", "Hit 3"])
@pytest.mark.parametrize(
    "shape", [CELLS.replace("{a}", "data-label"), CELLS.replace("{a}", 'role="cell" aria-label'), CARD]
)
def test_labelled_boxes_and_labels_inside_a_card_s_link_are_read(shape: str, title: str) -> None:
    rows = "".join(
        f"<div>{shape.format(href=view(n), n=n, title=title if n == 1 else 'A seminar')}</div>"
        for n in (2, 1)
    )
    assert [
        (row.number, row.title, row.writer, row.date, row.hits)
        for row in read(listing(f"<div>{rows}</div>")).rows
    ] == [
        (2, "A seminar", "Kim, Ph.D.", "2022-07-02", 1201),
        (1, title, "Kim, Ph.D.", "2022-07-01", 1201),
    ]


@pytest.mark.parametrize(("label", "field"), [("Writer", "writer"), ("Hit", "hits")])
def test_a_renamed_label_of_a_labelled_box_is_an_error_that_names_it(label: str, field: str) -> None:
    shape = CELLS.replace("{a}", "data-label").replace(f'"{label}"', '"Foo"')
    with pytest.raises(ParseError) as caught:
        read(
            listing("".join(f"<div>{shape.format(href=view(n), n=n, title='A forum')}</div>" for n in (2, 1)))
        )
    assert caught.value.field == field
