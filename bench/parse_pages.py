"""Pages of the stand-in for the benchmarks of the parser: each kind, with its menu as `<nav>`, as `<div>`, or
without one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, cast, get_args

from kistep_archive.http.response import Page
from kistep_archive.replica import Site
from kistep_archive.replica.content import Entry
from kistep_archive.replica.pages import render_es, render_jsp
from kistep_archive.replica.pages.markup import Slice

Menus = Literal["nav", "div", "none"]
_SITE = "https://www.kistep.re.kr"
_BOARD = f"{_SITE}/board.es?mid=a20501000000&bid=0051"
_LEGACY = f"{_SITE}/en/c4/sub3.jsp"
_MENU = re.compile(r'<(nav|div) ((?:class|id)="gnb")>(.*?)</\1>', re.S)
_LEAST = 15_000  # bytes of a page: smaller ones are mostly fixed costs
_CHOICE = 101  # posts of which the one with the page of median length is taken
_ROWS, _MANY_ROWS = 10, 50  # of a listing; the page has many where no menu fills it


@dataclass(frozen=True, slots=True)
class BenchPage:
    """A page with its kind and the element of its menu."""

    kind: str
    menus: Menus
    page: Page


def every() -> Iterator[BenchPage]:
    """Every kind of page with every kind of menu. Without a menu a post has a longer text, and a listing more
    rows, so that its page is not smaller than the others; a notice is short then."""
    for menus in cast("tuple[Menus, ...]", get_args(Menus)):
        for kind, url, words in _pages(_LEAST if menus == "none" else 0):
            yield BenchPage(kind, menus, _page(url, _with_menu(words, menus)))


def usual() -> BenchPage:
    """The page that most users have: a post of the current layout, with its menu in a `<div>`."""
    return next(each for each in every() if (each.kind, each.menus) == ("es post", "div"))


def _page(url: str, words: str) -> Page:
    headers = (("Content-Type", "text/html;charset=UTF-8"),)
    return Page(url, "2026-01-01T00:00:00Z", 200, headers, words.encode())


def _with_menu(words: str, menus: Menus) -> str:
    return _MENU.sub("" if menus == "none" else rf"<{menus} \2>\3</{menus}>", words)


def _pages(least: int) -> Iterator[tuple[str, str, str]]:
    """(kind, address, HTML) of one page of each kind, of at least so many bytes without its menu."""
    current = Site.generated(_CHOICE).entries("es")
    post = _median(current)
    legacy = replace(post, number=13_623)
    rows = _MANY_ROWS if least else _ROWS
    yield "es post", f"{_BOARD}&act=view&list_no={post.number}", render_es.post(_long(post, least))
    yield "jsp post", f"{_LEGACY}?brdType=R&bbIdx={legacy.number}", render_jsp.post(_long(legacy, least))
    yield "es listing", f"{_BOARD}&nPage=2", render_es.listing(Slice(current[:rows], 2, 9, 9 * rows))
    old = [replace(each, number=10_000 + at) for at, each in enumerate(current[:rows])]
    yield "jsp listing", f"{_LEGACY}?brdType=L&thisPage=2", render_jsp.listing(Slice(old, 2, 9, 9 * rows))
    yield "notice", f"{_BOARD}&act=view&list_no=7", _notice(render_es.post(post))


def _median(entries: list[Entry]) -> Entry:
    return sorted(entries, key=lambda each: len(render_es.post(each)))[len(entries) // 2]


def _long(post: Entry, least: int) -> Entry:
    """The post with its text again and again, until the text alone has so many bytes."""
    text = render_es.post(post).partition('<div class="contents">')[2].partition("</div>")[0]
    return replace(post, blocks=post.blocks * (1 + least // len(text.encode())))


def _notice(words: str) -> str:
    """A page of the site that says in place of the post that it is gone."""
    before, at, rest = words.partition('<div class="board_area">')
    after = rest[rest.index('</div>\n<div class="satisfaction">') :]
    return f"{before}{at}<p>This post has been deleted or does not exist.</p>{after}"
