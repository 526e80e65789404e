"""The site's menus are taken out of a page before it is read, and nothing else is."""

import pytest
from skins import BODY, ES, SKINS, TEXT, TITLE, VALUES, filled, framed, post

from kistep_archive.parse import menus

LINKS = "".join(
    f'<li><a href="/menu.es?mid=a1{at:04d}"><span>Entry {at}</span></a></li>\n' for at in range(40)
)
BOARD = '<li><a href="/board.es?mid=a20501000000&amp;bid=0051">News &amp; Event</a></li>'
MENU = f"<ul>{LINKS}{BOARD}</ul>"
NAMED = {
    "a class": '<div class="gnb">{}</div>',
    "an id": '<div id="head_menu_depth1">{}</div>',
    "a list": '<ul id="gnb"><li>{}</li></ul>',
    "a box with boxes in it": '<div class="top nav"><div><div>{}</div></div></div>',
    "an attribute before it": '<div data-x="1" class="main_menu">{}</div>',
}


def with_menu(page: str, menu: str) -> bytes:
    return page.replace("<body>", f"<body>{menu}").encode()


@pytest.mark.parametrize("box", NAMED.values(), ids=NAMED.keys())
def test_a_menu_in_a_named_box_goes_but_for_the_link_to_the_page_s_own_board(box: str) -> None:
    left = menus.without(with_menu(framed("<p>Words</p>"), box.format(MENU)), ES)
    assert b"Entry" not in left
    assert left.count(b"News &amp; Event") == framed("").count("News &amp; Event") + 1
    assert b"<p>Words</p>" in left


@pytest.mark.parametrize("skin", SKINS)
def test_a_post_is_read_as_if_the_menu_were_not_there(skin: str) -> None:
    page = framed(filled(skin))
    menu = NAMED["a class"].format(MENU)
    assert post(page.replace("<body>", f"<body>{menu}")) == post(page)


def test_a_list_of_links_in_a_post_stays_whatever_its_box_is_called() -> None:
    body = f'<div class="menu">{MENU.replace("/menu.es", "https://www.nabo.go.kr/x")}</div>{BODY}'
    page = framed(filled("cells").replace(BODY, body))
    read = post(page)
    assert (read.title, read.writer, read.date, read.hits) == VALUES
    assert "Entry 39" in read.body_text
    assert read.body_text.endswith(TEXT)


STAYS = {
    "few links": f'<div class="gnb"><ul>{BOARD * 5}</ul></div>',
    "no name of a menu": f"<div class='side'>{MENU}</div>",
    "many words beside the links": f'<div class="gnb">{MENU}<p>{"word " * 60}</p></div>',
    "a form": f'<div class="gnb">{MENU}<form action="/s"><input name="q"></form></div>',
    "a link to a post": f'<div class="gnb">{MENU}<a href="/board.es?bid=0051&amp;list_no=7">One</a></div>',
    "a heading before it": f'<h3>{TITLE}</h3><div class="gnb">{MENU}</div>',
    "a day before it": f'<p>2022-07-14</p><div class="gnb">{MENU}</div>',
    "no end": f'<div class="gnb">{MENU}',
    "too large": f'<div class="gnb">{LINKS * 200}</div>',
    "a base": f'<base href="/x/"><div class="gnb">{MENU}</div>',
}


@pytest.mark.parametrize("menu", STAYS.values(), ids=STAYS.keys())
def test_what_may_be_a_part_of_the_page_stays(menu: str) -> None:
    page = with_menu(framed("<p>Words</p>"), menu)
    assert menus.without(page, ES) == page


def test_a_menu_of_a_page_of_another_board_keeps_no_link() -> None:
    other = ES.replace("a20501000000", "a10300000000").replace("0051", "0031")
    left = menus.without(with_menu(framed(""), NAMED["a class"].format(MENU)), other)
    assert left == with_menu(framed(""), '<div class="gnb"></div>')


@pytest.mark.parametrize(
    ("href", "is_own"),
    [
        ("/board.es?mid=a20501000000", True),
        ("/board.es?bid=0051", True),
        ("board.es?mid=a20501000000&amp;bid=0051", True),
        ("?mid=a20501000000", True),
        ("/board.es?mid=%6120501000000", True),
        ("/board.es;jsessionid=A1?mid=a20501000000", True),
        ("https://www.kistep.re.kr/board.es?mid=a20501000000#top", True),
        ("https://www.example.org/board.es?mid=a20501000000", False),
        ("/board.es?mid=a10300000000&amp;bid=0031", False),
        ("/menu.es?mid=a20501000000", True),
        ("/", False),
    ],
)
def test_a_link_to_the_page_s_own_board_stays_however_it_is_spelled(href: str, is_own: bool) -> None:
    link = f'<li><a href="{href}">Own</a></li>'
    left = menus.without(with_menu(framed(""), f'<div class="gnb"><ul>{LINKS}{link}</ul></div>'), ES)
    assert (b">Own<" in left, b"Entry" in left) == (is_own, False)


@pytest.mark.parametrize(
    ("href", "is_own"),
    [
        ("/en/c4/sub3.jsp", True),
        ("sub3.jsp?brdType=L", True),
        ("/en//c4/sub3.jsp;jsessionid=A1", True),
        ("/en/c4/sub%33.jsp", False),
        ("/en/c3/sub3.jsp", False),
        ("/en/c4/sub1.jsp", False),
    ],
)
def test_a_link_to_the_own_board_of_the_old_layout_stays_too(href: str, is_own: bool) -> None:
    page = with_menu(framed(""), f'<div class="gnb"><ul>{LINKS}<li><a href="{href}">Own</a></li></ul></div>')
    left = menus.without(page, "http://www.kistep.re.kr/en/c4/sub3.jsp?brdType=R&bbIdx=7")
    assert (b">Own<" in left, b"Entry" in left) == (is_own, False)
