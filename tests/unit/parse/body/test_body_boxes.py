"""Which box is the body where others stand beside it, and what of a box is the post's own."""

import re

import pytest
from skins import BODY, ES, JSP, ROWS, SKINS, TEXT, field_of, filled, framed, post

VIEW = "/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no="
# what skins put between the labels and the body, or behind the body
NOTES: dict[str, str] = {
    "no files": '<div class="f">첨부파일 : 없음</div>',
    "no files in words": "<div>첨부된 파일이 없습니다.</div>",
    "no files in English": '<div class="f">There are no attached files.</div>',
    "a dash for files": '<div class="f"><b>File</b> -</div>',
    "a count of no files": "<dl><dt>첨부파일</dt><dd>0개</dd></dl>",
    "tags": '<div class="t">#budget #plan</div>',
    "labelled tags": '<div class="t"><strong>Tags</strong> <span>budget, plan</span></div>',
    "keywords": "<div>키워드 : 예산, 계획</div>",
    "sizes of letters": '<div class="z"><span>Font size</span><a href="#">+</a><a href="#">-</a></div>',
    "Korean sizes of letters": "<div><b>글자크기</b><button>크게</button><button>작게</button></div>",
    "a period": '<div class="p">Period : 2024-04-01 ~ 2024-04-03</div>',
    "a contact": '<ul class="c"><li><strong>Contact</strong> Lee, 02-123-4567</li></ul>',
    "a Korean contact": "<div><span>담당자</span> 이영희 <span>전화</span> 02-123-4567</div>",
    "a hidden heading": '<h4 class="blind">게시물 내용</h4>',
    "a heading of the region": "<h3>Contents</h3>",
    "files under any heading": '<div><strong>자료</strong><ul><li><a href="/boardDownload.es?bid=0051&amp;'
    'list_no=71&amp;seq=1">plan_1.pdf</a> <a href="/preview?n=1">Preview</a></li></ul></div>',
    "a thumbnail": '<div class="thumb"><img src="/t.jpg" alt=""></div>',
}
BEHIND: dict[str, str] = {
    "a poll": '<div class="x"><p>Was this useful?</p><a href="#">Yes</a> <a href="#">No</a></div>',
    "a Korean poll": '<div class="x"><p>이 페이지에 만족하십니까?</p><button>예</button></div>',
    "a poll of labels": "<div><p>Was this useful?</p><label>Yes 61</label><label>No 3</label></div>",
    "related posts": f'<div class="x"><h4>Related posts</h4><a href="{VIEW}7">A forum of last year</a></div>',
    "posts without a heading": f'<ul class="x"><li><a href="{VIEW}7">A forum of last year</a></li></ul>',
    "recent news": '<div class="x"><strong>최근 소식</strong><a href="/x">The building is closed</a></div>',
}


def around(skin: str, *, before: str = "", after: str = "") -> str:
    body = f'<div class="q">{BODY}</div>'
    html = filled(skin, {"body": "{body}"}).replace("{body}", BODY)
    assert body in html
    return framed(html.replace(body, f"{before}{body}{after}"))


BOXED = [skin for skin in SKINS if '<div class="q">{body}</div>' in SKINS[skin]]


OTHERS = f'<h4>Related posts</h4><div><a href="{VIEW}7">A forum</a><p>Written by Kim on 3 May</p></div>'


@pytest.mark.parametrize(
    "behind",
    [
        f"<div>{OTHERS}</div>",
        f"<ul class='f'><li><a href='/boardDownload.es?bid=0051&amp;list_no=71&amp;seq=1'>a.pdf</a></li></ul>"
        f"<div>{OTHERS.replace('h4', 'span')}</div>",
        "<form><legend>Useful?</legend><button>Yes</button></form><div><p>kim: I was there</p></div>",
    ],
    ids=["a heading over links", "files between", "a poll between"],
)
def test_a_later_box_without_a_class_may_be_another_part_of_the_page(behind: str) -> None:
    page = around(BOXED[0], after=behind).replace('<div class="q">', "<div>")
    assert field_of(page) == "body"


@pytest.mark.parametrize("skin", BOXED)
@pytest.mark.parametrize("note", NOTES)
def test_a_note_before_the_body_is_not_the_body(skin: str, note: str) -> None:
    assert post(around(skin, before=NOTES[note])).body_text == TEXT


@pytest.mark.parametrize("skin", BOXED)
@pytest.mark.parametrize("box", [*NOTES.values(), *BEHIND.values()], ids=[*NOTES, *BEHIND])
def test_a_box_behind_the_body_is_no_part_of_it(skin: str, box: str) -> None:
    assert post(around(skin, after=box)).body_text == TEXT


