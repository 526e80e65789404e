"""How far a long piece of work is. The work says so, and a command line that watches shows it; without a
watcher nothing happens. As with logging, no function has to pass it on."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Protocol


class Unit(StrEnum):
    """What is counted."""

    BYTES = "bytes"  # of evidence, compressed
    POSTS = "posts"
    RECORDS = "records"


class Watcher(Protocol):
    """Gets told how far the work is."""

    def expect(self, total: int, unit: Unit) -> None:
        """A piece of work of this size begins; nothing of it is done."""

    def advance(self, amount: int) -> None:
        """So much more of it is done."""


_WATCHER: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def unwatched() -> Iterator[None]:
    """What is done in this block is a part of one step of a longer work: the watcher hears nothing of it."""
    before = _WATCHER.set(None)
    try:
        yield
    finally:
        _WATCHER.reset(before)


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Tells the watcher of the work in this block."""
    before = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(before)


def expect(total: int, unit: Unit) -> None:
    """Says that a piece of work of this size begins."""
    if watcher := _WATCHER.get():
        watcher.expect(total, unit)


def advance(amount: int) -> None:
    """Says that so much more of it is done."""
    if watcher := _WATCHER.get():
        watcher.advance(amount)
