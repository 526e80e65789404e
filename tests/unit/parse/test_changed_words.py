"""Words that a post strikes out or inserts: the archive shows that they do not stand, or stand anew."""

import pytest
from skins import filled, framed, post

from kistep_archive.model.tokens import words

GONE: dict[str, str] = {
    "del": "<del>5 May</del>",
    "s": "<s>5 May</s>",
    "strike": "<strike>5 May</strike>",
    "a style": '<span style="color: red; TEXT-DECORATION: Line-Through">5 May</span>',
    "a style of two lines": '<span style="text-decoration-line: underline line-through">5 May</span>',
    "a style of a font": '<font style="text-decoration:line-through"><b>5 May</b></font>',
    "nested": "<del>5 <s>May</s></del>",
}


def said(html: str) -> tuple[str, str]:
    found = post(framed(filled("list", {"body": html})))
    return found.body_text, found.body_html


@pytest.mark.parametrize("gone", GONE)
def test_struck_out_words_are_marked_in_text_and_kept_in_html(gone: str) -> None:
    text, html = said(f"<p>It closes on {GONE[gone]} <ins>9 May</ins>.</p>")
    assert text == "It closes on ~~5 May~~ ++9 May++."
    assert "<del>" in html
    assert "<ins>9 May</ins>" in html


def test_striking_out_changes_the_text_that_revisions_compare() -> None:
    plain = said("<p>It closes on 5 May.</p>")[0]
    assert all(said(f"<p>It closes on {gone}.</p>")[0] != plain for gone in GONE.values())


def test_each_paragraph_line_item_and_cell_that_is_struck_out_is_marked() -> None:
    assert said("<del><p>One.</p><p>Two.<br>Three.</p></del>")[0] == ("~~One.~~\n\n~~Two.~~\n~~Three.~~")
    assert said('<ul style="text-decoration:line-through"><li>One</li><li>Two</li></ul>')[0] == (
        "~~One~~\n~~Two~~"
    )
    row = '<table><tr style="text-decoration:line-through"><td>A</td><td>B</td></tr></table>'
    assert said(row)[0] == "~~A~~\t~~B~~"
    assert "<td><del>A</del></td>" in said(row)[1]


def test_nothing_struck_out_is_nothing() -> None:
    assert said("<p>A<del> </del>B<ins></ins></p>")[0] == "A B"


def test_underlined_words_are_underlined_in_html_and_marked_in_text() -> None:
    text, html = said('<p>Come <u>early</u>, <span style="text-decoration: underline">all</span> of you.</p>')
    assert text == "Come __early__, __all__ of you."
    assert "<u>early</u>" in html
    assert "<u>all</u>" in html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<p><a href="/x"><u>A link</u></a> <u><a href="/x">and one</a></u></p>', "A link and one"),
        ("<p><u>It closes on <del>5 May</del>.</u></p>", "It closes on ~~5 May~~."),
        ("<p><del>On <u>5 May</u></del></p>", "~~On 5 May~~"),
        ("<p><u>It <u>closes</u></u></p>", "__It closes__"),
        ("<p>Name:<u>&nbsp; &nbsp;</u>.</p>", "Name: ."),
        ("<p><u>One.<br>Two.</u></p>", "__One.__\n__Two.__"),
    ],
)
def test_an_underline_is_marked_where_it_says_something(html: str, text: str) -> None:
    assert said(html)[0] == text


