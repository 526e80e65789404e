"""The titles that a page's head gives. They are a witness: a site may write anything there."""

from lxml import etree

from kistep_archive.parse.text import Element, line

_HEADS = etree.XPath("/html/head/title/text() | /html/head/meta[@property='og:title']/@content")
_LONGEST = 1000  # characters


def find(element: Element) -> tuple[str, ...]:
    """The words of <title> and og:title of the page that an element is in."""
    return tuple(line(text)[:_LONGEST] for text in _HEADS(element) if line(text))
