"""What is usual on a board: what the archive knows of its posts, for the comparison with new pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kistep_archive.model.items import ListedRow

ENOUGH = 20  # stored posts; with fewer, nothing is usual
USUAL = 0.95  # the share of a board's posts that makes something usual


@dataclass(frozen=True, slots=True)
class KnownPost:
    """A post as the archive has it. `files` are (name, url) each, `images` addresses."""

    title: str
    writer: str | None
    date: str
    hits: int | None
    text: str
    files: tuple[tuple[str, str], ...]
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A post as the archive has it, for the comparison with a listing row: the row at its last fetch, the
    post's day, and the hits if the last ones came from a listing. `missed`: an earlier run missed the post,
    and no guard objected."""

    listed: ListedRow | None
    date: str
    hits: int | None
    removed: bool
    missed: bool = False


@dataclass(frozen=True, slots=True)
class FieldCounts:
    """How many of the `held` posts have a writer, hits, text."""

    held: int = 0
    writer: int = 0
    hits: int = 0
    text: int = 0

    def usual(self, count: int) -> bool:
        """Whether nearly all posts have the field with this count."""
        return self.held >= ENOUGH and count >= USUAL * self.held


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the archive has of a board in one layout: its posts by number, how many have each field, and a
    function from a number to the post's last content."""

    held: Mapping[int, KnownRow]
    counts: FieldCounts
    before: Callable[[int], KnownPost | None]


@dataclass(frozen=True, slots=True)
class Witness:
    """A stored post that has all these fields: a new reading shows whether the parser can still read them."""

    number: int
    url: str
    fields: frozenset[str]
