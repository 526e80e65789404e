"""What listens to Scrapy: a log without a line for every page, and the end of the run."""

from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter
from twisted.python.failure import Failure

from kistep_archive.crawl.session import Run


class Quiet(LogFormatter):
    """Says nothing of a page that came or an item that was made: the ledger does. `-s LOG_FORMATTER=scrapy.logformatter.LogFormatter`
    brings both lines back."""

    def crawled(self, *_: Any, **__: Any) -> None:  # type: ignore[override]
        """No line."""

    def scraped(self, *_: Any, **__: Any) -> None:  # type: ignore[override]
        """No line."""


class Verdict:
    """Closes the run with the spider, and makes a bug in a callback show in the verdict."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self.closed, signal=signals.spider_closed)
        crawler.signals.connect(self.broken, signal=signals.spider_error)
        crawler.signals.connect(self.broken, signal=signals.item_error)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make one."""
        return cls(crawler)

    def closed(self, reason: str) -> None:
        """Ends the run; `reason` is "finished" unless it was stopped."""
        run: Run = self._crawler.spider.run  # type: ignore[union-attr]
        run.finish(reason)

    def broken(self, failure: Failure, response: Response | None = None) -> None:
        """An exception that no code of ours expected; the page that was being read has this for its outcome, unless it has one."""
        run: Run = self._crawler.spider.run  # type: ignore[union-attr]
        kept = response.meta.get("kept") if response is not None and response.request is not None else None
        if response is not None and kept is not None and kept.offset not in run.store.folded(kept.file):
            run.record(response.meta["kind"], kept, "internal error")
        run.trouble("incomplete", f"internal error, please report it: {type(failure.value).__name__}: {failure.getErrorMessage()}")
