"""The passage of a text that a query finds, marked in the text as it is stored, whatever its spelling there."""

import re
import unicodedata
from functools import lru_cache
from html import escape
from typing import NamedTuple

from kistep_archive.search import CJK, Run, Term, folded, question

LENGTH = 160  # characters of a passage
_CHUNK, _OVERLAP = 20_000, 1_000  # characters: a long text is read until something is found
_MOST_TERMS = 32  # are marked
_MOST_PLACES = 200  # are weighed against each other
_EDGE = 16  # characters that a passage may lose so as to begin and end between words
_WORD = f"[^\\W_{CJK}]"
_JAMO = re.compile("[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|[\uac00-\ud7a3][\u11a8-\u11c2]")  # what NFC makes one syllable of


class Place(NamedTuple):
    """Where a term stands in a text, and which of the query's terms it is."""

    start: int
    end: int
    term: int


def snippet(text: str, query: str) -> str:
    """The passage with the most of the query's terms, HTML-escaped, each match in <mark>, white space collapsed; the text's beginning
    where nothing matches."""
    found = _first_places(text, _patterns(query))
    left, right = _window(text, found)
    pieces, at = ["…" if left else ""], left
    for start, end in _merged([place for place in found if left <= place.start and place.end <= right]):
        pieces += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    return " ".join("".join([*pieces, escape(text[at:right]), "…" if right < len(text) else ""]).split())


def _first_places(text: str, patterns: tuple[re.Pattern[str], ...]) -> list[Place]:
    """The matches in the first stretch of the text that has any, in order."""
    for begin in range(0, max(len(text), 1), _CHUNK - _OVERLAP):
        if found := _places(text[begin : begin + _CHUNK], patterns):
            return [Place(place.start + begin, place.end + begin, place.term) for place in found]
    return []


def _places(text: str, patterns: tuple[re.Pattern[str], ...]) -> list[Place]:
    plain, starts, ends = _aligned(text)
    matches = ((match, term) for term, pattern in enumerate(patterns) for match in pattern.finditer(plain))
    return sorted(Place(starts[match.start()], ends[match.end() - 1] + 1, term) for match, term in matches)


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
    if not _JAMO.search(plain):
        return plain, origin, origin
    pieces, starts, ends, at = [], [], [], 0
    for match in _JAMO.finditer(plain):
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


@lru_cache(maxsize=64)
def _patterns(query: str) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile("|".join(_pattern(spelling, term) for spelling in term.spellings)) for term in question(query).terms[:_MOST_TERMS]
    )


def _pattern(spelling: tuple[Run, ...], term: Term) -> str:
    """What the index finds for the same runs: Hangul and Han anywhere, words whole, and whatever is no letter between them."""
    pieces = []
    for place, (han, word) in enumerate(spelling):
        between = f"[\\W_]{'++' if han and spelling[place - 1][0] else '*+'}" if place else ""
        goes_on = term.prefix and place == len(spelling) - 1
        pieces.append(between + (re.escape(han) or f"(?<!{_WORD}){re.escape(word)}" + (f"{_WORD}*+" if goes_on else f"(?!{_WORD})")))
    return "".join(pieces)
