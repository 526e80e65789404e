"""The parser against hand-written pages of every skin: what they say, and what happens when they change, are
cut or are damaged."""

import contextlib
import json
import re
from collections.abc import Callable
from functools import partial
from html import escape, unescape
from typing import Any

import pytest
from cost import least_seconds
from hypothesis import given
from hypothesis import strategies as st
from places import PAGES
from real_pages import INDEX, LISTINGS, POSTS, UTF8, as_data, field_of, outcome, page, post, source, with_body

from kistep_archive.http.response import Page
from kistep_archive.model.items import Listing, Notice, ParsedPost
from kistep_archive.parse import blocks, fields, text, tree, values
from kistep_archive.parse.body import body, edges, media, plain, regions
from kistep_archive.parse.body.foreign import asides, notes, strays
from kistep_archive.parse.files import files
from kistep_archive.parse.listing import calls, cells, checks, counts, grouping, pins, rows, totals
from kistep_archive.parse.listing import titles as row_titles
from kistep_archive.parse.notice import notices
from kistep_archive.parse.parser import ParseError, parse
from kistep_archive.parse.post import posts, twice
from kistep_archive.parse.post.title import titles


@pytest.mark.parametrize("name", INDEX)
def test_page_says_what_its_golden_file_says(name: str) -> None:
    golden = PAGES / name.replace(".html", ".json")
    answer = as_data(parse(page(name)))
    if not golden.exists():
        golden.write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{golden.name} was missing and has been written: read it, then run again")
    assert answer == json.loads(golden.read_text(encoding="utf-8"))


# --- harmless changes parse equal ---


def renamed_classes(html: str) -> str:
    return re.sub(
        r'class="([^"]*)"',
        lambda found: f'class="{" ".join("z" + str(len(word)) for word in found[1].split())}"',
        html,
    )


@pytest.mark.parametrize("name", POSTS)
def test_renaming_every_class_changes_nothing_in_a_post(name: str) -> None:
    assert outcome(page(name, renamed_classes(source(name)))) == as_data(parse(page(name)))


@pytest.mark.parametrize(
    "name", [name for name in LISTINGS if name not in ("es_listing_report.html", "es_listing_gopage.html")]
)
def test_renaming_every_class_changes_nothing_in_a_labelled_listing(name: str) -> None:
    html = source(name).replace('<i class="xi-diskette"></i>', "<i>&nbsp;</i>")
    before, after = as_data(parse(page(name))), outcome(page(name, renamed_classes(html)))
    assert isinstance(after, dict)
    # Whether a badge hangs on a Latin "new" or a pager on a marked page is all that classes decide.
    for answer in (before, after):
        for row in answer["rows"]:
            row["title"], row["new"] = row["title"].removesuffix(" NEW"), None
    assert after == before


def cells_of(row: str) -> list[str]:
    return re.findall(r"<t[dh].*?</t[dh]>", row, re.S)


def every_row(html: str, change: Callable[[list[str]], list[str]]) -> str:
    def row(found: re.Match[str]) -> str:
        cells = cells_of(found[0])
        return f"<tr>{''.join(change(cells))}</tr>" if len(cells) > 2 else found[0]

    return re.sub(r"<tr>.*?</tr>", row, html, flags=re.S)


TABLES = [
    "es_listing_aria.html",
    "es_listing_header.html",
    "es_listing_data.html",
    "jsp_listing_table.html",
    "jsp_listing_plain.html",
]


@pytest.mark.parametrize("name", TABLES)
def test_reordering_the_columns_of_a_listing_changes_nothing(name: str) -> None:
    html = every_row(source(name), lambda cells: cells[::-1])
    assert html != source(name)
    assert outcome(page(name, html)) == as_data(parse(page(name)))


@pytest.mark.parametrize("name", ["es_listing_aria.html", "es_listing_data.html", "jsp_listing_table.html"])
def test_an_extra_column_changes_nothing(name: str) -> None:
    html = every_row(
        source(name),
        lambda cells: [
            cells[0],
            "<th>Mood</th>" if "<th" in cells[0] else '<td data-label="Mood">fine</td>',
            *cells[1:],
        ],
    )
    assert outcome(page(name, html)) == as_data(parse(page(name)))


