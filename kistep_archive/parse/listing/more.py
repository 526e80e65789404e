"""Words that only lead to a post, beside its title in a row or inside its link: "Read more"."""

import re
from dataclasses import dataclass

from lxml import etree

from kistep_archive.parse.listing.grouping import Link
from kistep_archive.parse.text import Element, content

_LEAVES = etree.XPath("descendant::*[not(*)][normalize-space()]")
_SEVERAL = 3  # rows that prove that words which all of them have are no title
_SIGNS = r"[\s+→›»▶>.…]{0,4}"
_WORDS = re.compile(
    r"(?:(?:read|view|see|learn|find out|show)\s(?:the\s|this\s)?(?:full\s|whole\s)?"
    r"(?:more|details?|post|article|story|notice|page|content)|(?:more|full)\s(?:details?|info|story|view)"
    r"|(?:continue|keep)\sreading|go\sto\s(?:the\s)?(?:post|article|page)|more|details?|view|read|go"
    r"|(?:더|자세히|상세|내용|본문|글|원문|상세\s?내용|자세한\s?내용)\s?보기|자세히|바로\s?가기|보기|읽기)"
    rf"{_SIGNS}",
    re.I,
)
_SINGLE = re.compile(rf"(?:more|details?|view|read|go|보기|읽기){_SIGNS}", re.I)  # may well end a title
_CLASS = re.compile(r"(?:^|[\s_-])(?:more|btns?|button|go|arrow|view|link)(?:$|[\s_-])", re.I)


@dataclass(frozen=True, slots=True)
class RepeatedWords:
    """The words that the links of every row have, or elements in them; `is_sure`: there are so many rows that
    such words are no title."""

    words: frozenset[str] = frozenset()
    is_sure: bool = False


def repeated_words(groups: dict[Element, list[Link]]) -> RepeatedWords:
    """What the links of all rows have in common, such as "Read more"."""
    words = [{text for link in links for text in _texts(link.element)} for links in groups.values()]
    return RepeatedWords(
        frozenset.intersection(*map(frozenset, words)) if len(words) > 1 else frozenset(),
        len(words) >= _SEVERAL,
    )


def is_alone(words: str) -> bool:
    """Whether the words of a link only lead somewhere."""
    return _WORDS.fullmatch(words) is not None


def inside(title: Element, known: RepeatedWords) -> set[Element]:
    """The elements in a title's element that only lead to the post."""
    parts = title.iterdescendants("a", "span", "em", "i", "strong", "b", "button") if len(title) else ()
    return {each for each in parts if _is_more(each, content(each), known)}


def _is_more(element: Element, words: str, known: RepeatedWords) -> bool:
    """Whether an element stands beside the title; one word at its end may be a part of it."""
    is_repeated = known.is_sure and words in known.words
    if not words or not (is_repeated or is_alone(words)):
        return False
    if element.tag in ("a", "button"):
        return True
    is_named = _CLASS.search(element.get("class") or "") is not None
    is_last = not (element.tail or "").strip()
    return is_last and (is_repeated or is_named or not _SINGLE.fullmatch(words))


def _texts(link: Element) -> set[str]:
    return {content(link), *map(content, _LEAVES(link))} if len(link) else {content(link)}
