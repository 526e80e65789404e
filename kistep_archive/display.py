"""Text for people: control characters made visible, widths in cells, plurals."""

from collections.abc import Iterable, Sequence
from datetime import datetime


def printable(text: object) -> str:
    """Text for a terminal: control characters are shown, not obeyed; line breaks stay."""
    shown = str(text if text is not None else "")
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in shown)


def plural(number: int, noun: str) -> str:
    """A number with its noun: `1 post`, `2 posts`, `1,085 pages`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def in_bytes(number: int) -> str:
    """A size: `512 bytes`, `1.6 MB`."""
    return f"{number / 1e6:,.1f} MB" if number >= 100_000 else plural(number, "byte")


def ago(instant: str | None, now: datetime) -> str:
    """How long ago an instant was: `3 min ago`, `5 h ago`, `12 days ago`; `-` without one."""
    if instant is None:
        return "-"
    minutes = max(0, int((now - datetime.fromisoformat(instant)).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days ago"


def first_of(things: Sequence[object]) -> str:
    """The first of some problems, and how many there are: `3 problems, the first: x`. A command to copy, with
    which the first may end, stays at the end."""
    return f"{things[0]}" if len(things) == 1 else f"{len(things)} problems, the first: {things[0]}"


def some_of(things: Iterable[object], most: int = 10, between: str = ", ") -> str:
    """The first things in a line, and how many more there are: `a, b and 48 more`."""
    named = [str(thing) for thing in things]
    more = len(named) - most
    return between.join(named[:most]) + (f" and {more:,} more" if more > 0 else "")


def cells(text: str) -> int:
    """How many cells a text takes on a terminal: a Hangul syllable takes two, a combining character none."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def pad(text: str, width: int) -> str:
    """The text, filled up with spaces to so many cells."""
    return text + " " * max(0, width - cells(text))
