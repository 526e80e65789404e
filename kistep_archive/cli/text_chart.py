"""Small charts in plain text: numbers as blocks, labels aligned by the cells that they take on a terminal. No colour."""

from collections.abc import Mapping

from kistep_archive.display import cells, padded

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEVELS = "▁▂▃▄▅▆▇█"
WIDTH = 40  # cells of the longest bar


def bars(numbers: Mapping[str, int], width: int = WIDTH) -> str:
    """A line a label: label, bar, number. A bar has a cell for each one, or fewer so that the longest is `width` cells long; what is not
    zero has one that is seen."""
    most = max(numbers.values(), default=0)
    room = max(map(cells, numbers), default=0)
    return "\n".join(f"{padded(label, room)}  {_bar(number, max(most, width), width)}{number}" for label, number in numbers.items())


def line(numbers: Mapping[str, int]) -> str:
    """One line: the first label, a block a number, the last label, then the largest number and its label. Empty where there are none."""
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
