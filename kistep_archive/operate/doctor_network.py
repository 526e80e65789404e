"""How `doctor` asks: few requests, slowly, by robots.txt, never off the allow-list. Standard library only."""

import re
import socket
import ssl
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse, IncompleteRead
from urllib.parse import urljoin, urlsplit

from kistep_archive.clock import now
from kistep_archive.crawl.origin import Origin
from kistep_archive.crawl.settings import DOWNLOADER_CLIENT_TLS_CIPHERS
from kistep_archive.http.response import Page
from kistep_archive.http.robots import Rules, rules, token
from kistep_archive.http.urls import is_loopback
from kistep_archive.operate.doctor_findings import Finding, fail, ok, warn
from kistep_archive.operate.doctor_tls_errors import Trouble, trouble
from kistep_archive.version import USER_AGENT

PATIENCE = 30.0  # seconds for a connection or for the next bytes
LONGEST = 120.0  # seconds for a whole answer
LARGEST = 16 << 20  # bytes of a page
LARGEST_ROBOTS = 500 << 10  # bytes; RFC 9309 asks for no more to be read
_PAUSE = 1.0  # seconds between requests to anything but this machine
_HOPS = 5
_SOON = 14 * 86400  # seconds before a certificate's end
_LOOK = "look at it with a browser"
NOT_ASKED = "not asked"  # where of a trouble that was told before


class NotAskedError(Exception):
    """No page came. `trouble` says why and what to do."""

    def __init__(self, found: Trouble) -> None:
        super().__init__(found.words)
        self.trouble = found


@dataclass(frozen=True, slots=True)
class Answer:
    """A page under the board's own address, and the board's own address that answered after redirects."""

    page: Page
    final: str


