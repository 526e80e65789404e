"""What stands beside the box of a body may be a part of the post: it is an error, never lost in silence."""

import pytest
from skins import BODY, ES, JSP, TEXT, VALUES, field_of, framed, head, page, post

from kistep_archive.parse.parser import ParseError, parse

VIEW = "/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no="
FILE = "/boardDownload.es?bid=0051&amp;list_no=42794&amp;seq=1"
LABELS = (
    "<dl><dt>Writer</dt><dd>KISTEP</dd><dt>Date</dt><dd>2022-07-14</dd><dt>Hit</dt><dd>519</dd></dl>"
    f'<div class="file"><strong>File</strong> <a href="{FILE}">plan.pdf</a></div>'
)
PARTS: dict[str, str] = {
    "a photo": '<div class="photo"><img src="/upload/a.jpg" alt=""></div>',
    "a bare photo": '<img src="/upload/a.jpg" alt="The hall">',
    "a linked photo": '<a href="/upload/a.jpg"><img src="/upload/a.jpg"></a>',
    "a table": "<table><tr><th>Day</th><th>Topic</th></tr><tr><td>Mon</td><td>Rivers</td></tr></table>",
    "a list": "<ul><li>Nine: doors open</li><li>Ten: coffee</li></ul>",
    "a short box": '<div class="sum">A short summary.</div>',
    "a paragraph": "<p>Lead: the hall is new.</p>",
    "a video": '<video src="/v.mp4"></video>',
    "a frame": '<iframe src="https://www.youtube.com/embed/x"></iframe>',
    "sound": '<div><audio src="/a.mp3"></audio></div>',
    "a footnote": '<div class="fn"><sup>1)</sup> Of the year 2021.</div>',
    "text with a copyright": "<div><p>The hall is new.</p><p>Copyright 2022 KISTEP. All rights reserved."
    "</p></div>",
    "bare text": "Embargo until noon on the same day.",
}
SITES: dict[str, str] = {
    "files": f'<ul><li><a href="{FILE}">plan.pdf</a> (2MB)</li></ul>',
    "a hidden box": '<div style="display:none"><p>Draft.</p><img src="/a.jpg"></div>',
    "a hidden heading": '<h4 class="blind">Contents</h4>',
    "an empty box": '<div class="photo"> </div><p>&nbsp;</p>',
    "a line": "<hr><br>",
    "buttons": '<div class="right"><a href="#" class="a">Print</a><button>Copy</button></div>',
    "a share box": '<div class="sns"><a href="#">Facebook</a><a href="#">Twitter</a></div>',
    "frames of furniture": '<div class="z"><div class="y"><a href="/board.es?mid=a20501000000&amp;bid=0051">'
    'List</a></div><div class="blind">Tools</div></div>',
    "a script": "<script>var a = 1;</script>",
}
BEHIND: dict[str, str] = {
    "neighbours": f'<ul><li>이전글 <a href="{VIEW}7">An older one</a></li></ul>',
    "a licence": '<div class="k"><img src="/k.png" alt=""><p>공공누리 제1유형</p></div>',
    "a poll": "<div><p>Are you satisfied with this page?</p><button>Yes</button></div>",
    "the count again": "<p>Views 519</p>",
    "popular posts": f'<div><strong>Most viewed</strong><a href="{VIEW}7">One</a></div>',
    "comments": '<div class="c"><h5>Comments 2</h5><ul><li>Writer Kim Date 2022-08-01 Nice!</li></ul></div>',
    "related posts": f'<div><h4>Related posts</h4><a href="{VIEW}7">A forum of last year</a></div>',
}


def view(before: str = "", after: str = "", name: str = "view_con") -> str:
    body = f'<div class="{name}">{BODY}</div>'
    return framed(f'<div class="w"><h4 class="tit">{VALUES[0]}</h4>{LABELS}{before}{body}{after}</div>')


@pytest.mark.parametrize("url", [ES, JSP])
@pytest.mark.parametrize("name", ["view_con", "tb_contents"])
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_a_part_beside_a_known_box_is_an_error(part: str, name: str, url: str) -> None:
    assert field_of(view(before=part, name=name), url) == "body"
    assert field_of(view(after=part, name=name), url) == "body"
    assert field_of(view(after=f'<div class="in">{part}</div>', name=name), url) == "body"


@pytest.mark.parametrize("part", ["bare text", "a bare photo", "a linked photo", "a frame"])
def test_bare_parts_before_a_box_of_any_class_are_an_error(part: str) -> None:
    assert field_of(view(before=PARTS[part], name="q")) == "body"


