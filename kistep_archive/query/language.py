"""Words for the full-text index and query text -> FTS5 expression. Standard library only: `search` must start fast.

Latin script is indexed by words, Hangul and Han by overlapping pairs of characters: "기술정책" is 기술 술정 정책 책. A run of them
ends with its last character alone, so that one character is found by prefix wherever it stands. A query term becomes a phrase of the
same tokens, which makes any substring of a Hangul run findable and exact; a Latin word is found whole, or by its beginning with `*`.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from kistep_archive.model.tokens import DOT, DOTS, Run, folded, index_tokens, runs

_QUOTES = str.maketrans(dict.fromkeys("“”„‟＂«»", '"') | {"\0": " "})
_TERM = re.compile(r'(-?)(?:(title|writer):)?(?:"([^"]*)(?:"(\*?)|$)|(\S+))')
_MOST_TERMS = 500  # different ones; each costs a search of its own


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
    written = [plain, *(DOT.sub(dot, plain) for dot in DOTS)] if DOT.search(plain) else [plain]
    return tuple(dict.fromkeys(found for found in (tuple(runs(each)) for each in written) if found))


def _match(term: Term) -> str:
    phrases = [_phrase(spelling, prefix=term.prefix) for spelling in term.spellings]
    found = phrases[0] if len(phrases) == 1 else f"({' OR '.join(phrases)})"
    return f"{{{term.column}}} : {found}" if term.column else found


def _phrase(spelling: tuple[Run, ...], *, prefix: bool) -> str:
    tokens = [token for run in spelling for token in index_tokens(run, last=run is spelling[-1])]
    one_character = len(spelling[-1][0]) == 1
    return f'"{" ".join(tokens)}"{"*" if prefix or one_character else ""}'
