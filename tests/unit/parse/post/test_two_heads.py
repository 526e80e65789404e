"""Pages that have the labels of two posts: which post they are is unclear, so they are refused."""

import pytest
from skins import ES, JSP, SKINS, TEXT, VALUES, field_of, filled, framed, head, page, post

from kistep_archive.parse.parser import ParseError, parse

VIEW = "/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no="
# the labels of another post, without a link to it
OTHERS: dict[str, str] = {
    "a table": "<table><tr><th>Title</th><td>Another one</td></tr><tr><th>Writer</th><td>Kim</td>"
    "<th>Date</th><td>2021-01-02</td></tr></table>",
    "columns": "<table><tr><th>Title</th><th>Writer</th><th>Date</th></tr><tr><td>Another one</td>"
    "<td>Kim</td><td>2021-01-02</td></tr></table>",
    "definitions": "<dl><dt>제목</dt><dd>Another one</dd><dt>작성자</dt><dd>Kim</dd>"
    "<dt>작성일</dt><dd>2021-01-02</dd></dl>",
    "lines of a list": "<ul><li>Title : Another one</li><li>Writer : Kim</li><li>Date : 2021-01-02</li></ul>",
    "one line": "<p>Title : Another one</p><p>Writer : Kim Date : 2021-01-02 Hit : 7</p>",
    "pairs": "<p><b>Title</b> <span>Another one</span></p><p><b>Writer</b> <span>Kim</span></p>"
    "<p><b>Date</b> <span>2021-01-02</span></p>",
}
SAME = (
    OTHERS["a table"]
    .replace("Another one", VALUES[0])
    .replace("Kim", "KISTEP")
    .replace("2021-01-02", VALUES[2])
)


@pytest.mark.parametrize("url", [ES, JSP])
@pytest.mark.parametrize("name", ["q", "contents"])
@pytest.mark.parametrize("box", ["{}", '<div class="prev"><h4>Previous post</h4>{}</div>'])
@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("skin", SKINS)
def test_the_labels_of_another_post_before_the_posts_own_are_an_error(
    skin: str, other: str, box: str, name: str, url: str
) -> None:
    html = filled(skin).replace('class="q"', f'class="{name}"')
    before = box.format(OTHERS[other])
    for whole in (framed(html, before=before), framed(f'<div class="w">{html}</div>', before=before)):
        assert field_of(whole, url) in ("title", "writer", "date", "hits", "body")


@pytest.mark.parametrize("other", OTHERS)
def test_the_error_names_both_places_and_both_values(other: str) -> None:
    html = framed(f'<div class="w">{filled("list")}</div>', before=f"<div>{OTHERS[other]}</div>")
    with pytest.raises(ParseError) as caught:
        parse(page(html))
    for words in ("'KISTEP'", "'Kim'", "(<li>)", "unclear which one is the post's"):
        assert words in str(caught.value)


@pytest.mark.parametrize("name", ["q", "contents"])
@pytest.mark.parametrize("other", OTHERS)
def test_labels_that_a_body_quotes_are_its_text(other: str, name: str) -> None:
    for body in (
        f"<p>The ministry announced it as follows:</p>{OTHERS[other]}<p>That is all.</p>",
        f"<p>The hall opened its doors at nine.</p>{OTHERS[other]}",
    ):
        said = post(framed(filled("list", {"body": body}).replace('class="q"', f'class="{name}"')))
        assert head(said) == VALUES
        assert "Another one" in said.body_text


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><th>Date</th><td>2021-01-02</td></tr><tr><th>Venue</th><td>Seoul</td></tr></table>",
        "<table><tr><th>Title</th><td>A forum</td></tr><tr><th>Date</th><td>2021-01-02</td></tr></table>",
        "<table><tr><th>담당부서</th><td>Office of plans</td><th>연락처</th><td>02-1</td></tr></table>",
    ],
)
@pytest.mark.parametrize("skin", SKINS)
def test_a_table_with_one_label_of_a_head_begins_a_body(skin: str, table: str) -> None:
    said = post(framed(filled(skin, {"body": f"{table}<p>More of it.</p>"})))
    assert head(said) == VALUES
    assert said.body_text.endswith("More of it.")


def test_labels_that_say_the_same_twice_are_no_error() -> None:
    same = SAME.replace("</table>", "<tr><th>Hit</th><td>519</td></tr></table>")
    said = post(framed(filled("cells under a heading"), before=same))
    assert head(said) == VALUES
    assert said.body_text == TEXT


@pytest.mark.parametrize("skin", SKINS)
def test_the_same_labels_with_hits_below_labels_without_are_an_error(skin: str) -> None:
    html = framed(f'<div class="w">{filled(skin)}</div>', before=f"<div>{SAME}</div>")
    assert field_of(html) in ("hits", "body", "title")


def test_labels_with_a_link_to_another_post_are_that_posts() -> None:
    other = OTHERS["a table"].replace("Another one", f'<a href="{VIEW}7">Another one</a>')
    assert head(post(framed(filled("list"), before=other))) == VALUES


@pytest.mark.parametrize("skin", ["list", "list under a box", "definitions under a box"])
def test_a_title_label_above_a_heading_that_says_something_else_is_an_error(skin: str) -> None:
    for label in ("<p><b>Title</b> <span>{}</span></p>", "<dl><dt>제목</dt><dd>{}</dd></dl>"):
        assert field_of(framed(filled(skin), before=label.format("Another one"))) == "title"
        assert head(post(framed(filled(skin), before=label.format(VALUES[0])))) == VALUES


@pytest.mark.parametrize("name", ["q", "contents"])
def test_a_body_that_begins_with_the_labels_of_another_post_is_the_posts_own(name: str) -> None:
    for other in OTHERS.values():
        html = framed(filled("list", {"body": f"{other}<p>That is what it said.</p>"}))
        said = post(html.replace('class="q"', f'class="{name}"'))
        assert head(said) == VALUES
        assert "Another one" in said.body_text
