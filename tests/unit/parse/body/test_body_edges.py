"""What a site puts into the box of a body, at its start or its end, and what a writer types there himself."""

from dataclasses import replace

import pytest
from skins import BODY, TEXT, field_of, filled, framed, page, post

from kistep_archive.model import skins
from kistep_archive.model.boards import BUILT_IN
from kistep_archive.model.items import ParsedPost
from kistep_archive.parse.parser import ParseError, parse

VIEW = "/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no="
FILE = "/boardDownload.es?bid=0051&amp;list_no=42794&amp;seq=1"
OFFERED = f'<div class="files"><ul><li><a href="{FILE}">report.pdf</a></li></ul></div>'


def other(number: int, title: str = "지난 포럼") -> str:
    return f'<a href="{VIEW}{number}">{title}</a>'


GONE: dict[str, str] = {
    "neighbours": f"<dl><dt>이전글</dt><dd>{other(7)}</dd><dt>다음글</dt><dd>{other(8)}</dd></dl>",
    "items": f'<ul class="pn"><li>이전글 : {other(7)}</li><li>다음글 : 없음</li></ul>',
    "rows": f"<table><tr><th>이전글</th><td>{other(7)}</td></tr><tr><th>다음글</th>"
    "<td>다음글이 없습니다.</td></tr></table>",
    "English": f"<div><p><b>Prev</b> {other(7)}</p><p><b>Next</b> {other(8)}</p></div>",
    "a file's link": f'<div>첨부파일 : <a href="{FILE}">report.pdf</a> (1.7MB)</div>',
    "a file's name": "<div>첨부파일 : report.pdf (1.7MB)</div>",
    "a file's name with a class": '<p class="f">Attached file : report.pdf</p>',
    "a file's name in a paragraph": "<p>첨부파일 : report.pdf (1.7MB)</p>",
    "a file's name in a list": "<dl><dt>첨부파일</dt><dd>report.pdf (1.7MB)</dd></dl>",
}
UNCLEAR: dict[str, tuple[str, str]] = {
    "tags": ("tags", '<div>Tag: <a href="/t?k=1">#budget</a> <a href="/t?k=2">#plan</a></div>'),
    "Korean tags": ("tags", '<div class="k">태그 : 예산, 계획</div>'),
    "tags in a paragraph": ("tags", '<p>Tag: <a href="/t?k=1">#budget</a></p>'),
    "tags behind a label": ("tags", '<p class="tags"><b>Tags</b> <a href="/t?k=1">budget</a></p>'),
    "a contact": ("a contact", "<dl><dt>담당자</dt><dd>이영희</dd></dl>"),
    "an office": (
        "a contact",
        '<ul class="c"><li><b>담당부서</b> 기획과</li><li><b>연락처</b> 02-1</li></ul>',
    ),
    "an English contact": ("a contact", '<div class="charge">Contact : Lee, 02-123</div>'),
    "a signature": (
        "a contact",
        '<div class="by"><b>Hong Gildong</b> <span>hong@kistep.re.kr</span></div>',
    ),
    "tags by class": (
        "tags",
        '<ul class="tag_list"><li><a href="/t/1">river</a></li><li><a href="/t/2">sea</a></li></ul>',
    ),
    "a count of comments": ("comments", '<div class="c">0 Comments</div>'),
    "no comments": ("comments", '<p class="c">등록된 댓글이 없습니다.</p>'),
    "a way to comment": ("comments", '<div class="c">Please log in to write a comment.</div>'),
    "a copyright": ("a licence", '<p class="c">Copyright © KISTEP. All rights reserved.</p>'),
    "a prohibition": ("a licence", '<div class="c">무단전재 및 재배포 금지</div>'),
    "a path": ("a path of the site", '<div class="p">HOME &gt; News &gt; View</div>'),
    "the day again": ("a day", '<div class="d">2022-07-14</div>'),
    "the writer again": ("a line with a label", '<div class="w">Writer KISTEP</div>'),
    "a telephone": ("a contact", '<div class="t">Tel. 02-123-4567</div>'),
    "what others read": (
        "links to other posts",
        f"<div><h4>You may also like</h4><ul><li>{other(7)}</li></ul></div>",
    ),
    "a rating": ("a rating", '<div class="rate"><span>Rating 4.5</span><em>12 votes</em></div>'),
    "a Korean rating": ("a rating", '<div class="r"><b>추천 3</b> <b>비추천 0</b></div>'),
    "arrows": (
        "links to other posts",
        f'<div class="pn">{other(7, "« Older one")} {other(8, "Newer one »")}</div>',
    ),
    "related posts": (
        "links to other posts",
        f"<div><h4>Related posts</h4><ul><li>{other(7)}</li></ul></div>",
    ),
    "Korean ones": ("links to other posts", f'<div class="r"><strong>관련 게시물</strong>{other(7)}</div>'),
    "without a box": ("links to other posts", f"<h4>Related posts</h4><ul><li>{other(7)}</li></ul>"),
    "the one before": ("links to other posts", f"<p>이전글 : {other(7)}</p>"),
}
KEPT: dict[str, tuple[str, str]] = {
    "a contact": ("<p>문의: 기획과 이영희 (043-750-2300)</p>", "문의: 기획과 이영희 (043-750-2300)"),
    "a contact in a line": ("<div>Contact: Lee, 02-123</div>", "Contact: Lee, 02-123"),
    "a contact of an editor": ('<p class="0">담당자: 이영희</p>', "담당자: 이영희"),
    "a contact in a list": ("<ul><li>문의 : 02-123</li></ul>", "문의 : 02-123"),
    "a contact in a table": ("<table><tr><th>담당부서</th><td>기획과</td></tr></table>", "담당부서\t기획과"),
    "keywords": ("<p>주제어: 예산, 계획</p>", "주제어: 예산, 계획"),
    "words like tags": ('<div class="w">Keyword research in Korea</div>', "Keyword research in Korea"),
    "words like a contact": ('<div class="w">Contact with us is easy</div>', "Contact with us is easy"),
    "a copyright in a paragraph": ("<p>© KISTEP</p>", "© KISTEP"),
    "a day in a paragraph": ("<p>2022-07-14</p>", "2022-07-14"),
    "comments in a sentence": ('<div class="w">There were 12 comments.</div>', "There were 12 comments."),
    "an address": ('<p class="p1">hong@kistep.re.kr</p>', "hong@kistep.re.kr"),
    "votes": (
        '<div class="w">The votes of 12 members were counted.</div>',
        "The votes of 12 members were counted.",
    ),
    "a link to a post": (f"<p>{other(7)}</p>", "지난 포럼"),
    "a related link": (f"<p>관련 게시물: {other(7)}</p>", "관련 게시물: 지난 포럼"),
    "a heading": ("<h4>Related work</h4><p>There is some.</p>", "Related work\n\nThere is some."),
    "next": ("<p>Next</p>", "Next"),
    "an unknown file": ("<div>첨부파일 : other.pdf (1.7MB)</div>", "첨부파일 : other.pdf (1.7MB)"),
    "a file without its size": ("<p>붙임 : report.pdf</p>", "붙임 : report.pdf"),
    "words about a file": ("<p>첨부파일 report.pdf (1MB) 참조</p>", "첨부파일 report.pdf (1MB) 참조"),
}


