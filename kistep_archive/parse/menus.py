"""Takes the site's menus out of a page before it becomes a tree: they are most of a page, and no part of a
post or a listing. All pages have the same menus, so what is found in one is remembered.

A `<nav>` goes as a whole. A `<div>` or `<ul>` may be a part of a post, so it is a menu only by its name and
its place too: before the page's content. Its links to the page's own board stay, since they tell that a
heading is only the board's name.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from html import unescape

from kistep_archive.model import urls
from kistep_archive.model.outcomes import PageKind

_LINKS = 20  # so many links, none to posts or pages, are a menu
_WORDS = 200  # bytes of words beside the links of a menu, at most
_TRIES = 30  # so many places where a menu may begin are looked at
_NAMES = (b"gnb", b"menu", b"nav")
_TAG_BEFORE = 200  # bytes in which the tag that has the name begins
_LARGEST = 200_000  # bytes of a menu
_NO_MENU = (
    b"list_no", b"bbidx", b"page", b"<!--", b"-->", b"<script", b"</script", b"<style", b"<textarea",
    b"<base", b"</html", b"<form", b"<table", b"<article", b"<dl", b"<h1", b"<h2", b"<h3",
)  # fmt: skip
# what a post or a listing may begin with, in the page's body: behind it a box of links may be a part of it
_CONTENT = re.compile(
    rb"<(?:h[2-6]|table|dl|th|article)[\s>]|(?:19|20)[0-9]{2}\s?(?:[-./]|&#|\xeb\x85\x84)\s?[0-9]"
)
_NAMED = re.compile(rb"<(div|ul)\s(?:[^<>]*[\s\"'])?(?:id|class)\s*=\s*[\"'](?:[^\"'<>]*[\s_-])?")
_LINK = re.compile(rb"<a(?=\s)([^<>]*+)>[^<>]*+(?:<(?!/?a[\s>])[^<>]*+>[^<>]*+)*+</a\s*+>")
_HREF = re.compile(rb"\shref\s*=\s*(?:\"([^\"]*+)\"|'([^']*+)')")
_TAG = re.compile(rb"<[^<>]*+>")


def without(raw: bytes, url: str) -> bytes:
    """The page without its menus; `url` is its address."""
    lowered = raw.lower()
    if navs := [(start, end, b"") for start, end in _navs(lowered)]:
        raw = _replace(raw, navs)
        lowered = raw.lower()
    at = urls.locate(url)
    if at is None or at.kind not in (PageKind.LISTING, PageKind.POST):
        return raw
    left = _replace(raw, [(start, end, _own_links(raw[start:end], at)) for start, end in _boxes(lowered)])
    return raw if b"<base" in left.lower() else left


def _replace(raw: bytes, replacements: list[tuple[int, int, bytes]]) -> bytes:
    """The page with other bytes in place of those from a start to an end."""
    pieces, done = list[bytes](), 0
    for start, end, replacement in replacements:
        pieces += [raw[done:start], replacement]
        done = end
    return b"".join([*pieces, raw[done:]]) if pieces else raw


def _navs(lowered: bytes) -> Iterator[tuple[int, int]]:
    """(start, end) of each menu in a <nav>."""
    start = lowered.find(b"<nav")
    while start >= 0 and (close := lowered.find(b"</nav>", start)) >= 0:
        if close - start <= _LARGEST and _is_menu(lowered[start:close]):
            yield start, close + len(b"</nav>")
        start = lowered.find(b"<nav", close)


def _boxes(lowered: bytes) -> Iterator[tuple[int, int]]:
    """(start, end) of each menu in a named <div> or <ul>, the outer ones."""
    done = at = max(lowered.find(b"<body"), 0)
    places = dict.fromkeys(_NAMES, at)
    for _ in range(_TRIES):
        if (at := _next_name(lowered, at, places)) < 0:
            return
        start = lowered.rfind(b"<", max(at - _TAG_BEFORE, done), at)
        named = _NAMED.fullmatch(lowered[start:at]) if start >= 0 else None
        at += 1
        if named is None:
            continue
        if _CONTENT.search(lowered, done, start):
            return
        if (end := _end(lowered, start, named[1])) and _is_box(lowered[start:end]):
            yield start, end
            done = at = end


def _next_name(lowered: bytes, start: int, places: dict[bytes, int]) -> int:
    """Where a menu's name stands next; -1 if none does. `places` says of each name where it stands next at
    the earliest, so that no bytes are searched twice for it."""
    at = len(lowered)
    for name, place in places.items():
        position = lowered.find(name, max(start, place), at + len(name))
        at = places[name] = position if position >= 0 else max(at, place)
    return at if at < len(lowered) else -1


def _end(lowered: bytes, start: int, tag: bytes) -> int:
    """Where the element that begins at `start` ends; 0 if it does not, or is too large for a menu."""
    opening, closing, at, depth = b"<" + tag, b"</" + tag, start, 0
    while (close := lowered.find(closing, at, start + _LARGEST)) >= 0:
        depth += lowered.count(opening, at, close) - 1
        at = close + len(closing)
        if depth <= 0:
            return lowered.find(b">", at) + 1
    return 0


@lru_cache(maxsize=16)
def _is_menu(lowered: bytes) -> bool:
    return lowered.count(b"<a") >= _LINKS and all(lowered.find(mark) < 0 for mark in _NO_MENU)


@lru_cache(maxsize=16)
def _is_box(lowered: bytes) -> bool:
    return _is_menu(lowered) and sum(map(len, _TAG.sub(b" ", _LINK.sub(b" ", lowered)).split())) <= _WORDS


def _own_links(menu: bytes, at: urls.Location) -> bytes:
    """The menu with its links to the board of this page alone."""
    return _links_to(menu, replace(at, kind=PageKind.LISTING, number=None, page=None, seq=None))


@lru_cache(maxsize=64)
def _links_to(menu: bytes, board: urls.Location) -> bytes:
    tag, address = menu[: menu.find(b">") + 1], urls.spell(board)
    links = [match[0] for match in _LINK.finditer(menu) if _leads_to(match[1], address, board)]
    return b"".join([tag, *links, b"</" + tag[1:].split()[0] + b">"])


def _leads_to(attributes: bytes, address: str, board: urls.Location) -> bool:
    href = _HREF.search(attributes)
    link = unescape((href[1] or href[2] or b"").decode("utf-8", "replace")) if href else ""
    return not _is_elsewhere(link, board) and urls.leads_to(board, urls.link(address, link))


def _is_elsewhere(link: str, board: urls.Location) -> bool:
    """Whether a link, plainly spelled, has nothing of the board in it. To take its address apart would need a
    hundred times as long, and most links of a menu lead elsewhere."""
    mark = board.prefix.rpartition("/")[2] if board.layout == "jsp" else board.place
    if not mark or "%" in link or not link.startswith(("/", "http")):
        return False
    return mark not in link and not (board.bid and board.bid in link)
