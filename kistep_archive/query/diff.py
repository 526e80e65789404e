"""What differs between two revisions: pure functions of texts. They compare lines, then the words within
edited lines.

A revision is plain data with what its page says (`columns.CONTENT`) and attachments (kind, listed_as, url,
size, sha256 each)."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from kistep_archive.model.columns import TEXTS
from kistep_archive.model.documents import Document
from kistep_archive.model.tokens import CJK, words

Opcode = tuple[str, int, int, int, int]

CONTEXT = 3  # unchanged lines shown before and after a change
_ALIKE = 0.4  # share of common words from which on two lines count as one edited line
# Beyond these the whole text counts as replaced, because difflib takes quadratic time.
_MOST_WORDS, _MOST_LINES, _MOST_PAIRS = 5_000, 20_000, 10_000
_TOKEN = re.compile(rf"[{CJK}]+|[^\W{CJK}]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line; `changed` if the other side has something else there."""

    text: str
    changed: bool


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class LinePair:
    """Two lines side by side; None on a side without one. If `same`, both are the same line."""

    before: Line | None
    after: Line | None
    same: bool


@dataclass(frozen=True, slots=True)
class Hunk:
    """The lines around a change, and the numbers of the first ones, counted from 1."""

    before_line: int
    after_line: int
    rows: tuple[LinePair, ...]


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """A field that differs: its two values, and where they differ."""

    field: str
    before: Any
    after: Any
    hunks: tuple[Hunk, ...]


def compare(before: Document, after: Document) -> list[FieldDiff]:
    """The fields that differ, in the order of reading. The body's HTML counts only if its text is the same,
    for example when a link has another target. Files that were fetched for one side only count as the
    same."""
    changes = [_change(name, before[name], after[name]) for name in TEXTS if before[name] != after[name]]
    if before["body_text"] == after["body_text"] and before["body_html"] != after["body_html"]:
        changes.append(_change("body_html", before["body_html"], after["body_html"]))
    old, new = (
        _files(before["attachments"], after["attachments"]),
        _files(after["attachments"], before["attachments"]),
    )
    if old != new:
        changes.append(FieldDiff("attachments", before["attachments"], after["attachments"], hunks(old, new)))
    return changes


def _change(name: str, before: str | None, after: str | None) -> FieldDiff:
    old, new = ([] if text is None else text.split("\n") for text in (before, after))
    return FieldDiff(name, before, after, hunks(old, new))


def _files(files: list[Document], others: list[Document]) -> list[str]:
    """A line per file. Size and digest come from the other side's file of that address if this side has
    none."""
    twins = {(file["kind"], file["url"]): file for file in others}
    lines = []
    for file in files:
        source = file if file["sha256"] else twins.get((file["kind"], file["url"]), file)
        size = f"  {source['size']:,} bytes, sha256 {source['sha256'][:12]}" if source["sha256"] else ""
        lines.append(f"{file['kind']}  {file['listed_as']}  {file['url']}{size}")
    return lines


def hunks(before: Sequence[str], after: Sequence[str], context: int = CONTEXT) -> tuple[Hunk, ...]:
    """Where two lists of lines differ, each place with its context."""
    aligned = rows(before, after)
    marks = [place for place, row in enumerate(aligned) if not row.same]
    ranges: list[list[int]] = []
    for place in marks:
        first, last = max(0, place - context), min(len(aligned), place + context + 1)
        if ranges and first <= ranges[-1][1]:
            ranges[-1][1] = last
        else:
            ranges.append([first, last])
    result, old, new, at = [], 1, 1, 0
    for first, last in ranges:
        for row in aligned[at:first]:
            old, new = old + (row.before is not None), new + (row.after is not None)
        at = first
        result.append(Hunk(old, new, tuple(aligned[first:last])))
    return tuple(result)


