"""What a search finds, as values."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """One result of a search. `snippet` is HTML-escaped, each match in <mark>; the higher the `score` the better."""

    id: int
    board: str
    number: int
    title: str
    writer: str | None
    date: str
    hits: int | None
    url: str
    snippet: str
    score: float


class Search:
    """What a search finds, the best first. Nothing is read before `total` or an iteration asks for it; then it is read once."""

    def __init__(self, ask: Callable[[], tuple[int, list[Answer]]]) -> None:
        self._ask = ask

    @cached_property
    def _answer(self) -> tuple[int, list[Found]]:
        total, rows = self._ask()
        return total, [Found(**row) for row in rows]

    @property
    def total(self) -> int:
        """How many posts fit; `limit` does not lessen it."""
        return self._answer[0]

    def __len__(self) -> int:
        return len(self._answer[1])

    def __iter__(self) -> Iterator[Found]:
        return iter(self._answer[1])
