"""The titles that a page's head gives. They are a witness: a site may write anything there."""

import re
import unicodedata

from lxml import etree

from kistep_archive.parse.text import Element, line

_HEADS = etree.XPath("/html/head/title/text() | /html/head/meta[@property='og:title']/@content")
_LONGEST = 1000  # characters
_PARTS = re.compile(r"\s?[|<>«»›]\s?|\s[–—:·-]\s")
_WITNESS = 6  # characters at least of what a head confirms


def find(element: Element) -> tuple[str, ...]:
    """The words of <title> and og:title of the page that an element is in."""
    return tuple(line(text)[:_LONGEST] for text in _HEADS(element) if line(text))


def confirm(heads: tuple[str, ...], rest: str) -> bool:
    """Whether a head of the page has these words, or is them."""
    words = pack(rest)
    return any(words == pack(head) or (len(words) >= _WITNESS and words in pack(head)) for head in heads)


def is_piece(heads: tuple[str, ...], rest: str) -> bool:
    """Whether a head of the page is these words and the names of its site, parted from them by signs."""
    words = pack(rest)
    return len(words) >= _WITNESS and any(
        words == pack(each) for head in heads for each in _PARTS.split(head)
    )


def pack(text: str) -> str:
    """The text without spaces, capitals and raised digits."""
    return unicodedata.normalize("NFKC", "".join(text.split())).casefold()
