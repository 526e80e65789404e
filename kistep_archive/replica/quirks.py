"""Shapes of pages that mislead a reader. Each quirk changes a page of the current board in the skins `info`
and `aria`; what the page says of its posts stays the same. Those of `UNCLEAR` leave it open what is a post's
own."""

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date

from kistep_archive.replica.answers import Answer
from kistep_archive.replica.content import MONTHS

Rewrite = Callable[[str], str]

_MAIN = '<div class="board_area">'
_BODY = '<div class="contents">'
_END = "</article>"
_DATE = re.compile(
    r'(<li class="date"><strong>[^<]*</strong><span>)([0-9]{4})-([0-9]{2})-([0-9]{2})(</span>)'
)
_HEAD = re.compile(r'<h2 class="title">([^\n]*)</h2>\n<ul class="info">(.*?)</ul>', re.S)
_TITLED = re.compile(r'(<td class="title"[^>]*><a href="([^"]*)".*?</a>)')
_BOX = re.compile(r'(<div class="contents">\n.*?)(\n</div>\n)', re.S)
_OPINIONS = """<ul><li><b>Kim</b> <span>2024-08-01 10:11</span><p>Nice to read.</p></li><li><b>Lee</b>
<span>2024-08-02 09:30</span><p>I was there.</p></li></ul>"""
_LATEST = "".join(
    f'<li><a href="/board.es?mid=a10301000000&amp;bid=0003&amp;act=view&amp;list_no={number}">Reports of the '
    f'quarter, part {number}</a><span class="date">2025-0{number}-01</span></li>'
    for number in range(1, 5)
)
_RELATED = """<div class="rel"><h3>Related post</h3><dl><dt>Writer</dt><dd>Archive Team</dd><dt>Date</dt>
<dd>2001-02-03</dd><dt>Hit</dt><dd>7</dd></dl><a
href="/board.es?mid=a20501000000&amp;bid=0051&amp;act=view&amp;list_no=41601">How to Use These Pages</a>
</div>"""


def _before(place: str, text: str) -> Rewrite:
    return lambda page: page.replace(place, text + place, 1)


def _behind(place: str, text: str) -> Rewrite:
    return lambda page: page.replace(place, place + text, 1)


def _swapped(*pairs: tuple[str, str]) -> Rewrite:
    def change(page: str) -> str:
        for old, new in pairs:
            page = page.replace(old, new)
        return page

    return change


def _repeated_notice(page: str) -> str:
    """The first pinned row once more among the others, as boards do that pin a post of the page."""
    row = re.search(r'<tr class="notice">(.*?</tr>)', page)
    return page if row is None else page.replace("</tbody>", f"<tr>{row[1]}</tbody>", 1)


def _in_rows(page: str) -> str:
    """The title in a header row above a row of labels, as boards made of tables have them."""
    cells = r'<th scope="row"><strong>\1</strong></th><td>\2</td>'

    def table(head: re.Match[str]) -> str:
        labels = re.sub(r"<li[^>]*><strong>([^<]*)</strong><span>(.*?)</span></li>", cells, head[2])
        top = f'<tr><th scope="col" colspan="6">{head[1]}</th></tr>'
        return f'<table class="head"><thead>{top}</thead><tbody><tr>{labels}</tr></tbody></table>'

    return _HEAD.sub(table, page, count=1)


def _with_a_name(match: re.Match[str]) -> str:
    """`Mar 5, 2021 03:07 PM` for `2021-03-05`, as CMSs in English have it."""
    day = date(int(match[2]), int(match[3]), int(match[4]))
    return f"{match[1]}{MONTHS[day.month - 1][:3]} {day.day}, {day.year} 03:07 PM{match[5]}"


