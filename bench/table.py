"""Ratios beside their goals, as a table or as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ratio:
    """One line: `ours` against `other`, both as printed; `value` is the ratio, or the amount where the goal
    is one.

    A `goal` of None is a figure without a goal; a `problem` means that the figure is not to be trusted and
    the goal not met."""

    what: str
    ours: str
    other: str
    value: float
    unit: str
    goal: float | None
    problem: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        return None if self.goal is None else not self.problem and self.value <= self.goal

    def cells(self) -> tuple[str, ...]:
        """The line's cells."""
        verdict = {True: "met", False: "NOT met", None: ""}[self.met]
        goal = "" if self.goal is None else f"≤ {self.goal:g} {self.unit}"
        return (
            self.what,
            self.ours,
            self.other,
            "-" if self.problem else f"{self.value:.2f} {self.unit}",
            goal,
            verdict,
        )


def divided(upper: float, lower: float) -> float:
    """A ratio; 0 where nothing was measured."""
    return upper / lower if lower else 0.0


def as_json(ratios: Sequence[Ratio]) -> list[dict[str, Any]]:
    """The lines as plain data."""
    return [asdict(ratio) | {"met": ratio.met} for ratio in ratios]


def as_text(ratios: Sequence[Ratio]) -> str:
    """The lines in columns, then how many goals are met, then what went wrong."""
    lines = aligned([("", "ours", "against", "ratio", "goal", ""), *(ratio.cells() for ratio in ratios)])
    judged = [ratio for ratio in ratios if ratio.goal is not None]
    missed = [ratio.what for ratio in judged if not ratio.met]
    summary = (f"{len(judged) - len(missed)} of {len(judged)} goals met") + (
        f"; not met: {', '.join(missed)}" if missed else ""
    )
    problems = [f"problem: {ratio.what}: {ratio.problem}" for ratio in ratios if ratio.problem]
    return "\n".join([*lines, "", summary, *problems])


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines with even columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
