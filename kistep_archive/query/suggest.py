"""The nearest words that the archive has, for a query that found nothing. Slower than a search, and asked only then."""

import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from heapq import nlargest
from itertools import chain, islice, zip_longest

from kistep_archive.model.tokens import DOT, Run, folded, runs
from kistep_archive.query.filters import Filters, count, moment
from kistep_archive.query.language import question

MOST = 5  # suggestions
_TRIED = 4 * MOST  # of the nearest of a word, until enough are found by a search
_ALIKE = 0.66  # at least, of 1: difflib's share of letters that two words have in common
_MINUS = 0.1  # for what stands inside a compound
_NEWEST = 20_000  # posts are read for words in Hangul and Han: their titles and writers,
_BODIES = 2_000  # and of so many their bodies, which take the longest
_LONGEST = 40  # characters; more is no word
_MOST_WORDS = 8  # of a query are looked after
# the index's own list of words, whatever post or revision they are from
_VOCABULARY = "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'content_text', 'row')"
_OF_LENGTH = "SELECT term, doc FROM temp.vocabulary WHERE length(term) BETWEEN ? AND ?"


def suggestions(conn: sqlite3.Connection, filters: Filters) -> list[str]:
    """Words like those of the query that are in no post; each, asked for alone with the same filters, is found."""
    asked = dict.fromkeys(run for term in question(filters.query or "").terms for run in term.spellings[0])
    with moment(conn):
        unknown = [run for run in islice(asked, _MOST_WORDS) if len("".join(run)) <= _LONGEST and not count(conn, Filters("".join(run)))]
        near = chain.from_iterable(zip_longest(*_nearest(conn, unknown)))
        return list(islice(_apart(word for word in near if word and count(conn, filters.asking(word))), MOST))


def _nearest(conn: sqlite3.Connection, unknown: list[Run]) -> list[list[str]]:
    """For each run the words like it, the likest first."""
    if any(word for _, word in unknown):
        conn.execute(_VOCABULARY)
    held = _held_runs(conn) if any(han for han, _ in unknown) else Counter()
    return [_like_han(han, held) if han else _likest(_alike(word, _words(conn, len(word)))) for han, word in unknown]


def _apart(near: Iterable[str]) -> Iterator[str]:
    """Without words that are a part of a likelier one, or only have more around it."""
    told: list[str] = []
    for word in near:
        if not any(word in other or other in word for other in told):
            told.append(word)
            yield word


def _words(conn: sqlite3.Connection, length: int) -> Counter[str]:
    spare = 1 if length < 5 else 2
    return Counter(dict(conn.execute(_OF_LENGTH, (length - spare, length + spare)).fetchall()))


def _held_runs(conn: sqlite3.Connection) -> Counter[str]:
    """Runs of Hangul and Han as they stand in the newest posts: the index knows only pairs of characters."""
    held: Counter[str] = Counter()
    bodies = "iif(row_number() OVER (ORDER BY id DESC) <= ?, body_text, NULL)"
    for row in conn.execute(f"SELECT title, writer, {bodies} FROM posts ORDER BY id DESC LIMIT ?", (_BODIES, _NEWEST)):
        for text in row:
            if text and not text.isascii():
                held.update(piece for han, _ in runs(folded(text)) for piece in DOT.split(han) if piece)
    return held


def _like_han(word: str, held: Counter[str]) -> list[str]:
    """A run is a compound and carries particles, so that any piece of it may be meant; what it begins with is a word more likely."""
    begins: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for run, number in held.items():
        for length in range(max(2, len(word) - 1), min(len(run), len(word) + 1) + 1):
            begins[run[:length]] += number
            inside.update(dict.fromkeys((run[i : i + length] for i in range(1, len(run) - length + 1)), number))
    whole = _alike(word, begins)
    return _likest([*whole, *((ratio - _MINUS, number, other) for ratio, number, other in _alike(word, inside))])


def _likest(alike: Iterable[tuple[float, int, str]]) -> list[str]:
    return [word for _, _, word in nlargest(_TRIED, alike)]


def _alike(word: str, held: Counter[str]) -> list[tuple[float, int, str]]:
    """How like, how frequent, and the word, of those that are like this one. Hangul is compared by its letters."""
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(b=_letters(word), autojunk=False)
    alike = []
    for other in _sharing(word, held):
        matcher.set_seq1(_letters(other))
        if min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= _ALIKE and (ratio := matcher.ratio()) >= _ALIKE:
            alike.append((ratio, held[other], other))
    return alike


def _sharing(word: str, held: Iterable[str]) -> list[str]:
    """Words with a character in common with this one, for there are too many to compare all; all, where none has."""
    return [other for other in held if not set(word).isdisjoint(other)] or list(held)


def _letters(word: str) -> str:
    return unicodedata.normalize("NFD", word)