ON_ALL: dict[str, Rewrite] = {
    "doubled-ids": _before(_MAIN, '<p id="content" class="depth">depth</p><p id="content">depth 2</p>'),
    "counters": _before(
        _MAIN,
        '<div id="popup"><p>Total <b>3</b> popups</p></div><p class="visit">Today 12 Total 98,765</p>',
    ),
    "latest-box": _before(_MAIN, f'<div class="latest"><h3>Reports</h3><ul>{_LATEST}</ul></div>'),
    "base": _behind("<head>", '<base href="/board.es">'),
}
ON_POSTS: dict[str, Rewrite] = {
    "hidden-headings": _swapped(
        (
            '<article class="board_view">\n<h2 class="title">',
            '<article class="board_view">\n<h2 class="title"><span class="blind">제목</span> ',
        ),
        (_BODY, f'<h3 class="blind">게시물 내용</h3>{_BODY}'),
    ),
    "page-heading": _before(_MAIN, "<h2>Post information</h2>"),
    "no-files-note": _before(_BODY, '<div class="none">첨부파일 : 없음</div>'),
    "tools": _before(
        _BODY,
        '<div class="tags">#policy #forum</div><div class="zoom"><span>Font size</span><a href="#">+</a>'
        '<a href="#">-</a></div><ul class="charge"><li><strong>Contact</strong> Lee, 043-750-2300</li></ul>',
    ),
    "poll": _before(
        _END, '<div class="poll"><p>Was this useful?</p><button>Yes</button><button>No</button></div>'
    ),
    "related": _before(_END, _RELATED),
    "surplus-end-tag": lambda page: page.replace(_BODY, f"{_BODY}<p> </p></div>", 1),
    "title-row": _in_rows,
    "times": lambda page: _DATE.sub(r"\1\2-\3-\4 09:30\5", page),
    "hyphens": lambda page: _DATE.sub("\\1\\2\u2011\\3\u2011\\4\\5", page),
    "named-months": lambda page: _DATE.sub(_with_a_name, page),
    "two-languages": _swapped(
        ("<strong>Writer</strong>", "<strong>작성자(Writer)</strong>"),
        ("<strong>Date</strong>", "<strong>등록일시(Date)</strong>"),
        ("<strong>Hit</strong>", "<strong>조회수(Hit)</strong>"),
    ),
    "lazy-images": lambda page: page.replace(
        '<img src="/board', '<img src="/images/blank.gif" data-src="/board'
    ),
}
ON_LISTINGS: dict[str, Rewrite] = {
    "deadlines": _swapped(
        ('<th scope="col">Date</th>', '<th scope="col">Deadline</th><th scope="col">Date</th>'),
        ('<td class="date"', '<td class="due" aria-label="Deadline">2031-01-31</td><td class="date"'),
    ),
    "read-more": lambda page: _TITLED.sub(r'\1 <a href="\2">Read more</a>', page),
    "sorting": _swapped(
        ('<th scope="col">Date</th>', '<th scope="col">Date <a href="#">▲</a><a href="#">▼</a></th>')
    ),
    "repeated-rows": _repeated_notice,
    "total-zero": lambda page: re.sub(r"(Total <strong>)[0-9,]+", r"\g<1>0", page),
}
UNCLEAR: dict[str, Rewrite] = {
    "opinions": lambda page: _BOX.sub(rf"\1{_OPINIONS}\2", page, count=1),
}
QUIRKS = (*ON_ALL, *ON_POSTS, *ON_LISTINGS, *UNCLEAR, "broken-byte", "ks-c-5601", "gzip-declared")


def apply_quirks(answer: Answer, quirks: Collection[str], *, is_post: bool) -> Answer:
    """The answer with these quirks."""
    page, changes = answer.body.decode(), ON_ALL | (ON_POSTS | UNCLEAR if is_post else ON_LISTINGS)
    for name in quirks:
        page = changes[name](page) if name in changes else page
    body = page.encode()
    if "broken-byte" in quirks:
        body = body.replace(b"<footer", b"<p>\xea\xb8</p><footer", 1)
    if "ks-c-5601" in quirks:
        body = page.replace("UTF-8", "ks_c_5601-1987").encode("cp949", "xmlcharrefreplace")
        answer = replace(answer, media_type="text/html;charset=ks_c_5601-1987")
    if "gzip-declared" in quirks:
        answer = replace(answer, headers=(*answer.headers, ("Content-Encoding", "gzip")))
    return replace(answer, body=body)
