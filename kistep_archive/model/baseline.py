"""What is usual on a board: what the archive knows of its posts, as drift is measured against it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kistep_archive.model.items import ListedRow

ENOUGH = 20  # posts held, below which nothing is usual
USUAL = 0.95  # the share of a board's posts that makes something usual


@dataclass(frozen=True, slots=True)
class KnownPost:
    """What the archive holds of a post. `files` are (name, url) each, `images` addresses."""

    title: str
    writer: str | None
    date: str
    hits: int | None
    text: str
    files: tuple[tuple[str, str], ...]
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownRow:
    """What the archive holds of an address, as a page of rows shows it: the row at its last fetch, the post's day, the hits where the
    last ones were read from a listing. `missed`: an earlier run missed it, and that was believed."""

    listed: ListedRow | None
    date: str
    hits: int | None
    removed: bool
    missed: bool = False


@dataclass(frozen=True, slots=True)
class FieldCounts:
    """Of so many posts `held` how many have a writer, hits, text."""

    held: int = 0
    writer: int = 0
    hits: int = 0
    text: int = 0

    def usual(self, count: int) -> bool:
        """Whether nearly all posts have it."""
        return self.held >= ENOUGH and count >= USUAL * self.held


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is held of a board in one layout: its addresses by number, what is usual, and what a number's post said last."""

    held: Mapping[int, KnownRow]
    counts: FieldCounts
    before: Callable[[int], KnownPost | None]


@dataclass(frozen=True, slots=True)
class Witness:
    """A post that is held and has all these fields: read again, it tells whether they can be read as before."""

    number: int
    url: str
    fields: frozenset[str]
