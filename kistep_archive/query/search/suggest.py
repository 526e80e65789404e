"""Suggests similar words of the archive for a query that finds nothing. It looks up a bounded number of
spellings in the index, so it takes milliseconds whatever the archive's size."""

import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain, islice, zip_longest

from kistep_archive.model.tokens import TextRun
from kistep_archive.query.filters import Filters, any_match, snapshot
from kistep_archive.query.language import fts_expression, parse_query
from kistep_archive.query.search.vocabulary import Vocabulary

MOST_SUGGESTIONS = 5
_CANDIDATES = 4 * MOST_SUGGESTIONS  # similar words that are tried for each word
_COUNTED = 2 * MOST_SUGGESTIONS  # of them, that are ordered by how frequent they are too
_SIMILAR = 0.66  # difflib's ratio of common letters, from which on two words are similar
_NEAR = 0.8  # from which on no less likely words are looked for
_LONGEST = 40  # characters of a word
_MOST_WORDS = 8  # of a query
_MOST_BEGINNING = 300  # words of the index that are compared because they begin as the unknown word does
_MOST_PLACES = 2  # of a run of Hangul and Han in which a mistake is looked for
_LATIN = "abcdefghijklmnopqrstuvwxyz"
# how many initial letters, vowels and final letters Hangul has
_INITIALS, _VOWELS, _FINALS, _FIRST, _LAST = 19, 21, 28, "가", "힣"


def suggestions(conn: sqlite3.Connection, filters: Filters) -> list[str]:
    """Words similar to those words of the query that no post has. A search for each of them with the same
    filters has a match."""
    wanted = dict.fromkeys(
        run for term in parse_query(filters.query or "").terms for run in term.spellings[0]
    )
    with snapshot(conn):
        words = [run for run in islice(wanted, _MOST_WORDS) if len("".join(run)) <= _LONGEST]
        unknown = [run for run in words if not any_match(conn, Filters("".join(run)))]
        if not unknown:
            return []
        vocabulary = Vocabulary(conn)
        similar = chain.from_iterable(zip_longest(*(_similar(vocabulary, run) for run in unknown)))
        matching = (word for word in similar if word and any_match(conn, filters.with_query(word)))
        return list(islice(_without_parts(matching), MOST_SUGGESTIONS))


def _similar(vocabulary: Vocabulary, run: TextRun) -> list[str]:
    """The similar words, the most similar first, among equals the most frequent."""
    han, word = run
    edits = _han_edits(vocabulary, han) if han else _word_edits(vocabulary, word)
    rated: list[tuple[float, str]] = []
    while not (rated and rated[-1][0] >= _NEAR) and (others := next(edits, None)) is not None:
        rated = sorted({*rated, *_ratings(han or word, others)})
    best, more = rated[-_COUNTED:], rated[-_CANDIDATES:-_COUNTED]
    counted = [(ratio, vocabulary.texts(fts_expression(other)), other) for ratio, other in best]
    ordered = [other for _, _, other in sorted(counted, reverse=True)]
    return ordered + [other for _, other in reversed(more)]


def _without_parts(similar: Iterable[str]) -> Iterator[str]:
    """Skips words that contain an earlier one, or are part of one."""
    earlier: list[str] = []
    for word in similar:
        if not any(word in other or other in word for other in earlier):
            earlier.append(word)
            yield word


def _ratings(word: str, others: Iterable[str]) -> Iterator[tuple[float, str]]:
    """(ratio, word) of each similar word. Hangul is compared by its letters."""
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(b=_letters(word), autojunk=False)
    for other in others:
        matcher.set_seq1(_letters(other))
        bound = min(matcher.real_quick_ratio(), matcher.quick_ratio())
        if bound >= _SIMILAR and (ratio := matcher.ratio()) >= _SIMILAR:
            yield ratio, other


def _letters(word: str) -> str:
    return unicodedata.normalize("NFD", word)


