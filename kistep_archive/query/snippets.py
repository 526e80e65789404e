"""The passage of a text that a query finds, marked in the text as it is stored, whatever its spelling there."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import NamedTuple

from kistep_archive.model.tokens import Run, folded, runs
from kistep_archive.query.language import question

LENGTH = 160  # characters of a passage
_CHUNK, _OVERLAP = 20_000, 1_000  # characters: a long text is read until something is found
_MOST_TERMS = 32  # are marked
_MOST_PLACES = 200  # are weighed against each other
_EDGE = 16  # characters that a passage may lose so as to begin and end between words
_JAMO = "[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|[\uac00-\ud7a3][\u11a8-\u11c2]"  # what NFC makes one syllable of


class Place(NamedTuple):
    """Where a term stands in a text, and which of the query's terms it is."""

    start: int
    end: int
    term: int


class Wanted(NamedTuple):
    """One spelling of a term: a pattern of its runs, and whether they begin and end with a word, which must stand there whole."""

    pattern: re.Pattern[str]
    begins: bool
    ends: bool
    goes_on: bool  # the last word may be longer
    term: int

    def spans(self, plain: str) -> Iterator[tuple[int, int]]:
        """Where it stands, from and to."""
        at = 0
        while match := self.pattern.search(plain, at):
            start, end = match.span()
            at = start + 1
            if self.begins and start and _of_word(plain[start - 1]):
                continue
            while self.goes_on and end < len(plain) and _of_word(plain[end]):
                end += 1
            if not (self.ends and end < len(plain) and _of_word(plain[end])):
                yield start, end
                at = end


def snippet(text: str, query: str) -> str:
    """The passage with the most of the query's terms, HTML-escaped, each match in <mark>, white space collapsed; the text's beginning
    where nothing matches."""
    found = _first_places(text, _wanted(query))
    left, right = _window(text, found)
    pieces, at = ["…" if left else ""], left
    for start, end in _merged([place for place in found if left <= place.start and place.end <= right]):
        pieces += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    return " ".join("".join([*pieces, escape(text[at:right]), "…" if right < len(text) else ""]).split())


def _first_places(text: str, wanted: tuple[Wanted, ...]) -> list[Place]:
    """The matches in the first stretch of the text that has any, in order."""
    for begin in range(0, max(len(text), 1), _CHUNK - _OVERLAP):
        if found := _places(text[begin : begin + _CHUNK], wanted):
            return [Place(place.start + begin, place.end + begin, place.term) for place in found]
    return []


def _places(text: str, wanted: tuple[Wanted, ...]) -> list[Place]:
    plain, starts, ends = _aligned(text)
    return sorted(Place(starts[start], ends[end - 1] + 1, each.term) for each in wanted for start, end in each.spans(plain))


def _window(text: str, found: list[Place]) -> tuple[int, int]:
    """From where to where the passage goes: the first of those that hold most different terms."""
    best, most = found[0] if found else Place(0, 0, 0), 0
    for i, place in enumerate(found[:_MOST_PLACES]):
        held = len({other.term for other in found[i : i + _MOST_PLACES] if other.end <= place.start + LENGTH * 2 // 3})
        if held > most:
            best, most = place, held
    left = max(0, best.start - LENGTH // 3)
    right = min(len(text), max(left + LENGTH, best.end))
    return _between_words(text, left, right, best)


def _between_words(text: str, left: int, right: int, best: Place) -> tuple[int, int]:
    """The same without pieces of words at its ends, if a space is near."""
    if left and (space := re.search(r"\s", text[left : min(left + _EDGE, best.start)])):
        left += space.end()
    if right < len(text) and (tail := re.search(r"\s+\S*\Z", text[max(right - _EDGE, best.end) : right])):
        right -= len(tail[0])
    return left, right


def _merged(found: list[Place]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end, _ in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


# the text as it is compared, and where each character of that came from


def _aligned(text: str) -> tuple[str, list[int] | range, list[int] | range]:
    """The folded text, and for each of its characters the first and the last of the text that it was made of."""
    if text.isascii():
        return text.lower(), range(len(text)), range(len(text))
    plain, origin = [], []
    for position, character in enumerate(text):
        for c in _folded_one(character):
            plain.append(c)
            origin.append(position)
    return _composed("".join(plain), origin)


def _composed(plain: str, origin: list[int]) -> tuple[str, list[int], list[int]]:
    """With syllables in place of the letters that they were written in."""
    if not re.search(_JAMO, plain):
        return plain, origin, origin
    pieces, starts, ends, at = [], [], [], 0
    for match in re.finditer(_JAMO, plain):
        syllable = unicodedata.normalize("NFC", match[0])
        if len(syllable) > 1:  # a whole syllable takes no further letter
            continue
        pieces += [plain[at : match.start()], syllable]
        starts += [*origin[at : match.start()], origin[match.start()]]
        ends += [*origin[at : match.start()], origin[match.end() - 1]]
        at = match.end()
    return "".join([*pieces, plain[at:]]), starts + origin[at:], ends + origin[at:]


@lru_cache(maxsize=20_000)
def _folded_one(character: str) -> str:
    return folded(character)


# what the index finds, found in the folded text


@lru_cache(maxsize=64)
def _wanted(query: str) -> tuple[Wanted, ...]:
    terms = enumerate(question(query).terms[:_MOST_TERMS])
    return tuple(
        Wanted(re.compile(_pattern(runs)), bool(runs[0][1]), bool(runs[-1][1]), term.prefix and bool(runs[-1][1]), place)
        for place, term in terms
        for runs in term.spellings
    )


def _pattern(spelling: tuple[Run, ...]) -> str:
    """The runs, and between them whatever is no letter: nothing at all only where the script changes."""
    pieces = [re.escape("".join(spelling[0]))]
    for before, run in pairwise(spelling):
        pieces += ["[\\W_]*+" if bool(before[0]) != bool(run[0]) else "[\\W_]++", re.escape("".join(run))]
    return "".join(pieces)


@lru_cache(maxsize=20_000)
def _of_word(character: str) -> bool:
    """Whether a character is one of a word, and not Hangul or Han."""
    return any(word for _, word in runs(character))
