"""Whatever is in a feed, it can be read."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kistep_archive.export.feed_formats import Enclosure, Feed, FeedEntry, atom, json_feed, media_type, tag

ATOM = "{http://www.w3.org/2005/Atom}"
TEXT = st.text(st.characters(exclude_categories=[]), max_size=30)


def hostile(title: str, html: str) -> Iterator[Feed]:
    entry = FeedEntry(
        tag("n", 1),
        "new",
        title or " ",
        "https://x.kr/가 나?a=1&b=<",
        title or None,
        "2020-01-01T00:00:00Z",
        None,
        html,
    )
    file = Enclosure(title, f"https://x.kr/{title}", media_type(html), 1)
    yield Feed(
        tag("feed", title), title, "", "", (entry, FeedEntry(tag("n", 2), *entry_rest(entry), files=(file,)))
    )


def entry_rest(entry: FeedEntry) -> tuple[Any, ...]:
    return entry.kind, entry.title, entry.url, entry.author, entry.updated, entry.published, entry.html


@given(TEXT, TEXT)
@example("\ud800", "\udfff")
def test_no_text_makes_a_feed_that_cannot_be_read(title: str, html: str) -> None:
    for made in hostile(title, html):
        root = fromstring(atom(made).encode("utf-8", "replace"))
        assert len(root.findall(f"{ATOM}entry")) == 2
        assert len(json.loads(json_feed(made).encode("utf-8", "replace"))["items"]) == 2


def test_characters_that_xml_forbids_are_replaced_and_all_others_stay(tmp_path: Path) -> None:
    said = "a\0b\x1bc\x0bd\ufffee\U0001f600 <b>&amp;]]> 기술\t\u0085"
    (made,) = hostile(said, f"<p>{said}</p>")
    root = fromstring(atom(made))
    assert root.findtext(f"{ATOM}entry/{ATOM}content") == f"<p>{said}</p>".replace("\0", "\ufffd").replace(
        "\x1b", "\ufffd"
    ).replace("\x0b", "\ufffd").replace("\ufffe", "\ufffd")
    assert json.loads(json_feed(made))["items"][0]["content_html"] == f"<p>{said}</p>"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("application/pdf; name=x", "application/pdf"),
        ("Image/PNG", "image/png"),
        (None, ""),
        ("", ""),
        ("pdf", ""),
        ("a b/c", ""),
    ],
)
def test_a_media_type_is_bare_or_says_that_it_says_nothing(said: str | None, kind: str) -> None:
    assert media_type(said) == (kind or "application/octet-stream")
