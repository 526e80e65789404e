"""Two labels of dates in one block: the same day is read, two days are an error that names both."""

import pytest
from skins import BODY, TITLE, VALUES, framed, page, post

from kistep_archive.parse.parser import ParseError, parse

PAIRS = {
    "definitions": ("<dl>{}</dl>", "<dt>{}</dt><dd>{}</dd>"),
    "items": ("<ul>{}</ul>", "<li><span>{}</span> {}</li>"),
    "cells": ("<table><tr>{}</tr></table>", "<th>{}</th><td>{}</td>"),
}


def html(shape: str, *labels: tuple[str, str]) -> str:
    around, pair = PAIRS[shape]
    block = around.format("".join(pair.format(*label) for label in labels))
    return framed(f'<div class="v"><h2>{TITLE}</h2>{block}<div class="view_con">{BODY}</div></div>')


@pytest.mark.parametrize("shape", PAIRS)
@pytest.mark.parametrize("other", ["일자", "발행일", "Published"])
@pytest.mark.parametrize("own", ["등록일", "작성일"])
@pytest.mark.parametrize("is_first", [True, False])
def test_two_days_are_an_error_that_names_both(shape: str, other: str, own: str, is_first: bool) -> None:
    dates = [(other, "2022-08-01"), (own, "2022-07-14")]
    dates = dates if is_first else dates[::-1]
    with pytest.raises(ParseError) as caught:
        parse(page(html(shape, ("작성자", "KISTEP"), *dates, ("조회수", "519"))))
    assert caught.value.field == "date"
    assert all(word in caught.value.why for word in (other, own, "2022-08-01", "2022-07-14", "unclear"))


@pytest.mark.parametrize("shape", PAIRS)
@pytest.mark.parametrize("other", ["일자", "발행일", "수정일"])
def test_one_day_under_two_labels_is_read(shape: str, other: str) -> None:
    labels = (("작성자", "KISTEP"), (other, "2022.07.14"), ("등록일", "2022-07-14 09:00"), ("조회수", "519"))
    found = post(html(shape, *labels))
    assert (found.title, found.writer, found.date, found.hits) == VALUES


@pytest.mark.parametrize("shape", PAIRS)
def test_the_day_of_a_change_is_no_second_date(shape: str) -> None:
    labels = (("작성자", "KISTEP"), ("수정일", "2022-08-01"), ("등록일", "2022-07-14"), ("조회수", "519"))
    found = post(html(shape, *labels))
    assert (found.title, found.writer, found.date, found.hits) == VALUES
