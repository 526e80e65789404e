"""What stands in the box of a body: sections whose tags say nothing of who wrote them, and what the page says
there again."""

import pytest
from skins import BODY, ES, JSP, TEXT, TITLE, field_of, filled, framed, post

LEAD = "The lead of the writer"
POST = "/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no=7"


def inside(body: str, name: str = "q") -> str:
    return framed(filled("definitions", {"body": body}).replace('class="q"', f'class="{name}"'))


@pytest.mark.parametrize("url", [ES, JSP])
@pytest.mark.parametrize("name", ["q", "contents"])
@pytest.mark.parametrize("tag", ["header", "aside", "footer", "nav", "form", "section"])
def test_the_words_of_a_section_in_the_body_are_kept(tag: str, name: str, url: str) -> None:
    part = f"<{tag}><p>{LEAD}.</p></{tag}>"
    long = f"<{tag}><p>{LEAD}. {'It goes on. ' * 40}</p></{tag}>"
    assert post(inside(part + BODY, name), url).body_text == f"{LEAD}.\n\n{TEXT}"
    assert post(inside(BODY + part, name), url).body_text == f"{TEXT}\n\n{LEAD}."
    assert LEAD in post(inside(long + BODY, name), url).body_text
    assert post(inside(f'{part}<div class="z">{BODY}</div>', name), url).body_text == f"{LEAD}.\n\n{TEXT}"
    assert post(inside(f'<div class="z">{BODY}</div>{part}', name), url).body_text == f"{TEXT}\n\n{LEAD}."


FURNITURE = {
    "a menu": '<nav><ul><li><a href="/x">One</a></li><li><a href="/y">Two</a></li></ul></nav>',
    "buttons": '<footer><a href="#">List</a></footer>',
    "a licence": "<footer>Copyright 2022 KISTEP. All rights reserved.</footer>",
    "a form": "<aside><form><textarea></textarea><button>Send</button></form></aside>",
    "other posts": f'<aside><h4>Related posts</h4><ul><li><a href="{POST}">A talk</a></li></ul></aside>',
    "a contact": "<footer>Contact: 02-123-4567</footer>",
}


@pytest.mark.parametrize("name", ["q", "contents"])
@pytest.mark.parametrize("part", FURNITURE.values(), ids=FURNITURE)
def test_a_section_of_the_site_is_left_out_or_refused(part: str, name: str) -> None:
    html = inside(BODY + part, name)
    if part.startswith("<nav") or "List" in part:
        assert post(html).body_text == TEXT
    elif name == "contents" or "Contact" in part or "form" in part:
        assert field_of(html) == "body"
    else:
        assert post(html).body_text == TEXT


@pytest.mark.parametrize("name", ["q", "contents"])
@pytest.mark.parametrize(
    "again",
    [
        f'<div class="vt">{TITLE}</div>',
        f'<h3 class="view_title">{TITLE}</h3>',
        f"<header><h2>{TITLE}</h2><span>2022-07-14</span></header>",
        f'<div class="vt">{TITLE}</div><em class="n">No.42794</em>',
        '<p class="no">게시물번호 : 42794</p>',
        '<ul class="meta"><li>42794</li></ul>',
    ],
)
def test_what_the_site_says_again_in_the_body_is_left_out(again: str, name: str) -> None:
    assert post(inside(again + BODY, name)).body_text == TEXT
    if "42794" in again and TITLE not in again:
        assert post(inside(BODY + again, name)).body_text == TEXT


def test_a_title_that_a_writer_typed_again_is_kept() -> None:
    for words in (f"<p>{TITLE}</p>", f"<h3>{TITLE}</h3>", f'<p class="MsoNormal"><b>{TITLE}</b></p>'):
        assert post(inside(words + BODY)).body_text == f"{TITLE}\n\n{TEXT}"
    assert post(inside(f'<div class="vt">{TITLE}</div>')).body_text == TITLE
    assert post(inside(f'<div class="vt">{TITLE} was held.</div>{BODY}')).body_text.startswith(TITLE)


@pytest.mark.parametrize("number", ["<p>No. 42794</p>", "42794", "<div>Post no. 42794</div>"])
def test_the_own_number_of_a_post_in_its_text_is_an_error(number: str) -> None:
    assert field_of(inside(number + BODY)) == "body"
    assert field_of(inside(BODY + number)) == "body"


def test_other_numbers_are_text() -> None:
    for words in ("<p>No. 42795</p>", "<p>42794 people came to the forum.</p>", '<div class="n">14</div>'):
        assert post(inside(words + BODY)).body_text.endswith(TEXT)
        assert len(post(inside(words + BODY)).body_text) > len(TEXT)
