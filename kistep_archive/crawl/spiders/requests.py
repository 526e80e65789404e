"""The requests of a crawl: where each is sent, which callback reads the response, and in which order they go
out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from scrapy import Request

from kistep_archive.crawl import fetch as fetching
from kistep_archive.crawl.fetch import Fetch, Purpose
from kistep_archive.crawl.session import Session
from kistep_archive.crawl.spiders.agenda import Agenda, Visit
from kistep_archive.http.response import uri
from kistep_archive.model import urls
from kistep_archive.model.items import ListedRow, ParsedPost
from kistep_archive.model.outcomes import PageKind
from kistep_archive.store import frontier
from kistep_archive.store.frontier import DuePost

# The crawl finishes what it found before it looks for more.
_PRIORITY = {PageKind.LISTING: 0, PageKind.POST: 10, PageKind.FILE: 20, PageKind.IMAGE: 20}
_WITNESS_PRIORITY = 30

Callback = Callable[..., Any]


@dataclass(slots=True)
class CrawlRequests:
    """Makes the requests of one crawl. `read` has the callback for each kind of page; `lost` is the callback
    if no response comes."""

    session: Session
    agenda: Agenda
    read: dict[PageKind, Callback]
    lost: Callback

    def listing(self, visit: Visit, page: int) -> Request:
        """A page of a listing, counted from 1."""
        url = visit.board.listing_url(page)
        return self._ask(visit, Fetch(url, url, PageKind.LISTING, visit.board.key, page))

    def post(self, visit: Visit, number: int, linked: str, row: ListedRow | None) -> Request:
        """A post at the address that a listing links (`linked`), for this `row` of the listing."""
        location = urls.locate(linked)
        url = visit.board.post_url(number, location.bid if location else "")
        return self._ask(visit, Fetch(url, url, PageKind.POST, visit.board.key, number, row))

    def revisit(self, visit: Visit, post: DuePost) -> Request:
        """A known post that is due for another visit."""
        return self._ask(
            visit, Fetch(post.url, post.url, PageKind.POST, visit.board.key, post.number, purpose=Purpose.DUE)
        )

    def witness(self, visit: Visit, *, at_end: bool = False) -> Iterator[Request]:
        """A known post that shows whether posts can still be read as before; nothing if there is no doubt."""
        if self.session.refusal(visit.board.address) or self.session.planned is not None:
            return
        if chosen := self.session.guarding.witness(
            visit.board.key, at_end=at_end, spare=self.agenda.left > 0
        ):
            self.agenda.left -= 1
            fetch = Fetch(
                chosen.url, chosen.url, PageKind.POST, visit.board.key, chosen.number, purpose=Purpose.WITNESS
            )
            yield self._ask(visit, fetch)

    def files(self, visit: Visit, post: ParsedPost, *, again: bool) -> Iterator[Request]:
        """A post's files and its new images. With `again` also the files that the archive has already."""
        for file in post.attachments:
            yield from self.file(visit, file.url, PageKind.FILE, file.name, again=again)
        for url in post.images:
            yield from self.file(visit, url, PageKind.IMAGE)

    def files_of_visit(self, visit: Visit, post: ParsedPost) -> Iterator[Request]:
        """A visited post's files, those first that were not fetched for longest, and its new images, as far
        as the remaining requests allow."""
        names = {uri(file.url): file.name for file in post.attachments}
        files = [
            (url, PageKind.FILE, names[url])
            for url in frontier.longest_unread(self.session.recorder.store.conn, names)
        ]
        for url, kind, name in files + [(url, PageKind.IMAGE, "") for url in post.images]:
            requests = (
                list(self.file(visit, url, kind, name, again=kind is PageKind.FILE))
                if self.agenda.left > 0
                else []
            )
            self.agenda.left -= len(requests)
            yield from requests

    def file(
        self, visit: Visit, url: str, kind: PageKind, name: str = "", *, again: bool = False
    ) -> Iterator[Request]:
        """An image, or a file with the name that its post lists. Nothing if the archive has it, if this run
        requested it already, or if it is not on the site."""
        url, origin = uri(url), self.session.origin
        if (
            self.session.planned is None
            and self.session.files
            and (again or not self._has(visit, url))
            and origin.allows(origin.send(url))
        ):
            visit.files.add(url)
            yield self._ask(
                visit, Fetch(url, url, kind, visit.board.key, name=name if kind is PageKind.FILE else "")
            )

    def _has(self, visit: Visit, url: str) -> bool:
        """Whether the archive has a file, or this run asked for it."""
        conn = self.session.recorder.store.conn
        return url in visit.files or frontier.has_file(conn, *visit.board.key, url)

    def _ask(self, visit: Visit, fetch: Fetch) -> Request:
        priority = _WITNESS_PRIORITY if fetch.purpose is Purpose.WITNESS else _PRIORITY[fetch.kind]
        return Request(
            self.session.origin.send(fetch.url),
            self.read[fetch.kind],
            errback=self.lost,
            priority=priority,
            meta=fetching.meta(fetch),
            cb_kwargs={"visit": visit},
        )
