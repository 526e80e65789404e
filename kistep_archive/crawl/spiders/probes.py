"""A listing that cannot be read: do other pages of it give the same answer? Then the answer is none of the
site's pages, and says nothing of the board."""

from collections.abc import Iterator
from dataclasses import replace

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from kistep_archive.crawl import fetch as fetching
from kistep_archive.crawl.fetch import Purpose
from kistep_archive.crawl.messages import Message, NoRows
from kistep_archive.crawl.spiders.agenda import Visit
from kistep_archive.crawl.spiders.answers import Answers
from kistep_archive.crawl.spiders.requests import CrawlRequests
from kistep_archive.ingest.guards.wall import ALIKE
from kistep_archive.model.outcomes import Outcome, PageKind
from kistep_archive.parse.parser import ParseError

_PRIORITY = 40  # before anything else: the answer may stop the run


class Probes:
    """The probes of one run: pages 2 and 3 of a listing whose first page cannot be read."""

    def __init__(self, requests: CrawlRequests, answers: Answers) -> None:
        self._requests, self._answers = requests, answers

    def after(self, visit: Visit, page: int, message: NoRows) -> Iterator[Request]:
        """The first probe after the first page of a listing, if that may be a wall."""
        if page == 1 and self._answers.may_be_wall(message):
            yield self._request(visit, 2)

    def _request(self, visit: Visit, page: int) -> Request:
        request = self._requests.listing(visit, page)
        meta = fetching.changed_meta(request, purpose=Purpose.PROBE)
        return request.replace(callback=self.read, errback=self.lost, priority=_PRIORITY, meta=meta)

    def read(self, response: Response, visit: Visit) -> Iterator[Request | Message]:
        """Reads the answer to a probe. Only a wall is news: the first page said the rest."""
        (fetch, fetched), content = fetching.exchange(response), (yield from self._answers.content(response))
        if content is None:
            return
        if not isinstance(content, ParseError) or not self._answers.is_known_wall(fetch, fetched):
            yield NoRows(fetch.url, PageKind.LISTING, fetched.evidence, Outcome.QUARANTINED)
            return
        message = self._answers.not_wanted(fetch, fetched, content, "a listing")
        yield message if message.stop else replace(message, reason="")
        if not message.stop and fetch.number < ALIKE:
            yield self._request(visit, fetch.number + 1)

    def lost(self, failure: Failure) -> Iterator[Message]:
        """A probe without an answer proves nothing."""
        return iter(())
