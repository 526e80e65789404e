"""Pages of a post in skins that no site has yet, whose classes are not known."""

from collections.abc import Mapping

import pytest

from kistep_archive.http.response import Page
from kistep_archive.model.items import ParsedPost
from kistep_archive.parse.parser import ParseError, parse

ES = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no=42794"
JSP = "https://www.kistep.re.kr/en/c4/sub3.jsp?brdType=R&bbIdx=11437"
BODY = "<p>The hall opened its doors at nine.</p><p>Coffee was served on every floor.</p>"
TEXT = "The hall opened its doors at nine.\n\nCoffee was served on every floor."
TITLE = "A forum on rivers"
VALUES = (TITLE, "KISTEP", "2022-07-14", 519)
ROWS: dict[str, str] = {
    "cells": "<table><tr><th>Title</th><td>{title}</td></tr><tr><th>Writer</th><td>{writer}</td><th>Date</th>"
    "<td>{date}</td>"
    '<th>Hit</th><td>{hits}</td></tr></table><div class="q">{body}</div>',
    "rows": "<table><tr><th>Title</th><td>{title}</td></tr><tr><th>Date</th><td>{date}</td></tr><tr>"
    "<th>Writer</th><td>{writer}</td></tr>"
    '<tr><th>Hit</th><td>{hits}</td></tr><tr><td colspan="2">{body}</td></tr></table>',
    "plain cells": "<table><tr><td>Title</td><td>{title}</td></tr><tr><td>Writer</td><td>{writer}</td>"
    "<td>Date</td><td>{date}</td>"
    '<td>Hit</td><td>{hits}</td></tr><tr><td colspan="6">{body}</td></tr></table>',
    "definitions": "<dl><dt>Title</dt><dd>{title}</dd><dt>Writer</dt><dd>{writer}</dd><dt>Date</dt><dd>{date}"
    "</dd><dt>Hit</dt>"
    '<dd>{hits}</dd></dl><div class="q">{body}</div>',
    "spans": '<div class="v"><div class="t"><span><em>Title</em>{title}</span></div><div '
    'class="m"><span><em>Writer</em> {writer}</span><span><em>Date</em> {date}</span><span><em>Hit</em> '
    '{hits}</span></div><div class="q">{body}</div></div>',
}
HEADED: dict[str, str] = {
    "list": '<article><h2 class="title">{title}</h2><ul><li><strong>Writer</strong> '
    "<span>{writer}</span></li><li><strong>Date</strong><span>{date}</span></li><li><strong>Hit</strong>"
    '<span>{hits}</span></li></ul><div class="q">{body}</div></article>',
    "list under a box": '<article><div class="title">{title}</div><ul><li><strong>Date</strong>{date}</li>'
    '<li><strong>Hit</strong>{hits}</li><li><strong>Writer : </strong>{writer}</li></ul><div class="q">{body}'
    "</div></article>",
    "definitions under a box": '<article><div class="title">{title}</div><dl><dt>Writer</dt><dd>{writer}</dd>'
    '<dt>Date</dt><dd>{date}</dd><dt>Hit</dt><dd>{hits}</dd></dl><div class="q">{body}</div></article>',
    "spans under a box": '<div class="v"><div class="t"><span>{title}</span></div><div '
    'class="m"><span><em>Writer</em> {writer}</span><span><em>Date</em> {date}</span><span><em>Hit</em> '
    '{hits}</span></div><div class="q">{body}</div></div>',
    "cells under a heading": '<div class="v"><h2 class="title">{title}</h2><table><tr><th>Writer</th>'
    '<td>{writer}</td><th>Date</th><td>{date}</td><th>Hit</th><td>{hits}</td></tr><tr><td colspan="6" '
    'class="tb_contents">{body}</td></tr></table></div>',
}
SKINS = ROWS | HEADED


def framed(main: str, *, before: str = "", after: str = "") -> str:
    """A page of the site around a post."""
    menu = '<ul><li><a href="/board.es?mid=a20501000000&amp;bid=0051">News &amp; Event</a></li></ul>'
    return (
        f'<html><head><title>News</title></head><body><div id="side">{menu}</div><div id="content"><h3>News '
        f"&amp; Event</h3>{before}{main}"
        f"{after}</div><footer><p>Copyright of the stand-in institute.</p></footer></body></html>"
    )


def page(html: str, url: str = ES) -> Page:
    return Page(url, "", 200, (("Content-Type", "text/html;charset=UTF-8"),), html.encode())


def post(html: str, url: str = ES) -> ParsedPost:
    item = parse(page(html, url))
    assert isinstance(item, ParsedPost)
    return item


def filled(skin: str, changes: Mapping[str, str] | None = None, skins: Mapping[str, str] = SKINS) -> str:
    values = {"title": TITLE, "writer": "KISTEP", "date": "2022-07-14", "hits": "519", "body": BODY} | dict(
        changes or {}
    )
    return skins[skin].format(**values)


def head(item: ParsedPost) -> tuple[object, ...]:
    return item.title, item.writer, item.date, item.hits


def field_of(html: str, url: str = ES) -> str:
    with pytest.raises(ParseError) as caught:
        parse(page(html, url))
    return caught.value.field
