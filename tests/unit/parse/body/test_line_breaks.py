"""Lines that the style of an element keeps, as a browser shows them."""

import pytest
from skins import filled, framed, post

BOX = '<div style="{style}">{text}</div>'


def text_of(body: str) -> str:
    return post(framed(filled("definitions", {"body": body}))).body_text


@pytest.mark.parametrize("style", ["pre", "pre-wrap", "PRE-LINE", "break-spaces"])
def test_the_lines_of_a_text_are_kept_where_its_style_says_so(style: str) -> None:
    box = BOX.format(style=f"color:red; white-space: {style}", text="Nine: doors open\nTen: <b>coffee</b>\n")
    assert text_of(box) == "Nine: doors open\nTen: coffee"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<b>One</b>\ntwo\n<i>three</i> four", "One\ntwo\nthree four"),
        ("<span>One\ntwo</span> three", "One\ntwo three"),
        ("<p>One\ntwo</p>\n<p>Three</p>", "One\ntwo\n\nThree"),
        ("<!-- a note -->One\n\ntwo", "One\n\ntwo"),
        ("<pre>One\ntwo</pre>", "One\ntwo"),
        ("<table>\n<tr>\n<td>One\ntwo</td>\n<td>Three</td>\n</tr>\n</table>", "One two\tThree"),
    ],
)
def test_lines_are_kept_in_all_that_is_in_the_element(text: str, said: str) -> None:
    assert text_of(BOX.format(style="white-space:pre-wrap", text=text)) == said


@pytest.mark.parametrize("style", ["white-space: nowrap", "white-space:normal", "color: red"])
def test_other_styles_keep_no_lines(style: str) -> None:
    assert text_of(BOX.format(style=style, text="One\ntwo")) == "One two"


def test_the_html_has_the_lines_too() -> None:
    box = BOX.format(style="white-space:pre", text="One\ntwo")
    assert "One<br>two" in post(framed(filled("definitions", {"body": box}))).body_html


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<span style="display:block">One</span><span style="display: block">Two</span>', "One\nTwo"),
        ('One<b style="color:red; display:flex">Two</b>Three', "One\nTwo\nThree"),
        ('<p><span style="display:block">One</span></p><p>Two</p>', "One\n\nTwo"),
        ("One</br>Two<br/>Three", "One\nTwo\nThree"),
        ('O<span style="display:inline">n</span>e', "One"),
        ('O<span style="display: inline-block">n</span>e', "One"),
    ],
)
def test_an_element_that_its_style_sets_apart_has_a_line_of_its_own(text: str, said: str) -> None:
    assert text_of(f"<div>{text}</div>") == said
