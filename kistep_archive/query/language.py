"""The query language: what a person typed -> an FTS5 expression. Standard library only: `search` must start
fast.

Latin script is indexed by words, Hangul and Han by overlapping pairs of characters: "기술정책" is
기술 술정 정책 책. A run of them ends with its last character alone, so that a prefix search finds a single
character anywhere. A query term becomes a phrase of the same tokens: it finds exactly the texts that contain
it, also inside a compound. A Latin word is found whole, or by its beginning with `*`.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from kistep_archive.model.tokens import DOT, DOTS, TextRun, folded, index_tokens, runs

_QUOTES = str.maketrans(dict.fromkeys("“”„‟＂«»", '"') | {"\0": " "})
_JOINS = r"(?:AND|OR|NOT)(?:\s|$)"
_FIELD = rf"(?:(title|writer):(?:\s+(?!-|{_JOINS}))?)?"  # what follows belongs to it, also after blanks
_TERM = re.compile(rf'(-?){_FIELD}(?:"([^"]*)(?:"(\*?)|$)|(\S+))')
_GROUP = re.compile(rf"(?:^|\s)\([^()]*\s{_JOINS}")
_ALONE = ("title:", "writer:")
_MOST_TERMS = 500  # different ones; each costs a search


class Term(NamedTuple):
    """One thing to find: where ("title", "writer" or "" for anywhere), and its text in each possible
    spelling."""

    column: str
    spellings: tuple[tuple[TextRun, ...], ...]
    prefix: bool  # whether its last word may be longer


class ParsedQuery(NamedTuple):
    """A post matches if it has all terms of one alternative and no excluded term."""

    alternatives: tuple[tuple[Term, ...], ...]
    excluded: tuple[Term, ...]
    ignored: int = 0  # terms beyond the limit
    alone: tuple[str, ...] = ()  # `title:` and `writer:` with nothing to find in them

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term to find, once."""
        return tuple(dict.fromkeys(term for terms in self.alternatives for term in terms))


@lru_cache(maxsize=64)
def parse_query(query: str) -> ParsedQuery:
    """Parses what a person typed: words, with or without `AND` between them, `OR` (AND binds closer),
    "phrases", `-word` or `NOT word` (for the whole query), prefix`*`, `title:` and `writer:`. Never raises;
    it ignores text without a letter or digit, and a field with nothing to find in it."""
    alternatives: list[dict[Term, None]] = [{}]
    excluded: dict[Term, None] = {}
    distinct: set[tuple[bool, Term]] = set()
    ignored, alone, is_not = 0, dict[str, None](), False
    for minus, column, quoted, star, bare in _TERM.findall(query.translate(_QUOTES)):
        if bare in ("AND", "OR", "NOT") and not minus and not column:
            alternatives += [{}] if bare == "OR" else []
            is_not = bare == "NOT"
        elif bare in _ALONE or (column and not _spellings(quoted or bare)):
            alone[bare if bare in _ALONE else f"{column}:"] = None
        elif spellings := _spellings(quoted or bare):
            term = Term(column, spellings, bool(star) or bare.endswith("*"))
            is_excluded, is_not = bool(minus) or is_not, False
            key = is_excluded, term
            if len(distinct) == _MOST_TERMS and key not in distinct:
                ignored += 1
                continue
            distinct.add(key)
            (excluded if is_excluded else alternatives[-1])[term] = None
    return ParsedQuery(
        tuple(dict.fromkeys(tuple(terms) for terms in alternatives if terms)),
        tuple(excluded),
        ignored,
        tuple(alone),
    )


def remark(query: str) -> str:
    """A remark on the answer to this query for a person, empty if there is none."""
    parsed = parse_query(query)
    if parsed.ignored:
        return (
            f"the query has too many terms: only the first {_MOST_TERMS} were used, the other "
            f"{parsed.ignored} were ignored"
        )
    if parsed.alone:
        return f"{parsed.alone[0]} was ignored: nothing to find follows it; write {parsed.alone[0]}WORD"
    if parsed.alternatives and (phrase := _open_phrase(query)):
        words = f"the phrase {phrase} has no closing quotation mark, so it goes to the end of the query"
        return f'{words}; close it, as in {phrase.strip()}"'
    if parsed.excluded and not parsed.alternatives:
        return "a query that only excludes words finds nothing: add a word that the posts should have"
    if parsed.alternatives and _GROUP.search(query):
        return "brackets are ignored: words side by side bind closer than OR, NOT is for the whole query"
    if not parsed.alternatives:
        return "the query has no word to find: write one with a letter or a digit"
    return ""


def _open_phrase(query: str) -> str:
    """The phrase at the end of a query that nothing closes, with its quotation mark; "" if there is none."""
    last = next(reversed(list(_TERM.finditer(query.translate(_QUOTES)))), None)
    return f'"{last[3]}' if last is not None and last[3] and last[0].count('"') == 1 else ""


@lru_cache(maxsize=64)
def fts_expression(query: str) -> str:
    """The FTS5 expression for what a person typed, empty if there is nothing to search for. All typed text is
    quoted in it."""
    parsed = parse_query(query)
    wanted = " OR ".join(f"({' AND '.join(map(_match, terms))})" for terms in parsed.alternatives)
    excluded = " OR ".join(map(_match, parsed.excluded))
    return f"({wanted}) NOT ({excluded})" if wanted and excluded else wanted


def _spellings(text: str) -> tuple[tuple[TextRun, ...], ...]:
    """The runs of a term; if it contains a middle dot, once for each of the dots that look alike."""
    plain = folded(text)
    variants = [plain, *(DOT.sub(dot, plain) for dot in DOTS)] if DOT.search(plain) else [plain]
    return tuple(dict.fromkeys(spelling for variant in variants if (spelling := tuple(runs(variant)))))


def _match(term: Term) -> str:
    phrases = [_phrase(spelling, prefix=term.prefix) for spelling in term.spellings]
    expression = phrases[0] if len(phrases) == 1 else f"({' OR '.join(phrases)})"
    return f"{{{term.column}}} : {expression}" if term.column else expression


def _phrase(spelling: tuple[TextRun, ...], *, prefix: bool) -> str:
    tokens = [token for run in spelling for token in index_tokens(run, last=run is spelling[-1])]
    one_character = len(spelling[-1][0]) == 1
    return f'"{" ".join(tokens)}"{"*" if prefix or one_character else ""}'
