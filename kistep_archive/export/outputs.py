"""What is made from an archive for others, for `api.py`: exports, feeds, charts and citations. It imports
only what starts fast."""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.query.filters import Conditions, Filters, choose, rows
from kistep_archive.query.opened import OpenArchive, Reference
from kistep_archive.query.validation import one_of, whole_number

if TYPE_CHECKING:  # the methods import the rest: a command must start fast
    from kistep_archive.export.bundle import BundleResult
    from kistep_archive.export.charts import Of
    from kistep_archive.export.export import ExportResult
    from kistep_archive.export.feed import FeedResult
    from kistep_archive.export.files.folder import WrittenFiles
    from kistep_archive.query.files import FilesOfPost, PostFile
    from kistep_archive.query.stats import By


class Outputs:
    """What an archive writes for others to read. `_open` is the archive that is written."""

    _open: OpenArchive

    def export(
        self,
        out: str | Path,
        query: str | None = None,
        *,
        form: str | None = None,
        bom: bool = False,
        body: str | None = None,
        parts: str | Iterable[str] = (),
        force: bool = False,
        **conditions: Unpack[Conditions],
    ) -> "ExportResult":
        """Writes the matching posts to a file or folder ("-" is stdout); its suffix or `form` chooses the
        format. JSON can have the `body` as "markdown" or "text" only, and more `parts`: "evidence",
        "revisions", "files". Conditions as for `search`. Returns the number of posts, a line about damaged
        evidence, and a note. Raises ArchiveError (2) if it cannot be written.

        >>> archive.export("posts.csv", since="2024-01-01", bom=True).posts
        54
        """
        from kistep_archive.export import export as export_export
        from kistep_archive.export.tables.details import details_of

        details = details_of(body, parts)
        filters, folder = self._open.filters(query, conditions), self._open.folder
        style = export_export.OutputFormat(form or "", bom, details)
        with self._open.connection() as conn:
            return export_export.export(conn, folder, Path(out), filters, style, force=force)

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
            content = export_feed.read(conn, filters, limit, self._open.catalogue, url)
        written = export_feed.write(self._open.folder, Path(out), content, form, force=force)
        return export_feed.FeedResult(len(content.entries), written)

    def files(
        self,
        post: "Reference | None" = None,
        query: str | None = None,
        **conditions: Unpack[Conditions],
    ) -> Iterator["PostFile"]:
        """The files and images of one post, or of all matching ones, one at a time. Conditions as for
        `search`.

        >>> [(file.kind, file.name, file.media_type) for file in archive.files("news/42794")]
        [('file', '146th Wednesday Forum.png', 'image/png'), ('image', 'boardImgView.es', 'image/png')]
        """
        with self._open.connection() as conn:
            for of_post in self._files(conn, post, query, conditions):
                yield from of_post.listed()
                self._open.check_open()

    def write_files(
        self,
        out: str | Path,
        post: "Reference | None" = None,
        query: str | None = None,
        *,
        force: bool = False,
        **conditions: Unpack[Conditions],
    ) -> "WrittenFiles":
        """Writes the files and images of one post, or of all matching ones, to a new folder with a folder for
        each post. Conditions as for `search`. Returns all of them, those that were written with a `path`, and
        a line about damaged evidence. Raises ArchiveError (2) if the folder exists or cannot be written.

        >>> [file.path for file in archive.write_files("forum", "news/42794").files]
        ['2022-07-14-news-42794/146th Wednesday Forum.png', '2022-07-14-news-42794/boardImgView.es.png']
        """
        from kistep_archive.export.files import folder

        with self._open.connection() as conn:
            chosen = self._files(conn, post, query, conditions)
            return folder.write(self._open.folder, chosen, Path(out), force=force)

    def _files(
        self,
        conn: sqlite3.Connection,
        post: "Reference | None",
        query: str | None,
        conditions: Conditions,
    ) -> Iterator["FilesOfPost"]:
        from kistep_archive.query import files

        filters = self._open.filters(query, conditions)
        if post is None:
            choose(conn, filters)
            return files.files(conn, rows(conn))
        if filters != Filters():
            raise ArchiveError(
                "files: give a post, or a query and filters that choose posts, not both", ExitCode.USAGE
            )
        return files.files(conn, [dict(self._open.post_row(post))])

    def bundle(self, out: str | Path, post: "Reference", *, force: bool = False) -> "BundleResult":
        """Writes the evidence of a post to a WACZ file: its records, untouched, and what the archive says
        about it. Returns how many records and responses it has, and its size. Raises ArchiveError: 2 if it
        cannot be written, 5 if the evidence is damaged.

        >>> archive.bundle("proof.wacz", "news/98911").responses
        3
        """
        from kistep_archive.export import bundle as export_bundle

        document = self._open.document(post, None)
        with self._open.connection() as conn:
            return export_bundle.write(conn, self._open.folder / "warc", document, Path(out), force=force)

    def cite(self, post: "Reference", style: str = "apa", revision: int | None = None) -> str:
        """A post's citation: `style` is "apa", "chicago", "bibtex", "ris" or "csl-json". It names the page's
        address, the day when the archive fetched it, and its place and digest in the archive; with a number
        those of its Nth revision. Raises ArchiveError (2) if there is no such post or revision, or if the
        style's library is not installed.

        >>> print(archive.cite("news/98911", "bibtex", 1).splitlines()[0])  # doctest: +ELLIPSIS
        @online{news-98911-p...-r1,
        """
        from kistep_archive.export.citations.citation import Style, cite

        chosen = Style(one_of("style", style, [each.value for each in Style]))
        number = None if revision is None else whole_number("revision", revision, 1)
        return cite(self._open.document(post, number), self._open.catalogue, chosen)

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
            return charts.chart(conn, self._open.folder, Path(out), request, force=force)
