"""Buttons and questions of a site at the edge of a body, which no writer types."""

import re
from collections.abc import Sequence
from itertools import islice

from lxml import etree

from kistep_archive.parse.body.foreign import notes
from kistep_archive.parse.elements import CONTROL
from kistep_archive.parse.text import Element, content, line

_CONTROLS = etree.XPath("descendant-or-self::a | descendant-or-self::button")
_UNLINKED = etree.XPath("descendant::text()[normalize-space() and not(ancestor::a or ancestor::button)]")
_FIELDS = etree.XPath(
    "boolean(descendant::input[@type='radio' or @type='checkbox' or @type='submit'] or "
    "descendant::textarea or descendant::select or descendant::button)"
)
_FILLED = etree.XPath(
    "boolean(descendant::textarea or descendant::select or descendant::input[@type='text' or @type='email' "
    "or @type='password' or @type='search' or @type='radio' or @type='checkbox'])"
)
_NOWHERE = re.compile(r"\s{0,9}(?:#|javascript:|\Z)", re.I)
_HEADING = re.compile(r"(?:share(?:\sthis(?:\spage)?)?|공유(?:하기)?|sns(?:\s?공유)?)?\s?[:：]?", re.I)
_LIKES = re.compile(r"(?:like|추천|비추천|좋아요|공감|link|링크)\s?[(\[]?[0-9]{0,7}[)\]]?", re.I)
_FAR = 20  # elements before a body that are looked at
_OTHERS = ("iframe", "video", "audio", "object", "embed", "table", "p", "h1", "h2", "h3", "h4")


def are_all(element: Element) -> bool:
    """Whether an element has only buttons that print, share, copy or like the page, and no other words."""
    controls = _CONTROLS(element)
    if not controls or next(element.iterdescendants(*_OTHERS), None) is not None:
        return False
    images = sum(1 for _ in element.iter("img"))
    inside = sum(1 for control in controls for _ in control.iter("img"))
    is_headed = _HEADING.fullmatch(line(" ".join(_UNLINKED(element)))) is not None
    return is_headed and images == inside and all(map(_is_button, controls))


def are_tabs(boxes: Sequence[Element]) -> bool:
    """Whether a reader sees one of some boxes at a time: links before them lead to them, or their role says
    so. One is the body, and nothing says which."""
    if sum(box.get("role") == "tabpanel" for box in boxes) > 1:
        return True
    names = {box.get("id") for box in boxes} - {None}
    before = islice(boxes[0].itersiblings("*", preceding=True), _FAR) if len(names) > 1 else ()
    targets = {(link.get("href") or "").removeprefix("#") for each in before for link in each.iter("a")}
    return len(names & targets) > 1


def is_questionnaire(element: Element) -> bool:
    """Whether an element asks what the reader thinks of the page, and has fields for the answer."""
    return notes.is_poll(element) and bool(_FIELDS(element))


def has_fields(element: Element) -> bool:
    """Whether an element has fields that a reader fills in."""
    return bool(_FILLED(element))


def _is_button(control: Element) -> bool:
    words = line(" ".join([content(control), *(image.get("alt") or "" for image in control.iter("img"))]))
    is_known = CONTROL.fullmatch(words) is not None or _LIKES.fullmatch(words) is not None
    return is_known and _NOWHERE.match(control.get("href") or "") is not None