@pytest.mark.parametrize(
    ("name", "before"), [("es_listing_aria.html", "</strong>/118"), ("es_listing_data.html", "1/16</p>")]
)
def test_a_thousand_pages_are_counted_with_their_comma(name: str, before: str) -> None:
    html = source(name).replace(before, re.sub(r"/[0-9]+", "/1,085", before))
    item = parse(page(name, html))
    assert isinstance(item, Listing)
    assert item.pages == 1085


def test_other_labelled_values_beside_the_known_ones_change_nothing() -> None:
    html = source("es_post_info.html").replace(
        '<li class="date">', '<li><strong>Tel</strong><span>02-000</span></li><li class="date">'
    )
    html = html.replace(
        '<ul class="info">', '<ul class="info"><li><strong>담당부서</strong><span>Office</span></li>'
    )
    assert outcome(page("es_post_info.html", html)) == as_data(parse(page("es_post_info.html")))


def test_listing_values_that_change_with_each_fetch_do_not_change_the_rest() -> None:
    html = (
        source("es_post_info.html")
        .replace("Download 259회", "Download 260회")
        .replace("served by stand-in 3", "served by stand-in 9")
    )
    assert outcome(page("es_post_info.html", html)) == as_data(parse(page("es_post_info.html")))


# --- harmful changes name the field ---


LABELLED = [
    ("es_post_info.html", "<strong>{}</strong>", {"writer": "Writer", "date": "Date", "hits": "Hit"}),
    ("es_post_dl.html", "<dt>{}</dt>", {"date": "등록일", "hits": "조회수"}),
    ("es_post_table.html", "<th>{}</th>", {"writer": "Name", "date": "Date", "hits": "Hits"}),
    ("es_post_unseen.html", "<span>{}", {"writer": "Writer ", "date": "Date", "hits": "Hit"}),
    (
        "jsp_post_table.html",
        "<th>{}</th>",
        {"title": "Title", "writer": "Writer", "date": "Date", "hits": "Hit"},
    ),
    ("jsp_post_later.html", "<em>{}</em>", {"writer": "Writer", "date": "Date", "hits": "Hit"}),
    (
        "jsp_post_plain.html",
        "<td>{}</td>",
        {"title": "Title", "writer": "Writer", "date": "Date", "hits": "Hit"},
    ),
]
CASES = [
    (name, shape, field, label)
    for name, shape, labels in LABELLED
    for field, label in labels.items()
    # That page has a department too, which then is the writer, as on pages that never had a name.
    if label != "Name"
]


@pytest.mark.parametrize(("name", "shape", "field", "label"), CASES)
@pytest.mark.parametrize("instead", ["", "Foo", "Anmerkung"])
def test_a_renamed_label_of_a_post_is_an_error_that_names_it(
    name: str, shape: str, field: str, label: str, instead: str
) -> None:
    html = source(name)
    assert shape.format(label) in html
    assert field_of(name, html.replace(shape.format(label), shape.format(instead), 1)) == field


@pytest.mark.parametrize(("name", "shape", "field", "label"), CASES)
def test_a_body_that_spells_all_labels_does_not_stand_in_for_a_renamed_one(
    name: str, shape: str, field: str, label: str
) -> None:
    html = source(name)
    decoy = (
        "<ul><li><strong>Title</strong><span>False</span></li><li><strong>Writer</strong><span>X</span></li>"
        "<li><strong>Date</strong><span>2020-01-01</span></li><li><strong>Hit</strong><span>3</span></li>"
        "</ul><p>Writer X Date 2020-01-01 Hit 3</p>"
    )
    at = next(
        html.index(mark) + len(mark)
        for mark in (
            'class="contents">',
            'class="view_cont">',
            'class="tb_contents">',
            '<div class="q7">',
            'class="context">',
            'class="view_con">',
            '<td colspan="6">',
        )
        if mark in html
    )
    html = html[:at] + decoy + html[at:]
    assert isinstance(outcome(page(name, html)), dict)
    assert field_of(name, html.replace(shape.format(label), shape.format("Foo"), 1)) == field


@pytest.mark.parametrize(
    ("label", "field"), [("Title", "title"), ("Writer", "writer"), ("Date", "date"), ("Hit", "hits")]
)
def test_a_renamed_column_of_a_listing_is_an_error_or_changes_nothing(label: str, field: str) -> None:
    for name in ("es_listing_aria.html", "es_listing_data.html", "jsp_listing_table.html"):
        html = source(name).replace(f'"{label}"', '"Foo"').replace(f"<th>{label}</th>", "<th>Foo</th>")
        result = outcome(page(name, html))
        assert (
            result.field == field if isinstance(result, ParseError) else result == as_data(parse(page(name)))
        )


