"""The ways out of Scrapy: `ArchiveMiddleware` keeps every response as evidence and is polite, `StorePipeline` stores what was read,
`Verdict` closes the run. None of them decides what to fetch."""

import asyncio
import random
import sqlite3
import time
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.logformatter import LogFormatter
from twisted.python.failure import Failure

from kistep_archive import journal, manners
from kistep_archive.gate import SENT
from kistep_archive.lock import now
from kistep_archive.origins import USER_AGENT
from kistep_archive.outcomes import FORBIDDEN, Answered, FileRead, ListingRead, Missed, PostGone, PostRead, Walked, describe
from kistep_archive.page import Page, uri
from kistep_archive.replay import file_bytes
from kistep_archive.run import Run

_REDIRECTS = {301, 302, 303, 307, 308}
_HOPS = 5
_RETRIED = {408, 429, 500, 502, 503, 504, 522, 524}
_TRIES = 5  # of an answer that says "later"; of no answer at all: 3


class ArchiveMiddleware:
    """Between Scrapy and the wire: allow-list, evidence, redirects, retries, robots.txt."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._least = self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._rules: dict[str, asyncio.Task[manners.Rules | None]] = {}  # scheme://host:port -> its robots.txt

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make one."""
        return cls(crawler)

    @property
    def _run(self) -> Run:
        run: Run = self._crawler.spider.run  # type: ignore[union-attr]
        return run

    async def process_request(self, request: Request) -> None:
        """Refuses what may not be asked, on every hop."""
        run = self._run
        if run.stopped:
            raise IgnoreRequest(run.stopped)
        if request.meta.get("place") in run.guarding.tripped:
            raise IgnoreRequest("not asked for: the board's guard has tripped")
        if not run.origin.allows(request.url):
            raise IgnoreRequest(f"not asked for: {request.url} is not on the allow-list of the chosen boards")
        run.pace.least.setdefault(urlsplit(request.url).hostname or "", self._least)
        if request.meta["kind"] != "robots":
            rules = await self._rules_of(request)
            if run.stopped or rules is None:
                raise IgnoreRequest(run.stopped)
            if not rules.allows(request.url):
                raise IgnoreRequest(FORBIDDEN)
        request.headers.setdefault("Accept-Encoding", "gzip")  # warcio reads it back, nothing newer
        run.counts["requested"] += 1

    async def _rules_of(self, request: Request) -> manners.Rules | None:
        """What the robots.txt of the request's site says, asked for once; None where it could not be had."""
        parts = urlsplit(request.url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = asyncio.create_task(self._ask_rules(site, request.meta["url"]))
        return await self._rules[site]

    async def _ask_rules(self, site: str, beside: str) -> manners.Rules | None:
        url = self._run.origin.own(f"{site}/robots.txt", beside)
        meta = {"url": url, "asked": url, "kind": "robots"}
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(
                Request(f"{site}/robots.txt", callback=NO_CALLBACK, priority=1000, meta=meta)
            )
        except Exception as error:  # whatever kept it from us: without it nothing may be asked for
            self._run.stop("incomplete", f"{url}: {describe(error)}; without robots.txt nothing is asked for")
            return None
        rules = manners.rules(response.meta["page"], manners.token(USER_AGENT))
        self._slow_down(urlsplit(site).hostname or "", max(rules.delay, self._least))
        return rules

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        """Evidence first; then whether it is an answer at all."""
        try:
            self._keep(request, response)
            return await self._answer(request, response)
        except (OSError, sqlite3.Error) as error:
            self._run.stop("store_unhealthy", f"{self._run.folder}: {error}; nothing stored before is lost")
            raise IgnoreRequest(str(error)) from error

    def _keep(self, request: Request, response: Response) -> None:
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, values in response.headers.items() for value in values)
        page = Page(uri(request.meta["url"]), now(), response.status, headers, response.body)
        ip = str(response.ip_address) if response.ip_address else ""
        meta = request.meta
        board, layout = meta.get("place", ("", ""))
        said = journal.asked(
            meta["kind"], board, layout, meta["asked"], page.url, meta.get("row"), meta.pop(SENT, ""), meta.get("name", "")
        )
        kept = self._run.keep(page, protocol=response.protocol or "HTTP/1.1", ip=ip, asked=_asked(request), said=said)
        request.meta.update(page=page, kept=kept)

    async def _answer(self, request: Request, response: Response) -> Response | Request:
        kind, kept = request.meta["kind"], request.meta["kept"]
        self._heed(request, response)
        if response.status in _REDIRECTS and response.headers.get("Location"):
            self._run.record(kind, kept, "redirect")
            return self._redirected(request, response)
        if response.status in _RETRIED and (again := await self._again(request, _TRIES)):
            self._run.record(kind, kept, "asked for again")
            return again
        if kind == "robots":
            self._run.record(kind, kept, "read")
            if response.status >= 500 or response.status == 429:
                words = f"robots.txt answers {response.status}: the site is not to be crawled now"
                self._run.stop("incomplete", f"{request.meta['url']}: {words}")
        return response

    def _redirected(self, request: Request, response: Response) -> Request:
        hops = request.meta.get("hops", 0) + 1
        location = urljoin(request.url, (response.headers["Location"] or b"").decode("latin-1"))
        url = self._run.origin.own(location, request.meta["url"])
        sent = self._run.origin.send(url)
        if not self._run.origin.allows(sent):
            raise IgnoreRequest(f"redirected to {location[:200]}, which is not on the allow-list; it was not contacted")
        if hops > _HOPS:
            raise IgnoreRequest(f"redirected more than {_HOPS} times")
        return request.replace(url=sent, method="GET", body=b"", meta={**request.meta, "url": url, "hops": hops})

    def _heed(self, request: Request, response: Response) -> None:
        """Retry-After: nothing goes to the host until then (see `gate`); a wait that is too long ends the run."""
        value = (response.headers.get("Retry-After") or b"").decode("latin-1")
        wait = manners.retry_after(value, datetime.now(UTC)) if response.status >= 300 else None
        if wait is not None and wait > manners.LONGEST_WAIT:
            self._run.stop("incomplete", f"{request.meta['url']}: the site asks to come back in {wait:.0f} seconds")
        elif wait is not None:
            late = random.uniform(0, 0.5) * self._delay
            self._run.pace.leave_alone(urlsplit(request.url).hostname or "", time.monotonic(), wait + late)

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """No answer: tried again, more slowly each time."""
        if isinstance(exception, IgnoreRequest):  # it was not sent
            return None
        try:
            self._run.unanswered(request.meta["url"], request.meta["kind"], request.meta.pop(SENT, ""), describe(exception))
        except (OSError, sqlite3.Error) as error:
            self._run.stop("store_unhealthy", f"{self._run.folder}: {error}; nothing stored before is lost")
            return None
        if isinstance(exception, DownloadCancelledError):
            return None
        if again := await self._again(request, 3):
            return again
        if request.meta["kind"] == "robots":
            self._run.stop("incomplete", f"{request.url}: {describe(exception)}; without robots.txt nothing is asked for")
            raise IgnoreRequest(self._run.stopped)
        return None

    async def _again(self, request: Request, tries: int) -> Request | None:
        done = request.meta.get("tries", 1)
        if done >= tries or self._run.stopped:
            return None
        backoff = max(self._delay, 0.01) * 2 ** (done - 1)
        await asyncio.sleep(backoff * random.uniform(0.8, 1.2))
        return request.replace(meta={**request.meta, "tries": done + 1}, priority=request.priority + 1)

    def _slow_down(self, host: str, least: float) -> None:
        """To the delay that was chosen, or to Crawl-delay: jitter makes it more, never less."""
        self._run.pace.least[host] = least
        if not least:
            return
        self._delay = max(self._delay, least * 1.25)
        jitter = min(self._crawler.settings.getfloat("DOWNLOAD_DELAY_JITTER"), 1 - least / self._delay)
        downloader = self._crawler.engine.downloader
        downloader.per_slot_settings[host] = {**downloader.per_slot_settings.get(host, {}), "delay": self._delay, "jitter": jitter}
        if host in downloader.slots:
            downloader.slots[host].delay, downloader.slots[host].jitter = self._delay, jitter


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


def _asked(request: Request) -> bytes:
    parts = urlsplit(request.url)
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    lines = [f"{request.method} {target} HTTP/1.1".encode(), b"Host: " + parts.netloc.encode()]
    lines += [name + b": " + value for name, values in request.headers.items() for value in values]
    return b"\r\n".join([*lines, b"", b""])
