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
    """How many of the `posts` have a writer, hits, text. They are the newest ones of a board."""

    posts: int = 0
    writer: int = 0
    hits: int = 0
    text: int = 0

    def usual(self, count: int) -> bool:
        """Whether nearly all posts have the field with this count."""
        return self.posts >= ENOUGH and count >= USUAL * self.posts


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the archive has of a board in one layout. Functions give a known post's row and its last content
    by its number, and the posts that should be on a listing and whose day lies between two days: number ->
    day. `present` is how many should be on it, `counts` how many have each field."""

    row: Callable[[int], KnownRow | None]
    between: Callable[[str, str], Mapping[int, str]]
    present: int
    counts: FieldCounts
    before: Callable[[int], KnownPost | None]

    @classmethod
    def of(
        cls, rows: Mapping[int, KnownRow], counts: FieldCounts, before: Callable[[int], KnownPost | None]
    ) -> "Baseline":
        """The baseline of posts that are all at hand."""
        present = {number: row.date for number, row in rows.items() if not (row.removed or row.missed)}

        def between(after: str, until: str) -> Mapping[int, str]:
            return {number: day for number, day in present.items() if after < day < until}

        return cls(rows.get, between, len(present), counts, before)


@dataclass(frozen=True, slots=True)
class Witness:
    """A stored post that has all these fields: a new reading shows whether the parser can still read them."""

    number: int
    url: str
    fields: frozenset[str]
