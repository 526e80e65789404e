"""Which posts are asked for: the filters that `search` and `export` share, how many fit, and the chosen posts in order, read in flat
memory."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypedDict

from kistep_archive.errors import ArchiveError
from kistep_archive.model.instants import written
from kistep_archive.model.tokens import folded
from kistep_archive.query.language import expression
from kistep_archive.query.validation import flag, one_of, words

Answer = dict[str, Any]
_FILES = "SELECT seq, name, url, kind, size, sha256 FROM attachments WHERE post_id = ?"


@dataclass(frozen=True, slots=True)
class Filters:
    """What posts must be like; None is no condition. `since` and `until` are days, both included; `writer` is a part of the name, folded
    as words are; a post has a file if it lists one, images aside."""

    query: str | None = None
    board: str | None = None
    writer: str | None = None
    since: str | None = None
    until: str | None = None
    removed: bool | None = None
    has_file: bool | None = None

    def source(self) -> tuple[str, list[str | bool]]:
        """SQL from FROM on, and its values: the rows of `posts` that fit, beside `content_text` where there is a query. It calls
        `folded`, which `database.open_archive` makes known to the connection."""
        conditions: dict[str, str | bool | None] = {
            "content_text MATCH ?": None if self.query is None else expression(self.query),
            "posts.board = ?": self.board,
            "instr(folded(posts.writer), ?) > 0": None if self.writer is None else folded(self.writer),
            "posts.date >= ?": self.since,
            "posts.date <= ?": self.until,
            "(posts.removed_at IS NOT NULL) = ?": self.removed,
            "EXISTS (SELECT 1 FROM attachments WHERE post_id = posts.id AND kind = 'file') = ?": self.has_file,
        }
        used = {clause: value for clause, value in conditions.items() if value is not None}
        # CROSS: the words first, then their posts; SQLite would try every post
        words = "content_text CROSS JOIN texts ON texts.content_id = content_text.rowid CROSS JOIN posts ON posts.id = texts.post_id"
        where = f" WHERE {' AND '.join(used)}" if used else ""
        return f"FROM {'posts' if self.query is None else words}{where}", list(used.values())

    @property
    def told(self) -> dict[str, str]:
        """The conditions that there are, in words; in this order for ever, for the id of a feed is made of them."""
        names = ("board", "query", "writer", "since", "until", "removed", "has_file")
        given = {name.replace("_", " "): getattr(self, name) for name in names}
        return {name: {True: "yes", False: "no"}.get(value, value) for name, value in given.items() if value is not None}

    def asking(self, query: str) -> "Filters":
        """The same filters for another query."""
        return replace(self, query=query)

    @property
    def vain(self) -> bool:
        """Whether the query holds nothing to look for, so that no post fits."""
        return self.query is not None and not expression(self.query)


class Conditions(TypedDict, total=False):
    """The filters beside the query, as keywords of the Python interface; a day may be a date or be written as YYYY-MM-DD."""

    board: str | None
    writer: str | None
    since: date | str | None
    until: date | str | None
    removed: bool | None
    has_file: bool | None


def checked(conditions: Conditions) -> Answer:
    """The conditions as `Filters` takes them. Raises ArchiveError (2) for one that is unknown or of another kind, for a day that is none,
    and for days that span nothing."""
    for name in conditions:
        one_of("condition", name, _KINDS)
    given: Answer = {name: None if (value := conditions.get(name)) is None else check(name, value) for name, check in _KINDS.items()}
    check_span(given["since"], given["until"])
    return given


def check_span(since: str | None, until: str | None) -> None:
    """Raises ArchiveError (2) where no day is both in `since` and in `until`."""
    if since and until and since > until:
        raise ArchiveError(f"since {since} until {until}: no day is in this span; give the earlier one as since", 2)


def _day(name: str, value: object) -> str:
    try:
        return date.fromisoformat(written(value)[: 10 if isinstance(value, date) else None]).isoformat()
    except (TypeError, ValueError) as error:
        raise ArchiveError(f"{name}={value!r}: is no day; give a date, or write it as 2022-07-14", 2) from error


def count(conn: sqlite3.Connection, filters: Filters) -> int:
    """How many posts fit."""
    if filters.vain:
        return 0
    source, values = filters.source()
    return int(conn.execute(f"SELECT count(*) {source}", values).fetchone()[0])


@contextmanager
def moment(conn: sqlite3.Connection) -> Iterator[None]:
    """All that is read inside is of one moment, whatever a crawl writes meanwhile; temporary tables made inside are gone after it."""
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.rollback()


_KINDS = {"board": words, "writer": words, "since": _day, "until": _day, "removed": flag, "has_file": flag}


def choose(conn: sqlite3.Connection, filters: Filters) -> int:
    """Begins a transaction, so that a crawl may go on writing, and notes the posts that fit by date and id in a temporary table.
    Returns how many they are."""
    conn.execute("BEGIN")
    conn.execute("CREATE TEMP TABLE chosen (place INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE)")
    if filters.vain:
        return 0
    source, values = filters.source()
    return conn.execute(f"INSERT INTO chosen (id) SELECT posts.id {source} ORDER BY posts.date, posts.id", values).rowcount


def rows(conn: sqlite3.Connection) -> Iterator[Answer]:
    """The chosen posts, one at a time: the columns of the view `posts`."""
    for row in conn.execute("SELECT posts.* FROM chosen CROSS JOIN posts ON posts.id = chosen.id ORDER BY chosen.place"):
        yield dict(row)


def posts(conn: sqlite3.Connection) -> Iterator[Answer]:
    """The chosen posts, one at a time, each with its `attachments` (seq, name, url, kind, size, sha256 each)."""
    for row in rows(conn):
        yield row | {"attachments": [dict(file) for file in conn.execute(_FILES, (row["id"],))]}
