"""The archive from Python: read-only, typed and lazy. The commands that read the archive use it too.

The queries are in `query/`; this module gives them names, types and one kind of error. Questions about one
post are in `query/post_questions.py`, those about runs in `query/ledger_questions.py`, files for others in
`export/outputs.py`. It imports only what starts fast.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self, Unpack

from kistep_archive.export.outputs import Outputs
from kistep_archive.model.documents import Document
from kistep_archive.query.filters import Conditions
from kistep_archive.query.ledger_questions import LedgerQuestions
from kistep_archive.query.opened import OpenArchive
from kistep_archive.query.post_questions import PostQuestions
from kistep_archive.query.search import search as query_search
from kistep_archive.query.validation import before, one_of, period, whole_number, words

if TYPE_CHECKING:  # the methods import the rest: a command must start fast
    from kistep_archive.model.boards import Board, Catalogue
    from kistep_archive.query.changes import Change
    from kistep_archive.query.facets import Facets
    from kistep_archive.query.rows import Post


class Archive(PostQuestions, LedgerQuestions, Outputs):
    """An archive's folder, read-only. A crawl may write to it meanwhile.

    >>> from kistep_archive import Archive
    >>> with Archive("data") as archive:
    ...     for post in archive.search("예산배분", limit=2):
    ...         print(post.date, post.title)
    2025-04-16 국가연구개발사업예산배분 설명회 안내
    2022-02-06 제8회 국가연구개발사업예산배분 포럼 개최 안내

    `as_of` shows the archive as it was then: at the end of a year, a month or a day (in UTC), or at an
    instant. It is a date, a datetime, or text: "2024", "2024-05", "2024-05-01", "7d", "3 months ago", an
    instant in ISO 8601. `boards_file` is a TOML file with boards to add or replace. Nothing is opened before
    `with` or the first method call. Every error is an ArchiveError.
    """

    def __init__(
        self,
        folder: str | Path,
        as_of: str | date | datetime | None = None,
        *,
        boards_file: str | Path | None = None,
    ) -> None:
        self.folder = Path(folder)
        self.as_of = None if as_of is None else before("as_of", as_of)
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
        query: str = "",
        *,
        sort: str = "rank",
        limit: int = 20,
        offset: int = 0,
        plot: bool = False,
        **conditions: Unpack[Conditions],
    ) -> query_search.Search:
        """The matching posts, with their `total`; without a query all that the conditions choose, newest
        first. A query has words, "phrases", `AND`, `OR`, `NOT` or `-`, prefix`*`,
        `title:` and `writer:`. The best match comes first, unless `sort` is "date" or "hits"; it returns
        `limit` posts after the first `offset`. Conditions are `board`, `writer` (a part of the name), `since`
        and `until` (both included; as for `as_of`), `removed` and `has_file`. With `plot` it also counts the
        matches per year or month.

        >>> archive.search("forum -climate", since="2020-01-01", limit=1).total
        12
        >>> [post.number for post in archive.search(removed=True)]
        [97928, 43398]
        """
        text = words("query", query)
        filters = self._open.filters(text if text.strip() else None, conditions)
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

    def facets(self, query: str | None = None, **conditions: Unpack[Conditions]) -> "Facets":
        """How many of the matching posts each board, year and writer has, how many have files, and how many
        were removed. Conditions as for `search`.

        >>> archive.facets("forum", since="2024-01-01").years
        {'2026': 2, '2025': 2, '2024': 4}
        """
        from kistep_archive.query.facets import facets

        filters = self._open.filters(query, conditions)
        return self._open.ask(lambda conn: facets(conn, filters))

    def posts(self, query: str | None = None, **conditions: Unpack[Conditions]) -> Iterator["Post"]:
        """All matching posts, by date and id, one at a time: memory does not grow with them. Conditions as
        for `search`.

        >>> len(list(archive.posts()))
        197
        >>> next(archive.posts(since="2026-01-01", writer="kistep")).date
        '2026-01-18'
        """
        return self._open.matching(self._open.filters(query, conditions))

    def changes(
        self,
        *,
        since: str | date | datetime | None = None,
        until: str | date | datetime | None = None,
        board: str | None = None,
        kind: "str | Iterable[str] | None" = None,
    ) -> Iterator["Change"]:
        """Everything that happened, newest first: posts that were new, revised, removed or restored. `since`
        and `until` (both included) say when it happened, as for `as_of`. `kind` is one or some of "new",
        "revised", "removed" and "restored".

        >>> [(change.kind, change.number) for change in archive.changes(kind="revised,removed")]
        [('removed', 97928), ('removed', 43398), ('revised', 94153), ('revised', 98911)]
        >>> next(change.title_before for change in archive.changes() if change.title_before)[:25]
        'OECD Directorate for Scie'
        """
        from kistep_archive.query import changes as query_changes

        wanted = query_changes.ChangeFilter(
            None if since is None else period("since", since).since(),
            None if until is None else before("until", until),
            None if board is None else words("board", board),
            query_changes.check_kinds(kind),
        )
        self._open.check_board(wanted.board)
        return self._open.each(query_changes.Change, lambda conn: query_changes.changes(conn, wanted))

    def latest(self, limit: int = 20) -> list["Change"]:
        """The last changes as a feed lists them: by the day when the archive saw them, edits and removals
        before new posts, and of those the newest first. It takes no longer in a large archive.

        >>> [(change.kind, change.number) for change in archive.latest(5)][-1]
        ('new', 100273)
        """
        from kistep_archive.query import latest
        from kistep_archive.query.changes import Change

        with self._open.connection() as conn:
            rows = latest.changes(conn, self._open.filters(None, {}), whole_number("limit", limit, 1))
            return [self._open.row(Change, latest.with_titles(conn, row)) for row in rows]

    def status(self, *, now: datetime | None = None) -> Document:
        """The archive's health, as `status --json` prints it; with `now` as a monitor would judge it then.

        >>> archive.status()["results"][0]["health"]
        'ok'
        """
        from kistep_archive.audit.sampling import last_result
        from kistep_archive.model import archive_toml
        from kistep_archive.operate import status as operate_status
        from kistep_archive.operate.causes import worst
        from kistep_archive.operate.size import of_archive
        from kistep_archive.store.lock import holder

        now = datetime.fromisoformat(self.as_of) if self.as_of else now
        active = "it had not ended" if self.as_of else holder(self.folder)
        verified = None if self.as_of else last_result(self.folder)
        document = self._open.ask(
            lambda conn: operate_status.status(
                conn,
                self.catalogue,
                now=now,
                holder=active,
                verified=verified,
                settings=archive_toml.read(self.folder),
            )
        )
        size = None if now else asdict(of_archive(self.folder, datetime.now(UTC)))
        return document | {"size": size, "exit_code": worst(document)[0]}