@dataclass(slots=True)
class Asking:
    """One visit. `refused`: site -> why nothing more may be asked there."""

    origin: Origin
    refused: dict[str, str] = field(default_factory=dict)
    _rules: dict[str, Rules] = field(default_factory=dict)
    _delay: float = _PAUSE
    _last: float | None = None

    def sites(self) -> list[str]:
        """scheme://host:port of all that will be asked."""
        return [self.origin.base] if self.origin.base else sorted(self.origin.hosts)

    def reach(self, site: str) -> Iterator[Finding]:
        """Name, connection, TLS, and then robots.txt; after a failure nothing more is asked there."""
        try:
            yield from self._connection(site)
            yield from self._robots(site)
        except NotAskedError as error:
            yield self._refuse(site, *error.trouble)

    def page(self, url: str) -> Answer:
        """The page at a board's own address. Raises NotAskedError."""
        return self._followed(url, LARGEST)

    def _refuse(self, site: str, area: str, words: str, then: str) -> Finding:
        self.refused[site] = words
        return fail(3, f"{area} {urlsplit(site).netloc}", words, then)

    def _connection(self, site: str) -> Iterator[Finding]:
        parts = urlsplit(site)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if parts.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(host):
            yield warn(
                f"connection {parts.netloc}", "asked through a proxy, as the environment says: name and TLS were not looked at alone"
            )
            return
        try:
            found = sorted({str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
            yield ok(f"name {parts.netloc}", ", ".join(found))
            self._wait(site)
            with socket.create_connection((host, port), timeout=PATIENCE) as plain:
                if parts.scheme == "https":
                    with _context().wrap_socket(plain, server_hostname=host) as secure:
                        yield _certificate(parts.netloc, secure)
                else:
                    yield ok(f"connection {parts.netloc}", "answers, without TLS")
        except (OSError, ValueError) as error:
            raise NotAskedError(trouble(error)) from error

    def _robots(self, site: str) -> Iterator[Finding]:
        area, url = f"robots.txt {urlsplit(site).netloc}", f"{site}/robots.txt"
        answer = self._followed(url, LARGEST_ROBOTS)
        status = answer.page.status
        if status >= 500 or status == 429:
            yield self._refuse(site, "robots.txt", f"answers {status}: the site is not to be asked now", "try again later")
            return
        self._rules[site] = found = rules(answer.page, token(USER_AGENT))
        self._delay = max(self._delay, found.delay)
        said = "read" if status == 200 else f"answers {status}, so everything may be asked for"
        yield ok(area, f"{said}; Crawl-delay {f'{found.delay:g} s' if found.delay else 'none'}")

    def _followed(self, url: str, largest: int) -> Answer:
        """The first answer that is no redirect."""
        final = url
        for _ in range(_HOPS + 1):
            response = self._asked(final, largest)
            location = response.header("Location")
            if response.status not in (301, 302, 303, 307, 308) or not location:
                return Answer(Page(url, response.fetched_at, response.status, response.headers, response.body), final)
            try:
                final = self.origin.own(urljoin(self.origin.send(final), location), final)
            except ValueError as error:
                raise NotAskedError(Trouble("address", f"redirected to what is no address: {location[:200]}", _LOOK)) from error
        raise NotAskedError(Trouble("address", f"redirected more than {_HOPS} times", _LOOK))

    def _asked(self, url: str, largest: int) -> Page:
        sent = self.origin.send(url)
        site = "{0.scheme}://{0.netloc}".format(urlsplit(sent))
        if not self.origin.allows(sent):
            words = f"leads to {sent[:200]}, which is not on the allow-list; it was not contacted"
            raise NotAskedError(Trouble("address", words, "if the site moved there, write a boards file with its new address (--boards)"))
        if why := self.refused.get(site):
            raise NotAskedError(Trouble(NOT_ASKED, why, "see above"))
        if site in self._rules and not self._rules[site].allows(sent):
            words = f"robots.txt does not allow {sent}"
            raise NotAskedError(Trouble("robots.txt", words, "ask the site's operators whether they allow it; nothing else would be fair"))
        self._wait(site)
        try:
            return _fetched(sent, url, largest)
        except (OSError, HTTPException, ValueError) as error:
            raise NotAskedError(trouble(error)) from error

    def _wait(self, site: str) -> None:
        if self._last is not None and not is_loopback(site):
            time.sleep(max(0.0, self._last + self._delay - time.monotonic()))
        self._last = time.monotonic()


def _fetched(sent: str, url: str, largest: int) -> Page:
    """One request. Redirects, errors and codings come back as they are; file: and ftp: are not spoken."""
    opener = urllib.request.OpenerDirector()
    for handler in (urllib.request.ProxyHandler(), urllib.request.HTTPHandler(), urllib.request.HTTPSHandler(context=_context())):
        opener.add_handler(handler)
    opener.addheaders = []
    asked = urllib.request.Request(sent, headers={"User-Agent": USER_AGENT, "Accept": "text/html,*/*;q=0.8", "Accept-Encoding": "gzip"})
    with opener.open(asked, timeout=PATIENCE) as response:
        body = _body(response, largest)
        headers = tuple((name, value) for name, value in response.headers.items() if name.lower() != "transfer-encoding")
        return Page(url, now(), response.status, headers, body)  # http.client has undone the chunks


def _body(response: HTTPResponse, largest: int) -> bytes:
    """Whole, or an exception: http.client lets a cut body pass."""
    until, body = time.monotonic() + LONGEST, b""
    length = response.headers.get("Content-Length", "")
    declared = int(length) if re.fullmatch("[0-9]{1,15}", length) and not response.chunked else None
    while (declared is None or len(body) < declared) and (piece := response.read1(1 << 16)):
        body += piece
        if len(body) > largest:
            raise ValueError(f"the answer is larger than {largest >> 10:,} KiB")
        if time.monotonic() > until:
            raise TimeoutError
    if declared is not None and len(body) < declared:
        raise IncompleteRead(body, declared - len(body))
    return body


def _context() -> ssl.SSLContext:
    """As strict as Python's default, with the ciphers of the crawl."""
    context = ssl.create_default_context()
    context.set_ciphers(DOWNLOADER_CLIENT_TLS_CIPHERS)
    return context


def _certificate(netloc: str, secure: ssl.SSLSocket) -> Finding:
    shown = secure.getpeercert() or {}
    ends, until = str(shown.get("notAfter", "")), ssl.cert_time_to_seconds(str(shown["notAfter"])) if "notAfter" in shown else None
    words = f"{secure.version()}, a certificate that this machine trusts, valid until {ends}"
    if until is not None and until - time.time() < _SOON:
        return warn(f"TLS {netloc}", words, "its operators should renew it soon; crawls stop on that day")
    return ok(f"TLS {netloc}", words)
