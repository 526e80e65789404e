"""Fewer cases than a full cross product, in which any two values of different kinds still meet."""

from collections.abc import Collection
from typing import TypeVar

A, B, C = TypeVar("A"), TypeVar("B"), TypeVar("C")


def pairwise(first: Collection[A], second: Collection[B], third: Collection[C]) -> list[tuple[A, B, C]]:
    """Each pair of the first two once, with values of the third in turn, shifted by one from row to row (a
    Latin square): so each of the third meets each of the others too. The third must be the smallest. The same
    cases each time."""
    assert len(third) <= min(len(first), len(second)), "the third must be the smallest"
    turns = list(third)
    places = [
        (row, column, one, other) for row, one in enumerate(first) for column, other in enumerate(second)
    ]
    return [(one, other, turns[(row + column) % len(turns)]) for row, column, one, other in places]
