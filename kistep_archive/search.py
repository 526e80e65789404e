"""Words for the full-text index and query text -> FTS5 expression. Standard library only: `search` must start fast.

Latin script is indexed by words, Hangul and Han by overlapping pairs of characters: "기술정책" is 기술 술정 정책 책. A run of them
ends with its last character alone, so that one character is found by prefix wherever it stands. A query term becomes a phrase of the
same tokens, which makes any substring of a Hangul run findable and exact; a Latin word is found whole, or by its beginning with `*`.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_JAMO = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\ud7b0-\ud7ff"
CJK = f"{_JAMO}\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = f"([{CJK}]+)|([^\\W_{CJK}]+)"  # compiled when first used, for that takes two milliseconds
_ASCII = re.compile(r"[^\W_]+", re.ASCII)
# what stands in a text without being seen: soft hyphen, joiners, marks of direction, variation selectors
_DROPPED = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟＂«»", '"') | {"\0": " "})
_DOTS = "\u00b7\u119e\u30fb"  # · and, as NFKC leaves them, ㆍ and ・: one dot to a reader, but the latter two count as letters
DOT = re.compile(f"[{_DOTS}]")
_TERM = re.compile(r'(-?)(?:(title|writer):)?(?:"([^"]*)(?:"(\*?)|$)|(\S+))')
_MOST_TERMS = 500  # different ones; each costs a search of its own

Run = tuple[str, str]  # of Hangul and Han, or a word: the other one is empty


class Term(NamedTuple):
    """One thing to be found: where ("title", "writer" or "" for anywhere), and its text in each way that it may be written."""

    column: str
    spellings: tuple[tuple[Run, ...], ...]
    prefix: bool  # whether its last word may go on


class Question(NamedTuple):
    """A post fits that has all terms of one alternative and nothing excluded."""

    alternatives: tuple[tuple[Term, ...], ...]
    excluded: tuple[Term, ...]
    ignored: int = 0  # terms at its end that are too many

    @property
    def terms(self) -> tuple[Term, ...]:
        """All that is to be found, each once."""
        return tuple(dict.fromkeys(term for terms in self.alternatives for term in terms))


def folded(text: str) -> str:
    """The text as it is compared: NFKC, case folded, no zero-width characters, no accents on Latin letters."""
    plain = unicodedata.normalize("NFKC", _DROPPED.sub("", text)).casefold()
    if plain.isascii():
        return plain
    parts = unicodedata.normalize("NFD", plain)
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


def words(text: str) -> str:
    """The text as tokens for the index, separated by spaces."""
    if text.isascii():  # most of an English board, and ten times as fast
        return " ".join(_ASCII.findall(text.lower()))
    return " ".join(token for run in runs(folded(text)) for token in _tokens(run, last=False))


def runs(text: str) -> list[Run]:
    """The runs of Hangul and Han, and the words, of a folded text."""
    return [("", word) for word in _ASCII.findall(text)] if text.isascii() else re.findall(_RUN, text)


@lru_cache(maxsize=64)
def question(query: str) -> Question:
    """What a person typed: words joined by AND, `OR` between them (AND binds closer), "phrases", `-not` (whatever is asked beside it),
    prefix`*`, `title:` and `writer:`. Never raises; what holds no letter or digit counts for nothing."""
    alternatives: list[dict[Term, None]] = [{}]
    excluded: dict[Term, None] = {}
    seen: set[tuple[str, Term]] = set()
    ignored = 0
    for minus, column, quoted, star, bare in _TERM.findall(query.translate(_QUOTES)):
        if bare == "OR" and not minus and not column:
            alternatives.append({})
        elif spellings := _spellings(quoted or bare):
            term = Term(column, spellings, bool(star) or bare.endswith("*"))
            if len(seen) == _MOST_TERMS and (minus, term) not in seen:
                ignored += 1
                continue
            seen.add((minus, term))
            (excluded if minus else alternatives[-1])[term] = None
    return Question(tuple(dict.fromkeys(tuple(terms) for terms in alternatives if terms)), tuple(excluded), ignored)


def remark(query: str) -> str:
    """What a person should know of the answer to this query beside what it finds, empty where there is nothing."""
    asked = question(query)
    if asked.ignored:
        return f"the first {_MOST_TERMS} terms were looked for, the {asked.ignored} after them were not"
    if asked.excluded and not asked.alternatives:
        return "a query that only excludes finds nothing: add a word that the posts should have"
    return ""


def expression(query: str) -> str:
    """An FTS5 expression for what a person typed; empty when there is nothing to look for. Nothing typed reaches FTS5 unquoted."""
    asked = question(query)
    found = " OR ".join(f"({' AND '.join(map(_match, terms))})" for terms in asked.alternatives)
    return f"({found}) NOT ({' OR '.join(map(_match, asked.excluded))})" if found and asked.excluded else found


def _spellings(text: str) -> tuple[tuple[Run, ...], ...]:
    """The runs of a term; where a middle dot parts them, with each of the dots that look alike."""
    plain = folded(text)
    written = [plain, *(DOT.sub(dot, plain) for dot in _DOTS)] if DOT.search(plain) else [plain]
    return tuple(dict.fromkeys(found for found in (tuple(runs(each)) for each in written) if found))


def _match(term: Term) -> str:
    phrases = [_phrase(spelling, prefix=term.prefix) for spelling in term.spellings]
    found = phrases[0] if len(phrases) == 1 else f"({' OR '.join(phrases)})"
    return f"{{{term.column}}} : {found}" if term.column else found


def _phrase(spelling: tuple[Run, ...], *, prefix: bool) -> str:
    tokens = [token for run in spelling for token in _tokens(run, last=run is spelling[-1])]
    one_character = len(spelling[-1][0]) == 1
    return f'"{" ".join(tokens)}"{"*" if prefix or one_character else ""}'


def _tokens(run: Run, *, last: bool) -> list[str]:
    han, word = run
    if word:
        return [word]
    pairs = [han[i : i + 2] for i in range(len(han) - 1)]
    return pairs if last and pairs else [*pairs, han[-1]]
