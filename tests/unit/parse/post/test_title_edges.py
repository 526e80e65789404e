"""Titles with a word at their edge that is no part of them, and headings that may be the board's name: the
page's head decides, else the page is refused."""

import pytest
from skins import BODY, TITLE, field_of, framed, post

HEAD = "<title>News</title>"
LABELS = (
    "<dl><dt>Writer</dt><dd>KISTEP</dd><dt>Date</dt><dd>2022-07-14</dd><dt>Hit</dt><dd>519</dd></dl>"
    f'<div class="q">{BODY}</div>'
)
UNCLEAR: dict[str, str] = {
    "likes": '{} <span class="lk">♥ 12</span>',
    "stars": '{} <span class="st">★★★☆☆</span>',
    "a language": "{} <span>KOR</span>",
    "a status": "{} <i>Closed</i>",
    "a Korean status": '<em class="fin">접수마감</em> {}',
    "small words": "{} <small>Nine agencies came</small>",
    "a second line": '{}<br><span class="s2">Nine agencies came</span>',
    "a number": '<span class="no">42794</span> {}',
    "a number with a sign": "{} <small>#42794</small>",
    "a number with its name": "<em>No. 42794</em> {}",
    "a mark of new posts": "{} <b>N</b>",
}
BEHIND: dict[str, str] = {
    "a paragraph": "<h2>Notices</h2><p>{}</p>",
    "a box": '<h1>Notices</h1><div class="bt">{}</div>',
    "a box in a box": "<h2>공지사항</h2><div><span>{}</span></div>",
    "strong words": "<h3>공지사항</h3><strong>{}</strong>",
}


def view(title: str, page_title: str = "") -> str:
    html = framed(f'<div class="w">{title}{LABELS}</div>')
    return html.replace(HEAD, f"<title>{page_title} | KISTEP</title>") if page_title else html


@pytest.mark.parametrize("title", UNCLEAR.values(), ids=UNCLEAR)
def test_a_word_at_the_edge_of_a_title_is_an_error_unless_the_head_has_the_title(title: str) -> None:
    heading = f"<h4>{title.format(TITLE)}</h4>"
    assert field_of(view(heading)) == "title"
    assert post(view(heading, TITLE)).title == TITLE


@pytest.mark.parametrize("beside", ['{} <span class="by">Kim</span>', "<em>Busan</em> {}"])
def test_the_head_alone_tells_that_a_plain_word_is_no_part_of_a_title(beside: str) -> None:
    heading = f"<h4>{beside.format(TITLE)}</h4>"
    assert post(view(heading, TITLE)).title == TITLE
    assert post(view(heading)).title != TITLE


@pytest.mark.parametrize("title", BEHIND.values(), ids=BEHIND)
def test_a_heading_over_a_plain_text_is_no_title_without_a_witness(title: str) -> None:
    assert field_of(view(title.format(TITLE))) == "title"
    assert post(view(title.format(TITLE), TITLE)).title == TITLE


CUT = "A forum on ri..."


@pytest.mark.parametrize(
    "title",
    [
        f'<h4 title="{TITLE}">{CUT}</h4>',
        f'<h4 class="tit"><span title="{TITLE}">{CUT}</span></h4>',
        f'<div class="tit"><a title="{TITLE}">A forum on ri…</a></div>',
    ],
)
def test_a_title_that_is_cut_is_the_whole_one_of_its_attribute(title: str) -> None:
    assert post(view(title)).title == TITLE


def test_a_title_that_is_cut_and_goes_on_in_the_head_of_the_page_is_refused() -> None:
    assert field_of(view(f"<h4>{CUT}</h4>", TITLE)) == "title"


def test_a_title_that_ends_in_an_ellipsis_stays_so() -> None:
    for heading in ("<h4>The river rises...</h4>", '<h4 title="The river rises...">The river rises...</h4>'):
        assert post(view(heading)).title == "The river rises..."
        assert post(view(heading, "The river rises...")).title == "The river rises..."


def test_the_name_of_a_drawing_is_no_part_of_a_title() -> None:
    assert post(view(f"<h4>{TITLE} <svg><title>Share</title></svg></h4>")).title == TITLE


HARMLESS: dict[str, str] = {
    "a last word": "<h4>A forum on <em>rivers</em></h4>",
    "a first word in a colour": '<h4><span style="color:red">A forum</span> on rivers</h4>',
    "two lines": "<h4>A forum<br>on rivers</h4>",
    "a bold second line": "<h4>A forum<br><b>on rivers</b></h4>",
    "a category above the labels": '<h4>A forum on rivers</h4><p class="category">Event</p>',
    "a named heading": '<h4 class="title">A forum on rivers</h4><p>Nine agencies came</p>',
    "a button below": "<h4>A forum on rivers</h4><p>Print</p>",
}


@pytest.mark.parametrize("title", HARMLESS.values(), ids=HARMLESS)
def test_other_elements_of_a_title_stay_in_it(title: str) -> None:
    assert post(view(title)).title == TITLE
    assert post(view(title, TITLE)).title == TITLE
