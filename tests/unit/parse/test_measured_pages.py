"""The pages that the benchmark of the parser reads are what it calls them."""

import re

import pytest

from bench.parse_pages import BenchPage, every, usual
from kistep_archive.model.items import Listing, Notice, ParsedPost
from kistep_archive.parse.parser import parse

KINDS = {"post": ParsedPost, "listing": Listing, "notice": Notice}
MENU = re.compile(rb'<(\w+) \w+="gnb"')
PAGES = [*every()]


@pytest.mark.parametrize("measured", PAGES, ids=[f"{each.kind} {each.menus}" for each in PAGES])
def test_a_measured_page_is_of_its_kind_and_has_the_menu_that_it_names(measured: BenchPage) -> None:
    assert isinstance(parse(measured.page), KINDS[measured.kind.split()[-1]])
    tags = {found[1].decode() for found in MENU.finditer(measured.page.body)}
    assert tags == {measured.menus} - {"none"}


@pytest.mark.parametrize("measured", PAGES, ids=[f"{each.kind} {each.menus}" for each in PAGES])
def test_a_measured_page_has_15_kb_unless_it_is_a_notice_without_a_menu(measured: BenchPage) -> None:
    is_short = (measured.kind, measured.menus) == ("notice", "none")
    assert len(measured.page.body) >= 15_000 or is_short


def test_the_line_of_make_bench_is_that_of_a_post_with_its_menu_in_a_div() -> None:
    body = usual().page.body
    assert b"<nav" not in body
    assert b'<div class="gnb">' in body
