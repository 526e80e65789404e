"""Scrapy's pipeline: stores what the spider read, in order."""

import sqlite3
from typing import Any, Self

from scrapy.crawler import Crawler

from kistep_archive.crawl.messages import Answered, FileRead, ListingRead, Missed, PostGone, PostRead, Walked
from kistep_archive.crawl.session import Run
from kistep_archive.ingest.ingest import file_bytes


class StorePipeline:
    """Items in order, one transaction each."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make one."""
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """Stores what was read; a store that refuses stops the run before anything is lost."""
        run: Run = self._crawler.spider.run  # type: ignore[union-attr]
        try:
            if not (run.stopped and any(trouble.verdict == "store_unhealthy" for trouble in run.troubles)):
                _store(run, item)
        except (OSError, sqlite3.Error) as error:
            run.stop(
                "store_unhealthy", f"{run.folder}: {error}; nothing stored before is lost; see that the disk has room and run it again"
            )
        return item


def _store(run: Run, item: Any) -> None:
    match item:
        case PostRead():
            run.save_post(item.board, item.url, item.post, item.kept, item.row)
        case ListingRead():
            run.save_listing(item.board, item.listing, item.kept)
        case FileRead(gone=True):
            run.file_gone(item.board, item.url, item.kind, item.kept)
        case FileRead():
            run.save_file(item.board, item.url, item.kind, item.kept, file_bytes(item.page))
        case PostGone():
            run.post_gone(item.board, item.number, item.kept)
            if item.reason:
                run.fail(item.url, "post", item.reason)
        case Missed():
            run.missed(item.board, item.numbers, item.held)
        case Walked():
            run.walked(item.board, item.ended)
        case Answered():
            _answered(run, item)


def _answered(run: Run, item: Answered) -> None:
    if item.kept is not None:
        run.record(item.kind, item.kept, item.outcome)
    if item.reason:
        run.fail(item.url, item.kind, item.reason, item.verdict)
    if item.stop:
        run.stopped = run.stopped or item.reason
