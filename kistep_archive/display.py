"""Text for a terminal: control characters made visible, widths in cells."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


def printable(text: object) -> str:
    """Text for a terminal: control characters are shown, not obeyed; line breaks stay."""
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in str(text if text is not None else ""))


def cells(text: str) -> int:
    """How many cells a text takes on a terminal: two for a Hangul syllable, none for what combines with the character before."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, width: int) -> str:
    """The text with spaces behind it, up to so many cells."""
    return text + " " * max(0, width - cells(text))
