"""Titles with buttons, links, badges, dates and counts in their element: the title alone, or an error where
the page does not say what is a part of it."""

import pytest
from skins import BODY, ES, JSP, TITLE, field_of, filled, framed, post

from kistep_archive.parse.text import ParseError

BESIDE = {
    "buttons and links": '{} <button>인쇄</button> <a href="#">URL복사</a>',
    "a link of a script": '{} <a href="javascript:copyUrl()">주소 복사하기</a>',
    "a link of a script without an address": '{}<a onclick="go(1)">Tell a friend</a>',
    "links in a box": '{} <span class="util"><a href="#none">인쇄</a> | <a href="/s.es">Share</a></span>',
    "buttons in a list": "{}<ul><li><button>글자 크게</button></li><li><button>-</button></li></ul>",
    "a span as button": '{} <span class="btn_print" onclick="print()">Print</span>',
    "a button that is an input": '{} <input type="button" value="인쇄">',
    "an icon of a font": '{} <i class="fa fa-lock">lock</i>',
    "a role": '{} <span role="button" tabindex="0">Listen to it</span>',
    "a link to the list": '{} <a href="/board.es?mid=a20501000000">목록</a>',
    "a badge": '{} <em class="ico">HOT</em>',
    "a badge for new posts": '{} <span class="new">NEW</span>',
    "an icon": "{} <i>new</i>",
    "a welded category": '<span class="cate">보도자료</span>{}',
    "a category": '<em class="badge badge-info">Press</em> {}',
    "a category with a link": '<a href="/list.es?c=1" class="category">Press</a> {}',
    "its own date": "{} <small>2022-07-14</small>",
    "its own date in another spelling": "<span>2022.07.14</span> {}",
    "a date with a label": "{} <span>등록일 2022-07-14</span>",
    "another date in its class": '{} <span class="reg_date">2022-07-15</span>',
    "comments": "{} <span>[3]</span>",
    "comments with a link": '{} <a href="#comments">[12]</a>',
    "comments in a class": '{} <span class="cmt">7</span>',
    "comments with words": "{} <em>댓글 3</em>",
    "words for a screen reader": '<span class="sr-only">새글</span>{}',
    "words of another class for it": '<span class="sound_only">제목</span> {}',
    "words far out of sight": '<span style="position:absolute; left:-9999px">Title</span>{}',
    "a script": "{}<script>var t = 1;</script>",
    "a count of readers": "{} <em>Hit 519</em>",
    "a Korean count of readers": "{} <span>조회 519</span>",
    "days left": "<span>D-3</span>{}",
    "several": '<span class="cate">News</span>{} <b class="new">N</b> <small>2022-07-14</small><button>x'
    "</button>",
    "a title in an element of its own": '<span>{}</span> <a href="#">Print</a>',
    "a title in a link of its own": '<a href="#">{}</a> <button>Print</button> <em class="ico">HOT</em>',
}


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize(
    "skin", ["cells", "rows", "plain cells", "definitions", "list", "cells under a heading"]
)
@pytest.mark.parametrize("url", [ES, JSP])
def test_what_stands_beside_a_title_is_no_part_of_it(skin: str, beside: str, url: str) -> None:
    html = framed(filled(skin, {"title": BESIDE[beside].format(TITLE)}))
    assert post(html, url).title == TITLE


PARTS = {
    "plain emphasis": ("A <b>forum</b> on <em>rivers</em>", "A forum on rivers"),
    "a formula": ("CO<sub>2</sub> and m<sup>2</sup>", "CO₂ and m²"),
    "a power": ("10<sup>3</sup> m<sup>2</sup> <u>now</u>", "10³ m² now"),
    "an ordinal": ("The 1<sup>st</sup> forum", "The 1st forum"),
    "a plain span": ("<span>A forum</span> on rivers", "A forum on rivers"),
    "a word in a colour": ('<span class="red">KISTEP</span>의 전략', "KISTEP의 전략"),
    "a word in a class with a space": ('<span class="type">KISTEP</span> plan', "KISTEP plan"),
    "a drop cap": ("<span>A</span> forum", "A forum"),
    "a word with a suffix": ("<b>KISTEP</b>의 전략", "KISTEP의 전략"),
    "a plain word like a badge": ("What is <b>new</b> in 2022", "What is new in 2022"),
    "a plain word in capitals": ("The <strong>NEW</strong> deal", "The NEW deal"),
    "words in a class for new posts": (
        '<span class="new">New rules</span> for rivers',
        "New rules for rivers",
    ),
    "a class that only sounds like one": ('<span class="newline">A forum</span> here', "A forum here"),
    "found words": ('A forum on <span class="highlight">rivers</span>', "A forum on rivers"),
    "a class of the title": ('<span class="tit_label">Forum</span> on rivers', "Forum on rivers"),
    "another day": ("The forum of <span>2021-03-05</span>", "The forum of 2021-03-05"),
    "a day amid the words": ("Floods of <b>2022-07-14</b> in Seoul", "Floods of 2022-07-14 in Seoul"),
    "a year": ("The plan <span>[2020]</span>", "The plan [2020]"),
    "a number amid the words": ("Part <b>[2]</b> of the plan", "Part [2] of the plan"),
    "a bare number": ("The plan, part <span>2</span>", "The plan, part 2"),
    "numbers in the text": ("The plan [2] (3)", "The plan [2] (3)"),
    "a date in the text": ("Seminar 2022-07-14", "Seminar 2022-07-14"),
    "words of buttons in the text": ("How to print, copy and share", "How to print, copy and share"),
    "an address": ('See <a href="http://a.kr/">http://a.kr/</a>', "See http://a.kr/"),
    "a link to the whole": ('<a href="#">Print</a>', "Print"),
    "a badge word alone": ('<span class="new">NEW</span>', "NEW"),
    "a link behind a prefix": (
        '[공지] <a href="javascript:x()">Forum on rivers</a>',
        "[공지] Forum on rivers",
    ),
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("skin", ["cells", "definitions", "list"])
def test_words_of_a_title_in_an_element_of_their_own_stay_in_it(skin: str, part: str) -> None:
    html, title = PARTS[part]
    assert post(framed(filled(skin, {"title": html}))).title == title


LINES = {
    "a label of its own": "<div><em>Subject</em> : {}</div>",
    "a label in the text": "<p>Title : {}</p>",
    "a label in a cell": "<table><tr><td>제목: {}</td></tr></table>",
    "a hidden label": '<h4><span class="blind">제목</span>{}</h4>',
}
ITEMS = "<ul><li>Writer KISTEP</li><li>Date 2022-07-14</li><li>Hit 519</li></ul>"


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("A <b>forum</b> on rivers", "A forum on rivers"),
        ('A forum <button>인쇄</button><span class="new">N</span>', "A forum"),
        ("<b>A</b> forum <i>on rivers</i>", "A forum on rivers"),
        ('<span class="cate">보도자료</span>A forum', "A forum"),
    ],
)
def test_a_title_on_one_line_with_its_label_goes_on_in_the_elements_behind(
    line: str, html: str, title: str
) -> None:
    page = framed(f'{LINES[line].format(html)}{ITEMS}<div class="context">{BODY}</div>')
    assert post(page).title == title


