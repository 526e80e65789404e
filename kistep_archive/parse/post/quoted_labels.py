"""Labels that a post quotes, of a form or of another post, where the page's own labels have unknown words.
None of their values is the post's, so the page is refused. What stands before them gives it away."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from lxml import etree

from kistep_archive.parse import heads
from kistep_archive.parse.blocks import LabelBlock
from kistep_archive.parse.body.foreign import strays
from kistep_archive.parse.dates import day
from kistep_archive.parse.elements import is_hidden
from kistep_archive.parse.post import twice
from kistep_archive.parse.text import Element, ParseError, content, is_within, label, line
from kistep_archive.parse.values import SMALL

_TEXTS = etree.XPath("descendant::text()[normalize-space() and not(parent::script or parent::style)]")
_STRING = etree.XPath("string()", smart_strings=False)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_PIECES = re.compile(r"\s?[|｜·ㆍ]\s?")
_LED = re.compile(r"(?P<name>[^0-9:：]{0,20})[:：]?\s?(?P<rest>(?:19|20)[0-9]{2}.{4,40})")
_FRAMES = ("nav", "header", "footer", "aside", "script", "style", "noscript")
_BOXES = ("div", "section", "p", "ul", "dl", "table")
_FEW = 10  # boxes in one element that are looked at
_FAR = 50  # elements before the labels that are looked at
_LEAST, _MOST = 3, 12  # pieces of a head: a writer, a date and a count, with their labels or without
_TWO = 2


def check(url: str, number: str, block: LabelBlock, title: tuple[str, tuple[Element, ...]]) -> None:
    """Raises ParseError for labels behind two paragraphs, or behind a paragraph and an unknown head with
    another date. A head before the title counts without a paragraph."""
    words, title_from = title
    if block.field("title") is not None or not title_from:
        return
    before = list(islice(_before(block), _FAR))
    at = next((at for at, each in enumerate(before) if _holds(each, title_from[0])), len(before))
    above = before[at + 1 : at + 2] if strays.is_bare(title_from[0]) else []
    paragraphs = sum(strays.is_bare(each) and bool(content(each)) for each in (*before[: at + 1], *above))
    if paragraphs >= _TWO and not heads.confirm(heads.find(title_from[0]), words):
        why = f"{words[:60]!r} is one of several paragraphs before the labels: the post may quote them"
        raise ParseError(url, "title", why)
    _check_dates(url, number, block, before if paragraphs else before[at + 1 :])


def _check_dates(url: str, number: str, block: LabelBlock, before: Sequence[Element]) -> None:
    """Raises ParseError for an unknown head before the labels that says another date."""
    own = day(block.value("date") or "")
    dated = [each for each in before if _YEAR.search(_STRING(each))]
    for each in (box for element in dated for box in islice(element.iter(*_BOXES), _FEW)):
        if (other := _dated(each, number)) and other != own:
            why = (
                f"the page says {other!r} in {content(each)[:60]!r} and {own!r} behind labels below it; it "
                "is unclear which one is the post's"
            )
            raise ParseError(url, "date", why)


def _before(block: LabelBlock) -> Iterator[Element]:
    """The elements before some labels, outside of what holds them, the nearest first."""
    for step in (block.element, *block.element.iterancestors()):
        if step.tag not in ("tr", "li", "tbody", "thead", "html", "body"):
            yield from (each for each in step.itersiblings("*", preceding=True))


def _holds(element: Element, other: Element) -> bool:
    return element is other or any(each is element for each in other.iterancestors())


def _dated(element: Element, number: str) -> str:
    """The date in what is made like a post's head, with a label that is no other known one; "" for
    anything else."""
    if any(each.tag in _FRAMES for each in (element, *element.iterancestors())):
        return ""
    if is_hidden(element) or not is_within(element, SMALL):
        return ""
    texts = [line(text) for text in _TEXTS(element)[: _MOST + 1]]
    pieces = [piece for text in texts for piece in _PIECES.split(text)]
    if not _LEAST <= len(pieces) <= _MOST or twice.links_elsewhere(element, number):
        return ""
    are_pairs = len(pieces) == len(texts) and not len(texts) % 2  # each label has a text of its own
    for at, piece in enumerate(pieces):
        if led := _LED.fullmatch(piece):
            name = led["name"] or (pieces[at - 1] if are_pairs and at % 2 else "")
            if name and label(name) in (None, "date") and (date := day(led["rest"])):
                return date
    return ""