def test_all_notes_at_once_are_not_the_body() -> None:
    html = around("list", before="".join(NOTES.values()), after="".join(BEHIND.values()))
    assert post(html).body_text == TEXT


@pytest.mark.parametrize("note", [note for note in NOTES if note != "a thumbnail"])
def test_a_note_does_not_stand_in_for_a_body_that_is_gone(note: str) -> None:
    assert field_of(framed(filled("list").replace(f'<div class="q">{BODY}</div>', NOTES[note]))) == "body"


@pytest.mark.parametrize(
    "other", ['<div class="r">Or is it this?</div>', "<table><tr><td>1</td><td>2</td></tr></table>"]
)
def test_two_boxes_of_two_kinds_are_an_error(other: str) -> None:
    assert field_of(around("list", after=other)) == "body"
    assert field_of(around("list", before=other)) == "body"


def test_a_list_of_posts_behind_an_empty_box_is_not_the_body() -> None:
    html = around("list", after=BEHIND["posts without a heading"]).replace(BODY, "")
    assert post(html).body_text == ""


def test_two_boxes_of_one_kind_are_both_the_body() -> None:
    assert post(around("list", after='<div class="q"><p>More.</p></div>')).body_text == f"{TEXT}\n\nMore."


@pytest.mark.parametrize("name", ["contents", "view_cont", "board_txt"])
def test_two_boxes_of_one_known_class_are_both_the_body(name: str) -> None:
    html = around("list", after='<div class="q"><p>More.</p></div>').replace('class="q"', f'class="{name}"')
    assert post(html).body_text == f"{TEXT}\n\nMore."


def test_two_boxes_of_two_known_classes_are_an_error() -> None:
    html = around("list", after='<div class="view_con">Or this?</div>').replace(
        'class="q"', 'class="contents"'
    )
    assert field_of(html) == "body"


CONTINUED = [
    ("contents", 'class="contents2"'),
    ("contents", 'class="contents_more"'),
    ("contents", 'class="content_2"'),
    ("contents", 'id="contents-2" class="w"'),
    ("view_con", 'class="view_con2"'),
    ("view_cont", 'class="box view_cont_sub"'),
    ("board_txt", 'class="board_txt2"'),
]


@pytest.mark.parametrize("skin", BOXED)
@pytest.mark.parametrize(("name", "second"), CONTINUED)
def test_a_second_box_whose_name_continues_the_first_ones_is_an_error(
    skin: str, name: str, second: str
) -> None:
    box = f"<div {second}><p>More.</p></div>"
    for html in (around(skin, after=box), around(skin, before=box), around(skin, after=f"<p> </p>{box}")):
        assert field_of(html.replace('class="q"', f'class="{name}"')) == "body"


@pytest.mark.parametrize(
    "box",
    [
        '<div class="contents2"> </div>',
        f'<div class="contents_list"><a href="{VIEW}7">A forum of last year</a></div>',
        '<div class="contents_info"><p>Office of plans</p></div>',
        '<div class="contents_btn"><p>See all</p></div>',
        '<div class="contents_next"><dl><dt>다음글</dt><dd>다음글이 없습니다.</dd></dl></div>',
    ],
)
def test_a_box_that_is_something_else_whatever_its_name_is_no_part_of_the_body(box: str) -> None:
    assert post(around("list", after=box).replace('class="q"', 'class="contents"')).body_text == TEXT


@pytest.mark.parametrize("skin", BOXED)
def test_words_right_behind_the_bodys_box_are_an_error_and_a_sign_is_none(skin: str) -> None:
    assert post(around(skin, after=" | ")).body_text == TEXT
    assert field_of(around(skin, after="Registration ends on Friday at noon.")) == "body"


def test_a_short_text_beside_the_labels_and_a_long_one_outside_are_an_error() -> None:
    inner = filled("list").replace(f'<div class="q">{BODY}</div>', "<div>A word on it.</div>")
    html = inner.replace("<article>", '<div class="v"><div class="h">').replace("</article>", "</div>")
    assert field_of(framed(f'{html}<div class="q">{"<p>A long text. </p>" * 30}</div></div>')) == "body"


# --- what the site puts into the body's box ---