def test_a_post_without_heading_is_an_error_and_not_the_page_heading() -> None:
    html = source("es_post_info.html")
    heading = re.search(r'<h2 class="title">\[The.*?</h2>', html)
    assert heading is not None
    assert field_of("es_post_info.html", html.replace(heading[0], "")) == "title"
    assert field_of("es_post_info.html", html.replace(heading[0], '<h2 class="title"></h2>')) == "title"


def test_a_post_whose_body_is_gone_is_an_error() -> None:
    html = source("es_post_info.html")
    start, end = html.index('<div class="contents">'), html.index('<p class="board_btns">')
    assert field_of("es_post_info.html", html[:start] + html[end:]) == "body"


@pytest.mark.parametrize(
    "date",
    [
        "",
        "2022-13-01",
        "2022-02-30",
        "14 July",
        "July 2022",
        "Feb 30, 2022",
        "Mar 5, 2553",
        "07/14/2022",
        "yesterday",
        "22.07.14",
        "2022-07-14 ~ 2022-08-01",
    ],
)
def test_fault_d04_an_impossible_or_foreign_date_is_an_error_on_a_post(date: str) -> None:
    assert field_of("es_post_info.html", source("es_post_info.html").replace("2022-07-14", date)) == "date"


def test_a_number_that_contradicts_the_address_is_an_error() -> None:
    assert (
        field_of("es_post_info.html", source("es_post_info.html").replace('value="42794"', 'value="42795"'))
        == "number"
    )


@pytest.mark.parametrize("listing", LISTINGS)
def test_a_listing_at_the_address_of_a_post_is_an_error(listing: str) -> None:
    name = "jsp_post_table.html" if listing.startswith("jsp") else "es_post_info.html"
    assert isinstance(outcome(page(name, source(listing))), ParseError)


@pytest.mark.parametrize("name", POSTS)
def test_a_post_at_the_address_of_a_listing_is_an_error(name: str) -> None:
    listing = "jsp_listing_table.html" if name.startswith("jsp") else "es_listing_aria.html"
    assert isinstance(outcome(page(listing, source(name))), ParseError)


def test_a_home_page_at_the_address_of_a_post_is_an_error() -> None:
    html = source("es_post_info.html")
    home = (
        html[: html.index("<form")] + "<h2>Latest</h2><ul><li><a "
        'href="/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no=1">A</a>'
        "<span>2022-01-01</span></li></ul>" + html[html.index("</div>\n<footer") :]
    )
    assert field_of("es_post_info.html", home) == "title"


def test_an_empty_listing_must_say_so_itself() -> None:
    html = source("es_listing_empty.html")
    assert field_of("es_listing_empty.html", html.replace("등록된 게시물이 없습니다.", "")) == "rows"
    for words in (
        "현재 게시글이 없습니다.",
        "There are no posts.",
        "No data",
        "No results found",
        "등록된 글이 없습니다",
    ):
        item = parse(page("es_listing_empty.html", html.replace("등록된 게시물이 없습니다.", words)))
        assert isinstance(item, Listing)
        assert item.rows == ()


def test_an_address_of_neither_kind_is_an_error() -> None:
    for url in (
        "https://www.kistep.re.kr/",
        "https://www.kistep.re.kr/boardDownload.es?bid=0051&list_no=1&seq=1",
        "mailto:x@y",
        "",
    ):
        with pytest.raises(ParseError) as caught:
            parse(Page(url, "", 200, UTF8, b"<html></html>"))
        assert caught.value.field == "url"


def test_a_parse_error_survives_being_sent_between_processes() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(ParseError("u", "date", "why")))
    assert (error.url, error.field, str(error)) == ("u", "date", "u: date: why")


# --- whole pages only ---


