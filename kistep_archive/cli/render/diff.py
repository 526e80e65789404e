"""A difference for people: unified or side by side; and as plain data. Pure functions of its changes."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path
from unicodedata import combining, east_asian_width

from kistep_archive.display import printable
from kistep_archive.model.documents import Document
from kistep_archive.query.compare import Difference
from kistep_archive.query.diff import FieldDiff, Hunk, Line, LinePair, Span

_RED, _GREEN, _HEAD, _MARK, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[7m", "\x1b[0m"
_NARROWEST = 20  # cells of a column


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two revisions: its number, counted from 1, and when it was seen."""

    revision: int
    seen_at: str

    def __str__(self) -> str:
        return f"revision {self.revision}, seen {self.seen_at[:19]}Z"


def unified(before: Side, after: Side, changes: list[FieldDiff], *, color: bool) -> str:
    """Lines that begin with - and +. Words that differ stand in [-…-] and {+…+}, or are reversed if
    `color`."""
    lines = [_paint(f"--- {before}", _RED, color), _paint(f"+++ {after}", _GREEN, color)]
    for change in changes:
        for hunk in change.hunks:
            lines.append(_paint(f"@@ {change.field}{_line_numbers(change, hunk)} @@", _HEAD, color))
            for pair in hunk.rows:
                lines += _unified_lines(pair, color)
    return "\n".join(lines)


def _unified_lines(pair: LinePair, color: bool) -> list[str]:
    if pair.same:
        return [" " + _mark(pair.before or (), "", color)]
    edited = pair.before is not None and pair.after is not None
    lines = []
    for line, sign, paint in ((pair.before, "-", _RED), (pair.after, "+", _GREEN)):
        if line is not None:
            text = _mark(line, sign if edited else "", color, paint)
            lines.append(
                _paint(sign, paint, color) + (text if edited or not color else _paint(text, paint, color))
            )
    return lines


def _mark(line: Line, sign: str, color: bool, paint: str = "") -> str:
    """A line's text with its changed words marked; `sign` "" marks none."""
    pieces = []
    for span in line:
        text = printable(span.text)
        if sign and color:
            pieces.append(f"{paint}{_MARK if span.changed else ''}{text}{_PLAIN}")
        else:
            pieces.append(_bracket(text, sign) if span.changed and sign else text)
    return "".join(pieces)


def _bracket(text: str, sign: str) -> str:
    return f"[-{text}-]" if sign == "-" else f"{{+{text}+}}"


def _paint(text: str, paint: str, color: bool) -> str:
    return f"{paint}{text}{_PLAIN}" if color else text


def _line_numbers(change: FieldDiff, hunk: Hunk) -> str:
    """A hunk's lines, in the form of `diff -u`; nothing for a field of one line."""
    if all(
        "\n" not in (value or "") for value in (change.before, change.after) if not isinstance(value, list)
    ):
        return ""
    old = sum(pair.before is not None for pair in hunk.rows)
    new = sum(pair.after is not None for pair in hunk.rows)
    return f" -{hunk.before_line},{old} +{hunk.after_line},{new}"


# side by side


def side_by_side(before: Side, after: Side, changes: list[FieldDiff], width: int, *, color: bool) -> str:
    """Two columns, `width` cells together, before on the left. The gutter shows | for an edited line, < or >
    for a line that only one side has."""
    column = max(_NARROWEST, (width - 3) // 2)
    heading = LinePair((Span(str(before), False),), (Span(str(after), False),), True)
    lines = [*_columns(heading, column, color)]
    for change in changes:
        for hunk in change.hunks:
            lines.append(_paint(f"@@ {change.field}{_line_numbers(change, hunk)} @@", _HEAD, color))
            for pair in hunk.rows:
                lines += _columns(pair, column, color)
    return "\n".join(line.rstrip() for line in lines)


def _columns(pair: LinePair, column: int, color: bool) -> Iterator[str]:
    edited = pair.before is not None and pair.after is not None
    gutter = " " if pair.same else "|" if edited else "<" if pair.before is not None else ">"
    marks = edited and not pair.same
    left = list(_wrap(pair.before or (), "-" if marks else "", column, color)) or [()]
    right = list(_wrap(pair.after or (), "+" if marks else "", column, color))
    for one, other in zip_longest(left, right, fillvalue=()):
        old = _column(one, _RED if marks or gutter == "<" else "", color)
        new = _column(other, _GREEN if marks or gutter == ">" else "", color)
        yield f"{old}{' ' * (column - _width(one))} {gutter} {new}"


def _column(line: Line, paint: str, color: bool) -> str:
    if not (color and paint):
        return "".join(span.text for span in line)
    return "".join(f"{paint}{_MARK if span.changed else ''}{span.text}{_PLAIN}" for span in line)


def _wrap(line: Line, sign: str, column: int, color: bool) -> Iterator[Line]:
    """The line in pieces of at most `column` cells, broken at a space if there is one. Brackets count."""
    cells = [cell for span in line for cell in _cells(span, sign, color)]
    while cells:
        end = _break(cells, column)
        yield _spans(cells[:end])
        cells = cells[end:]
        if cells and cells[0][0] == " ":
            cells = cells[1:]


def _cells(span: Span, sign: str, color: bool) -> list[tuple[str, bool]]:
    """The characters of a span with its brackets, each with whether it is marked."""
    text, changed = printable(span.text), span.changed and bool(sign)
    return [(char, changed) for char in (_bracket(text, sign) if changed and not color else text)]


def _break(cells: list[tuple[str, bool]], column: int) -> int:
    """How many characters fit, at least one."""
    used = 0
    for place, (char, _) in enumerate(cells):
        used += cell_width(char)
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
    return sum(cell_width(char) for span in line for char in span.text)


def cell_width(char: str) -> int:
    """How many cells of a terminal a character takes: Hangul and Han two, an accent none."""
    if combining(char) or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def as_text(difference: Difference, form: Callable[[Side, Side, list[FieldDiff]], str]) -> str:
    """A difference in the given form (`unified` or `side_by_side`), or a line that says why there is none."""
    seen_at = difference.after["seen_at"]
    if difference.revisions == 1:
        return f"post {difference.post} was never edited; its only revision was seen {seen_at[:19]}Z"
    before, after = Side(difference.a, difference.before["seen_at"]), Side(difference.b, seen_at)
    if difference.changes:
        return form(before, after, difference.changes)
    same = f"{before} was compared with itself" if before == after else f"{before} and {after}"
    return f"{same}: no difference"


def as_document(difference: Difference, folder: Path) -> Document:
    """A difference as plain data, with the evidence of both sides."""
    from kistep_archive.evidence.pages import row_with_record_id

    sides = {"a": difference.before, "b": difference.after}
    return {
        "post": difference.post,
        "a": difference.a,
        "b": difference.b,
        "evidence": {name: row_with_record_id(side, folder)["evidence"] for name, side in sides.items()},
        "changes": [asdict(change) for change in difference.changes],
    }
