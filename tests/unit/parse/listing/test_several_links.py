"""Rows that lead to several posts: the first link is the row's, nested items are rows of their own, and
a post that no row takes is an error."""

import pytest
from entries import ES, page

from kistep_archive.model.items import Listing
from kistep_archive.parse.parser import ParseError, parse

PAGER = f'<div class="paging"><strong>1</strong><a href="{ES}&amp;nPage=2">2</a></div>'
HEAD = "<tr><th>No</th><th>Title</th><th>Writer</th><th>Date</th><th>Hit</th></tr>"
NUMBERS = [90, 80, 70, 60]
TITLES = [(n, f"Post {n}") for n in NUMBERS]


def link(number: int, words: str = "") -> str:
    return f'<a href="{ES}&amp;act=view&amp;list_no={number}">{words or f"Post {number}"}</a>'


def shown(main: str) -> list[tuple[int, str]]:
    item = parse(page(f"{ES}&nPage=1", f"<html><body><div id='contents'>{main}{PAGER}</div></body></html>"))
    assert isinstance(item, Listing)
    return [(row.number, row.title) for row in item.rows]


def table(extra: dict[int, str], head: str = HEAD, last: str = "") -> str:
    rows = "".join(
        f"<tr><td>{n}</td><td>{link(n)}{extra.get(n, '')}</td><td>Kim</td><td>2022-07-01</td><td>7</td>"
        f"{last}</tr>"
        for n in NUMBERS
    )
    return f"<table>{head}{rows}</table>"


def items(extra: dict[int, str]) -> str:
    rows = "".join(f"<li>{link(n)} <span>2022-07-01</span>{extra.get(n, '')}</li>" for n in NUMBERS)
    return f"<ul>{rows}</ul>"


SECOND = [
    f" {link(42, 'see also')}",
    f" ({link(42, 'a related post with a much longer title than that of the row')})",
    f"<br>{link(70, 'see also')}",
    f"<p>{link(42, '42')} {link(43, '43')}</p>",
]


@pytest.mark.parametrize("second", SECOND)
@pytest.mark.parametrize("at", NUMBERS)
def test_a_second_link_in_a_row_leads_elsewhere(second: str, at: int) -> None:
    if at == 70 and "=70" in second:
        return
    for made in (table({at: second}), table({at: second}, head=""), items({at: second})):
        assert shown(made) == TITLES


def test_a_link_to_another_row_of_the_page_may_come_first() -> None:
    assert shown(table({}).replace(link(80), f"{link(60, 'Re:')} {link(80)}")) == TITLES


def test_a_column_of_related_posts_is_no_gallery() -> None:
    head = HEAD.replace("</tr>", "<th>Related</th></tr>")
    assert shown(table({}, head, f"<td>{link(42, 'related')}</td>")) == TITLES


def test_every_row_with_a_second_link_is_still_its_first_posts() -> None:
    assert shown(table(dict.fromkeys(NUMBERS, SECOND[0]))) == TITLES


def test_a_nested_reply_is_a_row_of_its_own() -> None:
    def reply(number: int, more: str = "") -> str:
        return f"<ul><li>{link(number, f'Re: {number}')} <span>2022-07-02</span>{more}</li></ul>"

    one = shown(items({80: reply(79)}))
    assert one == [*TITLES[:2], (79, "Re: 79"), *TITLES[2:]]
    deep = shown(items({80: reply(79, reply(78)), 60: reply(59)}))
    assert deep == [*TITLES[:2], (79, "Re: 79"), (78, "Re: 78"), *TITLES[2:], (59, "Re: 59")]


def test_a_list_of_facts_in_an_item_is_no_list_of_replies() -> None:
    facts = "<ul><li>Writer Kim</li><li>Hit 3</li></ul>"
    assert shown(items({80: facts})) == TITLES


def test_posts_of_a_year_in_an_item_stay_rows() -> None:
    years = "".join(f"<li>{year}{items({})}</li>".replace("list_no=", f"list_no={year}") for year in (1, 2))
    assert len(shown(f"<ul>{years}</ul>")) == 8


def test_several_posts_in_a_line_of_a_gallery_are_all_rows() -> None:
    def card(number: int) -> str:
        return f'<td><img src="/{number}.jpg" alt="">{link(number)}<span>2022-07-01</span></td>'

    lines = "".join(f"<tr>{card(n)}{card(n - 1)}</tr>" for n in NUMBERS)
    assert len(shown(f"<table>{lines}</table>")) == 8


def boxes(tag: str, *at: int) -> str:
    rows = "".join(
        f"<{tag} class='row'>{link(n)}{SECOND[0] * (n in at)} <span>2022-07-01</span></{tag}>"
        for n in NUMBERS
    )
    return f"<div class='list'>{rows}</div>"


@pytest.mark.parametrize("tag", ["div", "article", "p", "li"])
def test_rows_of_any_tag_may_have_a_second_link(tag: str) -> None:
    assert shown(boxes(tag, 80)) == TITLES


@pytest.mark.parametrize("tag", ["div", "article", "p"])
@pytest.mark.parametrize("at", [(80, 70), (90, 60), (90, 80, 70)])
def test_a_post_that_no_row_takes_is_named(tag: str, at: tuple[int, ...]) -> None:
    with pytest.raises(ParseError, match=r"rows: the list has links to \d posts? that no row is about"):
        shown(boxes(tag, *at))


@pytest.mark.parametrize(
    "box",
    [
        f"<div class='popup'><p>{link(42)}</p><p>{link(43)}</p></div>",
        f"<div class='recent'><h3>Recent</h3><ul><li>{link(42)}</li><li>{link(43)}</li></ul></div>",
        f"<p>{link(42, 'How to use this board')} and {link(43, 'more')}</p>",
    ],
)
def test_a_box_beside_the_list_may_lead_to_any_post(box: str) -> None:
    side = f"<div class='side'><h3>More</h3>{box}</div>"
    for made in (side + table({}), table({}) + side):
        assert shown(made) == TITLES
