"""Words for the full-text index: Latin words whole, Hangul and Han in overlapping pairs."""

import re
import unicodedata

_JAMO = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\ud7b0-\ud7ff"
CJK = f"{_JAMO}\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = f"([{CJK}]+)|([^\\W_{CJK}]+)"  # compiled at first use, since that takes two milliseconds
_ASCII = re.compile(r"[^\W_]+", re.ASCII)
# invisible characters: soft hyphen, joiners, marks of direction, variation selectors
_DROPPED = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
# · and, as NFKC leaves them, ㆍ and ・: one dot to a reader, but the latter two count as letters
DOTS = "\u00b7\u119e\u30fb"
DOT = re.compile(f"[{DOTS}]")

TextRun = tuple[str, str]  # a run of Hangul and Han, or a word; the other one is empty


def folded(text: str) -> str:
    """The text for comparisons: NFKC, case folded, no zero-width characters, no accents on Latin letters."""
    plain = unicodedata.normalize("NFKC", _DROPPED.sub("", text)).casefold()
    if plain.isascii():
        return plain
    parts = unicodedata.normalize("NFD", plain)
    marks = {ord(letter): None for letter in set(parts) if unicodedata.combining(letter)}
    return unicodedata.normalize("NFC", parts.translate(marks) if marks else parts)


def words(text: str) -> str:
    """The text as tokens for the index, separated by spaces."""
    if text.isascii():  # most of an English board, and ten times as fast
        return " ".join(_ASCII.findall(text.lower()))
    tokens: list[str] = []
    for run in runs(folded(text)):
        tokens += index_tokens(run, last=False)
    return " ".join(tokens)


def runs(text: str) -> list[TextRun]:
    """The runs of Hangul and Han, and the words, of a folded text."""
    return [("", word) for word in _ASCII.findall(text)] if text.isascii() else re.findall(_RUN, text)


def index_tokens(run: TextRun, *, last: bool) -> list[str]:
    han, word = run
    if word:
        return [word]
    pairs = [han[i : i + 2] for i in range(len(han) - 1)]
    return pairs if last and pairs else [*pairs, han[-1]]