@pytest.mark.parametrize("name", ["q", "contents"])
@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize(
    "note",
    [
        '<div class="f">첨부파일 : 없음</div>',
        '<p class="f">There are no attached files.</p>',
        '<div class="f"><b>File</b> -</div>',
        "<div><b>File</b> -</div>",
        '<div class="tags">#budget #plan</div>',
        '<div class="zoom"><span>Font size</span> <a href="#">+</a> <a href="#">-</a></div>',
        '<h4 class="sr-only">Contents</h4>',
    ],
)
def test_what_a_site_puts_into_the_bodys_box_is_no_part_of_the_post(name: str, place: str, note: str) -> None:
    inside = f"{note}{BODY}" if place == "before" else f"{BODY}{note}"
    html = framed(filled("list", {"body": inside})).replace('class="q"', f'class="{name}"')
    assert post(html).body_text == TEXT


def test_tags_in_the_bodys_box_that_the_post_may_have_itself_are_an_error() -> None:
    html = filled("list", {"body": f'<div class="k">#budget #plan</div>{BODY}'})
    assert field_of(framed(html).replace('class="q"', 'class="contents"')) == "body"


@pytest.mark.parametrize(
    "words", ["<p>#budget #plan</p>", "<p>Period : May</p>", "<p>File -</p>", "<div>File 0</div>"]
)
def test_paragraphs_of_a_post_that_look_like_notes_stay(words: str) -> None:
    text = re.sub("<.*?>", "", words)
    for name in ("q", "contents"):
        html = framed(filled("list", {"body": f"{words}{BODY}"})).replace('class="q"', f'class="{name}"')
        assert post(html).body_text == f"{text}\n\n{TEXT}"


# --- end tags too many ---

BUTTONS = '<p class="board_btns"><a href="/board.es?mid=a20501000000&amp;bid=0051&amp;nPage=1">List</a></p>'
CUT: dict[str, str] = {
    "between paragraphs": "<p>One.</p></div><p>Two.</p><p>Three.</p>",
    "in a paragraph": "<p>One.</div></p><p>Two.</p><p>Three.</p>",
    "before bare words": "<p>One.</p></div>Two.<p>Three.</p>",
    "before lines": "<p>One.</p></div><p>Two.</p>Three.<br>",
    "twice": "<p>One.</p></div><p>Two.</p></div><p>Three.</p>",
    "two at once": "<p>One.</p></div></div><p>Two.</p><p>Three.</p>",
    "after a box": "<div><p>One.</p></div></div><p>Two.</p><p>Three.</p>",
    "with a link to a file": '<p>One.</p></div><p><a href="/x.pdf">Two.</a></p><p>Three.</p>',
    "at the end": "<p>One.</p><p>Two.</p><p>Three.</p></div>",
}


@pytest.mark.parametrize("name", ["q", "contents"])
@pytest.mark.parametrize("skin", BOXED)
@pytest.mark.parametrize("cut", CUT)
def test_an_end_tag_too_many_does_not_cut_the_body(skin: str, cut: str, name: str) -> None:
    html = framed(
        filled(skin, {"body": CUT[cut]}).replace("</article>", f"{BUTTONS}</article>"), after=BUTTONS
    )
    assert post(html.replace('class="q"', f'class="{name}"')).body_text == "One.\n\nTwo.\n\nThree."


@pytest.mark.parametrize(
    "tag", ["span", "p", "section", "article", "ul", "li", "form", "center", "font", "h2", "td", "main"]
)
def test_end_tags_that_end_nothing_change_nothing(tag: str) -> None:
    html = framed(filled("list", {"body": f"<p>One.</{tag}></p></{tag}><p>Two.</p>"}))
    assert post(html).body_text == "One.\n\nTwo."


@pytest.mark.parametrize("tag", ["td", "table", "div"])
def test_an_end_tag_too_many_does_not_cut_the_body_in_a_cell(tag: str) -> None:
    body = f"<p>One.</p></{tag}><p>Two.</p>"
    for url in (JSP, ES):
        html = framed(filled("plain cells", {"body": body}, ROWS))
        try_it = html.replace('<td colspan="6">', '<td colspan="6" class="context">')
        assert post(try_it, url).body_text == "One.\n\nTwo."


def test_an_end_tag_too_many_before_a_box_is_an_error() -> None:
    html = filled("list", {"body": '<p>One.</p></div><div class="w">Two.</div>'})
    assert field_of(framed(html.replace('class="q"', 'class="contents"'))) == "body"


def test_end_tags_in_scripts_and_comments_are_none() -> None:
    html = framed(
        filled("list"), after='<script>var t = "</div></div>";</script><!-- </div> --><p>Beside.</p>'
    )
    assert post(html).body_text == TEXT
