"""The archive from Python: read-only, typed and lazy. The commands that read the archive use it too.

The queries are in `query/`; this module gives them names, types and one kind of error. It imports only what
starts fast.
"""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self, Unpack

from kistep_archive.model.documents import Document
from kistep_archive.model.instants import known_before
from kistep_archive.query import posts as query_posts
from kistep_archive.query import search as query_search
from kistep_archive.query.filters import Conditions
from kistep_archive.query.opened import OpenArchive, Reference, columns, spelled
from kistep_archive.query.validation import one_of, whole_number, words

if TYPE_CHECKING:  # the methods import the rest: a command must start fast
    from kistep_archive.export.charts import Of
    from kistep_archive.export.export import ExportResult
    from kistep_archive.export.feed import FeedResult
    from kistep_archive.model.boards import Board, Catalogue
    from kistep_archive.query.compare import Difference
    from kistep_archive.query.rows import Attachment, Hits, KeptPage, Post, Removal, Revision, Run, Source
    from kistep_archive.query.stats import By
    from kistep_archive.query.timeline import Event


class Archive:
    """An archive's folder, read-only. A crawl may write to it meanwhile.

    >>> from kistep_archive import Archive
    >>> with Archive("data") as archive:
    ...     for post in archive.search("예산배분", limit=2):
    ...         print(post.date, post.title)
    2025-04-16 국가연구개발사업예산배분 설명회 안내
    2022-02-06 제8회 국가연구개발사업예산배분 포럼 개최 안내

    `as_of` shows the archive as it was then: on a day (its end, in UTC) or at an instant, as a date, a
    datetime or ISO 8601 text. `boards_file` is a TOML file with boards to add or replace. Nothing is opened
    before `with` or the first method call. Every error is an ArchiveError.
    """

    def __init__(
        self,
        folder: str | Path,
        as_of: str | date | datetime | None = None,
        *,
        boards_file: str | Path | None = None,
    ) -> None:
        self.folder = Path(folder)
        self.as_of = None if as_of is None else known_before(as_of)
        self._open = OpenArchive(self.folder, self.as_of, Path(boards_file) if boards_file else None)

    def __repr__(self) -> str:
        return f"Archive({str(self.folder)!r}{f', as_of={str(self.as_of)!r}' if self.as_of else ''})"

    def __enter__(self) -> Self:
        self._open.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the archive. After that nothing more can be read, not even by an iterator that has begun."""
        self._open.close()

    @property
    def warc(self) -> Path:
        """The folder of the evidence."""
        return self.folder / "warc"

    @property
    def catalogue(self) -> "Catalogue":
        """All known boards, with or without posts in the archive. Raises ArchiveError (2) for a bad boards
        file.

        >>> archive.catalogue.board("https://www.kistep.re.kr/board.es?bid=0051&list_no=98911").name
        'news'
        """
        return self._open.catalogue

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
    ) -> query_search.Search:
        """The matching posts, with their `total`. A query has words, "phrases", `-not`, `OR`, prefix`*`,
        `title:` and `writer:`. The best match comes first, unless `sort` is "date" or "hits"; it returns
        `limit` posts after the first `offset`. Conditions are `board`, `writer` (a part of the name), `since`
        and `until` (days, both included), `removed` and `has_file`. With `plot` it also counts the matches
        per year or month.

        >>> archive.search("forum -climate", since="2020-01-01", limit=1).total
        12
        """
        filters = self._open.filters(words("query", query), conditions)
        sort, limit, offset = (
            one_of("sort", sort, query_search.SORTS),
            whole_number("limit", limit, 0),
            whole_number("offset", offset, 0),
        )
        return query_search.Search(
            lambda: self._open.ask(
                lambda conn: query_search.search_document(
                    conn, filters, sort=sort, limit=limit, offset=offset, plot=plot
                )
            )
        )

    def posts(self, query: str | None = None, **conditions: Unpack[Conditions]) -> Iterator["Post"]:
        """All matching posts, by date and id, one at a time: memory does not grow with them. Conditions as
        for `search`.

        >>> len(list(archive.posts()))
        197
        >>> next(archive.posts(since="2026-01-01", writer="kistep")).date
        '2026-01-18'
        """
        return self._open.matching(self._open.filters(query, conditions))

    def post(self, reference: Reference) -> "Post":
        """One post by its id, as "board/number", or by any spelling of its URL. Raises ArchiveError (2) if
        there is no such post.

        >>> archive.post("news/94153").title
        'Delegation from Kenya Visits KISTEP'
        """
        from kistep_archive.query.rows import Post

        return Post(**self._open.post_row(reference))

    def revisions(self, post: Reference) -> Iterator["Revision"]:
        """A post's revisions, oldest first.

        >>> [revision.changed for revision in archive.revisions("news/98911")]
        [(), ('title',)]
        """
        from kistep_archive.query.rows import Revision

        return self._open.of_post(post, Revision, "revisions")

    def revision(self, post: Reference, number: int | None = None) -> "Revision":
        """A post's Nth revision, 1 is the oldest; without a number the last one. Raises ArchiveError (2) if
        there is no such revision.

        >>> page = archive.revision("news/98911", 1).read()
        >>> page[:15]
        b'<!DOCTYPE html>'
        """
        revisions = list(self.revisions(post))
        place = len(revisions) if number is None else whole_number("number", number, 1)
        return query_posts.nth(self._open.post_row(post)["id"], revisions, place)

    def page(self, url: str) -> "KeptPage":
        """The last response from an address, whatever its outcome. Raises ArchiveError (2) if there is none.

        >>> archive.page("https://www.kistep.re.kr/robots.txt").outcome
        'read'
        """
        from kistep_archive.query.rows import KeptPage

        row = self._open.ask(lambda conn: query_posts.last_page(conn, url, self.catalogue))
        return self._open.row(KeptPage, dict(row))

    def attachments(self, post: Reference) -> Iterator["Attachment"]:
        """A post's files and images; `read()` returns the bytes of one.

        >>> [(file.kind, len(file.read()) == file.size) for file in archive.attachments("news/42794")]
        [('file', True), ('image', True)]
        """
        from kistep_archive.query.rows import Attachment

        return self._open.of_post(post, Attachment, "attachments")

    def sources(self, post: Reference) -> Iterator["Source"]:
        """The addresses under which a post was seen.

        >>> [(source.layout, source.number) for source in archive.sources("news/31800")]
        [('jsp', 6024), ('es', 31800)]
        """
        from kistep_archive.query.rows import Source

        return self._open.of_post(post, Source, "sources")

    def hits(self, post: Reference) -> Iterator["Hits"]:
        """How often a post had been read, over time.

        >>> [row.hits for row in archive.hits("news/98911")]
        [7426, 7427]
        """
        from kistep_archive.query.rows import Hits

        return self._open.of_post(post, Hits, "hits")

    def removals(self, post: Reference) -> Iterator["Removal"]:
        """When a post was missing from the site.

        >>> list(archive.removals("news/98911"))
        []
        """
        from kistep_archive.query.rows import Removal

        return self._open.of_post(post, Removal, "removals")

    def history(self, post: Reference) -> list["Event"]:
        """Everything that happened to a post, oldest first: addresses, revisions, hits, files (fetched,
        replaced, gone), removals, returns.

        >>> [event.kind for event in archive.history("news/98911")]
        ['source', 'revision', 'hits', 'file', 'revision', 'hits']
        """
        from kistep_archive.query import history as query_history

        post_id = self._open.post_row(post)["id"]
        return self._open.ask(lambda conn: query_history.events(conn, post_id))

    def diff(self, post: Reference, a: int | None = None, b: int | None = None) -> "Difference":
        """What changed from a post's revision A to B. Without B it compares A with the last revision, without
        both the last two. Raises ArchiveError (2) if there is no such post or revision.

        >>> [(change.field, change.after[:9]) for change in archive.diff("news/98911").changes]
        [('title', '[Updated]')]
        """
        from kistep_archive.query import compare

        a, b = (
            None if value is None else whole_number(name, value, 1) for name, value in (("a", a), ("b", b))
        )
        post_id = self._open.post_row(post)["id"]
        return self._open.ask(lambda conn: compare.difference(conn, post_id, a, b))

    def runs(self) -> Iterator["Run"]:
        """Every crawl, backfill, recheck and import, oldest first.

        >>> [(run.kind, run.verdict, run.new, run.removed) for run in archive.runs()]
        [('crawl', 'complete', 239, 0), ('crawl', 'complete', 4, 0), ('crawl', 'complete', 0, 2)]
        """
        from kistep_archive.query.rows import Run

        return self._open.each(Run, lambda conn: conn.execute(f"SELECT {columns(Run)} FROM runs ORDER BY id"))

    def status(self) -> Document:
        """The archive's health, as `status --json` prints it.

        >>> archive.status()["results"][0]["health"]
        'ok'
        """
        from kistep_archive.audit.sampling import last_result
        from kistep_archive.operate import status as operate_status
        from kistep_archive.operate.health import worst
        from kistep_archive.store.lock import holder

        now = datetime.fromisoformat(self.as_of) if self.as_of else None
        active = "it had not ended" if self.as_of else holder(self.folder)
        verified = None if self.as_of else last_result(self.folder)
        document = self._open.ask(
            lambda conn: operate_status.status(
                conn, self.catalogue, now=now, holder=active, verified=verified
            )
        )
        return document | {"exit_code": worst(document)[0]}

    def document(self, post: Reference, revision: int | None = None) -> Document:
        """A post with its revisions, sources, files and hits as plain data; with a number, as it was at its
        Nth revision. It is what `show --json` prints, without the ids of the records. Raises ArchiveError (2)
        if there is no such post or revision.

        >>> archive.document("news/98911", 1)["title"] == archive.revision("news/98911", 1).title
        True
        """
        document = self._open.ask(lambda conn: query_posts.find_post(conn, spelled(post), self.catalogue))
        if revision is not None:
            from kistep_archive.query import history as query_history

            document["revisions"] = self._open.ask(lambda conn: query_history.revisions(conn, document["id"]))
        return query_posts.at_revision(document, revision)

    def export(
        self,
        out: str | Path,
        query: str | None = None,
        *,
        form: str | None = None,
        bom: bool = False,
        force: bool = False,
        **conditions: Unpack[Conditions],
    ) -> "ExportResult":
        """Writes the matching posts to a file or folder ("-" is stdout); its suffix or `form` chooses the
        format. Conditions as for `search`. Returns the number of posts, and a line about damaged evidence.
        Raises ArchiveError (2) if it cannot be written.

        >>> archive.export("posts.csv", since="2024-01-01", bom=True).posts
        54
        """
        from kistep_archive.export import export as export_export

        filters = self._open.filters(query, conditions)
        with self._open.connection() as conn:
            return export_export.export(
                conn, self.folder, Path(out), filters, form=form, bom=bom, force=force
            )

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
    ) -> "FeedResult":
        """Writes the latest changes as Atom or JSON Feed ("-" is stdout); the suffix or `form` chooses the
        format. `url` is where the feed is published. Conditions as for `search`. Returns the number of
        entries, and whether the feed differs from the one that was there.

        >>> archive.feed("kistep.atom", limit=10).entries
        10
        """
        from kistep_archive.export import feed as export_feed

        export_feed.form_of(Path(out), form)
        filters, limit = self._open.filters(query, conditions), whole_number("limit", limit, 0)
        with self._open.connection() as conn:
            content = export_feed.read(conn, filters, limit, self.catalogue, url)
        written = export_feed.write(self.folder, Path(out), content, form, force=force)
        return export_feed.FeedResult(len(content.entries), written)

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
        """Draws an SVG file ("-" is stdout): posts or changes `by` "month" or "year", the `top` writers, or
        the hits of the `top` posts or of one `post`. Conditions as for `search`. Returns the title. Raises
        ArchiveError (2) if nothing matches or it cannot be written.

        >>> archive.chart("posts.svg", since="2024-01-01", by="year")
        'Posts per year'
        """
        from kistep_archive.export import charts

        filters = self._open.filters(query, conditions)
        row = None if post is None else self._open.post_row(post)
        request = charts.ChartRequest(of, by, top, (row["id"], row["title"]) if row else None, filters)
        with self._open.connection() as conn:
            return charts.chart(conn, self.folder, Path(out), request, force=force)