@pytest.mark.parametrize("name", INDEX)
def test_a_page_cut_anywhere_parses_equal_or_is_an_error(name: str) -> None:
    whole = (PAGES / name).read_bytes()
    full = as_data(parse(page(name)))
    places = {*range(0, len(whole), max(1, len(whole) // 150)), *range(max(0, len(whole) - 250), len(whole))}
    for at in sorted(
        places | {found.end() for found in re.finditer(rb"</html>|</body>|-->|</script>|</div>", whole)}
    ):
        result = outcome(page(name, whole[:at]))
        assert isinstance(result, ParseError) or result == full, f"cut at {at}"


@pytest.mark.parametrize(
    "paste",
    [
        "<p>a</p></body></html><p>b</p>",
        "<html><body><p>a</p></body></html><p>b</p>",
        "<!-- </html> --><p>b</p>",
        "<p>a</p></html>",
        "<script>document.write('</html>')</script><p>b</p>",
        '<p title="</html>">b</p>',
        "<p>a</p></HTML ><p>b</p>",
    ],
)
@pytest.mark.parametrize("name", ["es_post_info.html", "jsp_post_table.html", "es_post_unseen.html"])
def test_a_pasted_end_of_a_document_does_not_pass_for_the_end_of_the_page(name: str, paste: str) -> None:
    html = source(name)
    at = next(
        html.index(mark) + len(mark)
        for mark in ('class="contents">', 'class="context">', '<div class="q7">')
        if mark in html
    )
    html = html[:at] + "<p>start</p>" + paste + html[at:]
    full = as_data(parse(page(name, html)))
    assert "start" in full["body_text"]
    assert full["body_text"].endswith(as_data(parse(page(name)))["body_text"][-20:])
    for cut in range(at, at + len(paste) + 40):
        result = outcome(page(name, html[:cut]))
        assert isinstance(result, ParseError) or result == full, html[cut - 30 : cut]


@pytest.mark.parametrize("opening", ["<!-- ", "<script>", "<style>", "<textarea>", '<p title="'])
def test_an_end_inside_what_the_page_did_not_close_is_no_end(opening: str) -> None:
    html = source("jsp_post_table.html")
    cut = html[: html.rindex("</body")]
    assert field_of("jsp_post_table.html", f"{cut}{opening}</html>") == "end"


@pytest.mark.parametrize("hidden", ["<script>x = '<!-- '</script>", "<!-- <script> -->"])
def test_what_a_script_or_a_comment_seems_to_open_is_not_open(hidden: str) -> None:
    html = source("jsp_post_table.html")
    at = html.rindex("</body")
    assert outcome(page("jsp_post_table.html", html[:at] + hidden + html[at:])) == as_data(
        parse(page("jsp_post_table.html"))
    )


@pytest.mark.parametrize("content", [b"", b"  \r\n ", b"\xef\xbb\xbf", b"\x00\x00"])
def test_an_empty_answer_is_not_a_page(content: bytes) -> None:
    assert field_of("es_listing_aria.html", content) == "end"


def test_what_goes_on_after_the_end_is_an_error_unless_it_is_a_comment_or_a_script() -> None:
    html = source("jsp_post_table.html")
    assert outcome(
        page("jsp_post_table.html", html + "<script>x = 1</script>\n<noscript>n</noscript><!-- c -->")
    ) == as_data(parse(page("jsp_post_table.html")))
    for tail in ("<p>more</p>", "more", "<!-- open", "<script>open", "<div></div>"):
        assert field_of("jsp_post_table.html", html + tail) == "end"


# --- notices ---


ALERTS = [
    ("이미 삭제된 글입니다.", "gone"),
    ("없는 게시물입니다.", "gone"),
    ("The post does not exist.", "gone"),
    ("Page not found", "gone"),
    ("로그인이 필요합니다.", "login"),
    ("You have no permission.", "login"),
    ("시스템 점검 중입니다.", "maintenance"),
    ("Service under maintenance", "maintenance"),
    ("Wrong parameter", "unknown_alert"),
]


@pytest.mark.parametrize(("message", "kind"), ALERTS)
@pytest.mark.parametrize(
    "shape",
    [
        "<script>alert('{}');history.back();</script>",
        '<html><body><script>\nalert( "{}" ); location.href="/";\n</script></body></html>',
    ],
)
def test_an_alert_that_leaves_the_page_is_a_notice_of_its_kind(shape: str, message: str, kind: str) -> None:
    for name in ("es_post_info.html", "es_listing_aria.html", "jsp_post_table.html"):
        assert parse(page(name, shape.format(message))) == Notice(kind, message)  # type: ignore[arg-type]


@pytest.mark.parametrize("words", ["게시물이 없습니다.", "등록된 글이 없습니다", "No such post"])
def test_an_alert_that_there_is_no_post_means_gone_at_a_post_s_address_only(words: str) -> None:
    alert = f"<script>alert('{words}');history.back();</script>"
    assert parse(page("es_post_info.html", alert)) == Notice("gone", words)
    assert parse(page("es_listing_aria.html", alert.replace("such post", "posts"))) == Notice(
        "unknown_alert", words.replace("such post", "posts")
    )


@pytest.mark.parametrize(
    "words",
    [
        "Down for maintenance",
        "This post has been deleted",
        "로그인 점검 삭제",
        "Web firewall security policies have been blocked",
    ],
)
def test_a_post_that_speaks_of_such_things_stays_a_post(words: str) -> None:
    assert words in with_body(f"<p>{words}</p>").body_text


def test_a_post_with_a_lost_label_is_an_error_even_when_it_speaks_of_maintenance() -> None:
    html = (
        source("es_post_image_only.html")
        .replace("<p>", "<p>Down for maintenance")
        .replace("Hit1,201", "Foo1,201")
    )
    assert field_of("es_post_image_only.html", html) == "hits"


def test_the_firewall_sentence_counts_without_any_markup() -> None:
    words = (
        "The request / response that are contrary to the Web firewall security policies have been blocked."
    )
    item = parse(page("es_post_info.html", words))
    assert isinstance(item, Notice)
    assert (item.notice, item.text) == ("blocked", words)


# --- values ---


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("519", 519),
        ("1,201", 1201),
        ("-", None),
        ("", None),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),
        ("9" * 40, None),
    ],
)
def test_fault_d03_hits_are_a_count_or_unknown(words: str, hits: int | None) -> None:
    assert (
        post(source("es_post_info.html").replace("<span>1,201</span>", f"<span>{words}</span>")).hits == hits
    )


