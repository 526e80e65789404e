"""Which of several places in a text holds the value: that with the words before it that other pages have."""

from collections.abc import Sequence

from kistep_archive.learn import patterns
from kistep_archive.learn.page_tree import PageTree
from kistep_archive.learn.patterns import Bounds, FieldName
from kistep_archive.parse.skin import selectors
from kistep_archive.parse.text import line

_PLACES = 200  # ways to choose among several places of a value


def pattern(name: FieldName, trees: Sequence[PageTree], words: Sequence[str], values: frozenset[str]) -> str:
    """The pattern for the value's place in these texts. Where it stands several times, the place whose words
    before it are those of the other pages."""
    places = [patterns.spans(tree.row, name, text) for tree, text in zip(trees, words, strict=True)]
    at = [index for index, each in enumerate(places) if each]
    if len(at) < max(2, 0.6 * len(words)):
        return ""
    best: tuple[int, str] = (0, "")
    fewest = min(at, key=lambda index: len(places[index]))
    for start in places[fewest][:_PLACES]:
        left = words[fewest][: start[0]]
        chosen = [_like(places[index], words[index], left) for index in at]
        proposed = patterns.pattern(name, [words[index] for index in at], chosen, values)
        right = count_agreeing(name, trees, words, proposed) if proposed else 0
        if right > best[0]:
            best = right, proposed
    return best[1]


def _like(places: Sequence[Bounds], text: str, left: str) -> Bounds:
    """The place with the longest words before it that are like these."""

    def shared(place: Bounds) -> int:
        before, size = text[: place[0]], 0
        while size < min(len(before), len(left)) and before[-size - 1] == left[-size - 1]:
            size += 1
        return size

    return max(places, key=lambda place: (shared(place), -place[0]))


def count_agreeing(name: FieldName, trees: Sequence[PageTree], words: Sequence[str], pattern: str) -> int:
    """On how many pages the pattern takes the row's value out of the text."""
    compiled = selectors.pattern(pattern)
    matches = [compiled.search(text) for text in words]
    return sum(
        match is not None and patterns.fits(tree.row, name, line(match[1] or ""))
        for tree, match in zip(trees, matches, strict=True)
    )