def test_a_title_on_one_line_with_another_label_ends_before_it() -> None:
    line = "<div><b>Title</b> A forum <b>Category</b> News</div>"
    assert post(framed(f'{line}{ITEMS}<div class="context">{BODY}</div>')).title == "A forum"


UNCLEAR = {
    "a link with an address": ('{} <a href="/x.es">by the sea</a>', "by the sea"),
    "a longer link of a script": ('Forum <a href="#">A view of our many rivers</a>', "A view"),
    "a word in capitals": ("{} <em>HOT</em>", "HOT"),
    "a number in brackets": ("{} <b>(2)</b>", "(2)"),
    "a number of a footnote": ("{}<sup>[1]</sup>", "[1]"),
    "a welded word": ('<span class="type">Press</span>{}', "Press"),
    "a welded word behind": ('{}<em class="c3">Press</em>', "Press"),
    "a subtitle": ('{}<span class="sub_title">The second</span>', "The second"),
    "a line of its own": ('{} <em class="sub">The second</em>', "The second"),
    "a longer badge": ('<span class="cate">Announcement</span>Forum', "Announcement"),
}


def headed(html: str, title: str) -> str:
    return html.replace("<title>News</title>", f"<title>{title} | KISTEP</title>")


@pytest.mark.parametrize("case", UNCLEAR)
@pytest.mark.parametrize("skin", ["cells", "list"])
def test_where_nothing_says_whether_words_are_a_part_of_the_title_it_is_refused(skin: str, case: str) -> None:
    html, words = UNCLEAR[case]
    with pytest.raises(ParseError, match="title: it is unclear whether '") as caught:
        post(framed(filled(skin, {"title": html.format(TITLE)})))
    assert f"whether {words!r}"[:-1] in caught.value.why


@pytest.mark.parametrize("case", UNCLEAR)
@pytest.mark.parametrize("skin", ["cells", "list"])
def test_the_head_of_the_page_says_whether_unclear_words_are_a_part_of_the_title(
    skin: str, case: str
) -> None:
    html = UNCLEAR[case][0].format(TITLE)
    page = framed(filled(skin, {"title": html}))
    bare = post(framed(filled(skin, {"title": _stripped(html)}))).title
    assert post(headed(page, bare)).title == bare
    if "{}" in UNCLEAR[case][0]:
        assert post(headed(page, TITLE)).title == TITLE


def _stripped(html: str) -> str:
    """The words of a title as its reader sees them."""
    from lxml.html import fromstring

    return " ".join(str(fromstring(f"<p>{html}</p>").text_content()).split())


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ('What is <em class="ico">HOT</em>', "What is HOT"),
        ("Floods of <b>2022-07-14</b>", "Floods of 2022-07-14"),
        ('How to <a href="/x">Share</a>', "How to Share"),
        ("The plan <span>[2]</span>", "The plan [2]"),
    ],
)
def test_what_the_head_of_the_page_has_in_the_title_is_kept_in_it(html: str, title: str) -> None:
    assert post(headed(framed(filled("cells", {"title": html})), title)).title == title


def test_the_date_of_a_post_is_no_title() -> None:
    html = f'<div><p>A forum</p><p class="date">2022-07-14</p>{ITEMS}<div class="context">{BODY}</div></div>'
    assert post(framed(html)).title == "A forum"


def test_an_unclear_title_is_an_error_of_the_title() -> None:
    assert field_of(framed(filled("cells", {"title": 'A <a href="/x.es">forum</a> on'}))) == "title"