def rows(before: Sequence[str], after: Sequence[str]) -> list[LinePair]:
    """All lines of both sides, in pairs if they belong together."""
    aligned: list[LinePair] = []
    for kind, a, b, c, d in opcodes(before, after, _MOST_LINES):
        if kind == "equal":
            aligned += [LinePair((Span(line, False),), (Span(line, False),), True) for line in before[a:b]]
        else:
            aligned += _edited(before[a:b], after[c:d])
    return aligned


def _edited(before: Sequence[str], after: Sequence[str]) -> list[LinePair]:
    """Lines that replaced others: similar ones in pairs, the rest alone."""
    aligned, i, j = [], 0, 0
    for a, b in [*_pairs(before, after), (len(before), len(after))]:
        aligned += [LinePair((Span(line, True),), None, False) for line in before[i:a]]
        aligned += [LinePair(None, (Span(line, True),), False) for line in after[j:b]]
        if a < len(before):
            aligned.append(LinePair(*spans(before[a], after[b]), False))
        i, j = a + 1, b + 1
    return aligned


def _pairs(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Which line is an edit of which, in order, so that the total similarity is the highest possible."""
    if len(before) == len(after) == 1:
        return [(0, 0)]
    if len(before) * len(after) > _MOST_PAIRS:
        return []
    old, new = ([Counter(words(line).split()) for line in lines] for lines in (before, after))
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike = [[_alike(a, b) for b in new] for a in old]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], alike[i][j] and alike[i][j] + best[i + 1][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if alike[i][j] and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _alike(a: "Counter[str]", b: "Counter[str]") -> float:
    total = a.total() + b.total()
    share = 2 * (a & b).total() / total if total else 0.0
    return share if share >= _ALIKE else 0.0


def spans(before: str, after: str) -> tuple[Line, Line]:
    """Both lines, with the words marked that differ. Changes with only space and punctuation between them are
    one change."""
    a, b = _TOKEN.findall(before), _TOKEN.findall(after)
    old: list[Span] = []
    new: list[Span] = []
    for same, first, second in _joined(a, b, opcodes(a, b, _MOST_WORDS)):
        for line, text in ((old, first), (new, second)):
            if text:
                line.append(Span(text, not same))
    return tuple(old), tuple(new)


def _joined(a: list[str], b: list[str], codes: list[Opcode]) -> list[tuple[bool, str, str]]:
    """(same, text before, text after), piece by piece. Space and punctuation between two changes belongs to
    them."""
    pieces: list[tuple[bool, str, str]] = []
    for place, (kind, i, j, k, m) in enumerate(codes):
        piece = (kind == "equal", "".join(a[i:j]), "".join(b[k:m]))
        between = piece[0] and not any(map(str.isalnum, piece[1])) and 0 < place < len(codes) - 1
        if pieces and not pieces[-1][0] and (between or not piece[0]):
            pieces[-1] = (False, pieces[-1][1] + piece[1], pieces[-1][2] + piece[2])
        else:
            pieces.append(piece)
    return pieces


def opcodes(a: Sequence[str], b: Sequence[str], most: int) -> list[Opcode]:
    """difflib's opcodes, computed without the common beginning and end. If more than `most` items remain,
    they are one replacement."""
    head = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest = min(len(a), len(b)) - head
    tail = next((i for i in range(rest) if a[-1 - i] != b[-1 - i]), rest)
    left, right = a[head : len(a) - tail], b[head : len(b) - tail]
    if max(len(left), len(right)) > most:
        inner: list[Opcode] = [("replace", 0, len(left), 0, len(right))]
    else:
        inner = list(SequenceMatcher(None, left, right).get_opcodes())
    codes: list[Opcode] = [("equal", 0, head, 0, head)] if head else []
    codes += [(kind, i + head, j + head, k + head, m + head) for kind, i, j, k, m in inner]
    return codes + ([("equal", len(a) - tail, len(a), len(b) - tail, len(b))] if tail else [])
