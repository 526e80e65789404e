"""The requests of a crawl, each with what travels with it: where it is sent, what is done with the answer, and in which order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from scrapy import Request

from kistep_archive.crawl import fetch as fetching
from kistep_archive.crawl.agenda import Agenda, Visit
from kistep_archive.crawl.fetch import Fetch, Purpose
from kistep_archive.crawl.session import Session
from kistep_archive.http.response import uri
from kistep_archive.model import urls
from kistep_archive.model.items import ListedRow, ParsedPost
from kistep_archive.model.outcomes import PageKind
from kistep_archive.store import frontier
from kistep_archive.store.frontier import Due

# What was found is finished before more is looked for.
_PRIORITY = {PageKind.LISTING: 0, PageKind.POST: 10, PageKind.FILE: 20, PageKind.IMAGE: 20}
_WITNESS_PRIORITY = 30

Callback = Callable[..., Any]


@dataclass(slots=True)
class CrawlRequests:
    """Makes the requests of one crawl. `read` has the callback for each kind of page, `lost` is for what brings no answer."""

    session: Session
    agenda: Agenda
    read: dict[PageKind, Callback]
    lost: Callback

    def listing(self, visit: Visit, page: int) -> Request:
        """A page of rows, counted from 1."""
        url = visit.board.listing_url(page)
        return self._ask(visit, Fetch(url, url, PageKind.LISTING, visit.board.key, page))

    def post(self, visit: Visit, number: int, linked: str, row: ListedRow | None) -> Request:
        """A post as a listing has `linked` it, for this `row` of it."""
        found = urls.locate(linked)
        url = visit.board.post_url(number, found.bid if found else "")
        return self._ask(visit, Fetch(url, url, PageKind.POST, visit.board.key, number, row))

    def due(self, visit: Visit, due: Due) -> Request:
        """A known post that is to be visited again."""
        return self._ask(visit, Fetch(due.url, due.url, PageKind.POST, visit.board.key, due.number, purpose=Purpose.DUE))

    def witness(self, visit: Visit, *, at_end: bool = False) -> Iterator[Request]:
        """A known post, to be read to see whether posts can be read as before; none where no doubt asks for it."""
        if self.session.ledger.stopped or self.session.planned is not None:
            return
        if chosen := self.session.guarding.witness(visit.board.key, at_end=at_end, spare=self.agenda.left > 0):
            self.agenda.left -= 1
            fetch = Fetch(chosen.url, chosen.url, PageKind.POST, visit.board.key, chosen.number, purpose=Purpose.WITNESS)
            yield self._ask(visit, fetch)

    def files(self, visit: Visit, post: ParsedPost, *, again: bool) -> Iterator[Request]:
        """A post's files, also those that are held where they are asked for `again`, and its new images."""
        for file in post.attachments:
            yield from self.file(visit, file.url, PageKind.FILE, file.name, again=again)
        for url in post.images:
            yield from self.file(visit, url, PageKind.IMAGE)

    def files_of_due(self, visit: Visit, post: ParsedPost) -> Iterator[Request]:
        """A visited post's files, those longest unread first, and its new images, for what is left to spend."""
        names = {uri(file.url): file.name for file in post.attachments}
        files = [(url, PageKind.FILE, names[url]) for url in frontier.longest_unread(self.session.recorder.store.conn, names)]
        for url, kind, name in files + [(url, PageKind.IMAGE, "") for url in post.images]:
            asked = list(self.file(visit, url, kind, name, again=kind is PageKind.FILE)) if self.agenda.left > 0 else []
            self.agenda.left -= len(asked)
            yield from asked

    def file(self, visit: Visit, url: str, kind: PageKind, name: str = "", *, again: bool = False) -> Iterator[Request]:
        """The bytes of an image, or of a file that is listed under this name, unless they are held or were asked for; nothing that lies
        off the site."""
        url, origin = uri(url), self.session.origin
        if self.session.planned is None and (again or url not in visit.held_files) and origin.allows(origin.send(url)):
            visit.held_files.add(url)
            yield self._ask(visit, Fetch(url, url, kind, visit.board.key, name=name if kind is PageKind.FILE else ""))

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