# Edits: sets of similar words that the index may have, the likely ones before those that take longer to find.
# The next set is asked for if no word of one is near.

# words of letters


def _word_edits(vocabulary: Vocabulary, word: str) -> Iterator[set[str]]:
    """Words that begin as this one; those that differ from it by one letter near its beginning."""
    spare = 1 if len(word) < 5 else 2
    start = word[: 2 + (len(word) > 4) + (len(word) > 6)]
    places = [(word[:at], word[at], word[at + 1 :]) for at in range(len(start))]
    others = vocabulary.beginning(start, _MOST_BEGINNING)
    near = {other for other in others if abs(len(other) - len(word)) <= spare}
    fewer = {before + after for before, _, after in places}
    swapped = {before + after[:1] + letter + after[1:] for before, letter, after in places}
    yield near | vocabulary.having(fewer | swapped)
    replaced = {before + other + after for before, _, after in places for other in _LATIN}
    more = {before + other + letter + after for before, letter, after in places for other in _LATIN}
    yield vocabulary.having(replaced | more)


# runs of Hangul and Han, of which the index has pairs of characters


def _han_edits(vocabulary: Vocabulary, run: str) -> Iterator[set[str]]:
    """Runs that differ from this one by one character: by one letter of it, or because it is too many or in
    the wrong place; then by any character. The index has all of their pairs."""
    if len(run) < 2:
        return
    places = [(run[:at], run[at], run[at + 1 :]) for at in _places(vocabulary, run)]
    fewer = {before + after for before, _, after in places}
    swapped = {before + after[:1] + character + after[1:] for before, character, after in places}
    near = {before + other + after for before, character, after in places for other in _neighbours(character)}
    yield _there(vocabulary, run, fewer | swapped | near)
    yield _there(
        vocabulary,
        run,
        {
            edit
            for before, character, after in places
            for other in _following(vocabulary, before)
            for edit in (before + other + after, before + other + character + after)
        },
    )


def _places(vocabulary: Vocabulary, run: str) -> list[int]:
    """Where a mistake may be: beside the pairs that the index does not have, if there are any."""
    there = vocabulary.having(_pairs(run))
    missing = [at for at, pair in enumerate(_pairs(run)) if pair not in there]
    beside = dict.fromkeys(place for at in missing for place in (at + 1, at))
    return list(beside or range(len(run) - 1, -1, -1))[:_MOST_PLACES]


def _there(vocabulary: Vocabulary, run: str, edits: set[str]) -> set[str]:
    """The edits of which the index has each pair. The first pair that an edit does not share with the run is
    looked up first: mostly that settles it."""
    known = vocabulary.having(_pairs(run))
    edits = {edit for edit in edits if len(edit) > 1} - {run}
    for _ in range(3):  # as many pairs may be new
        new = {edit: next((pair for pair in _pairs(edit) if pair not in known), "") for edit in edits}
        known |= vocabulary.having(set(new.values()) - {""})
        edits = {edit for edit, pair in new.items() if not pair or pair in known}
    return edits


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _following(vocabulary: Vocabulary, before: str) -> list[str]:
    pairs = vocabulary.beginning(before[-1], _MOST_BEGINNING) if before else []
    return [pair[1] for pair in pairs if len(pair) == 2]


def _neighbours(character: str) -> set[str]:
    """The syllables that differ from this one in one letter."""
    if not _FIRST <= character <= _LAST:
        return set()
    initial, rest = divmod(ord(character) - ord(_FIRST), _VOWELS * _FINALS)
    vowel, final = divmod(rest, _FINALS)
    places = [
        *((other, vowel, final) for other in range(_INITIALS)),
        *((initial, other, final) for other in range(_VOWELS)),
        *((initial, vowel, other) for other in range(_FINALS)),
    ]
    return {chr(ord(_FIRST) + (a * _VOWELS + b) * _FINALS + c) for a, b, c in places} - {character}
