"""Which posts to read: the filters that `search`, `export` and others share, how many posts match, and the
matching posts in order, one at a time."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TypedDict

from kistep_archive import progress
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.documents import Document
from kistep_archive.model.tokens import folded
from kistep_archive.query.language import fts_expression
from kistep_archive.query.validation import flag, one_of, period, words
from kistep_archive.store import unshown

_FILES = "SELECT seq, name, url, kind, size, sha256 FROM attachments WHERE post_id = ?"


# CROSS: first the words, then their posts; otherwise SQLite would try every post. Not the view `posts`, since
# each of its joins costs as much as the rank of a match.
_MATCHING_CONTENTS = (
    "content_text CROSS JOIN source ON source.content_id = content_text.rowid "
    "CROSS JOIN post AS posts ON posts.id = source.post_id AND posts.source_id = source.id"
)
_MATCHING = f"{_MATCHING_CONTENTS} CROSS JOIN content ON content.id = source.content_id"
# What the view `posts` joins, in an order that SQLite chooses
_SHOWN = (
    "post AS posts JOIN source ON source.id = posts.source_id AND source.post_id = posts.id "
    "JOIN content ON content.id = source.content_id"
)
# CROSS: the index of dates gives the newest first, so that a page of them is read and not all posts
_BY_DATE = (
    "content CROSS JOIN source ON source.content_id = content.id "
    "CROSS JOIN post AS posts ON posts.id = source.post_id AND posts.source_id = source.id"
)
# to count what no column of a content decides; each `content_id` that is there leads to one
_SOURCES = (
    "source CROSS JOIN post AS posts ON posts.id = source.post_id AND posts.source_id = source.id "
    "AND source.content_id IS NOT NULL"
)
_COUNTS = {  # by whether `unshown` is kept
    True: "SELECT count(*) FROM content_text WHERE content_text MATCH ? "
    "AND rowid NOT IN (SELECT content_id FROM unshown)",
    False: f"SELECT count(*) FROM {_MATCHING_CONTENTS} WHERE content_text MATCH ?",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions on posts; None is no condition. `since` and `until` are days, both included. `writer` is a
    part of the name, compared without case and accents. `has_file`: the post lists a file; images do not
    count."""

    query: str | None = None
    board: str | None = None
    writer: str | None = None
    since: str | None = None
    until: str | None = None
    removed: bool | None = None
    has_file: bool | None = None

    def source(self) -> tuple[str, list[str | bool]]:
        """SQL from FROM on, and its values: the matching posts, with `posts.id` and the columns of `source`
        and `content`, and those of `content_text` if there is a query. It calls `folded`, which
        `database.open_archive` registers with the connection."""
        return self._of(_SHOWN if self.query is None else _MATCHING)

    def by_date(self) -> tuple[str, list[str | bool]]:
        """The same without a query, read in the order of the posts' dates."""
        return self._of(_BY_DATE)

    def counted(self) -> tuple[str, list[str | bool]]:
        """The same for counting: without the columns of `content` if no condition is on them."""
        reads_content = any(each is not None for each in (self.query, self.writer, self.since, self.until))
        return self.source() if reads_content else self._of(_SOURCES)

    def _of(self, tables: str) -> tuple[str, list[str | bool]]:
        conditions: dict[str, str | bool | None] = {
            "content_text MATCH ?": None if self.query is None else fts_expression(self.query),
            "board = ?": self.board,
            "instr(folded(content.writer), ?) > 0": None if self.writer is None else folded(self.writer),
            "date >= ?": self.since,
            "date <= ?": self.until,
            "(removed_at IS NOT NULL) = ?": self.removed,
            f"{_HAS_FILE} = ?": self.has_file,
        }
        used = {clause: value for clause, value in conditions.items() if value is not None}
        where = f" WHERE {' AND '.join(used)}" if used else ""
        return f"FROM {tables}{where}", list(used.values())

    @property
    def conditions(self) -> dict[str, str]:
        """The conditions that are set, in words. Their order must never change: the id of a feed is made of
        them."""
        names = ("board", "query", "writer", "since", "until", "removed", "has_file")
        values = {name.replace("_", " "): getattr(self, name) for name in names}
        return {
            name: {True: "yes", False: "no"}.get(value, value)
            for name, value in values.items()
            if value is not None
        }

    def with_query(self, query: str) -> "Filters":
        """The same filters for another query."""
        return replace(self, query=query)

    @property
    def is_only_query(self) -> bool:
        """Whether there is a query and no other condition."""
        return self.query is not None and self == Filters(self.query)

    @property
    def matches_nothing(self) -> bool:
        """Whether the query has nothing to search for, so that no post matches."""
        return self.query is not None and not fts_expression(self.query)