@pytest.mark.parametrize("tag", ["aside", "header", "footer", "nav", "form"])
@pytest.mark.parametrize(
    "inner", ["<p>The hall is new.</p>", "The hall is new.", '<img src="/upload/a.jpg" alt="The hall">']
)
def test_a_section_between_labels_and_body_may_be_a_part_of_the_post(tag: str, inner: str) -> None:
    part = f'<{tag} class="lead">{inner}</{tag}>'
    for name in ("q", "view_con"):
        assert field_of(view(before=part, name=name)) == "body"
        assert field_of(view(before=f'<div class="in">{part}</div>', name=name)) == "body"
    assert field_of(view(after=f'{part}<div class="view_con"><p>More of it.</p></div>')) == "body"


SECTIONS = {
    "a share box": '<aside class="sns"><a href="#">Facebook</a></aside>',
    "linked icons": '<aside><a href="#"><img src="/x.png" alt=""></a></aside>',
    "other posts": f'<aside><h4>Related posts</h4><ul><li><a href="{VIEW}7">A talk</a></li></ul></aside>',
    "a menu": '<nav><ul><li><a href="/x">One</a></li><li><a href="/y">Two</a></li></ul></nav>',
    "a form": '<form action="/s"><select><option>All</option></select><button>Go</button></form>',
    "a licence": "<footer>Copyright 2022 KISTEP. All rights reserved.</footer>",
    "nothing": "<aside></aside>",
    "the labels again": "<header><b>Writer</b> KISTEP</header>",
}


@pytest.mark.parametrize("part", SECTIONS.values(), ids=SECTIONS)
def test_a_section_of_the_site_between_labels_and_body_is_none(part: str) -> None:
    assert post(view(before=part)).body_text == TEXT


def test_an_image_and_a_table_around_a_box_are_not_lost() -> None:
    assert field_of(view(before=PARTS["a photo"], after=PARTS["a table"])) == "body"


def test_a_part_behind_the_files_below_a_box_is_an_error() -> None:
    assert field_of(view(after=f"{SITES['files']}{PARTS['a photo']}")) == "body"


def test_a_part_between_two_boxes_is_an_error() -> None:
    more = f'{PARTS["a photo"]}<div class="view_con"><p>More of it.</p></div>'
    assert field_of(view(after=more)) == "body"


def test_the_error_shows_what_stands_there_and_what_to_do() -> None:
    for part, shown in (("a photo", "<img>"), ("a short box", "'A short summary.'"), ("a video", "<video>")):
        with pytest.raises(ParseError, match="a skin can name both boxes") as caught:
            parse(page(view(before=PARTS[part])))
        assert f"beside the body's box stands {shown}" in str(caught.value)


@pytest.mark.parametrize("url", [ES, JSP])
@pytest.mark.parametrize("part", SITES.values(), ids=SITES)
def test_what_the_site_puts_there_is_none(part: str, url: str) -> None:
    for html in (view(before=part), view(after=part)):
        said = post(html, url)
        assert (head(said), said.body_text) == (VALUES, TEXT)


@pytest.mark.parametrize("part", BEHIND.values(), ids=BEHIND)
def test_what_the_site_puts_behind_a_body_ends_the_post(part: str) -> None:
    for after in (part, f'{part}<div class="banner"><img src="/banner.png" alt="Visit us"></div>'):
        assert post(view(after=after)).body_text == TEXT


def test_a_list_of_posts_with_short_titles_and_long_days_is_not_a_part_of_the_body() -> None:
    items = "".join(f'<li><a href="{VIEW}{n}">A talk</a> <i>2022. 07. 1{n}. 10:00</i></li>' for n in (1, 2))
    body = f'<div id="story">{BODY}</div><div><h4>Related</h4><ul>{items}</ul></div>'
    html = framed(f'<div class="w"><h4 class="tit">{VALUES[0]}</h4>{LABELS}{body}</div>')
    assert post(html, ES).body_text == TEXT


def test_a_box_with_an_id_and_one_without_are_not_two_parts_of_one_body() -> None:
    body = f'<div id="story">{BODY}</div><div><p>A text of the site that nobody knows.</p></div>'
    html = framed(f'<div class="w"><h4 class="tit">{VALUES[0]}</h4>{LABELS}{body}</div>')
    with pytest.raises(ParseError, match="two boxes after the labels could be the body"):
        parse(page(html, ES))
