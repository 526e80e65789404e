"""A body that is not on the page: a script writes it, or a frame or an element of a script has it."""

import re

from lxml import etree

from kistep_archive.parse.body.foreign.asides import SHOWN
from kistep_archive.parse.text import Element, ParseError, content

_TEXTS = etree.XPath(
    "boolean(descendant::text()[normalize-space() and "
    "not(ancestor::script or ancestor::style or ancestor::template)])"
)
_FRAMES = etree.XPath("boolean(descendant::iframe[normalize-space(@srcdoc)])")
_OWN = etree.XPath("boolean(descendant::*[contains(name(), '-')])")
_WRITES = re.compile(
    r"\bdocument\s?\.\s?write|\binnerHTML\b|\.(?:html|append|load|text)\(|\b(?:fetch|ajax)\b"
)


def check(url: str, body: Element) -> None:
    """Raises ParseError for a frame with a text of its own, and for an empty body that a script fills."""
    if _FRAMES(body):
        raise ParseError(url, "body", "a frame in it holds a text that is no page of the site (srcdoc)")
    if _TEXTS(body) or SHOWN(body):
        return
    if _OWN(body) or any(_WRITES.search(content(script)) for script in body.iter("script")):
        raise ParseError(
            url, "body", "its box is empty until a script fills it, so its text is not on the page"
        )