def boxed(inside: str) -> str:
    html = filled("list", {"body": inside}).replace('class="q"', 'class="contents"')
    return framed(html.replace("</article>", f"{OFFERED}</article>"))


@pytest.mark.parametrize("inside", ["{}", "<div>{}</div>"])
@pytest.mark.parametrize("name", GONE)
def test_what_is_certainly_the_sites_at_an_edge_is_no_part_of_the_post(name: str, inside: str) -> None:
    if inside != "{}" and "file" in name:
        return
    for body in (f"{GONE[name]}{BODY}", f"{BODY}{GONE[name]}", f"{GONE[name]}{BODY}{GONE[name]}"):
        said = post(boxed(inside.format(body)))
        assert said.body_text == TEXT
        assert [each.name for each in said.attachments] == ["report.pdf"]


@pytest.mark.parametrize("inside", ["{}", "<div>{}</div>"])
@pytest.mark.parametrize("name", UNCLEAR)
def test_what_may_be_the_sites_at_an_edge_is_an_error_that_says_what_it_is(name: str, inside: str) -> None:
    what, box = UNCLEAR[name]
    for body in (f"{box}{BODY}", f"{BODY}{box}"):
        with pytest.raises(ParseError, match=f"the body's box also holds {what}: .*; a skin can drop it"):
            parse(page(boxed(inside.format(body))))


