"""What the headers of several posts share, word by word, and what differs from post to post between that."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from kistep_archive.learn.headers.header import VALUE, Header, Token

Words = Sequence[Token]

_GAP = f"{VALUE}gap"


@dataclass(frozen=True, slots=True)
class Gap:
    """A place between two shared words: the keys before and after it, and the text that each page has there;
    None where it has none, or more than one text."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    texts: tuple[str | None, ...]


def gaps(headers: Sequence[Header]) -> list[Gap]:
    """The places, in order, where some pages have a text that not all pages have."""
    shared = [token.key for token in headers[0].words]
    for each in headers[1:]:
        shared = [shared[at] for at, _ in _matches(shared, [token.key for token in each.words])]
    split = [_split(shared, each.words) for each in headers]
    texts = [
        tuple(_text(each, parts[at]) for each, parts in zip(headers, split, strict=True))
        for at in range(len(shared) + 1)
    ]
    return [
        Gap(_keys(shared, texts, 0, at), _keys(shared, texts, at, len(shared)), each)
        for at, each in enumerate(texts)
        if any(each)
    ]


def _keys(
    shared: Sequence[str], texts: Sequence[Sequence[str | None]], start: int, end: int
) -> tuple[str, ...]:
    """The shared words from one place to another, and a mark where another gap is."""
    pairs = ((shared[at], _GAP if at + 1 < end and any(texts[at + 1]) else "") for at in range(start, end))
    return tuple(filter(None, chain.from_iterable(pairs)))


def _split(shared: Sequence[str], words: Words) -> list[Words]:
    """What a header has before, between and after the shared words."""
    ends = [-1, *(at for _, at in _matches(shared, [token.key for token in words])), len(words)]
    return [words[start + 1 : end] for start, end in pairwise(ends)]


def _text(header: Header, words: Words) -> str | None:
    is_one = len({each.text for each in words}) == 1 and not any(each.key.startswith(VALUE) for each in words)
    return header.texts[words[0].text][words[0].start : words[-1].end] if is_one else None


def _matches(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """The places of the longest common subsequence in both; the first places where several are as long."""
    length = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for at in reversed(range(len(one))):
        for by in reversed(range(len(other))):
            longer = max(length[at + 1][by], length[at][by + 1])
            length[at][by] = length[at + 1][by + 1] + 1 if one[at] == other[by] else longer
    at, by, matches = 0, 0, []
    while at < len(one) and by < len(other):
        if one[at] == other[by]:
            matches.append((at, by))
            at, by = at + 1, by + 1
        elif length[at + 1][by] >= length[at][by + 1]:
            at += 1
        else:
            by += 1
    return matches
