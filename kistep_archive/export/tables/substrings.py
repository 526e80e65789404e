"""What a plain full-text index of SQLite lacks to find Hangul and Han inside words: their pieces as words of
their own. Pure."""

from collections.abc import Iterator

from kistep_archive.model.tokens import folded, runs

LONGEST = 8  # letters of a piece; a longer word is found by a part of it, with * behind it


def add_substrings(text: str) -> str:
    """The text, and behind it each piece of its runs of Hangul and Han, once.

    The text itself stays in front: so phrases, `highlight` and `snippet` are right for its own words.
    """
    if text.isascii():
        return text
    pieces = dict.fromkeys(piece for han, _ in runs(folded(text)) for piece in _pieces(han))
    return f"{text} {' '.join(pieces)}" if pieces else text


def _pieces(run: str) -> Iterator[str]:
    for begin in range(len(run)):
        for end in range(begin + 1, min(begin + LONGEST, len(run)) + 1):
            yield run[begin:end]
