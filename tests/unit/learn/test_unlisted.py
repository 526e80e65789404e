"""Writer and hits that no row tells: by a known label they are certain, else a guess, else a doubt."""

import pytest

from kistep_archive.http.response import Page
from kistep_archive.learn import page_tree
from kistep_archive.learn.headers import unlisted
from kistep_archive.learn.headers.unlisted import NAMES, HeaderValues
from kistep_archive.learn.page_tree import PageTree
from kistep_archive.learn.samples import RowValues
from kistep_archive.model.boards import BUILT_IN
from kistep_archive.model.skins import PostSkin, Selection

URL = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no=7"
BOARD = next(board for board in BUILT_IN if board.key == ("news", "es"))
DAYS = ("2024-05-01", "2024-05-12", "2024-06-03", "2024-07-20")
WRITERS = ("Kim Sora", "Policy Team", "Ana Lim", "Kim Sora")
HITS = (87, 1204, 530, 42)
LINE = PostSkin("", Selection("h3"), None, Selection("p", r"([0-9]{4}-[0-9-]+)"), None, ("div.b",))
CELL = PostSkin("", Selection("h3"), None, Selection("i"), None, ("div.b",))


def pages(head: str, writers: tuple[str, ...] = WRITERS) -> list[PageTree]:
    """Four posts whose rows tell only title and date."""
    trees = []
    for at, (day, writer, hits) in enumerate(zip(DAYS, writers, HITS, strict=True)):
        shown = head.format(day=day, writer=writer, hits=f"{hits:,}")
        body = f"<div><h3>Talk {at}</h3>{shown}</div><div class=b><p>Words {at}</p></div>"
        html = f"<html><body>{body}</body></html>"
        row = RowValues(f"Talk {at}", False, None, day, None, None)
        trees.append(page_tree.read(7, row, Page(URL, "2026-01-01T00:00:00Z", 200, (), html.encode()), BOARD))
    return trees


@pytest.mark.parametrize(
    ("skin", "head"),
    [
        (LINE, "<p>Writer {writer} Date {day} Hit {hits}</p>"),
        (CELL, "<ul><li><b>작성자</b> {writer}</li><li><i>{day}</i></li><li>조회 {hits}</li></ul>"),
        (CELL, "<dl><dt>Author</dt><dd>{writer}</dd><dt>Views</dt><dd>{hits}</dd></dl><i>{day}</i>"),
    ],
)
def test_a_known_label_tells_a_field(skin: PostSkin, head: str) -> None:
    assert unlisted.find(skin, pages(head), NAMES) == {
        "writer": HeaderValues(list(WRITERS), guess=False),
        "hits": HeaderValues(list(HITS), guess=False),
    }


@pytest.mark.parametrize(
    ("skin", "head"),
    [
        (LINE, "<p>{writer} wrote this on {day}; {hits} people have seen it</p>"),
        (LINE, "<p>From {writer} | {day} 10:30 | opened {hits} times</p>"),
        (CELL, "<p><em>{hits}</em> <em>{writer}</em> <i>{day}</i></p>"),
        (CELL, "<p><b>{writer}</b> 팀</p><p><i>{day}</i></p><p>추천 7</p><p>본 사람 {hits}</p>"),
        (CELL, "<div>Likes {hits}</div><p>{writer}</p><p>Seen {hits}</p><i>{day}</i>"),
        (LINE, "<p>{writer} 님이 {day}에 올림. {hits}명이 읽었습니다</p>"),
    ],
)
def test_what_differs_from_post_to_post_is_a_guess(skin: PostSkin, head: str) -> None:
    found = unlisted.find(skin, pages(head), NAMES)
    assert (list(found["writer"].values), found["writer"].guess) == (list(WRITERS), True)
    assert (list(found["hits"].values), found["hits"].guess) == (list(HITS), True)


@pytest.mark.parametrize(
    ("skin", "head"),
    [
        (LINE, "<p>By {writer}, posted on {day}</p>"),
        (LINE, "<p>{day} | Team : {writer}</p>"),
        (LINE, "<p>{writer} wrote this on {day}</p>"),
        (CELL, "<p><b>{writer}</b> <small>팀</small></p><p><i>{day}</i> <small>Day</small></p>"),
        (CELL, "<p><i>{day}</i><em>{writer}</em></p>"),
    ],
)
def test_a_writer_of_all_posts_is_guessed_by_a_word_or_a_place_beside_the_date(
    skin: PostSkin, head: str
) -> None:
    found = unlisted.find(skin, pages(head, ("Kim Sora",) * 4), ["writer"])
    assert (list(found["writer"].values), found["writer"].guess) == (["Kim Sora"] * 4, True)


@pytest.mark.parametrize("head", ["<p>Likes {hits}</p>", "<p>{hits}</p><em>{hits}</em>", "<a>{writer}</a>"])
def test_a_count_of_something_else_two_counts_and_a_link_are_no_guess(head: str) -> None:
    assert unlisted.find(CELL, pages(f"<i>{{day}}</i>{head}"), NAMES) == {}


@pytest.mark.parametrize(
    ("head", "text"),
    [
        ("<p>Posted on {day}</p>", ""),
        ("<p>Print | {day}</p><p>Article</p>", "print"),
        ("<p>{day}</p><p>Room {writer}, {hits}</p>", "Kim Sora"),
    ],
)
def test_words_that_nothing_reads_are_named(head: str, text: str) -> None:
    assert unlisted.unread_text(LINE, pages(head)) == text
