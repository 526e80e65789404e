"""Questions about runs and what they were answered, for `api.py`. It imports only what starts fast."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kistep_archive.query import posts as query_posts
from kistep_archive.query.opened import OpenArchive, columns
from kistep_archive.query.validation import whole_number

if TYPE_CHECKING:  # the methods import the rest: a command must start fast
    from kistep_archive.query.rows import Failure, KeptPage, Run


class LedgerQuestions:
    """What an archive knows of its runs and of the responses that they got. `_open` is the archive that
    answers."""

    _open: OpenArchive

    def page(self, url: str) -> "KeptPage":
        """The last response from an address, whatever its outcome. Raises ArchiveError (2) if there is none.

        >>> archive.page("https://www.kistep.re.kr/robots.txt").outcome
        'read'
        """
        from kistep_archive.query.rows import KeptPage

        row = self._open.ask(lambda conn: query_posts.last_page(conn, url, self._open.catalogue))
        return self._open.row(KeptPage, dict(row))

    def file(self, sha256: str) -> "KeptPage":
        """The response that brought the file or image with these bytes; `read()` returns them. Raises
        ArchiveError (2) if there is none.

        >>> next(archive.file(file.sha256).url == file.url for file in archive.attachments("news/42794"))
        True
        """
        from kistep_archive.query.rows import KeptPage

        row = self._open.ask(lambda conn: query_posts.file_page(conn, sha256))
        return self._open.row(KeptPage, dict(row))

    def runs(self) -> Iterator["Run"]:
        """Every crawl, backfill, recheck and import, oldest first.

        >>> [(run.kind, run.verdict, run.new, run.removed) for run in archive.runs()]
        [('crawl', 'complete', 239, 0), ('crawl', 'complete', 4, 0), ('crawl', 'complete', 0, 2)]
        """
        from kistep_archive.query.rows import Run

        return self._open.each(Run, lambda conn: conn.execute(f"SELECT {columns(Run)} FROM runs ORDER BY id"))

    def failures(self, run: int) -> Iterator["Failure"]:
        """The requests of a run that brought no page, in order.

        >>> list(archive.failures(3))
        []
        """
        from kistep_archive.query import failures
        from kistep_archive.query.rows import Failure

        number = whole_number("run", run, 1)
        return self._open.each(Failure, lambda conn: failures.of_run(conn, number))
