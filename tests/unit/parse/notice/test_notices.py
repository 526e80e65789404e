"""What a short page says: that a post is gone, or something else, which is no removal of a post."""

import pytest

from kistep_archive.http.response import Page
from kistep_archive.model.boards import Catalogue
from kistep_archive.model.items import Notice
from kistep_archive.parse.notice.elsewhere import is_elsewhere, is_list_or_home
from kistep_archive.parse.parser import ParseError, parse

POST = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no=7000"
LEGACY = "https://www.kistep.re.kr/en/c4/sub3.jsp?brdType=R&bbIdx=7000"
NEWS = Catalogue().board(POST)

SHAPES = {
    "alert": "<script>alert('{}');history.back();</script>",
    "alert that leaves": '<html><body><script>alert("{}"); location.href="/main/";</script></body></html>',
    "short page": "<!DOCTYPE html><html><head><title>KISTEP</title></head><body><p>{}</p></body></html>",
    "framed": "<html><head><title>News</title></head><body><header><a href='/'>KISTEP</a><nav>"
    "<a href='/login.es'>Login</a></nav></header><div id='content'><h3>News</h3><p>{}</p></div>"
    "<footer>Eumseong-gun. Tel 043-750-2300</footer></body></html>",
}

SAYINGS = {
    "gone": [
        "삭제되었거나 존재하지 않는 게시물입니다.",
        "요청하신 게시글을 찾을 수 없습니다.",
        "본 글은 작성자의 요청으로 삭제되었습니다.",
        "해당 게시물이 존재하지 않습니다. 목록으로 이동합니다.",
        "존재하지 않거나 열람 권한이 없는 게시물입니다.",
        "This article is no longer available.",
        "That page can't be found.",
        "요청하신 게시물 정보를 찾을 수 없습니다.",
        "The post that you're after does not exist.",
        "We could not find the post that you asked for.",
        "Error: the post was removed by its writer.",
        "This post was deleted. Please log in to see others.",
        "해당 게시물은 삭제되었습니다. 다른 글을 보려면 로그인하세요.",
    ],
    "session": [
        "세션 정보가 존재하지 않습니다.",
        "장시간 사용하지 않아 연결이 끊어졌습니다. 페이지를 찾을 수 없습니다.",
        "Your session was not found on this server.",
        "The session has expired, so this page no longer exists for you.",
    ],
    "login": [
        "이 게시물에 대한 열람 권한이 존재하지 않습니다.",
        "회원만 볼 수 있는 글입니다. 로그인하세요.",
        "The account does not exist. Please sign in.",
        "You do not have permission to see this article.",
        "Access to removed posts requires login",
        "Deleted articles can be read by members only after you sign in.",
        "A password is required to open deleted posts.",
        "Only members can see posts that were removed.",
        "Log in to see posts. Deleted posts are not shown.",
        "로그인하세요. 삭제된 글은 관리자만 볼 수 있습니다.",
        "삭제된 게시물을 보려면 로그인이 필요합니다.",
        "비공개로 이동된 글은 로그인 후 이용하실 수 있습니다.",
    ],
    "error": [
        "java.io.FileNotFoundException: post_view.jsp not found",
        "SQL error: table 'post' does not exist",
        "시스템 오류가 발생하여 게시물을 찾을 수 없습니다.",
        "An internal error: the page could not be found.",
    ],
    "waiting": [
        "접속자가 많아 대기 중입니다. 페이지를 새로 고치면 순번이 삭제됩니다.",
        "You are in the waiting room. If you close this page, your place is removed.",
    ],
    "maintenance": [
        "시스템 점검으로 게시물을 찾을 수 없습니다.",
        "Down for maintenance; pages are not found.",
    ],
    "blocked": [
        "The requested URL was rejected. Your support ID is 12.",
        "비정상적인 접근으로 페이지가 차단되었습니다.",
    ],
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("kind", "words"), [(kind, text) for kind, said in SAYINGS.items() for text in said])
def test_fault_c15_a_notice_is_of_the_kind_of_what_it_speaks_of(shape: str, kind: str, words: str) -> None:
    for url in (POST, LEGACY):
        found = read(url, SHAPES[shape].format(words.replace("'", "`")))
        assert isinstance(found, Notice)
        assert (found.notice, words[:9].replace("'", "`") in found.text) == (kind, True)


