"""The archive from Python: read-only, typed, lazy; the commands that ask are made of it. Imports only what starts fast.

The queries are in `answers` and `selection`; this gives them names, types and one kind of error.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import fields
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar, Unpack

from kistep_archive.errors import ArchiveError
from kistep_archive.model.instants import known_before
from kistep_archive.operate import status as operate_status
from kistep_archive.query import posts as query_posts
from kistep_archive.query import search as query_search
from kistep_archive.query.filters import Conditions, Filters, checked, choose, rows
from kistep_archive.query.rows import Search
from kistep_archive.query.validation import one_of, whole_number, words
from kistep_archive.store import database

if TYPE_CHECKING:  # the rest is imported by what needs it: a command must start fast
    from kistep_archive.export.charts import Of
    from kistep_archive.export.export import Exported
    from kistep_archive.export.feed import Written
    from kistep_archive.model.boards import Board, Catalogue
    from kistep_archive.query.compare import Difference
    from kistep_archive.query.rows import Attachment, Hits, KeptPage, Post, Removal, Revision, Run, Source
    from kistep_archive.query.stats import By
    from kistep_archive.query.timeline import Event


Answer = dict[str, Any]
Reference: TypeAlias = "int | str | Post"  # a post by its id, as "board/number", by any spelling of its URL, or itself
_Row = TypeVar("_Row")
_Answer = TypeVar("_Answer")
_JSON: dict[str, Callable[[Any], Any]] = {"changed": tuple, "boards": tuple, "arguments": dict}  # columns that hold JSON


class Archive:
    """An archive's folder, to be asked. It is never written to, and a crawl may be writing meanwhile.

    >>> from kistep_archive import Archive
    >>> with Archive("data") as archive:
    ...     for found in archive.search("예산배분", limit=2):
    ...         print(found.date, found.title)
    2025-04-16 국가연구개발사업예산배분 설명회 안내
    2022-02-06 제8회 국가연구개발사업예산배분 포럼 개최 안내

    `as_of` asks for what was known then: a day (its end, in UTC) or an instant, as a date, a datetime or in ISO 8601. `boards_file` is a
    TOML file with boards to add or replace. Nothing is opened before `with` or the first question. Every error is an ArchiveError.
    """

    def __init__(self, folder: str | Path, as_of: str | date | datetime | None = None, *, boards_file: str | Path | None = None) -> None:
        self.folder = Path(folder)
        self.as_of = None if as_of is None else known_before(as_of)
        self._boards_file = Path(boards_file) if boards_file else None
        self._conn: sqlite3.Connection | None = None
        self._closed = False

    def __repr__(self) -> str:
        return f"Archive({str(self.folder)!r}{f', as_of={str(self.as_of)!r}' if self.as_of else ''})"

    def __enter__(self) -> Self:
        self._reader()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends it; what was not read yet cannot be read any more."""
        self._closed = True
        if self._conn is not None:
            self._conn.close()

    @property
    def warc(self) -> Path:
        """The folder of the evidence."""
        return self.folder / "warc"

    @cached_property
    def catalogue(self) -> "Catalogue":
        """All boards that are known, whether anything of them is held or not. Raises ArchiveError (2) for a bad boards file."""
        from kistep_archive.model import boards

        try:
            return boards.load(self._boards_file)
        except ValueError as error:
            raise ArchiveError(str(error), 2) from error

    @property
    def boards(self) -> tuple["Board", ...]:
        """The rows of the catalogue.

        >>> [(board.name, board.layout) for board in archive.boards][:2]
        [('news', 'es'), ('news', 'jsp')]
        """
        return self.catalogue.rows

    def search(
        self,
        query: str,
        *,
        sort: str = "rank",
        limit: int = 20,
        offset: int = 0,
        plot: bool = False,
        **conditions: Unpack[Conditions],
    ) -> Search:
        """The posts that fit, with their `total`: words, "phrases", `-not`, `OR`, prefix`*`, `title:` and `writer:`; the best first, or
        `sort`ed by "date" or "hits"; `limit` of them after the first `offset`. Conditions are `board`, `writer` (a part of the name),
        `since` and `until` (days, both included), `removed` and `has_file`. With `plot` it tells how they spread over the years.

        >>> archive.search("forum -climate", since="2020-01-01", limit=1).total
        12
        """
        filters = Filters(words("query", query), **self._conditions(conditions))
        sort, limit, offset = one_of("sort", sort, query_search.SORTS), whole_number("limit", limit, 0), whole_number("offset", offset, 0)
        return Search(
            lambda: self._asked(lambda conn: query_search.answer(conn, filters, sort=sort, limit=limit, offset=offset, plot=plot))
        )

    def posts(self, query: str | None = None, **conditions: Unpack[Conditions]) -> Iterator["Post"]:
        """All posts that fit, by date and id, one at a time: memory stays flat however many they are. Conditions as for `search`.

        >>> len(list(archive.posts()))
        197
        >>> next(archive.posts(since="2026-01-01", writer="kistep")).date
        '2026-01-18'
        """
        return self._chosen(self._filters(query, conditions))

    def post(self, reference: Reference) -> "Post":
        """One post by its id, as "board/number", or by any spelling of its URL. Raises ArchiveError (2) where there is none.

        >>> archive.post("news/94153").title
        'Delegation from Kenya Visits KISTEP'
        """
        from kistep_archive.query.rows import Post

        return Post(**self._named(reference))

    def revisions(self, post: Reference) -> Iterator["Revision"]:
        """What a post said, the oldest first.

        >>> [revision.changed for revision in archive.revisions("news/98911")]
        [(), ('title',)]
        """
        from kistep_archive.query.rows import Revision

        return self._of(post, Revision, "revisions")

    def revision(self, post: Reference, number: int | None = None) -> "Revision":
        """A post's Nth revision, 1 is the oldest; without a number the last one. Raises ArchiveError (2) where there is none.

        >>> page = archive.revision("news/98911", 1).read()
        >>> page[:15]
        b'<!DOCTYPE html>'
        """
        held = list(self.revisions(post))
        return query_posts.nth(self._named(post)["id"], held, len(held) if number is None else whole_number("number", number, 1))

    def page(self, url: str) -> "KeptPage":
        """The last page that came from an address, whatever became of it. Raises ArchiveError (2) where none did.

        >>> archive.page("https://www.kistep.re.kr/robots.txt").outcome
        'read'
        """
        from kistep_archive.query.rows import KeptPage

        row = self._asked(lambda conn: query_posts.last_page(conn, url, self.catalogue))
        return self._made(KeptPage, dict(row))

    def attachments(self, post: Reference) -> Iterator["Attachment"]:
        """A post's files and images; `read()` gives the bytes of one.

        >>> [(file.kind, len(file.read()) == file.size) for file in archive.attachments("news/42794")]
        [('file', True), ('image', True)]
        """
        from kistep_archive.query.rows import Attachment

        return self._of(post, Attachment, "attachments")

    def sources(self, post: Reference) -> Iterator["Source"]:
        """The addresses under which a post was seen.

        >>> [(source.layout, source.number) for source in archive.sources("news/31800")]
        [('jsp', 6024), ('es', 31800)]
        """
        from kistep_archive.query.rows import Source

        return self._of(post, Source, "sources")

    def hits(self, post: Reference) -> Iterator["Hits"]:
        """How often a post had been read, over time.

        >>> [row.hits for row in archive.hits("news/98911")]
        [7426, 7427]
        """
        from kistep_archive.query.rows import Hits

        return self._of(post, Hits, "hits")

    def removals(self, post: Reference) -> Iterator["Removal"]:
        """When a post was missing from the site.

        >>> list(archive.removals("news/98911"))
        []
        """
        from kistep_archive.query.rows import Removal

        return self._of(post, Removal, "removals")

    def history(self, post: Reference) -> list["Event"]:
        """All that happened to a post, the oldest first: addresses, revisions, hits, files fetched, replaced or gone, removals, returns.

        >>> [event.kind for event in archive.history("news/98911")]
        ['source', 'revision', 'hits', 'file', 'revision', 'hits']
        """
        from kistep_archive.query import history as query_history

        key = self._named(post)["id"]
        return self._asked(lambda conn: query_history.events(conn, key))

    def diff(self, post: Reference, a: int | None = None, b: int | None = None) -> "Difference":
        """What changed from a post's revision A to B; without B to the last one, without both from the last but one. Raises ArchiveError
        (2) where there is no such post or revision.

        >>> [(change.field, change.after[:9]) for change in archive.diff("news/98911").changes]
        [('title', '[Updated]')]
        """
        from kistep_archive.query import compare

        a, b = (None if value is None else whole_number(name, value, 1) for name, value in (("a", a), ("b", b)))
        key = self._named(post)["id"]
        return self._asked(lambda conn: compare.difference(conn, key, a, b))

    def runs(self) -> Iterator["Run"]:
        """Every crawl, backfill, recheck and import, the oldest first.

        >>> [(run.kind, run.verdict, run.new, run.removed) for run in archive.runs()]
        [('crawl', 'complete', 239, 0), ('crawl', 'complete', 4, 0), ('crawl', 'complete', 0, 2)]
        """
        from kistep_archive.query.rows import Run

        return self._each(Run, lambda conn: conn.execute(f"SELECT {_names(Run)} FROM runs ORDER BY id"))

    def status(self) -> Answer:
        """The archive's health, as `status --json` prints it.

        >>> archive.status()["results"][0]["health"]
        'ok'
        """
        from kistep_archive.operate.health import trouble
        from kistep_archive.store.lock import holder

        now = datetime.fromisoformat(self.as_of) if self.as_of else None
        at_work = "it had not ended" if self.as_of else holder(self.folder)
        answer = self._asked(lambda conn: operate_status.status(conn, self.catalogue, now=now, holder=at_work))
        return answer | {"exit_code": trouble(answer)[0]}

    def document(self, post: Reference, revision: int | None = None) -> Answer:
        """A post with its revisions, sources, files and hits as plain data, as it was at its Nth revision where a number is given; what
        `show --json` prints, but for the ids of the records. Raises ArchiveError (2) where there is no such post or revision.

        >>> archive.document("news/98911", 1)["title"] == archive.revision("news/98911", 1).title
        True
        """
        found = self._asked(lambda conn: query_posts.find_post(conn, _reference(post), self.catalogue))
        if revision is not None:
            from kistep_archive.query import history as query_history

            found["revisions"] = self._asked(lambda conn: query_history.revisions(conn, found["id"]))
        return query_posts.at_revision(found, revision)

    def export(
        self,
        out: str | Path,
        query: str | None = None,
        *,
        form: str | None = None,
        bom: bool = False,
        force: bool = False,
        **conditions: Unpack[Conditions],
    ) -> "Exported":
        """Writes the posts that fit to a file or folder, the format by its suffix or `form`; "-" is stdout. Conditions as for `search`.
        Says how many they were, and which evidence was damaged. Raises ArchiveError (2) where it cannot be written.

        >>> archive.export("posts.csv", since="2024-01-01", bom=True).posts
        54
        """
        from kistep_archive.export import export as export_export

        filters = self._filters(query, conditions)
        with self._reading(), closing(database.open_archive(self.folder, self.as_of)) as conn:
            return export_export.export(conn, self.folder, Path(out), filters, form=form, bom=bom, force=force)

    def feed(
        self,
        out: str | Path,
        query: str | None = None,
        *,
        limit: int = 50,
        url: str = "",
        form: str | None = None,
        force: bool = False,
        **conditions: Unpack[Conditions],
    ) -> "Written":
        """Writes the last things that happened as Atom or JSON Feed, the format by the suffix or `form`; "-" is stdout. `url` is where the
        feed will be found. Conditions as for `search`. Says how many entries it has, and whether it differs from the feed that was there.

        >>> archive.feed("kistep.atom", limit=10).entries
        10
        """
        from kistep_archive.export import feed as export_feed

        export_feed.form_of(Path(out), form)
        filters, limit = self._filters(query, conditions), whole_number("limit", limit, 0)
        with self._reading(), closing(database.open_archive(self.folder, self.as_of)) as conn:
            told = export_feed.read(conn, filters, limit, self.catalogue, url)
        return export_feed.Written(len(told.entries), export_feed.write(self.folder, Path(out), told, form, force=force))

    def chart(
        self,
        out: str | Path,
        query: str | None = None,
        *,
        of: "Of" = "posts",
        by: "By | None" = None,
        top: int | None = None,
        post: "Reference | None" = None,
        force: bool = False,
        **conditions: Unpack[Conditions],
    ) -> str:
        """Draws an SVG file, "-" is stdout, of posts or changes `by` "month" or "year", of the `top` writers, of the hits of the `top`
        posts or of one `post`. Conditions as for `search`. Says what it shows. Raises ArchiveError (2) where nothing fits or it cannot be
        written.

        >>> archive.chart("posts.svg", since="2024-01-01", by="year")
        'Posts per year'
        """
        from kistep_archive.export import charts

        filters = self._filters(query, conditions)
        row = None if post is None else self._named(post)
        question = charts.Question(of, by, top, (row["id"], row["title"]) if row else None, filters)
        with self._reading(), closing(database.open_archive(self.folder, self.as_of)) as conn:
            return charts.chart(conn, self.folder, Path(out), question, force=force)

    def _reader(self) -> sqlite3.Connection:
        self._check_open()
        if self._conn is None:
            self._conn = database.open_archive(self.folder, self.as_of)
        return self._conn

    def _check_open(self) -> None:
        if self._closed:
            raise ArchiveError(f"{self.folder}: this archive was closed; ask inside 'with Archive(...)', or make another one", 2)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Raises ArchiveError: 2 where the archive was closed, 5 where the database cannot be read."""
        self._check_open()
        try:
            yield
        except sqlite3.Error as error:
            self._check_open()
            raise ArchiveError(database.unreadable(error), 5) from error

    def _asked(self, question: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        with self._reading():
            return question(self._reader())

    def _each(self, kind: type[_Row], question: Callable[[sqlite3.Connection], Iterator[Any]]) -> Iterator[_Row]:
        """The rows that the question gives, as values, one at a time."""
        with self._reading():
            for row in question(self._reader()):
                yield self._made(kind, dict(row))

    def _chosen(self, filters: Filters) -> Iterator["Post"]:
        """The posts as of one instant, over a connection of their own: what is chosen is noted in it."""
        from kistep_archive.query.rows import Post

        with self._reading(), closing(database.open_archive(self.folder, self.as_of)) as conn:
            choose(conn, filters)
            for row in rows(conn):
                yield Post(**row)
                self._check_open()

    def _of(self, post: Reference, kind: type[_Row], view: str) -> Iterator[_Row]:
        """A post's rows in a view."""
        return self._each(
            kind, lambda conn: conn.execute(f"SELECT {_names(kind)} FROM {view} WHERE post_id = ?", (self._named(post)["id"],))
        )

    def _made(self, kind: type[_Row], row: Answer) -> _Row:
        values = {name: _JSON[name](json.loads(value)) if name in _JSON else value for name, value in row.items()}
        return kind(**values, **({"folder": self.warc} if _placed(kind) else {}))

    def _named(self, post: Reference) -> sqlite3.Row:
        return self._asked(lambda conn: query_posts.named(conn, _reference(post), self.catalogue))

    def _filters(self, query: str | None, conditions: Conditions) -> Filters:
        return Filters(None if query is None else words("query", query), **self._conditions(conditions))

    def _conditions(self, conditions: Conditions) -> Answer:
        given, board = checked(conditions), conditions.get("board")
        if board is not None and board not in (known := {row.name for row in self.boards}):
            raise ArchiveError(f"board {board!r}: unknown board; known are {', '.join(sorted(known))}, others by a boards_file", 2)
        return given


def _names(kind: type) -> str:
    """The columns that a kind of row is made of."""
    return ", ".join(column.name for column in fields(kind) if column.name != "folder")


def _placed(kind: type) -> bool:
    """Whether such a row leads to evidence, and so has to know where that is."""
    return any(column.name == "folder" for column in fields(kind))


def _reference(post: Reference) -> str:
    """Raises ArchiveError (2) for what names no post."""
    if isinstance(post, int | str):
        return str(post)
    from kistep_archive.query.rows import Post

    if isinstance(post, Post):
        return str(post.id)
    raise ArchiveError(f"post {post!r}: name it by its id, as board/number, or by its URL", 2)
