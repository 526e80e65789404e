"""Small charts in plain text: numbers as blocks, without colour. Labels are aligned by their width on a
terminal."""

from collections.abc import Mapping

from kistep_archive.display import cells, pad

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEVELS = "▁▂▃▄▅▆▇█"
WIDTH = 40  # cells of the longest bar


def bars(numbers: Mapping[str, int], width: int = WIDTH) -> str:
    """A line per label: label, bar, number. A bar has one cell per unit, or is scaled so that the longest has
    `width` cells. A number above zero always shows a bar."""
    most = max(max(numbers.values(), default=0), width)
    room = max(map(cells, numbers), default=0)
    return "\n".join(
        f"{pad(label, room)}  {_bar(number, most, width)}{number}" for label, number in numbers.items()
    )


def line(numbers: Mapping[str, int]) -> str:
    """One line: the first label, a block per number, the last label, then the largest number and its label.
    Empty if there are no numbers."""
    if not numbers:
        return ""
    most = max(numbers, key=lambda label: numbers[label])
    blocks = "".join(_level(number, numbers[most]) for number in numbers.values())
    first, *_, last = numbers if len(numbers) > 1 else (*numbers, "")
    return f"{first} {blocks} {last}".rstrip() + f"  at most {numbers[most]}, in {most}"


def _bar(number: int, most: int, width: int) -> str:
    eighths = max(1, round(number * width * 8 / most)) if number > 0 else 0
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip() + " " * bool(eighths)


def _level(number: int, most: int) -> str:
    return _LEVELS[min(7, number * 8 // most)] if number > 0 else " "
