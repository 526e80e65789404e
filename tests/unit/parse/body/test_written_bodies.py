"""Bodies that a script or a frame fills, and bodies in tabs, of which a reader sees one."""

import pytest
from skins import BODY, TEXT, TITLE, field_of, framed, post

HEAD = (
    f'<h4 class="tit">{TITLE}</h4><ul><li><b>Writer</b> KISTEP</li><li><b>Date</b> 2022-07-14</li>'
    "<li><b>Hit</b> 519</li></ul>"
)


def view(body: str) -> str:
    return framed(f'<div class="w">{HEAD}{body}</div>')


@pytest.mark.parametrize(
    "inner",
    [
        '<script>document.write("<p>Words</p>")</script>',
        '<script>$("#c").load("/text?no=7")</script>',
        '<script>document.getElementById("c").innerHTML = text</script>',
        "<my-post no='7'></my-post>",
        '<iframe srcdoc="&lt;p&gt;Words&lt;/p&gt;"></iframe>',
        f'{BODY}<iframe srcdoc="&lt;p&gt;Words&lt;/p&gt;"></iframe>',
    ],
)
def test_a_body_that_a_script_or_a_frame_fills_is_refused(inner: str) -> None:
    assert field_of(view(f'<div class="q" id="c">{inner}</div>')) == "body"
    assert field_of(view(f'<div class="view_con">{inner}</div>')) == "body"


@pytest.mark.parametrize(
    "inner",
    [
        f"{BODY}<script>document.write('x@y.kr')</script>",
        f"<script>$('#c').append('x')</script>{BODY}",
        f"{BODY}<my-mark></my-mark>",
    ],
)
def test_a_script_in_a_body_with_words_adds_none(inner: str) -> None:
    assert post(view(f'<div class="view_con">{inner}</div>')).body_text == TEXT


def test_an_empty_body_is_read_as_one() -> None:
    assert post(view('<div class="view_con"><script>var a = 1;</script></div>')).body_text == ""


@pytest.mark.parametrize(
    "tabs",
    [
        '<ul><li><a href="#a">Text</a></li><li><a href="#b">Files</a></li></ul><div id="a">{}</div>'
        '<div id="b">Plans of the hall.</div>',
        '<div role="tabpanel">{}</div><div role="tabpanel">Plans of the hall.</div>',
    ],
)
def test_one_of_several_tabs_is_not_told_from_the_others(tabs: str) -> None:
    assert field_of(view(tabs.format(BODY))) == "body"


@pytest.mark.parametrize("tag", ["legend", "em", "h5", "strong"])
def test_a_heading_of_any_kind_for_screen_readers_is_no_part_of_a_body(tag: str) -> None:
    inner = f'<{tag} class="blind">Body</{tag}>{BODY}'
    assert post(view(f'<fieldset class="q">{inner}</fieldset>')).body_text == TEXT
    assert post(view(f'<div class="q">{inner}</div>')).body_text == TEXT