def test_fault_d03_hits_that_are_no_count_are_an_error() -> None:
    assert (
        field_of(
            "es_post_info.html",
            source("es_post_info.html").replace("<span>1,201</span>", "<span>many</span>"),
        )
        == "hits"
    )


def test_an_empty_writer_is_unknown_and_not_an_error() -> None:
    assert post(source("es_post_info.html").replace("<span>KISTEP</span>", "<span> </span>")).writer is None


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("png 첨부파일 NAME.png (2.23MB / Download 259회)", "NAME.png"),
        ("첨부파일 : 보고서(최종).hwp", "보고서(최종).hwp"),
        ("a b.pdf 다운로드", "a b.pdf"),
        ("첨부파일.hwp", "첨부파일.hwp"),
        ("pdf report.pdf [1.2 MB]", "report.pdf"),
        ("Files of 2020.xlsx", "Files of 2020.xlsx"),
        ("report.pdf", "report.pdf"),
    ],
)
def test_file_names_lose_only_what_the_page_adds(words: str, name: str) -> None:
    assert files.tidy(words) == name


# --- bodies ---


def test_paragraphs_lines_items_and_cells_of_a_body() -> None:
    found = with_body(
        "<p>one&nbsp; \n two<br>three</p><p>&nbsp;</p>bare<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li>"
        "</ul><table><tr><th>h</th><th>i</th></tr><tr><td><p>1</p><p>2</p></td><td></td></tr></table>"
        "<table><tr><td><p>framed</p><p>text</p></td></tr></table>q<br><br><br><br>r"
    )
    assert found.body_text == "one two\nthree\n\nbare\n\na\nb\nc\n\nh\ti\n1 2\t\n\nframed\n\ntext\n\nq\n\nr"


def test_captions_and_alternative_texts_stand_once_each() -> None:
    image = '<img src="/a.png" alt="{}">'
    assert with_body(image.format("A cat") + "<p>[▲ A cat]</p>").body_text == "[▲ A cat]"
    assert with_body("<p>△A cat</p><p>" + image.format("A  cat") + "</p>").body_text == "△A cat"
    assert with_body("<p>" + image.format("A cat") + "</p><p>A dog</p>").body_text == "A cat\n\nA dog"
    assert with_body(image.format("a.png") + "<p>x</p>").body_text == "x"


