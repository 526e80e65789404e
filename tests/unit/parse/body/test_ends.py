"""What a site puts behind the end of a post is never its body, and what it puts into a body's box is
dropped or is an error."""

import pytest
from skins import BODY, ES, JSP, TEXT, TITLE, field_of, post

LABELS = (
    "<ul><li><strong>Writer</strong><span>KISTEP</span></li><li><strong>Date</strong><span>2022-07-14</span>"
    "</li><li><strong>Hit</strong><span>519</span></li></ul>"
)
LIST = '<div class="b"><a href="/board.es?mid=a20501000000&amp;bid=0051">{}</a></div>'
VIEW = "/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no="
ENDS = {
    "a link to the list": LIST.format("List"),
    "a link to the list in Korean": LIST.format("목록으로"),
    "neighbours": f'<ul class="pn"><li>이전글 <a href="{VIEW}7">An older one</a></li></ul>',
}
SITES = {
    "an address": '<div class="bt_info"><p>1 Test street</p><p>Tel 000</p></div>',
    "a list": '<div id="btm"><ul><li>Privacy</li><li>1 Test street</li></ul></div>',
    "a banner": '<div class="bann"><img src="/b.jpg" alt="Campaign"></div>',
}
ROWS = (
    f'<table><tr><th>Title</th><td colspan="5">{TITLE}</td></tr><tr><th>Writer</th><td>KISTEP</td>'
    '<th>Date</th><td>2022-07-14</td><th>Hit</th><td>519</td></tr><tr><td colspan="6">{}</td></tr></table>'
)
COPYRIGHT = '<div class="z"><p>1 Test street</p><p>Copyright 2022. All rights reserved.</p></div>'
FORM = '<form><textarea name="t"></textarea><button>Send</button></form>'


def around(own: str, site: str) -> str:
    return f'<html><body><div id="w"><div id="c">{own}</div></div>{site}<p>The end</p></body></html>'


@pytest.mark.parametrize("url", [ES, JSP])
@pytest.mark.parametrize("site", SITES.values(), ids=SITES)
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_part_of_the_site_behind_an_empty_post_is_not_its_body(end: str, site: str, url: str) -> None:
    empty = f'<div class="w"><h4>{TITLE}</h4>{LABELS}<div class="q">&nbsp;</div>{end}</div>'
    for own, behind in (
        (empty + site, ""),
        (f"{ROWS.format('')}{end}", site),
        (f"{ROWS.format('')}{end}{site}", ""),
    ):
        assert field_of(around(own, behind), url) == "body"


@pytest.mark.parametrize("inside", [BODY + FORM, FORM + BODY], ids=["behind", "before"])
def test_a_cell_with_a_form_does_not_make_the_footer_a_body(inside: str) -> None:
    assert field_of(around(ROWS.format(inside) + ENDS["a link to the list"], COPYRIGHT)) == "body"


def test_buttons_above_a_body_do_not_end_the_post() -> None:
    above = f"<h4>{TITLE}</h4>{LABELS}{ENDS['a link to the list']}"
    own = f'<div class="w">{above}<div class="q">{BODY}</div></div>'
    assert post(around(own, "")).body_text == TEXT


BUTTONS = {
    "share images": '<div class="s"><a href="#"><img src="/f.png" alt="페이스북"></a><a href="#">'
    '<img src="/t.png" alt="트위터"></a></div>',
    "share words": '<div class="shr"><span>공유</span> <a href="#">페이스북</a>'
    '<a href="#">카카오스토리</a></div>',
    "likes": '<div class="good"><a href="#" class="g">추천 <b>3</b></a></div>',
    "print": '<p class="util"><a href="#" onclick="window.print()">Print</a></p>',
    "a question": '<div class="r"><strong>Are you satisfied with this page?</strong><ul><li><label><input '
    'type="radio">Very</label></li></ul></div>',
}
UNCLEAR = {
    "readers": '<p class="d">Views 519</p>',
    "the day of a change": '<p class="u">Last updated: 2022-08-01</p>',
    "the same in Korean": '<div class="u"><span>최종수정일</span> <em>2022-08-01</em></div>',
    "a period": '<div class="p"><span>Period</span> 2022-07-01 ~ 2022-07-31</div>',
    "comments": '<div class="c"><h3>댓글 <em>1</em></h3><ul><li>Nice to read.</li></ul></div>',
    "a form": '<div class="n"><h5>Mail</h5><input type="email"><button>Send</button></div>',
}
WRITERS = {
    "a picture that opens": '<div class="g"><a href="#"><img src="/a.jpg" alt="The hall"></a></div>',
    "a link to a form": '<div class="g"><a href="#n">Application form</a></div>',
    "a day": "<p>Last updated: the hall, in 2022</p>",
    "words with a share": '<p class="x">Share this: the hall is new.</p>',
}


def boxed(body: str) -> str:
    own = f'<article><h2 class="title">{TITLE}</h2>{LABELS}<div class="contents">{body}</div></article>'
    return around(own, "")


@pytest.mark.parametrize("part", BUTTONS.values(), ids=BUTTONS)
def test_buttons_at_the_edge_of_a_box_are_no_part_of_the_body(part: str) -> None:
    for body in (part + BODY, BODY + part):
        assert post(boxed(body)).body_text == TEXT


@pytest.mark.parametrize("part", UNCLEAR.values(), ids=UNCLEAR)
def test_what_a_site_tells_at_the_edge_of_a_box_is_an_error(part: str) -> None:
    for body in (part + BODY, BODY + part):
        assert field_of(boxed(body)) == "body"


@pytest.mark.parametrize("part", WRITERS.values(), ids=WRITERS)
def test_what_a_writer_may_type_there_is_kept(part: str) -> None:
    for body in (part + BODY, BODY + part):
        assert len(post(boxed(body)).body_text) > len(TEXT)


@pytest.mark.parametrize("part", [UNCLEAR["readers"], '<p class="c">담당부서 : 홍보실</p>'])
def test_the_same_at_the_ends_of_paragraphs_without_a_box_is_an_error(part: str) -> None:
    for body in (part + BODY, BODY + part):
        own = f'<div class="w"><h4>{TITLE}</h4>{LABELS}{body}{ENDS["a link to the list"]}</div>'
        assert field_of(around(own, "")) == "body"
