"""Between Scrapy and the network: allow-list, evidence, redirects, retries, robots.txt. It decides which
requests are allowed; the spider decides which to make."""

import asyncio
import logging
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

from kistep_archive.crawl import fetch as fetching
from kistep_archive.crawl.components.cookies import RunCookies
from kistep_archive.crawl.components.delays import Delays
from kistep_archive.crawl.fetch import Fetch, Purpose, fetch_of
from kistep_archive.crawl.messages import KEY_HELPS, RequestRefused, describe
from kistep_archive.crawl.session import Session
from kistep_archive.http import robots
from kistep_archive.http.response import Page, uri
from kistep_archive.http.urls import host_name
from kistep_archive.model.outcomes import Outcome, PageKind
from kistep_archive.version import USER_AGENT

_LOG = logging.getLogger(__name__)
_REDIRECTS = {301, 302, 303, 307, 308}
_HOPS = 5
_RETRIED = {408, 429, 500, 502, 503, 504, 522, 524}
_TRIES = 5  # if the response says "later"
_TRIES_UNANSWERED = 3


class ArchiveMiddleware:
    """Every response is in the evidence before the spider sees it; every request must be allowed by the
    site."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._delays = Delays(crawler)
        self._cookies = RunCookies()
        self._rules: dict[str, asyncio.Task[robots.Rules | None]] = {}  # scheme://host:port -> its robots.txt

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make one."""
        return cls(crawler)

    @property
    def _session(self) -> Session:
        session: Session = self._crawler.spider.session  # type: ignore[union-attr]
        return session

    # before a request

    async def process_request(self, request: Request) -> None:
        """Refuses requests that are not allowed, on every redirect too."""
        session, fetch = self._session, fetch_of(request)
        if refusal := session.refusal(request.url):
            raise IgnoreRequest(refusal)
        if fetch.board in session.guarding.tripped and fetch.purpose is not Purpose.PROBE:
            raise RequestRefused(Outcome.QUARANTINED, "not requested, because the board's guard has tripped")
        if not session.origin.allows(request.url):
            words = f"not requested, because {request.url} is not on the allow-list of the chosen boards"
            raise RequestRefused(Outcome.NOT_ALLOWED, words)
        host = host_name(request.url)
        request.meta["download_slot"] = host  # a redirect may have led to another host
        session.pace.least.setdefault(host, self._delays.least)
        if fetch.kind is not PageKind.ROBOTS:
            await self._check_rules(request, fetch)
        if self._requires_cookies(fetch):
            self._cookies.add_to(request)
        request.headers.setdefault("Accept-Encoding", "gzip")  # every tool that reads WARC can unpack it
        session.ledger.counts["requested"] += 1

    def _requires_cookies(self, fetch: Fetch) -> bool:
        board = self._session.catalogue.row(fetch.board)
        return board is not None and board.requires_cookies

    async def _check_rules(self, request: Request, fetch: Fetch) -> None:
        """Raises IgnoreRequest if robots.txt forbids the request, or if robots.txt could not be read."""
        rules = await self._rules_of(request.url, fetch.url)
        if (refusal := self._session.refusal(request.url)) or rules is None:
            raise IgnoreRequest(refusal)
        if not rules.allows(request.url):
            raise RequestRefused(Outcome.FORBIDDEN_BY_ROBOTS, "robots.txt forbids it")

    async def _rules_of(self, url: str, own: str) -> robots.Rules | None:
        """The robots.txt rules of the request's site, fetched once; None if they could not be read. `own` is
        the board's address."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = asyncio.create_task(self._fetch_rules(site, own))
        return await self._rules[site]

    async def _fetch_rules(self, site: str, own: str) -> robots.Rules | None:
        url = self._session.origin.own(f"{site}/robots.txt", own)
        meta = fetching.meta(Fetch(url, url, PageKind.ROBOTS))
        request = Request(f"{site}/robots.txt", callback=NO_CALLBACK, priority=1000, meta=meta)
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as error:  # whatever the cause: without robots.txt the crawl may fetch nothing
            self._no_rules(url, url, error)
            return None
        rules = robots.rules(fetching.exchange(response)[1].page, robots.token(USER_AGENT))
        self._delays.slow_down(self._session.pace, host_name(site), rules.delay)
        return rules

    def _no_rules(self, address: str, url: str, error: BaseException) -> None:
        words = (
            f"{url}: {describe(error)}. robots.txt could not be read, so nothing was fetched. Check the "
            "network and the address, then run again."
        )
        self._session.leave(address, words)

    # after a response

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        """Writes the evidence; then decides whether the spider gets the response."""
        try:
            self._keep(request, response)
            if self._requires_cookies(fetch_of(request)):
                self._cookies.take(request, response)
            return await self._answer(request, response)
        except (OSError, sqlite3.Error) as error:
            self._session.refuse(error)
            raise IgnoreRequest(str(error)) from error

    def _keep(self, request: Request, response: Response) -> None:
        fetch = fetch_of(request)
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        )
        _LOG.debug("%s %s: %s bytes", response.status, request.url, f"{len(response.body):,}")
        page = Page(uri(fetch.url), self._session.recorder.clock(), response.status, headers, response.body)
        ip = str(response.ip_address) if response.ip_address else ""
        protocol = response.protocol or "HTTP/1.1"
        fetching.attach(
            request,
            self._session.recorder.keep(page, fetch, protocol=protocol, ip=ip, request=_head(request)),
        )

    async def _answer(self, request: Request, response: Response) -> Response | Request:
        session, fetch, evidence = self._session, fetch_of(request), fetching.fetched_of(request).evidence
        self._heed(request, response)
        if response.status in _REDIRECTS and response.headers.get("Location"):
            session.recorder.record(fetch.kind, evidence, Outcome.REDIRECT)
            return self._redirected(request, response)
        if response.status in _RETRIED and self._may_try(request, _TRIES):
            session.recorder.record(fetch.kind, evidence, Outcome.RETRIED)
            return await self._again(request)
        if fetch.kind is PageKind.ROBOTS:
            session.recorder.record(fetch.kind, evidence, Outcome.READ)
            if response.status >= 500 or response.status == 429:
                words = (
                    f"{fetch.url}: robots.txt answered {response.status}, so the site must not be "
                    "crawled now. Try again later."
                )
                session.leave(fetch.address, words)
        return response

    def _redirected(self, request: Request, response: Response) -> Request:
        fetch, origin = fetch_of(request), self._session.origin
        location = urljoin(request.url, (response.headers["Location"] or b"").decode("latin-1"))
        url = origin.own(location, fetch.url)
        sent = origin.send(url)
        if not origin.allows(sent):
            words = f"redirected to {location[:200]}, which is not on the allow-list, so it was not followed"
            raise RequestRefused(Outcome.NOT_ALLOWED, words)
        if fetch.redirects >= _HOPS:
            helps = "Set-Cookie" in response.headers and not self._requires_cookies(fetch)
            words = f"redirected more than {_HOPS} times{f'. {KEY_HELPS}' if helps else ''}"
            raise RequestRefused(Outcome.REDIRECT, words)
        meta = fetching.changed_meta(request, url=url, redirects=fetch.redirects + 1)
        return request.replace(url=sent, method="GET", body=b"", meta=meta)

    def _heed(self, request: Request, response: Response) -> None:
        """Obeys Retry-After: no request goes to the host until then (see download_handler.py). A wait that is
        too long ends the run there."""
        value = (response.headers.get("Retry-After") or b"").decode("latin-1")
        wait = robots.retry_after(value, datetime.now(UTC)) if response.status >= 300 else None
        if wait is not None and wait > robots.LONGEST_WAIT:
            words = (
                f"{fetch_of(request).url}: the site says to come back in {wait:.0f} seconds. Run again "
                "after that."
            )
            self._session.leave(request.url, words)
        elif wait is not None:
            late = random.uniform(0, 0.5) * self._delays.of(request.url)
            self._session.pace.leave_alone(host_name(request.url), time.monotonic(), wait + late)

    # if no response came

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Handles a request without a response: sends it again, more slowly each time."""
        if isinstance(exception, IgnoreRequest):  # it was not sent
            return None
        _LOG.debug("no answer from %s: %s", request.url, describe(exception))
        try:
            self._session.recorder.unanswered(fetch_of(request), describe(exception))
        except (OSError, sqlite3.Error) as error:
            self._session.refuse(error)
            return None
        if isinstance(exception, DownloadCancelledError):
            return None
        if self._may_try(request, _TRIES_UNANSWERED):
            return await self._again(request)
        if fetch_of(request).kind is PageKind.ROBOTS:
            address = fetch_of(request).address
            self._no_rules(address, request.url, exception)
            raise IgnoreRequest(self._session.refusal(address))
        return None

    def _may_try(self, request: Request, tries: int) -> bool:
        return fetch_of(request).tries < tries and not self._session.refusal(request.url)

    async def _again(self, request: Request) -> Request:
        done = fetch_of(request).tries
        backoff = max(self._delays.of(request.url), 0.01) * 2 ** (done - 1)
        await asyncio.sleep(backoff * random.uniform(0.8, 1.2))
        return request.replace(
            meta=fetching.changed_meta(request, tries=done + 1), priority=request.priority + 1
        )


def _head(request: Request) -> bytes:
    """The request as its record stores it: its line and its headers."""
    parts = urlsplit(request.url)
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    lines = [f"{request.method} {target} HTTP/1.1".encode(), b"Host: " + parts.netloc.encode()]
    lines += [name + b": " + value for name, values in request.headers.items() for value in values]
    return b"\r\n".join([*lines, b"", b""])
