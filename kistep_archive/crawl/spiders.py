"""One spider: listings to posts to files. It decides what to ask for and what an answer means; crawl/middleware.py keeps and stores."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from kistep_archive.clock import now
from kistep_archive.crawl.messages import Answered, FileRead, ListingRead, Missed, PostGone, PostRead, Walked, describe
from kistep_archive.crawl.origin import check_delay
from kistep_archive.crawl.pagination import Walk
from kistep_archive.crawl.session import Run, begin
from kistep_archive.errors import ArchiveError
from kistep_archive.http.response import Page, uri
from kistep_archive.http.robots import FORBIDDEN
from kistep_archive.ingest.guard import Place
from kistep_archive.ingest.ingest import file_problem
from kistep_archive.model import boards as catalogues
from kistep_archive.model import urls
from kistep_archive.model.boards import Board
from kistep_archive.model.items import Listing, Notice, Post, listed
from kistep_archive.model.recrawl import is_long_ago
from kistep_archive.parse.parser import ParseError, parse
from kistep_archive.store.frontier import Due, Owed

_AGAIN = 2  # times a page that is not whole is asked for again
_NOT_WHOLE = ("end", "encoding")  # fields of a ParseError
_NONE_SUCH = (404, 410)
_REFUSALS = 3  # answers 403 in a row after which we stop asking
_LISTING, _POST, _FILE, _WITNESS = 0, 10, 20, 30  # priorities: what was found is finished before more is looked for


@dataclass(slots=True)
class Visit:
    """A board being visited: its walk, and what of it is held and owed."""

    board: Board
    walk: Walk
    held_files: set[str]
    retired: bool  # its address was found out of service when it was asked last
    owed: set[int] = field(default_factory=set)  # posts that earlier runs owe and that are being asked for

    @property
    def place(self) -> Place:
        """As the guards call it."""
        return self.board.name, self.board.layout


class BoardsSpider(Spider):
    """`scrapy crawl boards -a boards=news,newsletter [-a archive=DIR] [-a origin=URL]`."""

    name = "boards"
    run: Run

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, *args: Any, run: Run | None = None, boards: str = "", archive: str = "", origin: str = "", **kwargs: Any
    ) -> Self:
        """With a `run` that is open already, or with the arguments to open one."""
        if kwargs:
            known = "boards, archive and origin; others are settings, such as -s DOWNLOAD_DELAY=2"
            raise SystemExit(f"kistep-archive: -a {', '.join(kwargs)}: no such argument; there are {known}")
        spider = super().from_crawler(crawler, *args)
        if run is None:
            run = _run_from_arguments(crawler, archive, boards, origin)
        spider.run = run
        spider._boards = iter(run.boards if run.plan.walks else ())
        spider._due = None
        spider._gone = {}
        spider._left = run.plan.budget
        spider._refused = 0
        spider._visits = {}
        crawler.signals.connect(spider.idle, signal=signals.spider_idle)
        return spider

    _boards: Iterator[Board]
    _due: Iterator[tuple[Visit, Due]] | None  # posts to be visited again, once the boards are walked
    _gone: dict[Board, list[int]]  # those whose own page says so
    _left: int  # requests that may still be spent on them
    _refused: int
    _visits: dict[Place, Visit]  # the boards that were visited

    async def start(self) -> AsyncIterator[Any]:
        """The first board; each board's end begins the next, and the last one's the visits to posts that are due."""
        for request in self._next_board():
            yield request

    def _next_board(self) -> Iterator[Any]:
        board = next(self._boards, None)
        if board is None:
            yield from self._next_due()
            return
        store, visit = self.run.store, self._visit(board)
        for owed in store.owed_posts(*visit.place, self.run.plan.since, self.run.plan.until):
            yield from self._owed(visit, owed)
        yield self._listing(visit, 1)
        for url, (kind, name) in store.owed_files(board.name, board.layout).items():
            yield from self._file(visit, url, kind, name)

    def _visit(self, board: Board) -> Visit:
        place, store, plan = (board.name, board.layout), self.run.store, self.run.plan
        if place not in self._visits:
            past = store.walks(*place)
            walk = Walk(
                store.known(*place),
                whole=plan.whole or past.complete is None or past.broke_off,
                long_ago=is_long_ago(past.complete, now()),
                since=plan.since,
                until=plan.until,
            )
            self._visits[place] = Visit(board, walk, store.held_files(*place), past.retired)
        return self._visits[place]

    def _owed(self, visit: Visit, owed: Owed) -> Iterator[Request]:
        """A post that an earlier run should have read."""
        if owed.listed is not None:
            visit.walk.asked.add(owed.number)
        if self.run.planned is not None:
            title = None if owed.listed is None else json.loads(owed.listed)[0]
            self._plan(visit, owed.number, title, owed.date, owed.url)
            return
        visit.owed.add(owed.number)
        yield self._post(visit, owed.number, owed.url, owed.listed)

    def _plan(self, visit: Visit, number: int, title: str | None, date: str | None, url: str) -> None:
        assert self.run.planned is not None
        self.run.planned.append({"board": visit.board.name, "number": number, "title": title, "date": date, "url": url})

    # posts that are due

    def _all_due(self) -> Iterator[tuple[Visit, Due]]:
        """All boards' posts that are due, the most urgent first."""
        due = list[tuple[Visit, Due]]()
        for board in self.run.boards if self._left and self.run.planned is None else ():
            visit = self._visit(board)
            if not visit.retired:
                read = self.run.guarding.read.get(visit.place, set())
                of_board = self.run.store.due(board.name, board.layout, now(), self._left + len(read))
                due += ((visit, each) for each in of_board if each.number not in read)
        return iter(sorted(due, key=lambda each: each[1].urgency, reverse=True))

    def _next_due(self) -> Iterator[Any]:
        """The next post that is due, if it can be visited with its files for what is left to spend: else it is the first of the next
        run. At the end, those that are gone."""
        self._due = self._due or self._all_due()
        following = next(self._due, None) if self._left > 0 else None
        if following is None or (1 + following[1].files > self._left and self._left < self.run.plan.budget):
            for board, numbers in self._gone.items():
                yield Missed(board, tuple(numbers), len(self.run.store.known(board.name, board.layout)))
            self._gone = {}
            return
        visit, due = following
        self._left -= 1
        yield self._ask(visit, due.url, "post", self.read_again, self.lost_again, _POST, told={"visit": visit, "number": due.number})

    def read_again(self, response: Response, visit: Visit, number: int) -> Iterator[Any]:
        """A known post, read again: perhaps edited, perhaps gone."""
        said, meta = self._said(response), response.meta
        if isinstance(said, Request):
            yield Answered(meta["url"], meta["kind"], meta["kept"], "not whole, asked for again")
            yield said
            return
        if isinstance(said, Post) and said.number == number:
            self.run.guarding.post(visit.place, meta["asked"], said, None)
            yield PostRead(visit.board, meta["asked"], said, meta["kept"], None)
            yield from self._witness(visit)
            yield from self._files_again(visit, said)
        elif self._is_gone(response, said):
            yield PostGone(visit.board, number, meta["asked"], meta["kept"])
            self._note_gone(visit, number)
        else:
            yield self._not_wanted(response, said, "a post")
            yield from self._witness(visit)
        yield from self._next_due()

    def _note_gone(self, visit: Visit, number: int) -> None:
        if number in visit.walk.known and not visit.walk.known[number].removed:
            self._gone.setdefault(visit.board, []).append(number)

    def _files_again(self, visit: Visit, post: Post) -> Iterator[Request]:
        """A known post's files, those longest unread first, and its new images, for what is left to spend."""
        names = {uri(file.url): file.name for file in post.attachments}
        files = [(url, "file", names[url]) for url in self.run.store.longest_unread(names)]
        for url, kind, name in files + [(url, "image", "") for url in post.images]:
            asked = list(self._file(visit, url, kind, name, again=kind == "file")) if self._left > 0 else []
            self._left -= len(asked)
            yield from asked

    def lost_again(self, failure: Failure) -> Iterator[Any]:
        """No answer: the other posts that are due are visited all the same."""
        yield from self.lost(failure)
        yield from self._next_due()

    # witnesses

    def idle(self) -> None:
        """Nothing is left to ask: known posts are read as witnesses of what is suspicious, before the run may end."""
        wanted = [request for visit in self._visits.values() for request in self._witness(visit, at_end=True)]
        for request in wanted:
            assert self.crawler.engine is not None
            self.crawler.engine.crawl(request)
        if wanted:
            raise DontCloseSpider

    def _witness(self, visit: Visit, *, at_end: bool = False) -> Iterator[Request]:
        if self.run.stopped or self.run.planned is not None:
            return
        if chosen := self.run.guarding.witness(visit.place, at_end=at_end, spare=self._left > 0):
            self._left -= 1
            told = {"visit": visit, "number": chosen.number}
            yield self._ask(visit, chosen.url, "post", self.read_witness, self.lost, _WITNESS, told=told)

    def read_witness(self, response: Response, visit: Visit, number: int) -> Iterator[Any]:
        """A known post, read to see whether posts can be read as before."""
        said, meta = self._said(response), response.meta
        if isinstance(said, Post) and said.number == number:
            self.run.guarding.post(visit.place, meta["asked"], said, None)
            yield PostRead(visit.board, meta["asked"], said, meta["kept"], None)
        elif isinstance(said, Request):
            yield Answered(meta["url"], meta["kind"], meta["kept"], "not whole, asked for again")
            yield said
            return
        elif self._is_gone(response, said):
            yield PostGone(visit.board, number, meta["asked"], meta["kept"])
        else:
            yield self._not_wanted(response, said, "a post")
        if self.run.guarding.convicted(visit.place):
            self.run.guarding.trip(visit.place)
        else:
            yield from self._witness(visit)

    # listings

    def _listing(self, visit: Visit, number: int) -> Request:
        told = {"visit": visit, "number": number}
        return self._ask(visit, visit.board.listing_url(number), "listing", self.read_listing, self.lost_listing, _LISTING, told=told)

    def read_listing(self, response: Response, visit: Visit, number: int) -> Iterator[Any]:
        """A page of rows, or what came instead."""
        said = self._said(response)
        if isinstance(said, Listing) and said.layout == visit.board.layout:
            visit.retired = False
            self.run.guarding.rows(visit.place, response.meta["asked"], number, said)
            yield ListingRead(visit.board, said, response.meta["kept"])
            yield from self._next_board() if visit.place in self.run.guarding.tripped else self._walk_on(visit, said, number)
        elif isinstance(said, Request):
            yield Answered(response.meta["url"], response.meta["kind"], response.meta["kept"], "not whole, asked for again")
            yield said
        elif visit.board.retired and number == 1 and self._out_of_service(response, said, visit):
            visit.retired = True
            self.run.notes.append(f"{visit.board.name} ({visit.board.layout}): the old address is out of service")
            yield Answered(response.meta["url"], "listing", response.meta["kept"], "retired")
            yield Walked(visit.board, "retired")
            yield from self._next_board()
        else:
            yield self._not_wanted(response, said, "a listing")
            yield from self._next_board()

    def _walk_on(self, visit: Visit, listing: Listing, number: int) -> Iterator[Any]:
        step = visit.walk.read(listing, number)
        for row in step.fetch:
            if self.run.planned is None:
                yield self._post(visit, row.number, row.url, listed(row))
            else:
                self._plan(visit, row.number, row.title, row.date, row.url)
        if step.page is not None:
            yield self._listing(visit, step.page)
            return
        yield from self._walk_ends(visit, empty=not listing.rows and number == 1)
        yield from self._next_board()

    def _walk_ends(self, visit: Visit, *, empty: bool) -> Iterator[Any]:
        walk = visit.walk
        if empty and walk.known:
            words = "the listing is empty, the archive is not: nothing was marked removed"
            yield Answered(visit.board.listing_url(1), "listing", None, "walked", words, "site_changed")
            return
        if outcome := walk.outcome():
            yield Walked(visit.board, outcome)
        if problem := walk.problem():
            yield Answered(visit.board.listing_url(1), "listing", None, "walked", problem)
        else:
            yield Missed(visit.board, walk.missed(), sum(not known.removed for known in walk.known.values()))

    def lost_listing(self, failure: Failure) -> Iterator[Any]:
        """No answer to a listing request: the board's walk ends here."""
        yield from self.lost(failure)
        yield from self._next_board()

    # posts and files

    def _post(self, visit: Visit, number: int, linked: str, row: str | None) -> Request:
        """A request for a post as a listing has `linked` it, for this `row` (see `listed`) of it."""
        url = visit.board.post_url(number, _bid(linked))
        told = {"visit": visit, "number": number}
        return self._ask(visit, url, "post", self.read_post, self.lost, _POST, told=told, row=row)

    def read_post(self, response: Response, visit: Visit, number: int) -> Iterator[Any]:
        """A post, or what came instead."""
        said, meta = self._said(response), response.meta
        if isinstance(said, Request):
            yield Answered(meta["url"], meta["kind"], meta["kept"], "not whole, asked for again")
            yield said
            return
        is_owed = number in visit.owed
        visit.owed.discard(number)
        if isinstance(said, Post) and said.number == number:
            is_known = number in visit.walk.known
            if is_owed and meta["row"] is not None:
                visit.walk.had(number, meta["row"])
            self.run.guarding.post(visit.place, meta["asked"], said, meta["row"])
            yield PostRead(visit.board, meta["asked"], said, meta["kept"], meta["row"])
            yield from self._witness(visit)
            for file in said.attachments:
                yield from self._file(visit, file.url, "file", file.name, again=is_known)
            for url in said.images:
                yield from self._file(visit, url, "image")
        elif self._is_gone(response, said):
            yield from self._post_gone(visit, number, response, is_owed)
        else:
            yield self._not_wanted(response, said, "a post")
            yield from self._witness(visit)

    def _post_gone(self, visit: Visit, number: int, response: Response, is_owed: bool) -> Iterator[PostGone]:
        """An earlier run's listing showed a post that is owed; this one's may not, and if it does, the post is asked for once more."""
        meta, words = response.meta, "" if is_owed else "the listing shows this post, its own page says that it is gone"
        yield PostGone(visit.board, number, meta["asked"], meta["kept"], words)
        if is_owed:
            visit.walk.asked.discard(number)
            self._note_gone(visit, number)

    def _file(self, visit: Visit, url: str, kind: str, name: str = "", *, again: bool = False) -> Iterator[Request]:
        """A request for the bytes of an image, or of a file that is listed under this name, unless they are held or were asked for;
        nothing that lies off the site."""
        url = uri(url)
        if self.run.planned is None and (again or url not in visit.held_files) and self.run.origin.allows(self.run.origin.send(url)):
            visit.held_files.add(url)
            request = self._ask(visit, url, kind, self.read_file, self.lost, _FILE, told={"board": visit.board})
            request.meta["name"] = name if kind == "file" else ""
            yield request

    def read_file(self, response: Response, board: Board) -> Iterator[Any]:
        """The bytes, or what came instead: an error page must not be kept as the file."""
        url, kind, page, kept = response.meta["asked"], response.meta["kind"], response.meta["page"], response.meta["kept"]
        if response.status in _NONE_SUCH:
            yield FileRead(url, kind, page, kept, board, gone=True)
        elif response.status != 200:
            yield self._not_wanted(response, response.status, f"a {kind}")
        elif problem := file_problem(page, kind, response.meta["name"]):
            yield Answered(url, kind, kept, "not a file", problem)
        else:
            yield FileRead(url, kind, page, kept, board)

    # answers

    def _said(self, response: Response) -> Listing | Post | Notice | Request | ParseError | int:
        """What a page says; its status where that is not 200; a new request where the page is not whole."""
        if response.status != 200:
            return response.status
        self._refused = 0
        try:
            return _read(response.meta["page"], response.meta["asked"])
        except ParseError as error:
            tries = response.meta.get("again", 0)
            if error.field in _NOT_WHOLE and tries < _AGAIN:
                assert response.request is not None
                return response.request.replace(meta={**response.request.meta, "again": tries + 1})
            return error

    def _is_asked(self, response: Response) -> bool:
        """Whether the answer came from the address that was asked, in whichever spelling, and not from another that it led to."""
        return bool(self.run.catalogue.canonical(response.meta["url"]) == response.meta["asked"])

    def _is_gone(self, response: Response, said: Any) -> bool:
        """Whether a post's own address says that it is gone: where it leads elsewhere, that other page is not its word."""
        if not self._is_asked(response):
            return False
        return said.notice == "gone" if isinstance(said, Notice) else said in _NONE_SUCH

    def _out_of_service(self, response: Response, said: Any, visit: Visit) -> bool:
        """Whether the address of a layout that was given up says so: no such page, or it leads to the site's other pages. Where nothing is
        held that could be lost, also a whole page that is no listing. What tells of a fault is a fault, as with any board."""
        if isinstance(said, int):
            return said in _NONE_SUCH
        if isinstance(said, Notice):
            return said.notice == "gone"
        is_whole = not isinstance(said, ParseError) or said.field in ("rows", "url")
        return is_whole and (not visit.walk.known or not self._is_asked(response))

    def _not_wanted(self, response: Response, said: Any, wanted: str) -> Answered:
        url, kind, kept = response.meta["url"], response.meta["kind"], response.meta["kept"]
        if isinstance(said, ParseError):
            verdict = "incomplete" if said.field in _NOT_WHOLE else "site_changed"
            if verdict == "site_changed":
                self.run.guarding.unreadable(response.meta["place"], response.meta["asked"], kind, f"{said.field}: {said.why}")
            return Answered(url, kind, kept, "unreadable", f"{said.field}: {said.why} (see 'kistep-archive parse')", verdict)
        if isinstance(said, Notice):
            stop = said.notice in ("maintenance", "blocked", "login")
            return Answered(url, kind, kept, said.notice, f"the site says ({said.notice}): {said.text[:200]}", stop=stop)
        if isinstance(said, int):
            self._refused = self._refused + 1 if said == 403 else 0
            return Answered(url, kind, kept, f"status {said}", f"the site answered {said}", stop=self._refused >= _REFUSALS)
        return Answered(url, kind, kept, "something else", f"the answer is not {wanted}", "site_changed")

    def lost(self, failure: Failure) -> Iterator[Any]:
        """No answer that could be kept."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if not self.run.stopped and request.meta["place"] not in self.run.guarding.tripped:
            error = failure.value or Exception(failure.getErrorMessage())
            words = str(error) if isinstance(error, IgnoreRequest) else describe(error)
            url, kind = request.meta["asked"], request.meta["kind"]
            if words != FORBIDDEN or kind not in ("file", "image"):
                yield Answered(url, kind, None, "lost", words)
            elif not self.run.store.was_forbidden(url):  # told once
                yield Answered(url, kind, None, "lost", words, "complete")

    def _ask(
        self,
        visit: Visit,
        url: str,
        kind: str,
        callback: Any,
        errback: Any,
        priority: int,
        *,
        told: dict[str, Any] | None = None,
        row: str | None = None,
    ) -> Request:
        meta = {"url": url, "asked": url, "kind": kind, "place": visit.place, "row": row}
        return Request(self.run.origin.send(url), callback, errback=errback, priority=priority, meta=meta, cb_kwargs=told)


def _run_from_arguments(crawler: Crawler, archive: str, boards: str, origin: str) -> Run:
    """The run that `scrapy crawl` asks for; what cannot start ends the process with one line, as the command would."""
    catalogue = catalogues.load(None)
    try:
        chosen = catalogue.named(name for name in boards.split(",") if name)
        check_delay(crawler.settings.getfloat("DOWNLOAD_DELAY"), origin)
        return begin(Path(archive or crawler.settings["ARCHIVE"]), "crawl", chosen, catalogue, origin, {"boards": boards})
    except (ArchiveError, ValueError) as error:
        raise SystemExit(f"kistep-archive: {error}") from None


def _read(page: Page, asked: str) -> Listing | Post | Notice:
    """What a page says. One at an address of no listing's and no post's, to which what was `asked` for led, can be whole and a notice,
    and nothing else. Raises ParseError."""
    try:
        return parse(page)
    except ParseError as elsewhere:
        if elsewhere.field != "url":
            raise
        try:
            said = parse(replace(page, url=asked))
        except ParseError as error:
            raise error if error.field in _NOT_WHOLE else elsewhere from None
        if isinstance(said, Notice):
            return said
        raise


def _bid(url: str) -> str:
    found = urls.locate(url)
    return found.bid if found else ""
