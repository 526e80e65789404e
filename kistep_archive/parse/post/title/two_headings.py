"""Two headings right behind one another: which of them is the title. The page's head decides, or the class of
one; else it is unclear: the first may be the board's name, the second a subtitle."""

import re
from collections.abc import Sequence

from kistep_archive.parse import heads
from kistep_archive.parse.text import Element, ParseError, content

NAMED = re.compile(r"(?:^|[\s_-])(?:tit(?:le)?|subject|headline)(?:$|[\s_-])|tit(?:le)?(?:$|\s)", re.I)


def title(url: str, headings: Sequence[Element]) -> Element:
    """The one of some headings, in the order of the page, that is the title. Raises ParseError."""
    first, second = headings[0], headings[-1]
    if content(first) == content(second):
        return second
    named = _single([each for each in (first, second) if NAMED.search(each.get("class") or "")])
    confirmed = _single([each for each in (first, second) if heads.confirm(heads.find(each), content(each))])
    if (confirmed is None and named is None) or (None not in (confirmed, named) and confirmed is not named):
        words = (
            f"the headings {content(first)[:60]!r} and {content(second)[:60]!r} stand one behind the other, "
            "so it is unclear which of them is the title"
        )
        raise ParseError(url, "title", words)
    return named if confirmed is None else confirmed


def _single(elements: Sequence[Element]) -> Element | None:
    return elements[0] if len(elements) == 1 else None
