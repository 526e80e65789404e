"""Similar words in the archive, for a query without a match. Slower than a search, so it runs only then."""

import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from heapq import nlargest
from itertools import chain, islice, zip_longest

from kistep_archive.model.tokens import DOT, TextRun, folded, runs
from kistep_archive.query.filters import Filters, count, snapshot
from kistep_archive.query.language import parse_query

MOST_SUGGESTIONS = 5
_CANDIDATES = 4 * MOST_SUGGESTIONS  # similar words that are tried for each word
_SIMILAR = 0.66  # difflib's ratio of common letters, from which on two words are similar
_INSIDE = 0.1  # subtracted for a word inside a compound
_TITLES = 20_000  # newest posts whose titles and writers are read for words in Hangul and Han
_BODIES = 2_000  # newest posts whose bodies are read too, which takes the longest
_LONGEST = 40  # characters of a word
_MOST_WORDS = 8  # of a query
# the index's own list of words, from all posts and revisions
_VOCABULARY = "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'content_text', 'row')"
_OF_LENGTH = "SELECT term, doc FROM temp.vocabulary WHERE length(term) BETWEEN ? AND ?"


def suggestions(conn: sqlite3.Connection, filters: Filters) -> list[str]:
    """Words similar to those words of the query that no post has. A search for each of them with the same
    filters has a match."""
    wanted = dict.fromkeys(
        run for term in parse_query(filters.query or "").terms for run in term.spellings[0]
    )
    with snapshot(conn):
        words = [run for run in islice(wanted, _MOST_WORDS) if len("".join(run)) <= _LONGEST]
        unknown = [run for run in words if not count(conn, Filters("".join(run)))]
        similar = chain.from_iterable(zip_longest(*_similar_words(conn, unknown)))
        matching = (word for word in similar if word and count(conn, filters.with_query(word)))
        return list(islice(_without_parts(matching), MOST_SUGGESTIONS))


def _similar_words(conn: sqlite3.Connection, unknown: list[TextRun]) -> list[list[str]]:
    """For each run the similar words, the most similar first."""
    if any(word for _, word in unknown):
        conn.execute(_VOCABULARY)
    archived = _archived_runs(conn) if any(han for han, _ in unknown) else Counter()
    return [
        _similar_han(han, archived) if han else _best(_rated(word, _words(conn, len(word))))
        for han, word in unknown
    ]


def _without_parts(similar: Iterable[str]) -> Iterator[str]:
    """Skips words that contain an earlier one, or are part of one."""
    earlier: list[str] = []
    for word in similar:
        if not any(word in other or other in word for other in earlier):
            earlier.append(word)
            yield word


def _words(conn: sqlite3.Connection, length: int) -> Counter[str]:
    spare = 1 if length < 5 else 2
    return Counter(dict(conn.execute(_OF_LENGTH, (length - spare, length + spare)).fetchall()))


def _archived_runs(conn: sqlite3.Connection) -> Counter[str]:
    """The runs of Hangul and Han in the newest posts: the index has only pairs of characters."""
    counts: Counter[str] = Counter()
    bodies = "iif(row_number() OVER (ORDER BY id DESC) <= ?, body_text, NULL)"
    for row in conn.execute(
        f"SELECT title, writer, {bodies} FROM posts ORDER BY id DESC LIMIT ?", (_BODIES, _TITLES)
    ):
        for text in row:
            if text and not text.isascii():
                counts.update(piece for han, _ in runs(folded(text)) for piece in DOT.split(han) if piece)
    return counts


def _similar_han(word: str, archived: Counter[str]) -> list[str]:
    """A run can be a compound with particles, so any piece of it may be the word; a piece at its beginning is
    more likely."""
    begins: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for run, number in archived.items():
        for length in range(max(2, len(word) - 1), min(len(run), len(word) + 1) + 1):
            begins[run[:length]] += number
            inside.update(
                dict.fromkeys((run[i : i + length] for i in range(1, len(run) - length + 1)), number)
            )
    whole = _rated(word, begins)
    return _best(
        [*whole, *((ratio - _INSIDE, number, other) for ratio, number, other in _rated(word, inside))]
    )


def _best(rated: Iterable[tuple[float, int, str]]) -> list[str]:
    return [word for _, _, word in nlargest(_CANDIDATES, rated)]


def _rated(word: str, archived: Counter[str]) -> list[tuple[float, int, str]]:
    """(ratio, frequency, word) of each similar word. Hangul is compared by its letters."""
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(b=_letters(word), autojunk=False)
    rated = []
    for other in _with_common_character(word, archived):
        matcher.set_seq1(_letters(other))
        bound = min(matcher.real_quick_ratio(), matcher.quick_ratio())
        if bound >= _SIMILAR and (ratio := matcher.ratio()) >= _SIMILAR:
            rated.append((ratio, archived[other], other))
    return rated


def _with_common_character(word: str, archived: Iterable[str]) -> list[str]:
    """The words that share a character with this one, because comparing all would take too long; all if none
    does."""
    return [other for other in archived if not set(word).isdisjoint(other)] or list(archived)


def _letters(word: str) -> str:
    return unicodedata.normalize("NFD", word)
