"""The passage of a text that matches a query, with the matches marked in the text as it is stored."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from kistep_archive.model.tokens import TextRun, folded, runs
from kistep_archive.query.language import parse_query

LENGTH = 160  # characters of a passage
_CHUNK, _OVERLAP = 20_000, 1_000  # characters: a long text is searched piece by piece until something matches
_MOST_TERMS = 32  # that are marked
_MOST_MATCHES = 200  # that are compared for the best passage
_EDGE = 16  # characters that a passage may lose at each end to begin and end between words
# characters that folding leaves as many as they are, and where they are: many texts have no others
_MARKS = (
    "\u00b7\u2013\u2014\u2018\u2019\u201c\u201d\u203b\u2190-\u2193\u25a0-\u25ff\u3001-\u3003\u3008-\u3011"
)
_PLAIN = f"[\x00-\x7f{_MARKS}\u4e00-\u9fff\uac00-\ud7a3]+"
_PIECE = re.compile(f"({_PLAIN})|(.)", re.DOTALL)
# what NFC makes one syllable of
_JAMO = "[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|[\uac00-\ud7a3][\u11a8-\u11c2]"


class Match(NamedTuple):
    """Where a term is in a text, and which of the query's terms it is."""

    start: int
    end: int
    term: int


class TermPattern(NamedTuple):
    """One spelling of a term: a pattern of its runs, and whether they begin and end with a word, which must
    match whole."""

    pattern: re.Pattern[str]
    begins: bool
    ends: bool
    is_prefix: bool  # the last word may be longer
    term: int

    def spans(self, plain: str) -> Iterator[tuple[int, int]]:
        """The start and end of each match."""
        at = 0
        while match := self.pattern.search(plain, at):
            start, end = match.span()
            at = start + 1
            if self.begins and start and _is_word_character(plain[start - 1]):
                continue
            while self.is_prefix and end < len(plain) and _is_word_character(plain[end]):
                end += 1
            if not (self.ends and end < len(plain) and _is_word_character(plain[end])):
                yield start, end
                at = end


def snippet(text: str, query: str) -> str:
    """The passage with the most terms of the query, HTML-escaped, each match in <mark>, white space
    collapsed. If nothing matches, the beginning of the text."""
    from html import escape  # html.entities is large, and a command must start fast

    matches = _first_matches(text, _patterns(query))
    left, right = _window(text, matches)
    pieces, at = ["…" if left else ""], left
    for start, end in _merge([match for match in matches if left <= match.start and match.end <= right]):
        pieces += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    return " ".join("".join([*pieces, escape(text[at:right]), "…" if right < len(text) else ""]).split())


def _first_matches(text: str, patterns: tuple[TermPattern, ...]) -> list[Match]:
    """The matches in the first piece of the text that has any, in order."""
    for begin in range(0, max(len(text), 1), _CHUNK - _OVERLAP):
        if matches := _matches(text[begin : begin + _CHUNK], patterns):
            return [Match(match.start + begin, match.end + begin, match.term) for match in matches]
    return []


def _matches(text: str, patterns: tuple[TermPattern, ...]) -> list[Match]:
    plain, starts, ends = _fold(text)
    return sorted(
        Match(starts[start], ends[end - 1] + 1, pattern.term)
        for pattern in patterns
        for start, end in pattern.spans(plain)
    )


def _window(text: str, matches: list[Match]) -> tuple[int, int]:
    """The start and end of the passage: the first one with the most different terms."""
    best, most = matches[0] if matches else Match(0, 0, 0), 0
    possible = len({match.term for match in matches})
    for i, match in enumerate(matches[:_MOST_MATCHES]):
        if most == possible:
            break
        last = match.start + LENGTH * 2 // 3
        near = takewhile(lambda other: other.start <= last, matches[i : i + _MOST_MATCHES])  # noqa: B023
        terms = len({other.term for other in near if other.end <= last})
        if terms > most:
            best, most = match, terms
    left = max(0, best.start - LENGTH // 3)
    right = min(len(text), max(left + LENGTH, best.end))
    return _between_words(text, left, right, best)


def _between_words(text: str, left: int, right: int, best: Match) -> tuple[int, int]:
    """The window without partial words at its ends, if there is a space nearby."""
    if left and (space := re.search(r"\s", text[left : min(left + _EDGE, best.start)])):
        left += space.end()
    if right < len(text) and (tail := re.search(r"\s+\S*\Z", text[max(right - _EDGE, best.end) : right])):
        right -= len(tail[0])
    return left, right


def _merge(matches: list[Match]) -> list[tuple[int, int]]:
    """Start and end of the matches, overlapping ones joined."""
    merged: list[tuple[int, int]] = []
    for start, end, _ in matches:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


# the folded text, and the origin of each of its characters


def _fold(text: str) -> tuple[str, list[int] | range, list[int] | range]:
    """The folded text, and for each of its characters the first and last character of the text that it comes
    from."""
    if text.isascii() or re.fullmatch(_PLAIN, text):
        return text.lower(), range(len(text)), range(len(text))
    plain: list[str] = []
    origin: list[int] = []
    for piece in _PIECE.finditer(text):
        start, end = piece.span()
        letters = piece[0].lower() if piece[1] else _fold_character(piece[0])
        plain.append(letters)
        origin += range(start, end) if piece[1] else [start] * len(letters)
    return _compose("".join(plain), origin)


def _compose(plain: str, origin: list[int]) -> tuple[str, list[int], list[int]]:
    """Joins letters (jamo) to syllables."""
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
def _fold_character(character: str) -> str:
    return folded(character)


# patterns that match what the index finds


@lru_cache(maxsize=64)
def _patterns(query: str) -> tuple[TermPattern, ...]:
    terms = enumerate(parse_query(query).terms[:_MOST_TERMS])
    return tuple(
        TermPattern(
            re.compile(_pattern(runs)),
            bool(runs[0][1]),
            bool(runs[-1][1]),
            term.prefix and bool(runs[-1][1]),
            place,
        )
        for place, term in terms
        for runs in term.spellings
    )


def _pattern(spelling: tuple[TextRun, ...]) -> str:
    """The runs, with anything but letters between them; with nothing between them only if the script
    changes."""
    pieces = [re.escape("".join(spelling[0]))]
    for before, run in pairwise(spelling):
        pieces += ["[\\W_]*+" if bool(before[0]) != bool(run[0]) else "[\\W_]++", re.escape("".join(run))]
    return "".join(pieces)


@lru_cache(maxsize=20_000)
def _is_word_character(character: str) -> bool:
    """Whether a character belongs to a word (not to Hangul or Han)."""
    return any(word for _, word in runs(character))
