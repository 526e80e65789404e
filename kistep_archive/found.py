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

    def __init__(self, ask: Callable[[], Answer]) -> None:
        self._ask = ask

    @cached_property
    def document(self) -> Answer:
        """The answer as plain data, as `search --json` prints it."""
        return self._ask()

    @cached_property
    def _results(self) -> list[Found]:
        return [Found(**row) for row in self.document["results"]]

    @property
    def total(self) -> int:
        """How many posts fit; `limit` does not lessen it."""
        return int(self.document["total"])

    @property
    def suggestions(self) -> list[str]:
        """Where nothing fits: the nearest words that the archive has."""
        return list(self.document.get("suggestions", ()))

    @property
    def remark(self) -> str:
        """What else is to be known of the answer: that a query only excludes, or has too many terms. Empty where there is nothing."""
        return str(self.document.get("remark", ""))

    @property
    def plot(self) -> dict[str, int]:
        """How many posts fit of each year ("2022"), or of each month ("2022-07") where those are few; empty if it was not asked for."""
        return dict(self.document.get("plot", {}))

    def __len__(self) -> int:
        return len(self._results)

    def __iter__(self) -> Iterator[Found]:
        return iter(self._results)
