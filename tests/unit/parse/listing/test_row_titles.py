"""What stands beside a row's title in its link, and what is a part of it."""

import pytest
from entries import ES, page

from kistep_archive.model.items import Listing
from kistep_archive.parse.parser import parse


def title(words: str) -> str:
    first, other = (
        f'<tr><td>{n}</td><td><a href="{ES}&amp;act=view&amp;list_no={n}">{each}</a></td><td>Kim</td>'
        "<td>2022-07-14</td><td>7</td></tr>"
        for n, each in ((90, words), (80, "Another post"))
    )
    head = "<tr><th>No</th><th>Title</th><th>Writer</th><th>Date</th><th>Hit</th></tr>"
    item = parse(page(ES, f"<html><body><p>Total 2</p><table>{head}{first}{other}</table></body></html>"))
    assert isinstance(item, Listing)
    return item.rows[0].title


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("<b>Notice</b> A forum on science", "Notice A forum on science"),
        ("<strong>AI</strong> and the law", "AI and the law"),
        ("A forum on <b>science</b>", "A forum on science"),
        ("A <strong>forum</strong> on <b>science</b> policy", "A forum on science policy"),
        ("<span><b>AI</b> and the law</span>", "AI and the law"),
        ("A forum<span class='date'>2022-07-14</span>", "A forum"),
        ("A forum <span class='reg_date'>(2022.07.14)</span>", "A forum"),
        ("A forum <time>2022-07-14</time>", "A forum"),
        ("A forum <em>2022-07-14</em>", "A forum"),
        ("A forum <span class='c'>[2]</span>", "A forum"),
        ("<span class='sr-only'>제목</span>A forum", "A forum"),
        ("A forum<span class='sound_only'>상세보기</span>", "A forum"),
        ("<span style='position:absolute;left:-9999px'>Post:</span> A forum", "A forum"),
        ("<span class='m_th'>Title</span> A forum", "A forum"),
        ("The <span>[2]</span> forum", "The [2] forum"),
        ("Report of <b>2022-07-14</b>", "Report of 2022-07-14"),
    ],
)
def test_a_title_is_all_of_its_words_and_no_date_beside_it(words: str, read: str) -> None:
    assert title(words) == read


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("<strong>A forum</strong><span>It is about science.</span>", "A forum"),
        ("<span class='date'>2022-07-14</span>", "2022-07-14"),
        ("<span class='date'>2022-07-14</span> meeting", "2022-07-14 meeting"),
        ("The meeting of <span>2022-07-14</span>", "The meeting of 2022-07-14"),
        ("An <i class='update'>up-to-date</i> list", "An up-to-date list"),
        ("The <span class='date'>date</span>", "The date"),
    ],
)
def test_a_heading_in_a_card_and_a_date_in_a_title_stay(words: str, read: str) -> None:
    assert title(words) == read