@pytest.mark.parametrize(
    "words",
    [
        "파일이 존재하지 않습니다.",
        "이 게시물의 댓글이 삭제되었습니다.",
        "존재하지 않는 게시판입니다.",
        "The file of this post does not exist.",
        "A comment on this article was removed.",
        "Page template not found",
        "The module of this page does not exist.",
        "The author of this post was removed.",
        "The post office was removed.",
        "We removed the page counter.",
        "The data source was not found.",
        "document root does not exist",
        "Item count not found in cache",
        "Deleted posts are kept for 30 days.",
        "Posts older than a year are deleted from this view.",
        "게시물 목록을 찾을 수 없습니다.",
        "자료 서버를 찾을 수 없습니다.",
        "Not found",
        "삭제되었습니다.",
    ],
)
def test_fault_c15_what_is_said_of_something_else_or_of_nothing_is_no_removal(words: str) -> None:
    for shape in SHAPES.values():
        found = read(POST, shape.format(words))
        assert not isinstance(found, Notice) or found.notice == "unknown_alert"


def test_an_alert_whose_letters_are_escaped_says_what_they_spell() -> None:
    said = r"\uC0AD\uc81c\ub41c \"\uac8c\uc2dc\ubb3c\"\n\uc785\ub2c8\ub2e4."
    found = read(POST, f'<script>alert("{said}"); history.back();</script>')
    assert found == Notice("gone", '삭제된 "게시물" 입니다.')


@pytest.mark.parametrize("words", ["해당 게시물이 없습니다.", "No such post."])
def test_no_posts_on_a_page_of_a_post_means_that_it_is_gone_and_on_a_listing_it_does_not(words: str) -> None:
    html = SHAPES["short page"].format(words)
    found = read(POST, html)
    assert isinstance(found, Notice)
    assert found.notice == "gone"
    assert not isinstance(read(f"{POST.partition('&act')[0]}&nPage=1", html), Notice)


OTHERS = "".join(f'<li><a href="{POST[:-4]}{number}">Post {number}</a></li>' for number in (7101, 7090, 7080))
NEIGHBOURS = "".join(f'<li><a href="{POST[:-4]}{number}">Post {number}</a></li>' for number in (7001, 6999))


@pytest.mark.parametrize(
    ("body", "is_another"),
    [
        (f"<ul class='news_list'>{OTHERS}</ul>", True),
        (f"<h2>A visit from Oslo</h2><ul>{OTHERS}</ul>", False),
        (f"<img alt='A visit from Oslo'><ul>{OTHERS}</ul>", False),
        (f"<ul>{OTHERS}<li><a href='{POST}'>A visit..</a></li></ul>", False),
        (f"<p>Text</p><ul class='prevnext'>{NEIGHBOURS}</ul>", False),
        ("<p>Some words that nobody knows.</p>", False),
        ("<script>location.href = '/main/';</script>", True),
        ("<script>location.replace('/board.es?mid=a20501000000&bid=0051')</script>", True),
        ("<script>location.href = '/login.es';</script>", False),
        ("<script>location.href = '/board.es?mid=a20502000000&bid=0052';</script>", False),
    ],
)
def test_fault_c16_a_page_of_other_posts_alone_is_not_the_post_s_own(body: str, is_another: bool) -> None:
    page = made(POST, f"<!DOCTYPE html><html><head><title>KISTEP</title></head><body>{body}</body></html>")
    assert is_elsewhere(page, POST, NEWS, "A visit from Oslo") is is_another
    assert is_elsewhere(page, POST, NEWS, "A visit fr..") is is_another


def test_a_page_of_other_posts_proves_nothing_if_the_title_is_unknown() -> None:
    assert not is_elsewhere(made(POST, f"<html><body>{OTHERS}</body></html>"), POST, NEWS, "")


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("/", True), ("/main/", True), ("/main/;jsessionid=0A", True), ("/eng/index.es", True),
        ("/index.jsp", True),
        ("/board.es?mid=a20501000000&bid=0051", True), ("/board.es?bid=0051&nPage=2", True),
        ("/board.es?mid=a20502000000&bid=0052", False), ("/login.es", False), ("/error/404.html", False),
        ("/mainframe/", False),
    ],
)  # fmt: skip
def test_the_home_page_and_the_board_s_list_are_known_by_their_addresses(path: str, is_one: bool) -> None:
    assert is_list_or_home(f"https://www.kistep.re.kr{path}", POST) is is_one
    assert not is_list_or_home(f"https://elsewhere.example{path}", POST)


def made(url: str, html: str) -> Page:
    return Page(url, "2026-01-01T00:00:00Z", 200, (("Content-Type", "text/html"),), html.encode())


def read(url: str, html: str) -> object:
    try:
        return parse(made(url, html))
    except ParseError as error:
        return error
