"""The HTML of each kind of page, read strictly: what browsers would have to guess is an error."""

import re
from pathlib import Path

import html5lib
import pytest
from kinds import PUBLISHED, SERVED, in_korean
from lxml import html
from readers import Reader

# seen by the W3C's own checker once: an instant finer than a millisecond, an empty choice
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,3})?Z)?")


def faults(page: str) -> list[str]:
    """What is wrong with a page."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page)
    wrong = [f"{place}: {code} {values}" for place, code, values in parser.errors]
    tree = html.document_fromstring(page)
    wrong += [at for at in tree.xpath("//time/@datetime") if not _INSTANT.fullmatch(at)]
    ids = tree.xpath("//@id")
    wrong += [f"{name} twice" for name in ids if ids.count(name) > 1]
    wrong += ["an option without words"] * len(tree.xpath("//option[not(normalize-space())]"))
    wrong += [f"nothing is called {name}" for name in set(tree.xpath("//label/@for")) - set(ids)]
    levels = [int(heading.tag[1]) for heading in tree.xpath("//h1 | //h2 | //h3 | //h4")]
    wrong += [
        f"h{level} skips a level"
        for above, level in zip([0, *levels], levels, strict=False)
        if level > above + 1
    ]
    return wrong + (["more or fewer than one h1"] if levels.count(1) != 1 else [])


@pytest.mark.parametrize("kind", SERVED)
def test_a_served_page_has_nothing_to_guess(reader: Reader, kind: str) -> None:
    for path in (SERVED[kind], in_korean(SERVED[kind])):
        assert faults(reader.client.get(f"/{path}").text) == []


@pytest.mark.parametrize("kind", PUBLISHED)
def test_a_published_page_has_nothing_to_guess(published: Path, kind: str) -> None:
    assert faults((published / PUBLISHED[kind].partition("?")[0]).read_text(encoding="utf-8")) == []


def test_an_archived_page_to_look_at_has_nothing_to_guess(reader: Reader) -> None:
    page = reader.client.get("/news/98911/page/1.html").text
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page)
    assert parser.errors == []


def test_a_fault_would_be_seen() -> None:
    page = (
        "<!doctype html><title>x</title><h1>x</h1><h3>y</h3><p id=a id=b><time datetime=1.1.2026>x</time></i>"
    )
    assert len(faults(page)) >= 4
