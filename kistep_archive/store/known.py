"""What the archive has of a board's posts, asked post by post: a page shows ten rows of a board that may have
a million. Functions over an open connection."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from kistep_archive.model.items import ListedRow

_SOURCES = "FROM source WHERE board = ? AND layout = ? AND reused_at IS NULL"
_ADDRESS = f"SELECT number, listed, removed_at {_SOURCES}"


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """One address as the archive has it: the listing row at its last fetch, and whether it counts as
    removed."""

    listed: ListedRow | None
    removed: bool


@dataclass(slots=True, eq=False)
class KnownPosts(Mapping[int, KnownAddress]):
    """Number -> what the archive had of it when it was first asked for, so that a run does not meet its own
    rows. `find` looks one post up, `every` gives all of them."""

    find: Callable[[int], KnownAddress | None]
    every: Callable[[], Mapping[int, KnownAddress]]
    _by_number: dict[int, KnownAddress | None] = field(default_factory=dict)

    def __getitem__(self, number: int) -> KnownAddress:
        if number not in self._by_number:
            self._by_number[number] = self.find(number)
        known = self._by_number[number]
        if known is None:
            raise KeyError(number)
        return known

    def __iter__(self) -> Iterator[int]:
        """Reads all posts that were not looked up yet."""
        present = {number: known for number, known in self._by_number.items() if known is not None}
        rest = {number: known for number, known in self.every().items() if number not in self._by_number}
        self._by_number |= rest
        return iter({**rest, **present})

    def __len__(self) -> int:
        return sum(1 for _ in self)


def posts(conn: sqlite3.Connection, board: str, layout: str) -> KnownPosts:
    """Every address of a board in one layout."""

    def find(number: int) -> KnownAddress | None:
        row = conn.execute(f"{_ADDRESS} AND number = ?", (board, layout, number)).fetchone()
        return None if row is None else _address(row)

    def every() -> dict[int, KnownAddress]:
        return {row["number"]: _address(row) for row in conn.execute(_ADDRESS, (board, layout))}

    return KnownPosts(find, every)


def _address(row: sqlite3.Row) -> KnownAddress:
    return KnownAddress(row["listed"] and ListedRow(row["listed"]), row["removed_at"] is not None)


def count_online(conn: sqlite3.Connection, board: str, layout: str) -> int:
    """How many posts of a board in one layout the archive has that do not count as removed."""
    query = f"SELECT count(*) {_SOURCES} AND removed_at IS NULL"
    return int(conn.execute(query, (board, layout)).fetchone()[0])


def is_any(conn: sqlite3.Connection, board: str, layout: str) -> bool:
    """Whether the archive has a post of a board in one layout, removed or not."""
    return bool(conn.execute(f"SELECT EXISTS (SELECT 1 {_SOURCES})", (board, layout)).fetchone()[0])
