"""Listings whose newest posts stand in boxes of their own above the list, and not in the list again."""

import pytest
from entries import ES, page

from kistep_archive.model.items import Listing
from kistep_archive.parse.parser import parse

PAGER = (
    '<div class="pager"><a class="on" href="{0}1"><strong>1</strong></a><a href="{0}2">2</a></div>'.format(
        "/board.es?mid=a20501000000&amp;bid=0051&amp;nPage="
    )
)
TOTAL = "<p>Total <b>30</b> posts, page <strong>{}</strong>/3</p>"
LIST = {9: "A forum", 8: "A seminar", 7: "A lecture"}
LED = {12: "A new report", 11: "A new study", 10: "A new plan"}


def card(tag: str, number: int, title: str, day: str | None = None) -> str:
    href = f"/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no={number}"
    told = f"<span>2022-07-{number:02d}</span>" if day is None else day
    image = f'<i><img src="/galleryThumbView.es?bid=0051&amp;list_no={number}" alt=""></i>'
    return f'<{tag}><a href="{href}">{image}<div><strong>{title}</strong>{told}</div></a></{tag}>'


def cards(tag: str, posts: dict[int, str]) -> str:
    return "".join(card(tag, number, title) for number, title in posts.items())


def row(number: int, title: str) -> str:
    href = f"/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no={number}"
    cells = (number, f'<a href="{href}">{title}</a>', "Kim", f"2022-07-{number:02d}", 7)
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


LISTS = [
    f"<div><ul>{cards('li', LIST)}</ul></div>",
    "<div><table><tr><th>No</th><th>Title</th><th>Writer</th><th>Date</th><th>Hit</th></tr>"
    + "".join(row(*post) for post in LIST.items())
    + "</table></div>",
]
FIRST, *OTHERS = LED.items()
BOXES = [
    f"{card('div', *FIRST)}<div><ul>{cards('li', dict(OTHERS))}</ul></div>",
    f"<div>{cards('div', LED)}</div>",
    f"<ul>{cards('li', LED)}</ul>",
]


def read(main: str, before: str = "", number: int = 1) -> list[tuple[int, str, str | None, bool]]:
    html = f"<!DOCTYPE html><html><body>{before}<main><div>{main}</div></main></body></html>"
    listing = parse(page(f"{ES}&nPage={number}", html))
    assert isinstance(listing, Listing)
    assert listing.total == 30
    return [(row.number, row.title, row.date, row.pinned) for row in listing.rows]


def facts(posts: dict[int, str], *, pinned: bool = False) -> list[tuple[int, str, str, bool]]:
    return [(number, title, f"2022-07-{number:02d}", pinned) for number, title in posts.items()]


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("rows", LISTS)
def test_newer_posts_in_boxes_above_the_list_are_rows_too(rows: str, box: str) -> None:
    assert read(box + TOTAL.format(1) + rows + PAGER) == facts(LED, pinned=True) + facts(LIST)


@pytest.mark.parametrize("rows", LISTS)
def test_older_or_listed_posts_in_a_box_above_the_list_are_no_rows(rows: str) -> None:
    box = f"<div><h3>Most read</h3><ul>{cards('li', {9: 'A forum', 2: 'Old', 1: 'Older'})}</ul></div>"
    assert read(box + TOTAL.format(1) + rows + PAGER) == facts(LIST)


@pytest.mark.parametrize("rows", LISTS)
def test_a_later_page_has_no_rows_above_its_list(rows: str) -> None:
    assert read(BOXES[0] + TOTAL.format(2) + rows + PAGER, number=2) == facts(LIST)


@pytest.mark.parametrize("rows", LISTS)
def test_newer_posts_below_the_list_or_outside_its_part_of_the_page_are_no_rows(rows: str) -> None:
    assert read(TOTAL.format(1) + rows + PAGER + BOXES[0]) == facts(LIST)
    assert read(TOTAL.format(1) + rows + PAGER, before=BOXES[0]) == facts(LIST)


def test_a_link_to_a_newer_post_without_a_day_is_no_row() -> None:
    box = card("div", 12, "Watch the film", day="")
    assert read(box + TOTAL.format(1) + LISTS[1] + PAGER) == facts(LIST)


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("below", ["", "<p>Write</p>", f"<div><ul>{cards('li', {3: 'Read'})}</ul></div>"])
def test_the_last_page_may_have_fewer_rows_than_the_boxes_above_it(box: str, below: str) -> None:
    rows = f"<div><ul>{card('li', 1, 'The first post')}</ul></div>"
    read_rows = read(box + TOTAL.format(3) + rows + PAGER + below, number=3)
    assert read_rows == facts({1: "The first post"})