SMALL: dict[str, tuple[str, str]] = {
    "a power": ("10<sup>3</sup>", "10³"),
    "a negative power": ("x<sup>-1</sup>", "x⁻¹"),
    "a formula": ("H<sub>2</sub>O and SO<sub>4</sub><sup>2-</sup>", "H₂O and SO₄²⁻"),
    "a power before a digit": ("10<sup>3</sup>5", "10³5"),
    "spaces inside": ("m<sup> 2 </sup>and", "m² and"),
    "a negative power with a dash": ("10<sup>–6</sup> and 10<sup>−6</sup>", "10⁻⁶ and 10⁻⁶"),
    "wide digits": ("10<sup>３</sup> CO<sub>２</sub>", "10³ CO₂"),
    "a decimal": ("10<sup>1.5</sup>", "10^(1.5)"),
    "a fraction": ("2<sup>1/2</sup>", "2^(1/2)"),
    "two footnotes": ("the plan<sup>3, 4</sup>", "the plan^(3, 4)"),
    "bold": ("10<b><sup>3</sup></b>", "10³"),
    "a style": ('10<span style="vertical-align: super">3</span>', "10³"),
    "a lowered style": ('H<span style="font-size:8pt;VERTICAL-ALIGN:sub">2</span>O', "H₂O"),
    "struck out": ("<del>10<sup>3</sup></del>", "~~10³~~"),
    "underlined": ("<u>10</u><sup>3</sup>", "__10__³"),
    "a footnote": ("the plan<sup>1)</sup>", "the plan¹⁾"),
    "an ordinal": ("the 1<sup>st</sup> and 2<sup>nd</sup>", "the 1st and 2nd"),
    "a Korean word": ("제3<sup>회</sup>", "제3회"),
    "a letter": ("x<sup>n</sup>", "xn"),
    "a star": ("the plan<sup>*</sup> and<sup>2.</sup>", "the plan* and2."),
    "behind a space": ("see <sup>1</sup>", "see 1"),
    "at the start": ("<sup>1</sup> See", "1 See"),
    "nothing": ("a<sup></sup>b<sub> </sub>c", "ab c"),
    "two": ("a<sup>1<sup>2</sup></sup>", "a¹²"),
}


@pytest.mark.parametrize("case", SMALL)
def test_raised_and_lowered_numbers_are_no_digits_of_the_word_before_them(case: str) -> None:
    html, text = SMALL[case]
    assert said(f"<p>{html}</p>")[0] == text
    assert said(f"<ul><li>{html}</li></ul>")[0] == text
    assert said(f"<table><tr><td>A</td><td>{html}</td></tr></table>")[0] == f"A\t{text}"


def test_a_formula_is_found_as_it_is_typed() -> None:
    assert words(said("<p>CO<sub>2</sub></p>")[0]) == words("CO2")


def test_raised_text_of_its_own_paragraph_has_no_sign() -> None:
    assert said("<div>See<sup><div>2</div></sup></div>")[0] == "See\n\n2"


def test_an_image_that_is_struck_out_keeps_its_words() -> None:
    assert said('<p>See</p><del><img src="/p.png" alt="The plan"></del>')[0] == "See\n\n~~The plan~~"


BLOCK = [
    "details",
    "dialog",
    "fieldset",
    "section",
    "header",
    "menu",
    "hgroup",
    "aside",
    "main",
    "dir",
    "form",
]


@pytest.mark.parametrize("tag", BLOCK)
def test_no_block_welds_its_words_to_its_neighbours(tag: str) -> None:
    text, html = said(f"<div>One<{tag}>Two</{tag}><{tag}>Three</{tag}>Four</div>")
    assert text == "One\n\nTwo\n\nThree\n\nFour"
    assert "OneTwo" not in html
    assert "TwoThree" not in html


@pytest.mark.parametrize(("outer", "inner"), [("details", "summary"), ("fieldset", "legend")])
def test_the_heading_of_a_block_is_not_welded_to_its_words(outer: str, inner: str) -> None:
    text, html = said(f"<p>See.</p><{outer} open><{inner}>More</{inner}>Text of it</{outer}>")
    assert text == "See.\n\nMore\n\nText of it"
    assert "MoreText" not in html


@pytest.mark.parametrize("tag", ["s", "S", "strike", "del"])
def test_paragraphs_in_struck_out_text_are_struck_out(tag: str) -> None:
    text = said(f"<{tag}><p>5 May</p><div>6 May</div></{tag}><p>9 May</p>")[0]
    assert text == "~~5 May~~\n\n~~6 May~~\n\n9 May"


@pytest.mark.parametrize("how", ["hidden", 'style="display:none"', 'style="color:red; DISPLAY : none"'])
def test_text_that_a_browser_hides_is_in_the_html_only(how: str) -> None:
    text, html = said(f"<p>One.</p><p {how}>A draft.</p><p>Two<span {how}> hidden</span>.</p>")
    assert text == "One.\n\nTwo."
    assert "A draft." in html


def test_a_body_that_is_hidden_until_a_script_shows_it_keeps_its_text() -> None:
    assert said('<div style="display:none"><p>One.</p></div>')[0] == "One."
