"""The ways out of Scrapy: `ArchiveMiddleware` keeps every response as evidence and is polite, `StorePipeline` stores what was read,
`Verdict` closes the run. None of them decides what to fetch."""

import asyncio
import random
import sqlite3
import time
from datetime import UTC, datetime
from typing import Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from kistep_archive.clock import now
from kistep_archive.crawl.download_handler import SENT
from kistep_archive.crawl.messages import describe
from kistep_archive.crawl.session import Run
from kistep_archive.evidence import run_log
from kistep_archive.http import robots
from kistep_archive.http.response import Page, uri
from kistep_archive.http.robots import FORBIDDEN
from kistep_archive.version import USER_AGENT

_REDIRECTS = {301, 302, 303, 307, 308}
_HOPS = 5
_RETRIED = {408, 429, 500, 502, 503, 504, 522, 524}
_TRIES = 5  # of an answer that says "later"; of no answer at all: 3


class ArchiveMiddleware:
    """Between Scrapy and the wire: allow-list, evidence, redirects, retries, robots.txt."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._least = self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._rules: dict[str, asyncio.Task[robots.Rules | None]] = {}  # scheme://host:port -> its robots.txt

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

    async def _rules_of(self, request: Request) -> robots.Rules | None:
        """What the robots.txt of the request's site says, asked for once; None where it could not be had."""
        parts = urlsplit(request.url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = asyncio.create_task(self._ask_rules(site, request.meta["url"]))
        return await self._rules[site]

    async def _ask_rules(self, site: str, beside: str) -> robots.Rules | None:
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
        rules = robots.rules(response.meta["page"], robots.token(USER_AGENT))
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
        said = run_log.asked(
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
        wait = robots.retry_after(value, datetime.now(UTC)) if response.status >= 300 else None
        if wait is not None and wait > robots.LONGEST_WAIT:
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


def _asked(request: Request) -> bytes:
    parts = urlsplit(request.url)
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    lines = [f"{request.method} {target} HTTP/1.1".encode(), b"Host: " + parts.netloc.encode()]
    lines += [name + b": " + value for name, values in request.headers.items() for value in values]
    return b"\r\n".join([*lines, b"", b""])
