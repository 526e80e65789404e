"""What every command prints: JSON, and tables for people."""

import json
import sys
from itertools import zip_longest
from math import inf

from kistep_archive import display
from kistep_archive.display import printable
from kistep_archive.model.documents import Document

# Cells: a longer word may be broken to fit a terminal, an address first, and in a narrow one other words too.
_WHOLE = 30, 10


def as_json(document: object) -> str:
    """One JSON document, readable and in the script of the text."""
    return json.dumps(document, ensure_ascii=False, indent=2)


def table(rows: list[Document], columns: dict[str, str], room: float = inf) -> str:
    """Rows as aligned columns (key -> heading); "nothing" if there are no rows. What does not fit into `room`
    cells goes on in lines below."""
    if not rows:
        return "nothing"
    lines = [
        list(columns.values()),
        *([printable(row[key]).replace("\n", " ") for key in columns] for row in rows),
    ]
    widths = [max(map(display.cells, column)) for column in zip(*lines, strict=True)]
    if sum(widths) + 2 * (len(widths) - 1) > room:
        widths = _narrowed(widths, lines, int(room))
        lines = [piece for line in lines for piece in _folded(line, widths)]
    return "\n".join("  ".join(map(display.pad, line, widths)).rstrip() for line in lines)


def terminal_room() -> float:
    """How many cells a line of stdout has; no limit if it is not a terminal."""
    if not sys.stdout.isatty():
        return inf
    import shutil

    return shutil.get_terminal_size().columns


def _narrowed(widths: list[int], lines: list[list[str]], room: int) -> list[int]:
    """Widths that fit, if there are any: the widest column gives way first, and words stay whole as long as
    they can."""
    words = [
        max(display.cells(word) for cell in column for word in cell.split(" "))
        for column in zip(*lines, strict=True)
    ]
    excess = sum(widths) + 2 * (len(widths) - 1) - room
    for whole in _WHOLE:
        least = [min(word, whole) for word in words]
        while excess > 0 and (wide := [at for at, width in enumerate(widths) if width > least[at]]):
            widths[max(wide, key=widths.__getitem__)] -= 1
            excess -= 1
    return widths


def _folded(line: list[str], widths: list[int]) -> list[list[str]]:
    """A row as lines of these widths."""
    from rich.console import Console
    from rich.text import Text

    console = Console()
    cells = [
        [part.plain.rstrip() for part in Text(cell).wrap(console, width, overflow="fold")] or [""]
        for cell, width in zip(line, widths, strict=True)
    ]
    return [list(parts) for parts in zip_longest(*cells, fillvalue="")]