def test_fault_f04_scripts_styles_and_comments_never_reach_a_body() -> None:
    found = with_body(
        "<p onclick='x()' style='a:b' class='c'>ok<script>bad()</script><style>bad</style><!-- bad "
        "--><!--[if gte mso 9]>bad<![endif]--><a href='javascript:bad()'>l</a><img "
        "src='data:image/png;base64,bad' alt=''><iframe>bad</iframe></p>"
    )
    assert found.body_text == "okl"
    assert found.body_html == "<p>ok<a>l</a></p>" or "bad" not in found.body_html
    assert "bad" not in found.body_html
    assert found.images == ()


def test_links_and_images_are_absolute_and_in_order() -> None:
    found = with_body(
        '<p>x<a href="/a;jsessionid=0123456789ABCDEF">l</a><a href="mailto:a@b.kr">m</a><img '
        'src="i.png"><img src="//h.kr/j.png"></p>'
    )
    assert found.images == ("https://www.kistep.re.kr/i.png", "https://h.kr/j.png")
    assert 'href="https://www.kistep.re.kr/a"' in found.body_html
    assert 'href="mailto:a@b.kr"' in found.body_html


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("https://www.example.go.kr/subject/view.jsp?id=123", None),
        ("https://www.example.org/sub/page.jsp?doc=5#p2", None),
        ("https://www.example.kr/boardDownload.es?file=abc", None),
        ("https://www.example.kr/boardDownload.es?seq=3&list_no=2&bid=1&key=abc", None),
        ("https://www.example.kr/board.es?mid=a1&bid=2&list_no=3&act=view&tag=press#comment", None),
        ("https://www.example.kr/list.jsp?thisPage=3&cat=7", None),
        ("https://www.example.kr/view.jsp?bbIdx=5&cat=7", None),
        ("?x=1", "https://www.kistep.re.kr/board.es?x=1"),
        ("/menu.es?mid=a1", "https://www.kistep.re.kr/menu.es?mid=a1"),
        (
            "board.es?bid=0051&keyField=title&keyWord=AI",
            "https://www.kistep.re.kr/board.es?bid=0051&keyField=title&keyWord=AI",
        ),
        (
            "/board.es;jsessionid=0123456789ABCDEF?bid=0051&list_no=3",
            "https://www.kistep.re.kr/board.es?bid=0051&list_no=3",
        ),
        ("#note1", f"{INDEX['es_post_image_only.html']}#note1"),
    ],
)
def test_links_in_a_body_lead_where_they_led(href: str, address: str | None) -> None:
    found = with_body(f'<p><a href="{escape(href)}">x</a></p>')
    assert [unescape(each) for each in re.findall('href="([^"]*)"', found.body_html)] == [address or href]


def test_an_image_from_a_script_keeps_its_address() -> None:
    found = with_body(
        '<p>x<img src="/img/view.jsp?bbIdx=5&amp;seq=2"><img src="/boardDownload.es?seq=1"></p>'
    )
    assert found.images == (
        "https://www.kistep.re.kr/img/view.jsp?bbIdx=5&seq=2",
        "https://www.kistep.re.kr/boardDownload.es?seq=1",
    )


def test_fault_d02_control_characters_and_lone_surrogates_are_removed() -> None:
    found = with_body("<p>a\x00b\x01c&#1;d&#xD800;e&#0;f\x7f\x0bg</p>")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", found.body_text + found.body_html)
    assert found.body_text.startswith("abc")
    found.body_text.encode()


@pytest.mark.parametrize("number", [0, 1, 8, 0x1F, 0x7F, 0xD800, 0xDFFF, 0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF])
@pytest.mark.parametrize(
    "spelled",
    ["&#{0};", "&#x{0:x};", "&#X{0:X};", "&#0000000000{0};", "&#x0000000000{0:x};", "&#{0}g", "&#{0}a"],
)
def test_fault_d02_no_reference_brings_a_control_character_back(spelled: str, number: int) -> None:
    word = spelled.format(number)
    found = with_body(
        f'<p title="{word}">a {word} b<br>c <a href="/x?y={word}">d</a><img src="/i.png" alt="e {word}"></p>'
    )
    assert not re.search(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]",
        found.body_text + found.body_html,
    )
    assert found.body_text.split()[0] == "a"


