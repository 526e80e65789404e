"""A difference as people read it: unified, side by side, and as HTML for feeds. Functions of changes, without state."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path
from unicodedata import combining, east_asian_width

from kistep_archive.display import printable
from kistep_archive.query.compare import Answer, Difference
from kistep_archive.query.diff import Change, Hunk, Line, Row, Span

_RED, _GREEN, _HEAD, _MARK, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[7m", "\x1b[0m"
_NARROWEST = 20  # columns of a side


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are set against each other: a revision's number, when it was seen, its changes counted from 1."""

    revision: int
    seen_at: str

    def __str__(self) -> str:
        return f"revision {self.revision}, seen {self.seen_at[:19]}Z"


def same(before: Side, after: Side) -> str:
    """The line where nothing differs."""
    return f"{before} and {after}: nothing differs" if before != after else f"{before}: set against itself, nothing differs"


def only_one(post: int, seen_at: str) -> str:
    """The line for a post that was never edited."""
    return f"post {post} has one revision, seen {seen_at}: nothing to set it against"


def unified(before: Side, after: Side, changes: list[Change], *, color: bool) -> str:
    """Lines with - and + before them. Words that differ stand in [-…-] and {+…+}, or reversed where colours are shown."""
    lines = [_painted(f"--- {before}", _RED, color), _painted(f"+++ {after}", _GREEN, color)]
    for change in changes:
        for hunk in change.hunks:
            lines.append(_painted(f"@@ {change.field}{_lines(change, hunk)} @@", _HEAD, color))
            for row in hunk.rows:
                lines += _unified(row, color)
    return "\n".join(lines)


def _unified(row: Row, color: bool) -> list[str]:
    if row.same:
        return [" " + _marked(row.before or (), "", color)]
    edited = row.before is not None and row.after is not None
    lines = []
    for line, sign, paint in ((row.before, "-", _RED), (row.after, "+", _GREEN)):
        if line is not None:
            text = _marked(line, sign if edited else "", color, paint)
            lines.append(_painted(sign, paint, color) + (text if edited or not color else _painted(text, paint, color)))
    return lines


def _marked(line: Line, sign: str, color: bool, paint: str = "") -> str:
    """A line's text with its changed words marked; `sign` "" marks none."""
    pieces = []
    for span in line:
        text = printable(span.text)
        if sign and color:
            pieces.append(f"{paint}{_MARK if span.changed else ''}{text}{_PLAIN}")
        else:
            pieces.append(_bracketed(text, sign) if span.changed and sign else text)
    return "".join(pieces)


def _bracketed(text: str, sign: str) -> str:
    return f"[-{text}-]" if sign == "-" else f"{{+{text}+}}"


def _painted(text: str, paint: str, color: bool) -> str:
    return f"{paint}{text}{_PLAIN}" if color else text


def _lines(change: Change, hunk: Hunk) -> str:
    """Where a hunk stands, as diff says it; nothing for a field of one line."""
    if all("\n" not in (value or "") for value in (change.before, change.after) if not isinstance(value, list)):
        return ""
    old, new = (sum(line is not None for line in side) for side in zip(*((row.before, row.after) for row in hunk.rows), strict=True))
    return f" -{hunk.before_line},{old} +{hunk.after_line},{new}"


# side by side


def side_by_side(before: Side, after: Side, changes: list[Change], width: int, *, color: bool) -> str:
    """Two columns in so many cells of a terminal, before on the left; between them | for an edit, < and > for what one side alone has."""
    column = max(_NARROWEST, (width - 3) // 2)
    lines = [*_beside(Row((Span(str(before), False),), (Span(str(after), False),), True), column, color)]
    for change in changes:
        for hunk in change.hunks:
            lines.append(_painted(f"@@ {change.field}{_lines(change, hunk)} @@", _HEAD, color))
            for row in hunk.rows:
                lines += _beside(row, column, color)
    return "\n".join(line.rstrip() for line in lines)


def _beside(row: Row, column: int, color: bool) -> Iterator[str]:
    edited = row.before is not None and row.after is not None
    gutter = " " if row.same else "|" if edited else "<" if row.before is not None else ">"
    marks = edited and not row.same
    left = list(_wrapped(row.before or (), "-" if marks else "", column, color)) or [()]
    right = list(_wrapped(row.after or (), "+" if marks else "", column, color))
    for one, other in zip_longest(left, right, fillvalue=()):
        old = _column(one, _RED if marks or gutter == "<" else "", color)
        new = _column(other, _GREEN if marks or gutter == ">" else "", color)
        yield f"{old}{' ' * (column - _width(one))} {gutter} {new}"


def _column(line: Line, paint: str, color: bool) -> str:
    if not (color and paint):
        return "".join(span.text for span in line)
    return "".join(f"{paint}{_MARK if span.changed else ''}{span.text}{_PLAIN}" for span in line)


def _wrapped(line: Line, sign: str, column: int, color: bool) -> Iterator[Line]:
    """The line in pieces of at most so many cells, broken at spaces where there are some; brackets are part of it."""
    marked = [Span(_bracketed(text, sign) if span.changed and sign and not color else text, span.changed and bool(sign))
              for span in line for text in [printable(span.text)]]  # fmt: skip
    cells = [(char, span.changed) for span in marked for char in span.text]
    while cells:
        end = _break(cells, column)
        yield _spans(cells[:end])
        cells = cells[end:]
        if cells and cells[0][0] == " ":
            cells = cells[1:]


def _break(cells: list[tuple[str, bool]], column: int) -> int:
    """How many characters fit, at least one."""
    used = 0
    for place, (char, _) in enumerate(cells):
        used += cell(char)
        if used > column:
            space = next((at for at in range(place, place // 2, -1) if cells[at][0] == " "), place)
            return max(1, space)
    return len(cells)


def _spans(cells: list[tuple[str, bool]]) -> Line:
    spans: list[Span] = []
    for char, changed in cells:
        if spans and spans[-1].changed == changed:
            spans[-1] = Span(spans[-1].text + char, changed)
        else:
            spans.append(Span(char, changed))
    return tuple(spans)


def _width(line: Line) -> int:
    return sum(cell(char) for span in line for char in span.text)


def cell(char: str) -> int:
    """How many cells of a terminal a character takes: Hangul and Han two, an accent none."""
    if combining(char) or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def as_text(found: Difference, form: Callable[[Side, Side, list[Change]], str]) -> str:
    """A difference in one of the forms of `diffs_text`, or the line that there is none."""
    if found.revisions == 1:
        return only_one(found.post, found.after["seen_at"])
    before, after = Side(found.a, found.before["seen_at"]), Side(found.b, found.after["seen_at"])
    return form(before, after, found.changes) if found.changes else same(before, after)


def as_answer(found: Difference, folder: Path) -> Answer:
    """The same as plain data, with the evidence of both sides."""
    from kistep_archive.evidence.pages import named_row

    evidence = {name: named_row(side, folder)["evidence"] for name, side in (("a", found.before), ("b", found.after))}
    return {
        "post": found.post,
        "a": found.a,
        "b": found.b,
        "evidence": evidence,
        "changes": [asdict(change) for change in found.changes],
    }
