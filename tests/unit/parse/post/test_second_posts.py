"""A page with two posts, each with labels and a body: it is unclear which one is the page's."""

import pytest
from skins import BODY, ES, JSP, SKINS, TEXT, VALUES, field_of, filled, framed, head, page, post

from kistep_archive.parse.parser import ParseError, parse

VIEW = "/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no="
WORDS = "The related one, told in several words that look like a body."
# another post, with a body of its own and without a link
OTHERS: dict[str, str] = {
    "definitions": '<div class="rel"><h4>Another older post</h4><dl><dt>작성자</dt><dd>Kim</dd><dt>등록일'
    "</dt>"
    f'<dd>2020-01-02</dd><dt>조회수</dt><dd>7</dd></dl><div class="txt"><p>{WORDS}</p></div></div>',
    "a list": '<div class="side"><h3>Popular post</h3><ul><li>Writer Kim</li><li>Date 2020-01-02</li>'
    f"<li>Hit 7000</li></ul><p>{WORDS}</p></div>",
    "a table": '<div class="p"><table><tr><th>Title</th><td>Another</td></tr><tr><th>Writer</th><td>Kim</td>'
    f'<th>Date</th><td>2020-01-02</td><th>Hit</th><td>7</td></tr></table><div class="x">{WORDS}</div></div>',
    "lines": '<div class="o"><div class="t">Another</div><div class="m"><p><b>Author:</b> Kim</p><p>'
    "<b>Posted:"
    f'</b> 2020-01-02</p><p><b>Hits:</b> 7</p></div><div class="x">{WORDS}</div></div>',
}
# what a site shows below a post, with labels or dates
BELOW: dict[str, str] = {
    "posts with dates": f'<ul><li><a href="{VIEW}7">An older one</a> <span>2020-01-02</span></li>'
    f'<li><a href="{VIEW}6">The oldest one</a> <span>2019-01-02</span></li></ul>',
    "neighbours with dates": f'<dl><dt>이전글</dt><dd><a href="{VIEW}7">An older one</a> 2020-01-02</dd>'
    f"</dl>",
    "comments": "<div><h5>Comments 2</h5><div><p><b>Writer</b> Kim</p><p><b>Date</b> 2022-08-01</p><p>Nice!"
    "</p>"
    "</div></div>",
    "comments by class": '<div class="reply"><p>Two</p><ul><li>Writer Kim</li><li>Date 2022-08-01</li></ul>'
    "<p>Nice!</p></div>",
    "labels in a footer": "<footer><h4>Office</h4><p>Writer Kim</p><p>Date 2022-08-01</p><p>Words.</p>"
    "</footer>",
    "a menu": '<div class="menu"><h4>News</h4><ul><li>Writer Kim</li><li>Date 2022-08-01</li></ul><p>x y'
    "</p></div>",
    "a summary with a link": f'<div class="latest"><h4><a href="{VIEW}7">Older</a></h4><ul><li>Writer Kim'
    f"</li><li>"
    f"Date 2022-08-01</li></ul><p>{WORDS}</p></div>",
    "labels alone": '<div class="z"><h4>Another</h4><ul><li>Writer Kim</li><li>Date 2020-01-02</li></ul>'
    "</div>",
    "the same again": '<div class="print"><h4>To print</h4><ul><li>Writer KISTEP</li><li>Date 2022-07-14'
    "</li></ul>"
    f"{BODY}</div>",
}


@pytest.mark.parametrize("url", [ES, JSP])
@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("skin", SKINS)
def test_another_post_with_a_body_before_the_posts_own_labels_is_an_error(
    skin: str, other: str, url: str
) -> None:
    html = framed(f'<div class="w">{filled(skin)}</div>', before=other)
    assert field_of(html, url) in ("title", "writer", "date", "hits", "body")


@pytest.mark.parametrize("other", ["definitions", "a list"])
def test_the_error_names_both_posts(other: str) -> None:
    with pytest.raises(ParseError, match="unclear which one is the post's") as caught:
        parse(page(framed(f'<div class="w">{filled("list")}</div>', before=OTHERS[other])))
    assert "'Kim'" in str(caught.value)
    assert "'KISTEP'" in str(caught.value)


@pytest.mark.parametrize("url", [ES, JSP])
@pytest.mark.parametrize("below", BELOW.values(), ids=BELOW)
@pytest.mark.parametrize("skin", SKINS)
def test_what_a_site_shows_below_a_post_is_no_second_one(skin: str, below: str, url: str) -> None:
    said = post(framed(f'<div class="w">{filled(skin)}</div>', after=below), url)
    assert (head(said), said.body_text) == (VALUES, TEXT)
