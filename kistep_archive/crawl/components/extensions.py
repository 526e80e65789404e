"""Extensions of Scrapy: a log without a line for every page, and the end of the run."""

from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter
from twisted.python.failure import Failure

from kistep_archive.crawl import fetch
from kistep_archive.crawl.session import Session
from kistep_archive.model.outcomes import Outcome, Verdict
from kistep_archive.store.rows import fold


class Quiet(LogFormatter):
    """Logs nothing for a page or an item, since the ledger counts them. `-s
    LOG_FORMATTER=scrapy.logformatter.LogFormatter` brings both lines back."""

    def crawled(self, *_: Any, **__: Any) -> None:  # type: ignore[override]
        """No line."""

    def scraped(self, *_: Any, **__: Any) -> None:  # type: ignore[override]
        """No line."""


class EndOfRun:
    """Closes the run when the spider closes, and reports a bug in a callback in the verdict."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self.closed, signal=signals.spider_closed)
        crawler.signals.connect(self.broken, signal=signals.spider_error)
        crawler.signals.connect(self.broken, signal=signals.item_error)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make one."""
        return cls(crawler)

    @property
    def _session(self) -> Session:
        session: Session = self._crawler.spider.session  # type: ignore[union-attr]
        return session

    def closed(self, reason: str) -> None:
        """Ends the run; `reason` is "finished", or why it stopped."""
        self._session.finish(reason)

    def broken(self, failure: Failure, response: Response | None = None) -> None:
        """Handles an unexpected exception. It becomes the outcome of the page that was being read, unless the
        page has one already."""
        session, conn = self._session, self._session.recorder.store.conn
        fetched = fetch.archived(response) if response is not None else None
        if (
            fetched is not None
            and response is not None
            and fetched.evidence.offset not in fold.folded_offsets(conn, fetched.evidence.file)
        ):
            session.recorder.record(
                fetch.exchange(response)[0].kind, fetched.evidence, Outcome.INTERNAL_ERROR
            )
        words = (
            f"internal error, please report it: {type(failure.value).__name__}: {failure.getErrorMessage()}"
        )
        session.ledger.trouble(Verdict.INCOMPLETE, words)
