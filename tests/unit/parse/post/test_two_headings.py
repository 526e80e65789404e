"""Two headings before the labels of a post: the page's head or a class says which one is the title."""

import pytest
from skins import BODY, ES, JSP, TITLE, field_of, framed, post

LABELS = "<dl><dt>Writer</dt><dd>KISTEP</dd><dt>Date</dt><dd>2022-07-14</dd><dt>Hit</dt><dd>519</dd></dl>"
PAIRS = [
    "<h4>{}</h4><h5>Budgets of the year</h5>",
    "<h4>Press room</h4><h4>{}</h4>",
    "<h3>Press room</h3><h4>{}</h4>",
    '<div class="hd"><h4>{}</h4><h5>Budgets of the year</h5></div>',
    '<div class="hd"><h4>Press room</h4><h5>{}</h5></div>',
]


def view(headings: str, said: str = "News") -> str:
    html = framed(f'<div class="w">{headings}{LABELS}<div class="view_con">{BODY}</div></div>')
    return html.replace("<title>News</title>", f"<title>{said}</title>")


@pytest.mark.parametrize("url", [ES, JSP])
@pytest.mark.parametrize("pair", PAIRS)
def test_the_head_of_the_page_says_which_heading_is_the_title(pair: str, url: str) -> None:
    assert post(view(pair.format(TITLE), f"{TITLE} | News | KISTEP"), url).title == TITLE


@pytest.mark.parametrize("pair", PAIRS)
def test_two_headings_of_which_nothing_says_which_is_the_title_are_an_error(pair: str) -> None:
    assert field_of(view(pair.format(TITLE))) == "title"
    assert field_of(view(pair.format(TITLE), f"{TITLE} Budgets of the year Press room")) == "title"


def test_a_class_says_which_heading_is_the_title_unless_the_head_says_another() -> None:
    for pair in ('<h4 class="tit">{}</h4><h5>Budgets</h5>', '<h3>Press room</h3><h4 class="subject">{}</h4>'):
        assert post(view(pair.format(TITLE))).title == TITLE
    assert (
        field_of(view(f'<h3>Press room</h3><h4 class="tit">{TITLE}</h4>', "Press room | KISTEP")) == "title"
    )


def test_a_heading_that_is_the_posts_date_is_no_title() -> None:
    for date in ("2022-07-14", "2022.07.14"):
        assert post(view(f"<h4>{TITLE}</h4><h5>{date}</h5>")).title == TITLE
        assert post(view(f"<div><h4>{TITLE}</h4><h5>{date}</h5></div>")).title == TITLE
    assert post(view("<h4>2021-01-02</h4>")).title == "2021-01-02"


def test_the_same_words_in_two_headings_are_one_title() -> None:
    assert post(view(f"<h3>{TITLE}</h3><h4>{TITLE}</h4>")).title == TITLE


@pytest.mark.parametrize("headings", ["<h4>{}</h4>", "<table><tr><th>Title</th><td>{}</td></tr></table>"])
@pytest.mark.parametrize(
    ("title", "new"),
    [
        ("<del>An old name</del> {}", TITLE),
        ("<s>An old name</s> {}", TITLE),
        ('<span style="text-decoration: line-through">An old name</span> {}', TITLE),
        ("<span>{}</span><span>KISTEP | 2022-07-14</span>", TITLE),
    ],
)
def test_a_struck_part_or_a_writer_with_a_date_needs_a_head_that_tells(
    headings: str, title: str, new: str
) -> None:
    html = headings.format(title.format(TITLE))
    assert field_of(view(html)) == "title"
    assert post(view(html, f"{new} | KISTEP")).title == new
