"""An archive that is open for questions: the connection, the known boards, and one kind of error.

It imports only what starts fast.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.documents import Document
from kistep_archive.query import posts
from kistep_archive.query.filters import Conditions, Filters, check_conditions, choose, rows
from kistep_archive.query.validation import words
from kistep_archive.store import connection, database

if TYPE_CHECKING:  # a command must start fast
    from kistep_archive.model.boards import Catalogue
    from kistep_archive.query.rows import Post

# a post by its id, as "board/number", by any spelling of its URL, or itself
Reference: TypeAlias = "int | str | Post"
_Row = TypeVar("_Row")
_T = TypeVar("_T")
# columns that hold JSON
_JSON: dict[str, Callable[[Any], Any]] = {"changed": tuple, "boards": tuple, "arguments": dict}


class OpenArchive:
    """The connection to an archive's database, made by the first question, as of an instant or of now. Every
    error is an ArchiveError: 2 for a question that cannot be answered, 5 if the database cannot be read."""

    def __init__(self, folder: Path, as_of: str | None, boards_file: Path | None) -> None:
        self.folder, self.as_of, self._boards_file = folder, as_of, boards_file
        self._conn: sqlite3.Connection | None = None
        self._seen: set[str | None] = set()  # the references that it can be asked about as of the instant
        self._earlier: list[sqlite3.Connection] = []  # an iterator may still read them
        self._closed = False

    def close(self) -> None:
        """Closes it. After that every question is an error, also the next one of an iterator."""
        self._closed = True
        for conn in (self._conn, *self._earlier):
            if conn is not None:
                conn.close()

    @cached_property
    def catalogue(self) -> "Catalogue":
        """All known boards. Raises ArchiveError (2) for a bad boards file."""
        from kistep_archive.parse.skin import boards_file

        return boards_file.of_archive(self.folder, self._boards_file)

    def connect(self) -> sqlite3.Connection:
        """The connection for short questions."""
        self.check_open()
        if self._conn is not None and connection.is_outdated(self._conn):
            self._earlier.append(self._conn)
            self._conn = None
        if self._conn is None:
            self._conn = database.open_archive(self.folder, self.as_of, whole=False)
            self._seen.clear()
        return self._conn

    def _connect_for(self, post: "Reference | None") -> sqlite3.Connection:
        """The connection for a question about one post, or about all (None). As of an instant it then shows
        what the question is about."""
        conn, reference = self.connect(), None if post is None else reference_text(post)
        if self.as_of is not None and not self._seen & {None, reference}:
            from kistep_archive.store import as_of

            if reference is None:
                as_of.see_all(conn)
            else:
                as_of.see(conn, posts.candidates(conn, reference, self.catalogue))
            self._seen.add(reference)
        return conn

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own: for questions that make temporary tables, or that take long."""
        with self._reading(), closing(database.open_archive(self.folder, self.as_of)) as conn:
            yield conn

    def check_open(self) -> None:
        """Raises ArchiveError (2) if it is closed."""
        if self._closed:
            raise ArchiveError(
                f"{self.folder}: this Archive is closed. "
                "Use it inside 'with Archive(...)', or make a new one.",
                ExitCode.USAGE,
            )

    @contextmanager
    def _reading(self) -> Iterator[None]:
        self.check_open()
        try:
            yield
        except sqlite3.Error as error:
            self.check_open()
            raise ArchiveError(database.unreadable(error), ExitCode.STORE_UNHEALTHY) from error

    def ask(self, query: Callable[[sqlite3.Connection], _T], post: "Reference | None" = None) -> _T:
        """The answer to one question, about one post if it is given."""
        with self._reading():
            return query(self._connect_for(post))

    def each(
        self,
        kind: type[_Row],
        query: Callable[[sqlite3.Connection], Iterator[Any]],
        post: "Reference | None" = None,
    ) -> Iterator[_Row]:
        """The rows of a query as values, one at a time."""
        with self._reading():
            for row in query(self._connect_for(post)):
                yield self.row(kind, dict(row))

    def of_post(self, post: Reference, kind: type[_Row], view: str) -> Iterator[_Row]:
        """A post's rows in a view."""
        return self.each(
            kind,
            lambda conn: conn.execute(
                f"SELECT {columns(kind)} FROM {view} WHERE post_id = ?", (self.post_row(post)["id"],)
            ),
            post,
        )

    def matching(self, filters: Filters) -> Iterator["Post"]:
        """The matching posts as of one instant."""
        from kistep_archive.query.rows import Post

        with self.connection() as conn:
            choose(conn, filters)
            for row in rows(conn):
                yield Post(**row)
                self.check_open()

    def post_row(self, post: Reference) -> sqlite3.Row:
        """The row of a post. Raises ArchiveError (2) if there is no such post."""
        return self.ask(lambda conn: posts.post_row(conn, reference_text(post), self.catalogue), post)

    def document(self, post: Reference, revision: int | None) -> Document:
        """A post with its revisions, sources, files and hits as plain data; with a number, as it was at its
        Nth revision. Raises ArchiveError (2) if there is no such post or revision."""
        document = self.ask(lambda conn: posts.find_post(conn, reference_text(post), self.catalogue), post)
        if revision is not None:
            from kistep_archive.query import history

            document["revisions"] = self.ask(lambda conn: history.revisions(conn, document["id"]), post)
        return posts.at_revision(document, revision)

    def row(self, kind: type[_Row], row: Document) -> _Row:
        """A row as a value; one that leads to evidence gets the folder of the WARC files."""
        values = {
            name: _JSON[name](json.loads(value)) if name in _JSON else value for name, value in row.items()
        }
        has_evidence = any(column.name == "folder" for column in fields(kind))  # type: ignore[arg-type]
        return kind(**values, **({"folder": self.folder / "warc"} if has_evidence else {}))

    def filters(self, query: str | None, conditions: Conditions) -> Filters:
        """The filters of a query and conditions. Raises ArchiveError (2) for a wrong one."""
        values = check_conditions(conditions)
        self.check_board(values["board"])
        return Filters(None if query is None else words("query", query), **values)

    def check_board(self, board: str | None) -> None:
        """Raises ArchiveError (2) for a board that is not in the catalogue."""
        if board is not None and board not in (names := {row.name for row in self.catalogue.rows}):
            choices = ", ".join(sorted(names))
            raise ArchiveError(
                f"board {board!r}: unknown board; use one of {choices}, or add it with a boards_file",
                ExitCode.USAGE,
            )


def columns(kind: type) -> str:
    """The columns of a kind of row."""
    return ", ".join(column.name for column in fields(kind) if column.name != "folder")


def reference_text(post: Reference) -> str:
    """The reference as text. Raises ArchiveError (2) for a value that cannot name a post."""
    if isinstance(post, int | str):
        return str(post)
    from kistep_archive.query.rows import Post

    if isinstance(post, Post):
        return str(post.id)
    raise ArchiveError(f"post {post!r}: use its id, board/number, or its URL", ExitCode.USAGE)
