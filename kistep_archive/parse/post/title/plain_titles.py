"""A plain text between a heading and the labels: the heading may be the board's name and the text the title,
or the text a second line. The page's head decides, or the class of one; else it is unclear."""

import re
from collections.abc import Iterable

from kistep_archive.parse import heads
from kistep_archive.parse.elements import CONTROL, is_hidden, names_of
from kistep_archive.parse.post.title.two_headings import NAMED
from kistep_archive.parse.text import Element, ParseError, content, label

_HEADING_TAGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TAGS = ("p", "div", "strong", "b", "span")
_SECOND = re.compile(  # in classes of what a skin puts below a title
    r"sub|desc|summar|lead|cat|gubun|tag|label|badge|ico|state|status|info|util|btn|sns|share|date|day|time|path|loc",
    re.I,
)


def choose(url: str, heading: Element, nearer: Iterable[Element]) -> Element:
    """The heading, or the text behind it that the page's head has as its title. Raises ParseError."""
    if heading.tag not in _HEADING_TAGS or NAMED.search(heading.get("class") or ""):
        return heading
    texts = [each for each in nearer if _may_be_title(each)]
    head_texts = heads.find(heading)
    named = [each for each in texts if heads.confirm(head_texts, content(each))]
    is_confirmed = heads.confirm(head_texts, content(heading))
    if not texts or (is_confirmed and not named):
        return heading
    if len(named) == 1 and not is_confirmed:
        return named[0]
    words = (
        f"{content(texts[0])[:60]!r} stands between the heading {content(heading)[:60]!r} and the labels, "
        "so it is unclear which of them is the title"
    )
    raise ParseError(url, "title", words)


def _may_be_title(element: Element) -> bool:
    words = content(element)
    return (
        element.tag in _TAGS
        and not is_hidden(element)
        and not _SECOND.search(names_of(element))
        and CONTROL.fullmatch(words) is None
        and label(words) is None
        and any(map(str.isalpha, words))
    )
