"""How a page is opened: parsel selects from it in CSS and XPath, on all of the page, and nothing of its text
is lost or parted."""

import re

import pytest
from parsel import Selector
from real_pages import INDEX, LISTINGS, page, source

from kistep_archive.http.response import Page
from kistep_archive.parse.parser import ParseError, open_page, parse


def opened(html: str) -> Selector:
    return open_page(
        page("es_post_info.html", f"<html><head><title>t</title></head><body>{html}</body></html>")
    )[1]


def followed_by(name: str, second: str) -> Page:
    """A page that ends before its <body> has begun, so that the HTML parser makes two documents of it."""
    return page(
        name,
        re.sub(r"<body[^>]*>", "", source(name)).replace("</html>", f"</html><body>{second}</body></html>"),
    )


@pytest.mark.parametrize("name", INDEX)
def test_a_page_is_asked_in_css_and_in_xpath(name: str) -> None:
    document = open_page(page(name))[1]
    assert isinstance(document, Selector)
    assert document.css("title::text").get() == document.xpath("//title/text()").get()
    assert len(document.css("a[href]")) == len(document.xpath("//a[@href]"))


def test_a_comment_does_not_part_the_text_around_it() -> None:
    assert opened("<p>one <!-- two -->three<?four?></p>").css("p::text").getall() == ["one three"]


def test_control_characters_do_not_reach_a_selection() -> None:
    assert opened("<p>a\0b&#0;c&#xFFFE;d\x0ce</p>").css("p::text").getall() == ["abcd e"]


def test_an_element_that_the_parser_would_drop_is_an_error_and_not_a_loss() -> None:
    with pytest.raises(ParseError, match="depth"):
        opened("<div>" * 3000 + "bottom" + "</div>" * 3000)


def test_a_number_in_a_second_document_contradicts_the_address_too() -> None:
    with pytest.raises(ParseError, match="the page shows post 7, not 43000"):
        parse(
            followed_by(
                "es_post_image_only.html", '<form id="vewForm"><input name="list_no" value="7"></form>'
            )
        )


@pytest.mark.parametrize("name", [name for name in LISTINGS if "empty" not in name])
def test_rows_in_a_second_document_do_not_take_the_place_of_the_rows_beside_the_pager(name: str) -> None:
    assert parse(followed_by(name, source(name))) == parse(page(name))
