"""The laws of the parser: any post, rendered in any skin, is read back as it was; a page cut anywhere is
never read wrongly."""

from dataclasses import replace

import pytest
from entries import ENTRY, ES, JSP, page, read, read_post, values_of
from hypothesis import given
from hypothesis import strategies as st

from kistep_archive.http.response import Page
from kistep_archive.model.items import Listing
from kistep_archive.parse.parser import ParseError, parse
from kistep_archive.replica import Entry, Paragraph, Site
from kistep_archive.replica.content import Image
from kistep_archive.replica.pages import render_es, render_jsp
from kistep_archive.replica.pages.markup import Slice

LANGUAGES = st.sampled_from(["en", "ko"])


@pytest.mark.parametrize("skin", render_es.POST_SKINS)
@given(entry=ENTRY, files=st.sampled_from(["before", "after"]), language=LANGUAGES)
def test_any_current_post_is_read_back_as_it_was(skin: str, files: str, language: str, entry: Entry) -> None:
    assert read(
        read_post("es", entry, render_es.post(entry, skin=skin, language=language, files=files))
    ) == values_of(entry)


@pytest.mark.parametrize("skin", render_jsp.POST_SKINS)
@given(entry=ENTRY, language=LANGUAGES)
def test_any_legacy_post_is_read_back_as_it_was(skin: str, language: str, entry: Entry) -> None:
    assert read(read_post("jsp", entry, render_jsp.post(entry, skin=skin, language=language))) == values_of(
        entry
    )


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["es", "jsp"])
def test_every_post_of_the_stand_in_is_read_back_with_its_files_and_images(layout: str) -> None:
    render = render_es if layout == "es" else render_jsp
    for entry in Site.standard().entries(layout):
        for skin in render.POST_SKINS:
            post = read_post(layout, entry, render.post(entry, skin=skin))
            assert (post.title, post.writer, post.date, post.hits) == (
                entry.title,
                entry.writer,
                entry.date,
                entry.hits,
            )
            assert [file.name for file in post.attachments] == [file.name for file in entry.files]
            assert len(post.images) == sum(
                isinstance(b, Image) and not b.src.startswith("data:") for b in entry.blocks
            )
            for block in entry.blocks:
                text = block.text if isinstance(block, Paragraph) else block.caption or block.alt
                assert " ".join(text.split()) in " ".join(post.body_text.split())


ENTRIES = st.lists(ENTRY, min_size=1, max_size=5, unique_by=lambda entry: entry.number)


@pytest.mark.parametrize("skin", render_es.LISTING_SKINS)
@given(entries=ENTRIES, totals=st.booleans(), language=LANGUAGES)
def test_any_current_listing_is_read_back_as_it_was(
    skin: str, totals: bool, language: str, entries: list[Entry]
) -> None:
    entries = [replace(entry, title=entry.title[:50].strip()) for entry in entries]
    markup = render_es.listing(
        Slice(entries, page=2, pages=7, total=1234, new={entries[0].number}),
        skin=skin,
        language=language,
        totals=totals,
    )
    listing = parse(page(f"{ES}&nPage=2", markup))
    assert isinstance(listing, Listing)
    assert [(row.number, row.title, row.date) for row in listing.rows] == [
        (entry.number, entry.title, entry.date) for entry in entries
    ]
    assert (listing.page, listing.total) == (2, 1234 if totals else None)
    assert not totals or listing.pages == 7
    assert [row.new for row in listing.rows] == [True] + [False] * (len(entries) - 1)


@pytest.mark.parametrize("skin", render_jsp.LISTING_SKINS)
@given(entries=ENTRIES, language=LANGUAGES)
def test_any_legacy_listing_is_read_back_as_it_was(skin: str, language: str, entries: list[Entry]) -> None:
    entries = [replace(entry, title=entry.title[:50].strip()) for entry in entries]
    listing = parse(
        page(
            f"{JSP}?brdType=L&thisPage=1",
            render_jsp.listing(Slice(entries, page=1, pages=3, total=21), skin=skin, language=language),
        )
    )
    assert isinstance(listing, Listing)
    assert [(row.number, row.title, row.date, row.writer) for row in listing.rows] == [
        (e.number, e.title, e.date, e.writer) for e in entries
    ]


@pytest.mark.parametrize("skin", [*render_es.POST_SKINS, *render_jsp.POST_SKINS])
@given(entry=ENTRY, data=st.data())
def test_fault_b06_a_page_cut_at_any_byte_is_read_the_same_or_not_at_all(
    skin: str, entry: Entry, data: st.DataObject
) -> None:
    layout = "es" if skin in render_es.POST_SKINS else "jsp"
    markup = (render_es if layout == "es" else render_jsp).post(entry, skin=skin).encode()
    url = (
        f"{ES}&act=view&list_no={entry.number}" if layout == "es" else f"{JSP}?brdType=R&bbIdx={entry.number}"
    )
    whole = parse(Page(url, "", 200, (), markup))
    cuts = data.draw(st.lists(st.integers(0, len(markup) - 1), min_size=10, max_size=10)) + list(
        range(len(markup) - 12, len(markup))
    )
    for cut in cuts:
        try:
            assert parse(Page(url, "", 200, (), markup[:cut])) == whole
        except ParseError:
            continue
