"""What readers say of a post, in its body's own box and without a heading: never a part of the body."""

import pytest
from skins import BODY, TEXT, filled, framed, page, post

from kistep_archive.parse.parser import ParseError, parse

NICE = "<p>Nice to read.</p>"
AT = "2022-08-01 10:11"
SAID: dict[str, str] = {
    "a list": f"<ul><li><b>Kim</b> <span>{AT}</span>{NICE}</li><li><b>Lee</b> <i>{AT}</i><p>I was there.</p>"
    "</li></ul>",
    "one day": '<ul class="c"><li><strong>홍길동</strong><em>2022.08.01</em><div>감사합니다.</div></li></ul>',
    "boxes in a box": f"<div><div><b>Kim</b><em>2022-08-01</em>{NICE}</div><div><b>Lee</b><em>2022-08-02</em>"
    "<p>Good.</p></div></div>",
    "boxes": f'<div class="i"><b>Kim</b><em>{AT}</em>{NICE}</div><div class="i"><b>Lee</b><em>{AT}</em>{NICE}'
    "</div>",
    "boxes of boxes": f"<div><div>Kim</div><div>{AT}</div><div>Nice to read.</div></div>",
    "a head in a box": f'<div><div class="h"><b>Kim</b><em>{AT}</em></div><div>Nice to read.</div></div>',
    "definitions": f"<dl><dt>Kim ({AT})</dt><dd>Nice to read.</dd></dl>",
    "many definitions": f"<dl><dt>Kim <i>{AT}</i></dt><dd>Nice.</dd><dt>Lee <i>{AT}</i></dt>"
    "<dd>Good.</dd></dl>",
    "a table": f'<table class="r"><tr><td>Kim</td><td>Nice to read.</td><td>{AT}</td></tr></table>',
    "paragraphs": f"<p><b>Kim</b> <i>{AT}</i><br>Nice.</p><p><b>Lee</b> <i>{AT}</i><br>Good.</p>",
    "a time ago": f"<ul><li><b>Kim</b> <span>3 days ago</span>{NICE}</li></ul>",
    "a time ago in Korean": "<ul><li><b>김</b> <span>2시간 전</span><p>감사합니다.</p></li></ul>",
    "a short day": f"<ul><li><b>Kim</b> <span>(121.130.*.*)</span><span>22.08.01</span>{NICE}</li></ul>",
    "a month by name": f"<ul><li><b>Kim</b> <span>Aug 1, 2022</span>{NICE}</li></ul>",
    "the day first": f"<ul><li><span>{AT}</span> <b>Kim</b>{NICE}</li></ul>",
    "the day last": f"<ul><li><b>Kim</b> {NICE}<span>{AT}</span></li></ul>",
    "a picture": f'<ul><li><img src="/i/a.png" alt=""><b>Kim</b> <span>{AT}</span>{NICE}</li></ul>',
    "answers in an item": f"<ul><li><b>Kim</b> <i>{AT}</i>{NICE}<ul><li><b>Lee</b> <i>{AT}</i>{NICE}</li>"
    "</ul></li></ul>",
    "a button": f'<ul><li><b>Kim</b>{NICE}<a href="#">Reply</a></li></ul>',
    "a Korean button": "<ul><li><b>김철수</b><p>감사합니다.</p><button>답글 달기</button></li></ul>",
    "lines": f'<ul class="c"><li>Kim {AT} Nice to read.</li><li>Lee {AT} Good.</li></ul>',
    "lines with bars": f'<div class="c">Kim | {AT} | Nice to read.<b></b></div>',
    "an empty box behind": f"<ul><li><b>Kim</b> <span>{AT}</span>{NICE}</li></ul><div></div>",
    "a count above": f"<div><p>1 opinion</p><ul><li><b>Kim</b> <span>{AT}</span>{NICE}</li></ul></div>",
}
TYPED: dict[str, str] = {
    "a programme": "<ul><li>2022-08-01 10:00 Opening</li><li>2022-08-01 11:00 Talks</li></ul>",
    "a programme in bold": "<ul><li><b>2022-08-01</b> Opening</li><li><b>2022-08-02</b> Talks</li></ul>",
    "lines with days": f"<ul><li>Opening {AT} Hall A</li><li>Seminar {AT} Hall B</li></ul>",
    "events": "<ul><li><b>Opening</b> 2022-08-01</li><li><b>Seminar</b> 2022-08-02</li></ul>",
    "a schedule": f"<table><tr><td>Kim</td><td>{AT}</td><td>Hall A</td></tr></table>",
    "a schedule with heads": '<table class="t"><tr><th>Who</th><th>When</th><th>Where</th></tr><tr>'
    f"<td>Kim</td><td>{AT}</td><td>Hall A</td></tr></table>",
    "definitions": "<dl><dt>Opening</dt><dd>2022-08-01</dd><dt>Seminar</dt><dd>2022-08-02</dd></dl>",
    "a press release": "<div><p>KISTEP</p><p>2022-08-01</p><p>The hall is open.</p></div>",
    "a signature": "<p><b>Kim</b> <i>2022-08-01</i></p>",
    "a paragraph": "<p><b>KISTEP</b> <i>2022-08-01</i> The hall is open.</p>",
    "a day in words": "<ul><li><b>Kim</b> said on 2022-08-01 that it is open.</li></ul>",
    "a list of names": "<ul><li><b>Kim</b> Hall A</li><li><b>Lee</b> Hall B</li></ul>",
}
PLACES = {
    "in the box": ("list", BODY + "{}"),
    "in a cell": ("rows", BODY + "{}"),
    "behind an inner box": ("definitions", f"<div>{BODY}</div>{{}}"),
    "in a box in the box": ("cells", f"<div>{BODY}{{}}</div>"),
    "in a known box": ("cells under a heading", BODY + "{}"),
}


def held(words: str, place: str) -> str:
    skin, body = PLACES[place]
    return framed(filled(skin, {"body": body.format(words)}))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("shape", SAID)
def test_what_readers_say_at_the_end_of_a_bodys_box_is_an_error_that_shows_it(shape: str, place: str) -> None:
    with pytest.raises(ParseError, match="the body ends with what may be a reader's comment: '") as caught:
        parse(page(held(SAID[shape], place)))
    assert caught.value.field == "body"
    assert "a skin can drop it" in caught.value.why


@pytest.mark.parametrize("shape", ["boxes in a box", "a count above", "a head in a box"])
def test_it_is_one_behind_the_box_too(shape: str) -> None:
    html = filled("list").replace(' class="q"', "").replace("</article>", f"{SAID[shape]}</article>")
    with pytest.raises(ParseError) as caught:
        parse(page(framed(html)))
    assert caught.value.field == "body"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("shape", TYPED)
def test_what_a_writer_types_like_it_is_a_part_of_the_post(shape: str, place: str) -> None:
    item = post(held(TYPED[shape], place))
    assert item.body_text.startswith(TEXT)
    assert len(item.body_text) > len(TEXT)


@pytest.mark.parametrize("said", ["Kim (2022-08-01 10:11) Nice", f"<b>Kim</b> <i>{AT}</i> Nice"])
def test_rows_below_the_body_in_a_table_of_the_site_may_be_comments(said: str) -> None:
    html = filled("rows").replace("</table>", f'<tr><td colspan="2">{said}</td></tr></table>')
    with pytest.raises(ParseError, match="the body ends with what may be a reader's comment"):
        parse(page(framed(html)))