@given(words=st.text(max_size=40), code=st.integers(0, 0x110000), zeros=st.integers(0, 20))
def test_fault_d02_any_characters_anywhere_in_a_body_give_a_post(words: str, code: int, zeros: int) -> None:
    said = f"{escape(words)} &#{'0' * zeros}{code}; &#x{'0' * zeros}{code:x}; &#{code} {escape(words)}"
    found = with_body(
        f'<p>a {said}<br><a href="{said}" title="{said}">b</a><img src="{said}" alt="{said}"></p>'
    )
    found.body_text.encode()
    found.body_html.encode()


@pytest.mark.parametrize("character", ["\ufffe", "\uffff", "\ufdd0", "\x7f"])
def test_fault_d02_noncharacters_are_removed(character: str) -> None:
    found = with_body(f'<p>a{character}b<br>c<img src="/i{character}.png" alt="d{character}"></p>')
    assert (found.body_text, found.images) == ("ab\nc\n\nd", ("https://www.kistep.re.kr/i.png",))


@pytest.mark.parametrize("character", ["\x0c", "&#12;", "&#xc;", "&#0012;"])
def test_a_form_feed_is_a_space(character: str) -> None:
    assert with_body(f"<p>a{character}b<br>c</p>").body_text == "a b\nc"


@pytest.mark.parametrize("space", ["&#32;", "&#x20;", "&#9;", "&#10;", "&#13;"])
def test_a_reference_to_a_space_stays_one(space: str) -> None:
    assert with_body(f"<p>a{space}b&#1;</p>").body_text == "a b"


# --- bytes ---


KOREAN = source("es_post_dl.html").replace("Second part.", "둘째 문단입니다. ‘따옴표’ 『책』 ㎡")


@pytest.mark.parametrize(
    ("encoding", "header", "meta_charset"),
    [
        ("cp949", "text/html;charset=UTF-8", "utf-8"),
        ("cp949", "text/html", "euc-kr"),
        ("utf-8", "text/html;charset=EUC-KR", "euc-kr"),
        ("utf-8", "text/html", "utf-8"),
        ("cp949", "text/html", "none"),
        ("utf-8", "text/html;charset=bogus", "x-y"),
        ("utf-8-sig", "text/html", "utf-8"),
    ],
)
def test_text_is_right_or_an_error_whatever_encoding_is_declared(
    encoding: str, header: str, meta_charset: str
) -> None:
    html = KOREAN.replace('charset="utf-8"', f'charset="{meta_charset}"')
    result = outcome(page("es_post_dl.html", html.encode(encoding), (("Content-Type", header),)))
    assert isinstance(result, ParseError) or "둘째 문단입니다. ‘따옴표’ 『책』 ㎡" in result["body_text"]


def test_bytes_of_no_encoding_are_an_error() -> None:
    assert (
        field_of(
            "es_post_info.html", (PAGES / "es_post_info.html").read_bytes().replace(b"rainy", b"\xff\xfe\xff")
        )
        == "encoding"
    )
    with pytest.raises(ParseError) as caught:
        parse(page("es_post_info.html", b"\x1f\x8bxx", (*UTF8, ("Content-Encoding", "gzip"))))
    assert caught.value.field == "encoding"


DOUBLED = '<p id="head_menu_depth1">One</p><p id="head_menu_depth1">Two</p>'


@pytest.mark.parametrize("name", [*POSTS, *LISTINGS])
@pytest.mark.parametrize("words", ["head_menu_depth1", "Excessive depth in document: 2048", "depth"])
def test_an_id_that_stands_twice_is_no_depth_whatever_it_is_called(name: str, words: str) -> None:
    doubled = DOUBLED.replace("head_menu_depth1", words) + "<depth></b depth>"
    before, end, after = source(name).rpartition("</body>")
    html = f"{before}<footer>{doubled}</footer>{end}{after}"
    assert outcome(page(name, html)) == outcome(page(name))


@pytest.mark.parametrize("depth", [500, 1900, 2100, 30_000])
def test_fault_b09_deep_nesting_is_parsed_whole_or_an_error(depth: int) -> None:
    result = outcome(
        page(
            "es_post_image_only.html",
            source("es_post_image_only.html").replace(
                '<div class="contents">',
                '<div class="contents">' + "<div>" * depth + "bottom" + "</div>" * depth,
            ),
        )
    )
    assert result.field == "depth" if isinstance(result, ParseError) else "bottom" in result["body_text"]


@pytest.mark.slow
def test_fault_b09_ten_megabytes_of_text_are_parsed() -> None:
    assert len(with_body("<p>" + "word " * 2_000_000 + "end</p>").body_text) == 10_000_003


