"""The title of a listing row: the words of its link or heading, without the marks beside them."""

import re
from functools import cache
from itertools import takewhile

from lxml import etree

from kistep_archive.parse.dates import day
from kistep_archive.parse.elements import is_hidden
from kistep_archive.parse.listing import more, pins
from kistep_archive.parse.listing.grouping import Link
from kistep_archive.parse.listing.more import RepeatedWords
from kistep_archive.parse.text import Element, ParseError, content, is_cut, label, line, uncut, without

_LEAVES = etree.XPath("descendant::*[not(self::a)][not(*[normalize-space()])]")
_HEADINGS = etree.XPath(
    "descendant::*[self::strong or self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6 or "
    "self::dt or self::b or contains(@class, 'tit') or contains(@class, 'subject')][normalize-space()]"
)
_TEXTS = etree.XPath("descendant::text()[normalize-space()]")
_HINT = re.compile(r"new|ico|badge|sr[_-]|blind|hid|label|flag|mark|notice", re.I)
_DATE_CLASS = re.compile(r"(?:^|[\s_-])(?:date|day|time|reg_?date)(?:$|[\s_-])", re.I)
_COMMENTS = re.compile(r"\[\+?[0-9]{1,3}\]")
_HEADING_TAGS = {"h1", "h2", "h3", "h4", "h5", "h6", "dt"}
_TITLE_CLASS = re.compile(r"(?:^|[\s_-])(?:tit|title|subject)(?:$|[\s_-])", re.I)
_BOLD = ("b", "strong")


def element_of(link: Element) -> Element:
    """The title's element: in a link around a whole card the heading or its first paragraph; else the link
    itself."""
    texts = [] if link.tag in ("tr", "li") or not len(link) else _TEXTS(link)
    if len(texts) < 2:
        return link
    has_words = cache(_has_words)
    headings = [each for each in _HEADINGS(link) if each.tag not in _BOLD or not has_words(each.getparent())]
    named = next(filter(_is_title, headings), None)
    if named is not None:
        return named
    first, is_card = (
        texts[0].getparent(),
        any(label(text) in ("writer", "date", "hits") for text in texts[1:]),
    )
    is_title = (
        texts[0].is_text and first is not link and (is_card or first in headings or first.tag in ("p", "div"))
    )
    return first if is_title and (first.tag not in _BOLD or not has_words(first.getparent())) else link


def _is_title(heading: Element) -> bool:
    """Whether a heading is no label, no badge, and no day or part of one."""
    words = content(heading)
    return label(words) is None and badge(heading) is None and not words.isdigit() and day(words) is None


def _has_words(element: Element) -> bool:
    """Whether an element has plain words: a bold word among them is a part of a line, and no heading."""
    beside = (element.text, *(each.tail for each in element))
    return any((text or "").strip(" \t\r\n\xa0|·-") for text in beside)


def is_headed(link: Element, row: Element) -> bool:
    """Whether a link is in a heading of a row, or has one in it: beside it an excerpt may be a link too."""
    around = takewhile(lambda each: each is not row, link.iterancestors())
    return any(map(_is_heading, around)) or any(map(_is_heading, link.iterdescendants("*")))


def _is_heading(element: Element) -> bool:
    return element.tag in _HEADING_TAGS or _TITLE_CLASS.search(element.get("class") or "") is not None


def heading(row: Element, button: Link, *, is_sure: bool) -> Element | None:
    """The title of a row whose link only says "Read more": its heading. A link inside the heading is the
    title itself. `is_sure`: so many rows have these words that they are no title."""
    inside, around = {button.element, *button.element.iterdescendants()}, set(button.element.iterancestors())
    headings = [each for each in _HEADINGS(row) if each not in inside]
    if any(each in around for each in headings):
        return button.element
    named = next(filter(_is_title, headings), None)
    if named is not None or is_sure or more.is_alone(content(button.element)):
        return named
    return element_of(button.element)


def read(url: str, element: Element, link: Link, buttons: RepeatedWords) -> tuple[str, bool]:
    """(the words of a title's element, whether they are cut). `buttons` is what the links of all rows have.
    Raises ParseError."""
    words = _own_words(element, buttons) if len(element) else content(element)
    if not words:
        raise ParseError(url, "title", f"the row of post {link.number} has no title")
    if is_cut(words):
        longer, start = line(link.element.get("title") or ""), uncut(words)
        if longer.startswith(start) and len(uncut(longer)) > len(start):
            words = longer
    return words, is_cut(words)


def _own_words(element: Element, buttons: RepeatedWords) -> str:
    """The words of a title's element without its marks and what stands beside it, if it has any others."""
    leaves = leaves_of(element)
    skipped = {each for each in leaves if badge(each) or is_hidden(each)} | more.inside(element, buttons)
    beside = {each for each in leaves if _is_date(each) or _is_label(each) or _is_count(each)}
    return without(element, skipped | beside) or without(element, skipped) or content(element)


def _is_date(element: Element) -> bool:
    """Whether an element at the end of a title is a date beside it: its class or tag says so."""
    if not _is_last(element):
        return False
    is_named = (
        element.tag in ("time", "em", "small")
        or _DATE_CLASS.search(element.get("class") or "") is not None
        or (element.tag == "span" and not _has_words(element.getparent()))
    )
    return is_named and day(content(element).strip("()[] ")) is not None


def _is_label(element: Element) -> bool:
    """Whether an element is the label of the title before it, for small screens."""
    is_first = element.getprevious() is None and not line(element.getparent().text or "")
    return is_first and element.tag == "span" and label(content(element)) == "title"


def _is_count(element: Element) -> bool:
    """Whether an element at the end of a title is the count of its comments, in square brackets."""
    return (
        element.tag in ("span", "em")
        and _is_last(element)
        and _COMMENTS.fullmatch(content(element)) is not None
    )


def _is_last(element: Element) -> bool:
    return element.getnext() is None and not line(element.tail or "").strip(" )]")


def leaves_of(element: Element) -> list[Element]:
    """The elements in an element, besides links, that have no words in elements of their own: its marks are
    among them."""
    return _LEAVES(element) if any(each.tag != "a" for each in element.iterdescendants()) else []


def badge(element: Element) -> str | None:
    """The mark "new" or "pinned", for an element that is such a mark and not part of a title."""
    words = (element.get("alt") or "").strip().lower() if element.tag == "img" else content(element).lower()
    is_hinted = element.tag in ("img", "i") or bool(_HINT.search(element.get("class") or ""))
    is_last = element.getnext() is None and not (element.tail or "").strip() and element.tag == "span"
    if words in ("새글", "새 글", "새로운 글", "새로운글", "new post") or (
        words in ("new", "n") and (is_hinted or (is_last and words == "n"))
    ):
        return "new"
    return "pinned" if words in pins.WORDS and (is_hinted or not words.isascii()) else None
