"""The pages in tests/pages: facts of the site in the site's own markup, with their addresses."""

import json
from typing import Any

import pytest
from places import PAGES

from kistep_archive.cli.render.posts import item_document
from kistep_archive.http.response import Page
from kistep_archive.model.items import Listing, Notice, ParsedPost
from kistep_archive.parse.parser import ParseError, parse

INDEX: dict[str, str] = json.loads((PAGES / "index.json").read_text(encoding="utf-8"))
POSTS = [name for name in INDEX if "_post_" in name]
LISTINGS = [name for name in INDEX if "_listing_" in name]


UTF8 = (("Content-Type", "text/html;charset=UTF-8"),)


def page(name: str, content: bytes | str | None = None, headers: tuple[tuple[str, str], ...] = UTF8) -> Page:
    raw = (
        (PAGES / name).read_bytes()
        if content is None
        else content.encode()
        if isinstance(content, str)
        else content
    )
    return Page(INDEX[name], "2026-01-01T00:00:00Z", 200, headers, raw)


def source(name: str) -> str:
    return (PAGES / name).read_text(encoding="utf-8")


def as_data(item: Listing | ParsedPost | Notice) -> dict[str, Any]:
    answer = json.loads(json.dumps(item_document(item, None)))
    answer.pop("board", None)
    return answer


def outcome(of: Page) -> dict[str, Any] | ParseError:
    try:
        return as_data(parse(of))
    except ParseError as error:
        return error


def post(html: str, name: str = "es_post_info.html") -> ParsedPost:
    item = parse(page(name, html))
    assert isinstance(item, ParsedPost)
    return item


def field_of(name: str, html: str | bytes) -> str:
    with pytest.raises(ParseError) as caught:
        parse(page(name, html))
    assert caught.value.url == INDEX[name]
    return caught.value.field


def with_body(html: str, name: str = "es_post_image_only.html") -> ParsedPost:
    page_text = source(name)
    start = page_text.index('<div class="contents">') + len('<div class="contents">')
    return post(page_text[:start] + html + page_text[page_text.index("</div>", start) :], name)


FILE = "/boardDownload.es?bid=0051&amp;list_no=43000&amp;seq="  # the address of a file of the post below


def beside_the_body(items: str) -> str:
    """A post with these items in a list of files."""
    files = f'<div class="file"><ul>{items}</ul></div>'
    return source("es_post_image_only.html").replace(
        '<div class="contents">', f'{files}<div class="contents">'
    )


def offered(items: str) -> list[tuple[str, str | None]]:
    """The names and sizes of the files that a post with these items offers."""
    files = post(beside_the_body(items), "es_post_image_only.html").attachments
    return [(file.name, file.size_text) for file in files]