_HAS_FILE = "EXISTS (SELECT 1 FROM attachments WHERE post_id = posts.id AND kind = 'file')"


class Conditions(TypedDict, total=False):
    """The filters other than the query, as keywords of the Python interface. A day is a date, or a period as
    text: from its first day, until its last one."""

    board: str | None
    writer: str | None
    since: date | str | None
    until: date | str | None
    removed: bool | None
    has_file: bool | None


def check_conditions(conditions: Conditions) -> Document:
    """The conditions as `Filters` takes them. Raises ArchiveError (2) for an unknown condition, a value of
    the wrong type, a text that is not a day, and a span without a day."""
    for name in conditions:
        one_of("condition", name, _KINDS)
    values: Document = {
        name: None if (value := conditions.get(name)) is None else check(name, value)
        for name, check in _KINDS.items()
    }
    check_span(values["since"], values["until"])
    return values


def check_span(since: str | None, until: str | None) -> None:
    """Raises ArchiveError (2) if `since` is after `until`."""
    if since and until and since > until:
        raise ArchiveError(
            f"since {since} until {until}: there is no day in this span; since must be the earlier one",
            ExitCode.USAGE,
        )


def _first_day(name: str, value: object) -> str:
    return period(name, value).first_day()


def _last_day(name: str, value: object) -> str:
    return period(name, value).last_day()


def count(conn: sqlite3.Connection, filters: Filters) -> int:
    """How many posts match."""
    if filters.matches_nothing:
        return 0
    source, values = filters.counted()
    sql = f"SELECT count(*) {source}"
    if filters.is_only_query:
        sql = _COUNTS[unshown.applies(conn)]
    return int(conn.execute(sql, values).fetchone()[0])


def any_match(conn: sqlite3.Connection, filters: Filters) -> bool:
    """Whether a post matches."""
    if filters.matches_nothing:
        return False
    source, values = filters.source()
    return conn.execute(f"SELECT 1 {source} LIMIT 1", values).fetchone() is not None


@contextmanager
def snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """Everything read inside is from one moment, whatever a crawl writes meanwhile. Temporary tables made
    inside are dropped at its end."""
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.rollback()


_KINDS = {
    "board": words,
    "writer": words,
    "since": _first_day,
    "until": _last_day,
    "removed": flag,
    "has_file": flag,
}


def choose(conn: sqlite3.Connection, filters: Filters) -> int:
    """Begins a transaction, so that a crawl can keep writing, and lists the matching posts by date and id in
    a temporary table. Returns how many there are."""
    conn.execute("BEGIN")
    conn.execute("CREATE TEMP TABLE chosen (place INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE)")
    if filters.matches_nothing:
        return 0
    source, values = filters.source()
    return conn.execute(
        f"INSERT INTO chosen (id) SELECT posts.id {source} ORDER BY date, posts.id", values
    ).rowcount


def rows(conn: sqlite3.Connection) -> Iterator[Document]:
    """The chosen posts, one at a time: the columns of the view `posts`."""
    for row in conn.execute(
        "SELECT posts.* FROM chosen CROSS JOIN posts ON posts.id = chosen.id ORDER BY chosen.place"
    ):
        yield dict(row)


def posts(conn: sqlite3.Connection) -> Iterator[Document]:
    """The chosen posts, one at a time, each with its `attachments` (seq, name, url, kind, size, sha256
    each)."""
    for row in rows(conn):
        progress.advance(1)
        yield row | {"attachments": [dict(file) for file in conn.execute(_FILES, (row["id"],))]}
