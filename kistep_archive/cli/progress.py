"""The progress bar of a command that works on what the archive holds, on a terminal only."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kistep_archive import progress
from kistep_archive.progress import Unit

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, TaskID

_NARROW = 60  # columns of a terminal below which only the share and the time are shown


@contextmanager
def bar(name: str, quiet: bool) -> Iterator[None]:
    """Shows on stderr how far the work in this block is: its share, what is done of how much, how much a
    second, and the time left. rich obeys NO_COLOR by itself."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    shown = Progress(*_columns(console.width), console=console, transient=True)
    with shown, progress.watched(_Bar(shown, shown.add_task(name, total=None, done=""))):
        yield


def _columns(width: int) -> list["ProgressColumn"]:
    from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

    narrow = [SpinnerColumn(), TextColumn("{task.description}"), TaskProgressColumn(), TimeRemainingColumn()]
    if width < _NARROW:
        return narrow
    return [*narrow[:2], BarColumn(bar_width=12), *narrow[2:], TextColumn("{task.fields[done]}")]


class _Bar:
    """A `progress.Watcher` that shows what it is told."""

    def __init__(self, shown: "Progress", task: "TaskID") -> None:
        self._shown, self._task = shown, task
        self._total, self._done, self._unit = 0, 0, Unit.BYTES

    def expect(self, total: int, unit: Unit) -> None:
        """See `Watcher`."""
        self._total, self._done, self._unit = total, 0, unit
        self._shown.reset(self._task, total=total or None, done="")

    def advance(self, amount: int) -> None:
        """See `Watcher`."""
        self._done += amount
        self._shown.update(self._task, completed=self._done, done=self._in_words())

    def _in_words(self) -> str:
        """What is done, of how much, and how much a second."""
        elapsed = self._shown.tasks[0].elapsed or 0.0
        rate = f", {_amount(int(self._done / elapsed), self._unit)}/s" if elapsed > 1 else ""
        return f"{_number(self._done, self._unit)} of {_amount(self._total, self._unit)}{rate}"


def _amount(number: int, unit: Unit) -> str:
    return f"{_number(number, unit)} {'MB' if unit is Unit.BYTES else unit}"


def _number(number: int, unit: Unit) -> str:
    return f"{number / 1e6:,.1f}" if unit is Unit.BYTES else f"{number:,}"
