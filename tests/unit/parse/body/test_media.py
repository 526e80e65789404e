"""What a body shows by other means than text."""

import pytest

from kistep_archive.http.response import Page
from kistep_archive.model.items import ParsedPost
from kistep_archive.parse.parser import parse

URL = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no=71"
HOST = "https://www.kistep.re.kr"


def read(body: str, head: str = "") -> ParsedPost:
    html = (
        f"<html><head><title>t</title>{head}</head><body><article><h2 class='title'>A talk</h2><ul>"
        "<li><b>Writer</b> Kim</li><li><b>Date</b> 2024-01-02</li><li><b>Hit</b> 5</li></ul>"
        f"<div class='contents'>{body}</div></article><footer>x</footer></body></html>"
    )
    post = parse(Page(URL, "", 200, (), html.encode()))
    assert isinstance(post, ParsedPost)
    return post


@pytest.mark.parametrize(
    ("image", "address"),
    [
        ('<img data-src="/u/a.jpg">', "/u/a.jpg"),
        ('<img src="data:image/gif;base64,R0lG" data-original="/u/a.jpg">', "/u/a.jpg"),
        ('<img src="/img/blank.gif" data-lazy-src="/u/a.jpg">', "/u/a.jpg"),
        ('<img data-lazy="x"><noscript><img src="/u/a.jpg"></noscript>', "/u/a.jpg"),
        ('<img srcset="/u/s.jpg 480w, /u/a.jpg 1200w">', "/u/a.jpg"),
        ('<picture><source srcset="/u/a.webp 2x, /u/s.webp"><img src=""></picture>', "/u/a.webp"),
        ('<picture><source srcset="/u/a.webp"></picture>', "/u/a.webp"),
        ('<img src="/u/a.jpg" srcset="/u/b.jpg 2x">', "/u/a.jpg"),
        ('<span style="background-image: url(/u/a.jpg)"></span>', "/u/a.jpg"),
        ("<b style=\"color: red; background: #fff url( '/u/a.jpg' ) no-repeat\"></b>", "/u/a.jpg"),
        ('<svg width="9"><image href="/u/a.jpg"/></svg>', "/u/a.jpg"),
        ('<svg><image xlink:href="/u/a.jpg"></image></svg>', "/u/a.jpg"),
        ('<input type="image" src="/u/a.jpg">', "/u/a.jpg"),
        ('<span data-bg="/u/a.jpg"></span>', "/u/a.jpg"),
        ('<amp-img src="/u/a.jpg"></amp-img>', "/u/a.jpg"),
        ('<img src="\\u\\a.jpg">', "/u/a.jpg"),
    ],
)
def test_an_image_that_comes_later_is_an_image(image: str, address: str) -> None:
    post = read(f"<p>Photos</p><p>{image}</p>")
    assert post.images == (HOST + address,)
    assert f'src="{HOST}{address}"' in post.body_html


def test_a_pattern_behind_words_is_no_image() -> None:
    post = read('<p style="background: url(/i/dots.png)">Photos</p><div style="width: 9px"></div>')
    assert (post.images, post.body_text) == ((), "Photos")


@pytest.mark.parametrize(
    "media",
    [
        '<iframe src="//v.example.org/e/1"></iframe>',
        '<video controls><source src="https://v.example.org/e/1" type="video/mp4">No video.</video>',
        '<embed src="https://v.example.org/e/1">',
        '<object data="https://v.example.org/e/1"><param name="movie" value="https://v.example.org/e/1"></object>',
        '<audio src="https://v.example.org/e/1"></audio>',
    ],
)
def test_a_video_is_a_link_to_it(media: str) -> None:
    post = read(f"<p>Watch:</p>{media}<p>Then talk.</p>")
    assert post.body_text == "Watch:\n\nhttps://v.example.org/e/1\n\nThen talk."
    assert 'href="https://v.example.org/e/1"' in post.body_html


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<del>5 May</del> <ins>9 May</ins>", "~~5 May~~ ++9 May++"),
        ("<strike>5 May</strike> 9 May", "~~5 May~~ 9 May"),
        ("<s>5 <b>May</b></s> 9 May", "~~5 May~~ 9 May"),
        ('<span style="text-decoration: line-through">5 May</span> 9 May', "~~5 May~~ 9 May"),
        ("<del></del>9 May", "9 May"),
    ],
)
def test_struck_out_and_inserted_text_is_marked(before: str, after: str) -> None:
    post = read(f"<p>Until {before}.</p>")
    assert post.body_text == f"Until {after}."
    assert "~~" not in after or "<del>" in post.body_html


def test_a_base_address_counts_for_links_images_and_lazy_images() -> None:
    body = '<p><a href="more.html">more</a><img src="p/a.png"><img data-src="p/b.png"><a href="#n">n</a></p>'
    post = read(body, '<base href="/en/news/">')
    assert post.images == (f"{HOST}/en/news/p/a.png", f"{HOST}/en/news/p/b.png")
    assert f'href="{HOST}/en/news/more.html"' in post.body_html
