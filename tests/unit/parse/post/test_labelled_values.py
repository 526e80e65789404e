"""A label with its value in a heading's place is no title."""

import pytest
from skins import ES, filled, framed, post

from kistep_archive.parse.post.title.labelled_values import is_labelled
from kistep_archive.parse.text import ParseError

VALUES = [
    "수정일 23 June 2024",
    "최종수정일 : 2024-06-23",
    "Last updated June 3, 2024",
    "Likes 28",
    "추천53",
    "댓글: 1,201",
    "Comments (3)",
]
TITLES = [
    "View 2030",
    "# 2030 [",
    "Vision 2030",
    "Results of 2024-06-23",
    "Likes and 28 dislikes",
    "수정일정 2024",
    "Talk 12",
    "2024",
    "추천",
]


@pytest.mark.parametrize("words", VALUES)
def test_a_label_with_a_date_or_a_count_is_no_title(words: str) -> None:
    html = framed(filled("list", {"title": words}))
    assert is_labelled(words)
    with pytest.raises(ParseError, match="title: .* is a label with its value"):
        post(html, ES)


@pytest.mark.parametrize("words", TITLES)
def test_other_words_with_a_number_are_titles(words: str) -> None:
    assert not is_labelled(words)


def test_the_head_of_the_page_may_say_that_it_is_a_title() -> None:
    html = framed(filled("list", {"title": "Status 2024-06-23"}))
    html = html.replace("<title>News", "<title>Status 2024-06-23 | Institute")
    assert post(html, ES).title == "Status 2024-06-23"
