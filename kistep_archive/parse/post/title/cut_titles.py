"""A title that the page shows cut, with an ellipsis at its end: the whole one may stand in an attribute."""

from collections.abc import Iterator, Sequence
from itertools import islice

from kistep_archive.parse import heads
from kistep_archive.parse.text import Element, ParseError, is_cut, line, uncut

_FEW = 10  # elements of a title that are asked


def whole(url: str, title: str, title_from: Sequence[Element]) -> str:
    """The title, or the longer one that its elements have as `title`. Raises ParseError if only the page's
    head goes on where it ends."""
    if not is_cut(title):
        return title
    start = uncut(title)
    longer = next((words for words in _attributes(title_from) if _goes_on(words, start)), "")
    if not longer and any(_goes_on(words, start) for words in heads.find(title_from[0])):
        why = f"{title[-60:]!r} ends in an ellipsis, and the page's head goes on: it is cut"
        raise ParseError(url, "title", why)
    return longer or title


def _attributes(title_from: Sequence[Element]) -> Iterator[str]:
    elements = (each for element in title_from for each in element.iter("*"))
    return (line(each.get("title") or "") for each in islice(elements, _FEW))


def _goes_on(words: str, start: str) -> bool:
    """Whether words begin so and then have more than an ellipsis."""
    rest = words[len(start) :].lstrip(" .…")
    return bool(start) and words.startswith(start) and rest[:1].isalnum()
