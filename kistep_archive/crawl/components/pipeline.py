"""Scrapy's pipeline: stores the spider's messages, in order."""

import sqlite3
from typing import Any, Self

from scrapy.crawler import Crawler

from kistep_archive.crawl.messages import (
    FileGone,
    FileRead,
    ListingRead,
    NoRows,
    PostGone,
    PostRead,
    PostsMissed,
    WalkOver,
)
from kistep_archive.crawl.session import Session
from kistep_archive.ingest.results import file_bytes
from kistep_archive.model.outcomes import Outcome, PageKind


class StorePipeline:
    """Stores messages in order, one transaction each."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make one."""
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """Stores a message. If the database refuses a write, stops the run before anything is lost."""
        session: Session = self._crawler.spider.session  # type: ignore[union-attr]
        try:
            if not (session.ledger.stopped and session.ledger.store_refuses):
                _store(session, item)
        except (OSError, sqlite3.Error) as error:
            session.refuse(error)
        return item


def _store(session: Session, item: Any) -> None:
    recorder = session.recorder
    match item:
        case PostRead():
            recorder.save_post(item.board, item.fetch, item.post, item.evidence)
        case ListingRead():
            recorder.save_listing(item.board, item.listing, item.evidence)
        case FileGone():
            recorder.file_gone(item.board, item.fetch, item.evidence)
        case FileRead():
            file = file_bytes(item.fetched.page, item.fetch.name)
            recorder.save_file(item.board, item.fetch, item.fetched.evidence, file)
        case PostGone():
            recorder.post_gone(item.board, item.fetch.number, item.evidence)
            if item.reason:
                session.fail(item.fetch.address, PageKind.POST, Outcome.GONE, item.reason)
        case PostsMissed():
            session.missed(item.board, item.numbers, item.present)
        case WalkOver():
            recorder.walked(item.board, item.ended, item.off)
            session.ledger.notes += [item.note] if item.note else []
        case NoRows():
            _no_rows(session, item)


def _no_rows(session: Session, item: NoRows) -> None:
    if item.evidence is not None:
        session.recorder.record(item.kind, item.evidence, item.outcome)
    if item.wall:
        session.take_back(item.wall)
    if item.reason:
        session.fail(item.url, item.kind, item.outcome, item.reason, item.verdict, item.board)
    if item.stop:
        session.leave(item.url, item.reason, is_reported=True)
