"""Which number of a page is the listing's total, where popups, slides and counts of comments show others: the
pager and the rows tell, or the page is refused."""

import pytest
from entries import ES, page

from kistep_archive.model import skins
from kistep_archive.model.boards import Board
from kistep_archive.model.items import Listing
from kistep_archive.parse.parser import ParseError, parse

REAL = "<p>Total <b>37</b></p>"


def listing(before: str, number: int = 1, last: int = 4, count: int = 10) -> str:
    """Page `number` of `last`, with so many rows and a pager of numbers."""
    row = (
        '<tr><td>{0}</td><td><a href="{1}&amp;act=view&amp;list_no={0}">Post {0}</a></td>'
        "<td>2022-07-01</td></tr>"
    )
    rows = "".join(row.format(900 - number * 10 - n, ES) for n in range(count))
    head = "<tr><th>No</th><th>Title</th><th>Date</th></tr>"
    pager = "".join(
        f"<strong>{n}</strong>" if n == number else f'<a href="{ES}&amp;nPage={n}">{n}</a>'
        for n in range(1, last + 1)
    )
    table = f"<table>{head}{rows}</table><div class='paging'>{pager}</div>"
    return f"<html><body><div id='contents'><h2>News</h2>{before}{table}</div></body></html>"


def read(before: str, number: int = 1, last: int = 4, count: int = 10) -> Listing:
    item = parse(page(f"{ES}&nPage={number}", listing(before, number, last, count)))
    assert isinstance(item, Listing)
    return item


OTHERS = [
    '<div class="pop">전체 10건</div>',
    '<div class="pop">전체 38건</div>',
    '<div class="x">전체 20건</div>',
    '<div class="x">전체 22건</div>',
    "<p>Total 10 comments</p>",
    "<p>Total 38 comments</p>",
    "<p>Total: 38 files</p>",
    "<p>댓글 전체 38</p>",
    "<p>전체 38개의 댓글</p>",
    '<div class="slide">Total 10<button>next</button></div>',
    '<div class="main-slide"><b>Total 38</b><button>next</button></div>',
    "<p>검색결과 총 38건</p>",
    "<p>'강' 검색 결과 총 <b>38</b>건</p>",
    "<div><em>검색결과</em><p>총 38건</p></div>",
    "<p>검색된 게시물 총 38건</p>",
    "<p>Search results: Total 38</p>",
    "<p>Total 38 results for 'rivers'</p>",
    "<p>Total 38 search results</p>",
    "<p>Cart (2) Total 38</p>",
    "<div>Cart <b>(2)</b><span>Total 38</span></div>",
    "<p>My page total 38</p>",
    "<p>장바구니 총 38건</p>",
    "<p>Popular searches: total 38 items</p>",
    "<p>인기 검색어 총 38건</p>",
    '<div style="display: none">Total 38 posts</div>',
    "<div hidden><p>전체 38건</p></div>",
]


@pytest.mark.parametrize("other", OTHERS)
def test_what_a_popup_a_slide_or_comments_count_is_no_total(other: str) -> None:
    assert {read(both).total for both in (other + REAL, REAL + other)} == {37}
    assert (read(other).total, read(other).further) == (None, True)


@pytest.mark.parametrize("other", ['<div class="x">전체 35건</div>', "<div>Total 39</div>"])
def test_two_totals_that_both_may_be_right_are_refused_with_both(other: str) -> None:
    for both in (other + REAL, REAL + other, f"{other}<div>{REAL}</div>"):
        with pytest.raises(ParseError, match=r"two totals.*37.*3[59]|two totals.*3[59].*37"):
            read(both)
        assert read(both, number=2).total is None  # page 1 has told it


def test_a_skin_or_the_board_decides_between_two_totals() -> None:
    shown = page(f"{ES}&nPage=1", listing(f'<div class="x">전체 35건</div>{REAL}'))
    skin = skins.read({"listing": {"total": "p b"}}, "skin")
    selected = parse(shown, Board("news", "News", "es", ES, "en", skin=skin))
    ignored = parse(shown, Board("news", "News", "es", ES, "en", total="ignore"))
    assert isinstance(selected, Listing)
    assert isinstance(ignored, Listing)
    assert (selected.total, ignored.total) == (37, None)


def test_pages_that_are_told_decide_between_two_totals() -> None:
    assert read("<p>Page 1/4</p><p>Total 120</p><p>Total 37</p>").total == 37


@pytest.mark.parametrize(
    ("words", "total"),
    [
        ("<p>Total 37</p><p>37 posts</p>", 37),
        ("<p>Total 37 posts, 12 comments</p>", 37),
        ("<p>12 comments, Total 37 posts</p>", 37),
        ("<p>전체 37건, 새글 2건</p>", 37),
        ("<p class='popular'>Total 37</p>", 37),
        ("<p>Total 31</p>", 31),
        ("<p>Total 40</p>", 40),
        ("<p>Total 4,000</p>", 4000),
    ],
)
def test_a_total_that_the_pager_allows_is_the_total(words: str, total: int) -> None:
    assert read(words).total == total


def test_the_number_of_pages_is_not_smaller_than_what_the_pager_links_to() -> None:
    assert read(f"<div class='x'>Page 1/1</div>{REAL}").pages is None
    assert read(f"<div class='x'>Page 1/1</div><p>Page 1/4</p>{REAL}").pages == 4


def test_the_last_page_links_to_no_later_one() -> None:
    ends = [read(REAL, number, count=7 if number == 4 else 10).further for number in (1, 2, 3, 4)]
    assert ends == [True, True, True, False]
    assert read(REAL, number=4, count=7).total == 37