@pytest.mark.parametrize("name", UNCLEAR)
def test_the_same_in_the_middle_of_a_body_is_the_posts(name: str) -> None:
    said = post(boxed(f"<p>Before.</p>{UNCLEAR[name][1]}<p>Behind.</p>"))
    before, *middle, behind = said.body_text.split()
    assert (before, behind) == ("Before.", "Behind.")
    assert middle


@pytest.mark.parametrize("name", KEPT)
def test_what_a_writer_types_at_an_edge_stays(name: str) -> None:
    html, text = KEPT[name]
    assert post(boxed(f"{BODY}{html}")).body_text == f"{TEXT}\n\n{text}"
    assert post(boxed(f"{html}{BODY}")).body_text == f"{text}\n\n{TEXT}"


def test_tags_without_a_label_that_are_no_list_of_tags_are_an_error() -> None:
    assert field_of(boxed(f'<div class="k">#budget #plan</div>{BODY}')) == "body"


def test_a_skin_that_only_drops_takes_the_sites_box_out_of_a_body_that_labels_find() -> None:
    html = boxed(f'{BODY}<div class="tags">Tag: <a href="/t?k=1">#budget</a></div>')
    with pytest.raises(ParseError, match="a skin can drop it"):
        post(html)
    mine = skins.read({"post": {"drop": "div.tags"}}, "mine")
    item = parse(page(html), replace(BUILT_IN[0], skin=mine))
    assert isinstance(item, ParsedPost)
    assert item.body_text == post(boxed(BODY)).body_text
    assert [file.name for file in item.attachments] == ["report.pdf"]


LISTED: dict[str, tuple[str, str]] = {
    "a venue": ("a line with a label", "<ul><li><b>Venue</b> Hall A</li></ul>"),
    "a day and a place": ("a line with a label", "<ul><li>일시 : 2022-08-01</li><li>장소 : 서울</li></ul>"),
    "a line": ("a line with a label", "<div>장소 : 서울</div>"),
    "a definition": ("a line with a label", "<dl><dt>Venue</dt><dd>Hall A</dd></dl>"),
    "a link": ("links", '<ul><li><a href="#">Apply here</a></li></ul>'),
    "a menu": ("links", '<ul><li><a href="/menu.es?mid=a1">All programmes</a></li></ul>'),
    "a licence": ("a licence", "<div>This report is licensed under CC-BY, with attribution.</div>"),
}


@pytest.mark.parametrize("skin", ["list", "cells", "rows"])
@pytest.mark.parametrize("name", LISTED)
def test_a_list_below_the_paragraphs_of_an_unknown_box_is_never_left_out_in_silence(
    name: str, skin: str
) -> None:
    what, html = LISTED[name]
    with pytest.raises(ParseError, match=f"the body's box also holds {what}: '") as caught:
        parse(page(framed(filled(skin, {"body": BODY + html}))))
    assert caught.value.field == "body"


def test_beside_a_box_for_the_text_alone_such_a_list_is_the_sites() -> None:
    _, html = LISTED["a venue"]
    assert post(framed(filled("cells", {"body": f'<div class="txt">{BODY}</div>{html}'}))).body_text == TEXT


@pytest.mark.parametrize("name", ["q", "contents"])
@pytest.mark.parametrize(
    "credit",
    ['<p class="caption">Photo: Kim</p>', '<p class="cap">사진: 김철수</p>', "<p>Photo by Kim</p>"],
)
def test_who_took_a_photo_is_a_part_of_the_post_as_a_browser_shows_it(credit: str, name: str) -> None:
    for body, place in ((f"{credit}{BODY}", 0), (f"{BODY}{credit}", -1)):
        html = framed(filled("definitions", {"body": body}).replace('class="q"', f'class="{name}"'))
        assert post(html).body_text.split("\n\n")[place] in ("Photo: Kim", "사진: 김철수", "Photo by Kim")