@given(st.data())
def test_damaged_bytes_give_an_item_or_a_parse_error(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(INDEX)))
    raw = bytearray((PAGES / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at, length = data.draw(st.integers(0, len(raw))), data.draw(st.integers(0, 60))
        piece = data.draw(
            st.one_of(
                st.binary(max_size=20),
                st.sampled_from(
                    [
                        b"</html>",
                        b"<table>",
                        b"</div>",
                        b"<!--",
                        b"<tr>",
                        b"<li>",
                        b'"',
                        b"<a href='?list_no=5'>",
                        b"Date",
                        b"Hit",
                        b"&#0;",
                        b"\x00",
                        b"<p",
                        b">",
                    ]
                ),
            )
        )
        raw[at : at + length] = piece
    header = data.draw(st.sampled_from([UTF8, (("Content-Type", "text/html;charset=euc-kr"),), ()]))
    with contextlib.suppress(ParseError):
        assert isinstance(parse(page(name, bytes(raw), header)), Listing | ParsedPost | Notice)


ADVERSARIAL = [
    "<" * 100_000,
    "<!--" * 25_000,
    "<a" * 50_000,
    "</html>" * 14_000,
    " " * 100_000,
    "&" * 100_000,
    'a="' * 33_000,
    "<script" * 14_000,
    "<noscript>" * 10_000,
    "1" * 100_000,
    "1," * 50_000,
    "전체" * 50_000,
    "(" * 100_000,
    "alert('" * 14_000,
    "\\" * 100_000,
    "Date " * 20_000,
    "페이지 " * 25_000,
    "." * 100_000,
    "view" * 25_000,
    "no post" * 14_000,
    "<html " * 16_000,
    "/" * 100_000,
    "1/" * 50_000,
]


@pytest.mark.slow
@pytest.mark.parametrize(
    "module",
    [
        asides,
        blocks,
        body,
        calls,
        cells,
        counts,
        edges,
        fields,
        files,
        grouping,
        media,
        notes,
        notices,
        pins,
        plain,
        posts,
        regions,
        row_titles,
        rows,
        strays,
        text,
        titles,
        totals,
        tree,
        twice,
        values,
        checks,
    ],
)
def test_fault_f08_every_pattern_reads_100_kb_of_hostile_input_at_once(module: Any) -> None:
    for name, pattern in vars(module).items():
        if not isinstance(pattern, re.Pattern):
            continue
        for words in ADVERSARIAL:
            attack = (
                words[:100_000].encode()
                if isinstance(pattern.pattern, bytes) and isinstance(words, str)
                else words[:100_000]
            )
            text_attack = attack.decode("latin-1") if isinstance(attack, bytes) else attack
            typed = text_attack.encode() if isinstance(pattern.pattern, bytes) else text_attack
            for way in (pattern.search, pattern.match):
                took = least_seconds(partial(way, typed), 0.2)
                assert took < 0.2, f"{module.__name__}.{name} on {attack[:12]!r}: {took:.3f} s"


def test_a_person_goes_before_a_department_whichever_stands_first() -> None:
    html = source("es_post_info.html")
    department = "<li><strong>담당부서</strong><span>Office of tests</span></li>"
    for at in ('<li class="write">', '<li class="date">'):
        assert post(html.replace(at, f"{department}{at}")).writer == "KISTEP"


MENU = (
    "<nav><ul>"
    + "".join(
        f'<li><a href="/menu.es?mid={n}"><span>Writer {n} Date 2020-01-01 Hit 3</span></a></li>'
        for n in range(30)
    )
    + "</ul></nav>"
)


@pytest.mark.parametrize("name", [*POSTS, *LISTINGS])
def test_a_menu_changes_nothing_wherever_it_stands(name: str) -> None:
    html = source(name)
    start, end = html.find("<body>"), html.rfind("</body>")
    for at in (start + len("<body>"), end):
        assert outcome(page(name, html[:at] + MENU + html[at:])) == outcome(page(name))


def test_a_list_of_posts_in_a_nav_is_no_menu() -> None:
    links = "".join(
        f'<p><a href="/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no={n}">Post {n}</a></p>'
        for n in range(1, 40)
    )
    assert "Post 39" in with_body(f"<nav>{links}</nav>").body_text
