"""The spider: from listings to posts to files. It decides what to request and what follows from a response;
middleware.py writes the evidence, pipeline.py stores the rows. docs/architecture.md shows its states."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from kistep_archive.crawl import fetch as fetching
from kistep_archive.crawl import reading
from kistep_archive.crawl.fetch import Fetch, FetchedPage, Purpose
from kistep_archive.crawl.messages import ListingRead, Message, NoRows, PostGone, PostRead, WalkOver
from kistep_archive.crawl.session import Session
from kistep_archive.crawl.spiders.agenda import Agenda, Visit
from kistep_archive.crawl.spiders.answers import Answers
from kistep_archive.crawl.spiders.arguments import from_arguments, refuse_unknown
from kistep_archive.crawl.spiders.probes import Probes
from kistep_archive.crawl.spiders.requests import Callback, CrawlRequests
from kistep_archive.crawl.spiders.rows import spread
from kistep_archive.model.items import ListedRow, Listing, ParsedPost, Row
from kistep_archive.model.outcomes import Outcome, PageKind, WalkEnd
from kistep_archive.store import frontier
from kistep_archive.store.frontier import UnreadPost

Steps = Iterator[Request | Message]


class BoardsSpider(Spider):
    """`scrapy crawl boards -a boards=news [-a archive=DIR] [-a origin=URL] [-a catalogue=FILE]`."""

    name = "boards"
    session: Session
    _agenda: Agenda
    _requests: CrawlRequests
    _answers: Answers
    _probes: Probes

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, *args: Any, session: Session | None = None, **kwargs: Any
    ) -> Self:
        """Uses a `session` that is open, or opens one from the arguments."""
        refuse_unknown(kwargs)
        spider = super().from_crawler(crawler, *args)
        spider.session = session or from_arguments(crawler.settings, kwargs)
        spider._agenda = Agenda(spider.session)
        read: dict[PageKind, Callback] = {
            PageKind.LISTING: spider.read_listing,
            PageKind.POST: spider.read_post,
        }
        read |= dict.fromkeys((PageKind.FILE, PageKind.IMAGE), spider.read_file)
        spider._requests = CrawlRequests(spider.session, spider._agenda, read, spider.lost)
        spider._answers = Answers(spider.session)
        spider._probes = Probes(spider._requests, spider._answers)
        crawler.signals.connect(spider.idle, signal=signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """The requests for the first board of each host. The end of each board starts the next one of its
        host; the end of the last one starts the visits to posts that are due."""
        for host in self._agenda.hosts:
            for request in self._next_board(host):
                yield request

    def _next_board(self, host: str) -> Steps:
        visit = self._agenda.next_board(host)
        if visit is None:
            if self._agenda.has_walked:
                yield from self._next_visits()
            return
        store, plan = self.session.recorder.store, self.session.plan
        for post in frontier.unread_posts(store.conn, *visit.board.key, plan.since, plan.until):
            yield from self._reread(visit, post)
        yield self._requests.listing(visit, 1)
        for url, (kind, name) in frontier.unfetched_files(store.conn, *visit.board.key).items():
            yield from self._requests.file(visit, url, PageKind(kind), name)

    def _reread(self, visit: Visit, post: UnreadPost) -> Iterator[Request]:
        """Requests a post that an earlier run failed to read."""
        if post.listed is not None:
            visit.walk.ask(post.number)
        if self.session.planned is not None:
            self.session.plan_post(
                visit.board, post.number, post.listed.title if post.listed else None, post.date, post.url
            )
            return
        visit.unread.add(post.number)
        yield self._requests.post(visit, post.number, post.url, post.listed)

    def _next_visits(self, visited: Visit | None = None) -> Steps:
        """The next posts that are due; at the end, the posts that are gone."""
        for following in self._agenda.next_visits(visited):
            yield self._requests.revisit(*following)
        if not self._agenda.is_visiting:
            yield from self._agenda.all_gone()

    # listings

    def read_listing(self, response: Response, visit: Visit) -> Steps:
        """Reads a page of a listing, or what came instead."""
        (fetch, fetched), content = fetching.exchange(response), (yield from self._answers.content(response))
        if content is None:
            return
        if isinstance(content, Listing) and content.layout == visit.board.layout:
            visit.retired = False
            self.session.guarding.rows(visit.board.key, fetch.address, fetch.number, content)
            yield ListingRead(visit.board, content, fetched.evidence)
            if visit.board.key not in self.session.guarding.tripped:
                yield from self._walk_on(visit, content, fetch.number)
                return
        elif (
            visit.board.retired
            and fetch.number == 1
            and self._answers.is_out_of_service(fetch, fetched, content, holds_posts=visit.walk.present > 0)
        ):
            visit.retired = True
            self.session.ledger.notes.append(
                f"{visit.board.name} ({visit.board.layout}): the old address is out of service"
            )
            yield NoRows(fetch.url, PageKind.LISTING, fetched.evidence, Outcome.RETIRED)
            yield WalkOver(visit.board, WalkEnd.RETIRED)
        else:
            message = self._answers.not_wanted(fetch, fetched, content, "a listing")
            yield message
            yield from self._probes.after(visit, fetch.number, message)
        yield from self._next_board(visit.host)

    def _walk_on(self, visit: Visit, listing: Listing, page: int) -> Steps:
        if self.session.plan.posts is not None:
            for row in spread(listing.rows, self.session.plan.posts):
                yield from self._row(visit, row)
            yield from self._next_board(visit.host)
            return
        step = visit.walk.read(listing, page)
        for row in step.fetch:
            yield from self._row(visit, row)
        if step.page is not None:
            yield self._requests.listing(visit, step.page)
            return
        yield from visit.over(empty=not listing.rows and page == 1)
        yield from self._next_board(visit.host)

    def _row(self, visit: Visit, row: Row) -> Iterator[Request]:
        if self.session.planned is None:
            yield self._requests.post(visit, row.number, row.url, ListedRow.of(row))
        else:
            self.session.plan_post(visit.board, row.number, row.title, row.date, row.url)

    # posts

    def read_post(self, response: Response, visit: Visit) -> Steps:
        """Reads a post (new, due, or a witness), or what came instead."""
        (fetch, fetched), content = fetching.exchange(response), (yield from self._answers.content(response))
        if content is None:
            return
        was_unread = fetch.purpose is Purpose.NEW and fetch.number in visit.unread
        visit.unread -= {fetch.number} if was_unread else set()
        if isinstance(content, ParsedPost) and content.number == fetch.number:
            yield from self._post_read(visit, fetch, fetched, content, was_unread)
        elif self._answers.is_gone(fetch, fetched, content):
            yield self._post_gone(visit, fetch, fetched, was_unread)
        else:
            yield self._answers.not_wanted(fetch, fetched, content, "a post")
            yield from self._requests.witness(visit) if fetch.purpose is not Purpose.WITNESS else ()
        yield from self._after_post(visit, fetch.purpose)

    def _post_read(
        self, visit: Visit, fetch: Fetch, fetched: FetchedPage, post: ParsedPost, was_unread: bool
    ) -> Steps:
        is_known = visit.walk.of(fetch.number) is not None
        if was_unread and fetch.row is not None:
            visit.walk.note_read(fetch.number, fetch.row)
        self.session.guarding.post(visit.board.key, fetch.address, post, fetch.row)
        yield PostRead(visit.board, fetch, post, fetched.evidence)
        if fetch.purpose is Purpose.WITNESS:
            return
        yield from self._requests.witness(visit)
        if fetch.purpose is Purpose.DUE:
            yield from self._requests.files_of_visit(visit, post)
            return
        yield from self._requests.files(visit, post, again=is_known)

    def _post_gone(self, visit: Visit, fetch: Fetch, fetched: FetchedPage, was_unread: bool) -> PostGone:
        """An earlier run's listing showed the unread post; this run's may not. If it does, the crawl requests
        the post once more."""
        if was_unread or fetch.purpose is Purpose.DUE:
            self._agenda.note_gone(visit, fetch.number)
        if was_unread:
            visit.walk.take_back(fetch.number)
        is_expected = was_unread or fetch.purpose is not Purpose.NEW
        words = "" if is_expected else "the listing shows this post, but its own page says that it is gone"
        return PostGone(visit.board, fetch, fetched.evidence, words)

    def _after_post(self, visit: Visit, purpose: Purpose) -> Steps:
        """What follows a post's page: after a due visit the next one; after a witness the verdict or another
        witness."""
        if purpose is Purpose.DUE:
            yield from self._next_visits(visit)
        elif purpose is Purpose.WITNESS:
            if self.session.guarding.is_convicted(visit.board.key):
                self.session.guarding.trip(visit.board.key)
            else:
                yield from self._requests.witness(visit)

    def idle(self) -> None:
        """When no requests are left: before the run ends, reads known posts as witnesses of what is
        suspicious."""
        wanted = [
            request
            for visit in self._agenda.visits.values()
            for request in self._requests.witness(visit, at_end=True)
        ]
        for request in wanted:
            assert self.crawler.engine is not None
            self.crawler.engine.crawl(request)
        if wanted:
            raise DontCloseSpider

    # files

    def read_file(self, response: Response, visit: Visit) -> Iterator[Message]:
        """Reads a file, or what came instead."""
        yield self._answers.file(response, visit.board)

    def lost(self, failure: Failure) -> Steps:
        """Handles a request without a response. Whatever would have followed it still follows."""
        request: Request = failure.request  # type: ignore[attr-defined]
        fetch, visit = fetching.fetch_of(request), request.cb_kwargs["visit"]
        if not self.session.refusal(visit.board.address) and fetch.board not in self.session.guarding.tripped:
            error = failure.value or Exception(failure.getErrorMessage())
            was_forbidden = frontier.was_forbidden(self.session.recorder.store.conn, fetch.address)
            yield from reading.lost(fetch, error, is_new=not was_forbidden)
        if fetch.kind is PageKind.LISTING:
            yield from self._next_board(visit.host)
        elif fetch.purpose is Purpose.DUE:
            yield from self._next_visits(visit)
