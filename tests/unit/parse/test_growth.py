"""Reading a page takes work in proportion to its size, whatever it is made of: counted, not only timed."""

import sys
from contextlib import suppress
from dataclasses import replace
from itertools import chain

import pytest
from cost import ending
from grown import URLS, page, places
from grown_shapes import pieces
from hypothesis import settings

from kistep_archive.http.response import Page
from kistep_archive.parse.parser import ParseError, parse

_SMALL = 6_000  # bytes
_MORE = 5  # times the work at most for four times the size

# shapes that once took work in the square of their size, each where it did
ONCE = [
    ("es post", "title", "icons"),
    ("es post", "head", "titles and labels"),
    ("es post", "head", "label spans"),
    ("es post", "head", "texts"),
    ("es post", "head", "scripted files"),
    ("es post", "body", "label definitions"),
    ("es post", "body", "label items"),
    ("es post", "body", "label lines"),
    ("es post", "body", "label heads"),
    ("es post", "body", "named boxes"),
    ("es post", "unnamed body", "frames in cells"),
    ("es post", "unnamed body", "label paragraphs"),
    ("es post", "unnamed body", "titles and labels"),
    ("es post", "after", "files in one box"),
    ("es post", "after", "links of one file"),
    ("jsp post", "after", "picture links"),
    ("jsp post", "after", "unknown files"),
    ("es listing", "list", "counts"),
    ("es post", "after", "open divs"),
    ("jsp post", "after", "open divs"),
    ("es listing", "rows", "post grids"),
    ("es listing", "box", "row roles"),
    ("es listing", "pager", "slashes"),
    ("es listing", "header", "totals"),
    ("es listing", "header", "pages of pages"),
    ("jsp listing", "box", "same post links"),
    ("jsp listing", "before", "next posts"),
]
KINDS_AND_PLACES = list(chain.from_iterable(((kind, place) for place in places(kind)) for kind in URLS))


def _read(page: Page) -> None:
    with suppress(ParseError):  # a refusal takes work too
        parse(page)


def _calls(page: Page) -> int:
    """How many functions a reading calls, ours and the libraries'; each step of a generator counts."""
    calls = 0

    def count(_frame: object, event: str, _what: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        _read(page)
    finally:
        sys.setprofile(before)
    return calls


def _growth(kind: str, place: str, shape: str) -> float:
    large, small = page(kind, place, shape, 4 * _SMALL), page(kind, place, shape, _SMALL)
    _read(large)  # fills what is remembered from page to page
    return _calls(large) / _calls(small)


@pytest.mark.parametrize(("kind", "place", "shape"), ONCE)
def test_four_times_the_size_takes_at_most_five_times_the_work(kind: str, place: str, shape: str) -> None:
    assert _growth(kind, place, shape) <= _MORE


EVERY = 1 if settings().max_examples > 100 else 100  # of the shapes; `make soak` tries all


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "place"), KINDS_AND_PLACES)
def test_no_shape_anywhere_takes_more_than_its_share_of_work(kind: str, place: str) -> None:
    at = KINDS_AND_PLACES.index((kind, place)) % EVERY
    grown = {shape: _growth(kind, place, shape) for shape in list(pieces(kind))[at::EVERY]}
    assert {shape: times for shape, times in grown.items() if times > _MORE} == {}


# work inside of libraries, which counts as one call: (seconds of the processor's time at most, bytes of the
# shape). Each took several times as long when it grew with the square of its size.
TIMED = [
    ("es post", "no labels", "alternative texts", 64_000, 1.0),
    ("jsp post", "unnamed body", "definitions", 100_000, 1.5),
    ("es post", "body", "words and images", 400_000, 5.0),
    ("es post", "head", "arrows", 1_000_000, 2.0),
    ("jsp post", "unnamed body", "ampersands", 400_000, 1.0),
]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "place", "shape", "size", "seconds"), TIMED)
def test_a_large_page_is_read_in_time(kind: str, place: str, shape: str, size: int, seconds: float) -> None:
    large = page(kind, place, shape, size)
    with ending(seconds):
        _read(large)


@pytest.mark.parametrize("kind", URLS)
def test_a_page_of_more_than_16_mb_is_refused_in_one_line_and_not_read(kind: str) -> None:
    large = page(kind, "after", "paragraphs", 100)
    large = replace(large, body=large.body.replace(b"<body>", b"<body>" + b" " * 16_000_000))
    with ending(1), pytest.raises(ParseError) as refused:
        parse(large)
    assert refused.value.field == "size"
    assert refused.value.why == (
        "the page has 16.0 MB; a page of more than 16 MB is not read, since no listing or post has so many"
    )


def test_a_large_page_can_be_read_up_to_16_mb() -> None:
    large = page("es listing", "after", "paragraphs", 100)
    spaces = b" " * (16_000_000 - len(large.body))
    assert parse(replace(large, body=large.body.replace(b"<body>", b"<body>" + spaces))) == parse(large)
