"""A page whose own labels have unknown words, and whose post quotes known ones."""

import pytest
from skins import TITLE, VALUES, field_of, framed, head, post

QUOTED = "<dl><dt>Writer</dt><dd>Kim</dd><dt>Date</dt><dd>2020-05-05</dd><dt>Hit</dt><dd>9</dd></dl>"
LINE = "<p>작성자 : Kim | 작성일 : 2020-05-05 | 조회수 : 9</p>"
WORDS = "<p>Forty people met.</p><p>Slides follow.</p>"
HEADS: dict[str, str] = {
    "definitions": "<dl><dt>{0}</dt><dd>KISTEP</dd><dt>{1}</dt><dd>2022-07-14</dd>"
    "<dt>{2}</dt><dd>519</dd></dl>",
    "a list": "<ul><li><b>{0}</b> KISTEP</li><li><b>{1}</b> 2022-07-14</li><li><b>{2}</b> 519</li></ul>",
    "one line": "<p class='info'>{0} KISTEP · {1} 2022-07-14 · {2} 519</p>",
}
UNKNOWN = [("Penned by", "Put up", "Seen"), ("쓴이", "올린날", "본횟수")]
BODIES: dict[str, str] = {
    "paragraphs before": f"{WORDS}{QUOTED}<p>The form ends here.</p>",
    "a paragraph before": f"<p>Fill this in</p>{QUOTED}<p>The form ends here.</p>",
    "a heading before": f"<h5>Application form</h5>{QUOTED}<p>The form ends here.</p>",
    "nothing before": f"{QUOTED}<p>The form ends here.</p>",
    "nothing behind": f"{WORDS}{QUOTED}",
    "a line": f"{WORDS}{LINE}<p>The form ends here.</p>",
    "boxes": f"<div>Fill this in</div>{QUOTED}<div>The form ends here.</div>",
}


def view(block: str, body: str) -> str:
    return framed(f'<div class="w"><h4 class="tit">{TITLE}</h4>{block}<div class="q">{body}</div></div>')


@pytest.mark.parametrize("labels", UNKNOWN, ids=["English", "Korean"])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("block", HEADS.values(), ids=HEADS)
def test_labels_that_a_post_quotes_are_never_its_own(block: str, body: str, labels: tuple[str, ...]) -> None:
    assert field_of(view(block.format(*labels), body)) in ("title", "writer", "date", "body")


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_so_they_are_below_a_title_that_shares_its_box_with_unknown_labels(body: str) -> None:
    head_box = f'<div class="hd"><p class="headline">{TITLE}</p>{HEADS["a list"].format(*UNKNOWN[0])}</div>'
    html = framed(f'<section class="w">{head_box}<div class="q">{body}</div></section>')
    assert field_of(html) in ("title", "writer", "date", "body")


@pytest.mark.parametrize("block", HEADS.values(), ids=HEADS)
def test_known_labels_before_them_are_the_posts_own(block: str) -> None:
    said = post(view(block.format("작성자", "작성일", "조회수"), BODIES["paragraphs before"]))
    assert head(said) == VALUES
    assert "Kim" in said.body_text


HARMLESS: dict[str, str] = {
    "the day of today": '<div class="now">Seoul | 2024-11-29 | cloudy</div>',
    "the weather": "<ul><li>서울</li><li>2024-11-29 (금)</li><li>맑음</li></ul>",
    "posts with dates": '<ul><li><a href="/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;'
    'list_no=7">Older</a> | Kim | 2020-05-05</li></ul>',
    "when it was changed": "<ul><li>Modified 2024-01-01</li><li>Kim</li><li>2</li></ul>",
    "a path": "<p>Home</p><p>News</p><p>2024</p>",
}


@pytest.mark.parametrize("before", HARMLESS.values(), ids=HARMLESS)
def test_other_dates_above_a_title_are_none_of_a_head(before: str) -> None:
    block = HEADS["definitions"].format("Writer", "Date", "Hit")
    html = framed(f'<div class="w"><h4 class="tit">{TITLE}</h4>{block}<div class="q">{WORDS}</div></div>')
    html = html.replace('<div class="w">', f'<div class="x">{before}</div><div class="w">')
    assert head(post(html)) == VALUES
