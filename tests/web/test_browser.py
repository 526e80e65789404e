"""A person walks through the served site in a real browser."""

import hashlib
from pathlib import Path
from urllib.parse import unquote

import pytest
from browsers import Browser, Visitor
from commands import Archive
from kinds import SERVED, in_korean

from kistep_archive import Archive as Opened

PHONE = 360


def test_a_korean_word_is_searched_filtered_and_its_post_opened(visitor: Visitor) -> None:
    visitor.open("")
    visitor.page.get_by_role("searchbox").fill("예산")
    visitor.follow("Search", role="button")
    assert unquote(visitor.page.url).endswith("/search?q=예산")
    assert set(visitor.page.locator("main mark").all_inner_texts()) == {"예산"}
    before = visitor.page.locator(".total").inner_text()
    with visitor.page.expect_navigation():
        visitor.page.locator("aside.facets").get_by_role("link", name="2025").first.click()
    assert visitor.page.locator(".total").inner_text() != before
    title = visitor.page.locator(".posts a").first.inner_text()
    visitor.follow(title)
    assert visitor.page.locator("h1").inner_text() == title


def test_a_chip_takes_its_filter_back(visitor: Visitor) -> None:
    visitor.open("search?q=forum&has_file=yes")
    with visitor.page.expect_navigation():
        visitor.page.locator(".chip").click()
    assert visitor.page.url.endswith("/search?q=forum")


def test_a_year_of_the_chart_leads_to_its_posts(visitor: Visitor) -> None:
    visitor.open("")
    with visitor.page.expect_navigation():
        visitor.page.locator("svg.bars a[aria-label^='2022']").click()
    assert visitor.page.locator("h1").inner_text() == "2022"


def test_two_revisions_are_compared_with_the_words_marked(visitor: Visitor) -> None:
    visitor.open("news/98911")
    visitor.follow("What changed")
    assert visitor.page.locator("ins").all_inner_texts() == ["[Updated] "]


def test_the_proof_shows_each_piece_and_the_page_in_a_frame_that_loads_nothing(visitor: Visitor) -> None:
    visitor.open("news/98911")
    visitor.follow("See the proof")
    assert "OECD Directorate" in visitor.page.locator("mark").first.inner_text()
    visitor.page.locator("iframe").scroll_into_view_if_needed()
    assert "OECD Directorate" in visitor.page.frame_locator("iframe").locator("body").inner_text()


def test_files_and_evidence_are_saved_as_they_were_fetched(
    visitor: Visitor, place: Archive, tmp_path: Path
) -> None:
    visitor.open("news/42794/files")
    with visitor.page.expect_download() as saved:
        visitor.page.locator("main td a[download]").first.click()
    digest = visitor.page.locator("main td.digest").first.inner_text()
    assert hashlib.sha256(Path(saved.value.path()).read_bytes()).hexdigest() == digest
    visitor.open("news/42794/proof")
    with visitor.page.expect_download() as saved:
        visitor.page.get_by_role("link", name="Download the evidence (WACZ)").click()
    assert saved.value.suggested_filename == "news-42794.wacz"
    with Opened(place.folder) as archive:
        archive.bundle(tmp_path / "own.wacz", "news/42794")
    assert Path(saved.value.path()).read_bytes() == (tmp_path / "own.wacz").read_bytes()


def test_a_citation_is_copied(visitor: Visitor, place: Archive) -> None:
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.open("news/98911/cite")
    visitor.page.get_by_role("button", name="Copy BibTeX").click()
    visitor.page.get_by_role("button", name="Copied").wait_for()
    copied = visitor.page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == place.run("cite", "news/98911", "--style", "bibtex").stdout.strip()


def test_a_date_takes_the_reader_back_in_time_and_links_keep_it(visitor: Visitor) -> None:
    visitor.open("")
    visitor.page.get_by_label("Show this page as of").fill("2030-01-02")
    visitor.follow("Go", role="button")
    assert "2030-01-02" in visitor.page.locator("aside.as-of").inner_text()
    visitor.follow("Years")
    assert visitor.page.url.endswith("/years?as_of=2030-01-02")
    visitor.follow("Show it as it is now")
    assert visitor.page.url.endswith("/years")


def test_a_slash_goes_to_the_search_box(visitor: Visitor) -> None:
    visitor.open("")
    visitor.page.keyboard.press("/")
    visitor.page.keyboard.type("forum")
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    assert visitor.page.url.endswith("/search?q=forum")


@pytest.mark.parametrize("kind", ["home", "search", "post with a file", "changes", "proof", "cite", "runs"])
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(visitor: Visitor, kind: str) -> None:
    visitor.open(SERVED[kind])
    assert visitor.tab_through() == []


def test_the_first_link_skips_to_the_content(visitor: Visitor) -> None:
    visitor.open("search?q=forum")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.activeElement.className") == "skip"
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("kind", SERVED)
def test_axe_finds_nothing_in_light_and_dark_and_nothing_stands_out_of_a_phone(
    browser: Browser, served: str, kind: str
) -> None:
    visitor = Visitor(browser, served)
    visitor.open(SERVED[kind])
    assert visitor.violations() == []
    visitor.page.emulate_media(color_scheme="dark")
    assert visitor.wider(PHONE) == []
    assert visitor.violations() == []
    visitor.page.emulate_media(color_scheme="light")
    visitor.open(in_korean(SERVED[kind]))
    assert visitor.wider(PHONE) == []
    assert visitor.violations() == []
    allowed = 2 if kind == "error" else 0  # the browser's own remark on each answer of 404
    assert len(visitor.close()) == allowed


def test_print_is_dark_on_white_without_what_is_only_for_the_screen(visitor: Visitor) -> None:
    visitor.page.emulate_media(media="print", color_scheme="dark")
    visitor.open("news/98911")
    assert not visitor.page.locator("header.top").is_visible()
    assert not visitor.page.locator("body > footer").is_visible()
    assert visitor.violations() == []
    assert visitor.page.pdf().startswith(b"%PDF-")


def test_everything_can_be_read_without_scripts(browser: Browser, served: str) -> None:
    visitor = Visitor(browser, served, java_script_enabled=False)
    visitor.open("search?q=forum")
    visitor.follow(visitor.page.locator(".posts a").first.inner_text())
    visitor.follow("See the proof")
    assert visitor.page.locator("mark").count() > 4
    assert visitor.close() == []
