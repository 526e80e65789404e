"""Words for the full-text index and query text -> FTS5 expression. Standard library only: `search` must start fast.

Latin script is indexed by words, Hangul and Han by overlapping pairs of characters: "기술정책" is 기술 술정 정책 책. A run of them
ends with its last character alone, so that one character is found by prefix wherever it stands. A query term becomes a phrase of the
same tokens, which makes any substring of a Hangul run findable and exact.
"""

import re
import unicodedata
from functools import lru_cache
from html import escape

_JAMO = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\ud7b0-\ud7ff"
CJK = f"{_JAMO}\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_RUN = re.compile(f"([{CJK}]+)|([^\\W_{CJK}]+)")
_ASCII = re.compile(r"[^\W_]+", re.ASCII)
_DROPPED = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\ufe00-\ufe0f]")
_TERM = re.compile(r'(-?)(?:(title|writer):)?(?:"([^"]*)"?|(\S+))')
_MAX_QUERY = 1000  # characters; more is not a question
SNIPPET = 160  # characters of text around the first match


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
    return " ".join(token for run in _RUN.finditer(folded(text)) for token in _tokens(run, last=False))


def expression(query: str) -> str:
    """An FTS5 expression for what a person typed; empty when there is nothing to look for.

    Words are joined by AND, `OR` between terms, "phrases", `-not`, prefix`*`, `title:` and `writer:`. Never raises, and nothing typed
    reaches FTS5 unquoted.
    """
    alternatives: list[list[str]] = [[]]
    excluded: list[str] = []
    for minus, column, quoted, bare in _TERM.findall(query[:_MAX_QUERY].replace("\0", " ")):
        if bare == "OR" and not minus and not column:
            alternatives.append([])
            continue
        phrase = _phrase(quoted or bare, prefix=bare.endswith("*"))
        if phrase:
            (excluded if minus else alternatives[-1]).append(f"{{{column}}} : {phrase}" if column else phrase)
    found = " OR ".join(f"({' AND '.join(terms)})" for terms in alternatives if terms)
    return f"({found}) NOT ({' OR '.join(excluded)})" if found and excluded else found


def terms(query: str) -> list[str]:
    """The folded terms to be marked in a snippet."""
    found = [quoted or bare for minus, _, quoted, bare in _TERM.findall(query[:_MAX_QUERY]) if not minus and bare != "OR"]
    return [term for term in (" ".join(run[0] for run in _RUN.finditer(folded(word))) for word in found) if term]


def snippet(text: str, query: str) -> str:
    """The passage around the first match, HTML-escaped, each match in <mark>."""
    spans = _matches(text, terms(query))
    start = max(0, spans[0][0] - SNIPPET // 3) if spans else 0
    end = min(len(text), start + SNIPPET)
    pieces, at = ["…" if start else ""], start
    for left, right in spans:
        if left >= at and right <= end:
            pieces += [escape(text[at:left]), "<mark>", escape(text[left:right]), "</mark>"]
            at = right
    return " ".join("".join([*pieces, escape(text[at:end]), "…" if end < len(text) else ""]).split())


@lru_cache(maxsize=20_000)
def _folded_one(character: str) -> str:
    return folded(character)


def _tokens(run: re.Match[str], *, last: bool) -> list[str]:
    han, word = run.groups()
    if word:
        return [word]
    pairs = [han[i : i + 2] for i in range(len(han) - 1)]
    return pairs if last and pairs else [*pairs, han[-1]]


def _phrase(term: str, *, prefix: bool) -> str:
    runs = list(_RUN.finditer(folded(term)))
    if not runs:
        return ""
    tokens = [token for run in runs for token in _tokens(run, last=run is runs[-1])]
    one_character = bool(runs[-1][1]) and len(runs[-1][1]) == 1
    return f'"{" ".join(tokens)}"{"*" if prefix or one_character else ""}'


def _matches(text: str, wanted: list[str]) -> list[tuple[int, int]]:
    """Places of the terms in the text as it is stored, by folding it character by character."""
    plain, origin = [], []
    for position, character in enumerate(text):
        for c in _folded_one(character):
            plain.append(c)
            origin.append(position)
    haystack = "".join(plain)
    patterns = [r"[\W_]+".join(re.escape(part) for part in term.split()) for term in wanted]
    if not patterns:
        return []
    return [(origin[m.start()], origin[m.end() - 1] + 1) for m in re.finditer("|".join(patterns), haystack) if m.end() > m.start()]
