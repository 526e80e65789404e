"""HTML that says the same as the text is stored without it, and SQL gives it back byte for byte."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistep_archive.store.rows.bodies import pack, unpack_sql

TEXT = "Snow fell on R&D <before> noon.\nThe hall was cold.\n\nNobody left.\n\n\nA last word."
_PARTS = st.sampled_from(
    ["a", "b", "&", "&amp;", "<", "&lt;", "\n", "\n\n", "<br>", "<p>", "</p>", "가", "\x01", "\x04", "\x05"]
)


def given_back(text: str, html: str) -> str:
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.execute("CREATE TABLE content (body_text TEXT, body_html TEXT)")
        conn.execute("INSERT INTO content VALUES (?, ?)", (text, pack(text, html)))
        return str(conn.execute(f"SELECT {unpack_sql('content')} FROM content").fetchone()[0])


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize(
    ("paragraph", "line"), [("</p>\n<p>", "<br>"), ("</p><p>", "<br>"), ("<br><br>", "<br>"), ("\n\n", "\n")]
)
@pytest.mark.parametrize("around", ["<p>{}</p>", "<p><img src='a.png'></p>\n<p>{}</p><hr>", "{}"])
def test_text_in_paragraphs_is_not_stored_twice(paragraph: str, line: str, around: str) -> None:
    words = paragraph.join(part.replace("\n", line) for part in escaped(TEXT).split("\n\n"))
    html = around.format(words)
    assert len(pack(TEXT, html)) < len(around) + 3
    assert given_back(TEXT, html) == html


@pytest.mark.parametrize("html", ["", "<p>Snow <b>fell</b>.</p>", "<p>Snow fell.</p>\n<p>&nbsp;</p>"])
def test_html_that_says_more_is_stored_as_it_is(html: str) -> None:
    assert pack("Snow fell.\n\nIt stayed.", html) == html


@given(st.lists(_PARTS).map("".join), st.lists(_PARTS, max_size=3).map("".join), st.booleans())
def test_whatever_was_stored_comes_back_byte_for_byte(text: str, more: str, alike: bool) -> None:
    html = more + (escaped(text).replace("\n", "<br>") if alike else text) + more
    if html[:1] not in {"\x01", "\x04"}:  # no sanitised HTML has one
        assert given_back(text, html) == html
