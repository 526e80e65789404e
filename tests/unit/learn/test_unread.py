"""What pages show in front of the body, and a skin does not read."""

from dataclasses import replace

import pytest

from kistep_archive.http.response import Page
from kistep_archive.learn import doubts, page_tree
from kistep_archive.learn.headers import unread
from kistep_archive.learn.judge import Judgement
from kistep_archive.learn.samples import RowValues
from kistep_archive.model.boards import BUILT_IN
from kistep_archive.model.skins import PostSkin, Selection

URL = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no=7"
BOARD = next(board for board in BUILT_IN if board.key == ("news", "es"))
ROW = RowValues("A talk", False, None, "2024-05-01", None, None)
SKIN = PostSkin("", Selection("h3"), None, Selection(".day"), None, ("div.b",))
DAY = '<b class="day">2024-05-01</b>'


def shown(head: str, body: str = "Words.", skin: PostSkin = SKIN) -> set[str]:
    html = f'<html><body><div class="h">{head}</div><div class="b"><p>{body}</p></div></body></html>'
    page = Page(URL, "2026-01-01T00:00:00Z", 200, (), html.encode())
    return set(unread.unread_fields(skin, page_tree.read(7, ROW, page, BOARD)))


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("<i>Writer</i><b>Kim</b>", "writer"),
        ("<span>작성자 김하나</span>", "writer"),
        ("<th>담당자</th><td>김하나</td>", "writer"),
        ("<dt>조회 수</dt><dd>-</dd>", "hits"),
        ('<i title="Views"></i> none', "hits"),
        ("<em>Page opened</em><b>1,204</b>", "hits"),
    ],
)
@pytest.mark.parametrize("order", ["{label}<h3>A talk</h3>{day}", "<h3>A talk</h3>{day}{label}"])
def test_a_label_or_a_count_in_front_of_the_body_is_shown(label: str, field: str, order: str) -> None:
    assert shown(order.format(label=label, day=DAY)) == {field}


def test_the_title_the_date_and_the_words_of_the_body_show_no_other_field() -> None:
    assert shown(f"<h3>A talk</h3>{DAY}<p>Share</p>", "<b>Writer</b> Kim, <i>Views</i> <b>12</b>") == set()


def test_a_line_that_the_date_is_taken_out_of_may_show_more() -> None:
    skin = replace(SKIN, date=Selection(".day", r"공개일 : (\S+)"))
    assert shown(
        '<h3>A talk</h3><p class="day">글쓴이 : 김하나 | 공개일 : 2024-05-01 | 읽음 : 7</p>', skin=skin
    ) == {
        "writer",
        "hits",
    }


def test_a_field_that_most_pages_show_is_doubted_unless_a_row_or_a_page_tells_it() -> None:
    judgement = Judgement()
    assert doubts.unread(judgement, {"hits": 4}, 8) == []
    assert doubts.unread(judgement, {"hits": 5}, 8) == [
        "hits is perhaps shown by 5 pages of 8, but nothing reads it"
    ]
    judgement.unproven.add("hits")
    assert doubts.unread(judgement, {"hits": 8}, 8) == []
