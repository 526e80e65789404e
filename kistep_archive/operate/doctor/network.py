"""How `doctor` fetches: few requests, slowly, obeying robots.txt, only from allowed hosts. Standard library
only."""

import re
import socket
import ssl
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse, IncompleteRead
from urllib.parse import urljoin, urlsplit

from kistep_archive.clock import now
from kistep_archive.crawl.origin import Origin
from kistep_archive.crawl.settings import DOWNLOADER_CLIENT_TLS_CIPHERS
from kistep_archive.errors import ExitCode
from kistep_archive.http.response import Page
from kistep_archive.http.robots import Rules, rules, token
from kistep_archive.http.urls import is_loopback
from kistep_archive.operate.doctor.findings import DoctorFinding, fail, ok, warn
from kistep_archive.operate.doctor.tls_errors import Problem, problem_of
from kistep_archive.version import USER_AGENT

_PAUSE = 1.0  # seconds between requests to anything but this machine
_HOPS = 5
_SOON = 14 * 86400  # seconds before a certificate ends
_LOOK = "look at it with a browser"
SKIPPED = "skipped"  # the area of a problem that was reported before


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the probe waits, in seconds, how much it reads, in bytes, and who it says it is."""

    patience: float = 30.0  # for a connection or for the next bytes
    longest: float = 120.0  # for a whole response
    page: int = 16 << 20
    robots: int = 500 << 10  # RFC 9309 requires no more to be read
    agent: str = USER_AGENT


class ProbeError(Exception):
    """No page came. `problem` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.words)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class ProbedPage:
    """A page under the board's own address, and the address that answered after redirects."""

    page: Page
    final: str


@dataclass(slots=True)
class Probe:
    """One visit to the sites. `refused`: site -> why it must not be asked again."""

    origin: Origin
    limits: Limits = field(default_factory=Limits)
    sleep: Callable[[float], object] = time.sleep
    refused: dict[str, str] = field(default_factory=dict)
    _rules: dict[str, Rules] = field(default_factory=dict)
    _delay: float = _PAUSE
    _last: float | None = None

    def sites(self) -> list[str]:
        """scheme://host:port of every site that it will ask."""
        return [self.origin.base] if self.origin.base else sorted(self.origin.hosts)

    def reach(self, site: str) -> Iterator[DoctorFinding]:
        """Checks the name, the connection, TLS, and robots.txt. After a failure the site is not asked
        again."""
        try:
            yield from self._connection(site)
            yield from self._robots(site)
        except ProbeError as error:
            yield self._refuse(site, *error.problem)

    def page(self, url: str) -> ProbedPage:
        """The page at a board's own address. Raises ProbeError."""
        return self._follow(url, self.limits.page)

    def _refuse(self, site: str, area: str, words: str, advice: str) -> DoctorFinding:
        self.refused[site] = words
        return fail(ExitCode.INCOMPLETE, f"{area} {urlsplit(site).netloc}", words, advice)

    def _connection(self, site: str) -> Iterator[DoctorFinding]:
        parts = urlsplit(site)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if parts.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(host):
            words = "the environment names a proxy, so the host's name and TLS were not checked on their own"
            yield warn(f"connection {parts.netloc}", words)
            return
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            yield ok(f"name {parts.netloc}", ", ".join(sorted({str(info[4][0]) for info in infos})))
            self.wait(site)
            with socket.create_connection((host, port), timeout=self.limits.patience) as plain:
                if parts.scheme == "https":
                    with _context().wrap_socket(plain, server_hostname=host) as secure:
                        yield _certificate(parts.netloc, secure)
                else:
                    yield ok(f"connection {parts.netloc}", "answers, without TLS")
        except (OSError, ValueError) as error:
            raise ProbeError(problem_of(error)) from error

    def _robots(self, site: str) -> Iterator[DoctorFinding]:
        area, url = f"robots.txt {urlsplit(site).netloc}", f"{site}/robots.txt"
        page = self._follow(url, self.limits.robots).page
        if page.status >= 500 or page.status == 429:
            words = f"answers {page.status}: the site must not be asked now"
            yield self._refuse(site, "robots.txt", words, "try again later")
            return
        self._rules[site] = site_rules = rules(page, token(USER_AGENT))
        self._delay = max(self._delay, site_rules.delay)
        result = "read" if page.status == 200 else f"answers {page.status}, so every page may be fetched"
        yield ok(area, f"{result}; Crawl-delay {f'{site_rules.delay:g} s' if site_rules.delay else 'none'}")

    def _follow(self, url: str, largest: int) -> ProbedPage:
        """The first response that is not a redirect."""
        final = url
        for _ in range(_HOPS + 1):
            response = self._fetch(final, largest)
            location = response.header("Location")
            if response.status not in (301, 302, 303, 307, 308) or not location:
                page = Page(url, response.fetched_at, response.status, response.headers, response.body)
                return ProbedPage(page, final)
            try:
                final = self.origin.own(urljoin(self.origin.send(final), location), final)
            except ValueError as error:
                words = f"redirects to something that is not an address: {location[:200]}"
                raise ProbeError(Problem("address", words, _LOOK)) from error
        raise ProbeError(Problem("address", f"redirects more than {_HOPS} times", _LOOK))

    def _fetch(self, url: str, largest: int) -> Page:
        target = self.origin.send(url)
        site = "{0.scheme}://{0.netloc}".format(urlsplit(target))
        if not self.origin.allows(target):
            words = f"leads to {target[:200]}, a host that is not allowed; it was not contacted"
            advice = "if the site moved there, write a boards file with its new address (--boards)"
            raise ProbeError(Problem("address", words, advice))
        if reason := self.refused.get(site):
            raise ProbeError(Problem(SKIPPED, reason, "see above"))
        if site in self._rules and not self._rules[site].allows(target):
            advice = "ask the site's operators for permission; there is no other fair way"
            raise ProbeError(Problem("robots.txt", f"robots.txt does not allow {target}", advice))
        self.wait(site)
        try:
            return _request(target, url, largest, self.limits)
        except (OSError, HTTPException, ValueError) as error:
            raise ProbeError(problem_of(error)) from error

    def wait(self, site: str) -> None:
        """Waits until the site may be asked again."""
        if self._last is not None and not is_loopback(site):
            self.sleep(max(0.0, self._last + self._delay - time.monotonic()))
        self._last = time.monotonic()


def _request(target: str, url: str, largest: int, limits: Limits) -> Page:
    """One request to `target`, stored as `url`. Redirects, errors and encodings come back as they are. http
    and https only."""
    opener = urllib.request.OpenerDirector()
    opener.add_handler(urllib.request.ProxyHandler())
    opener.add_handler(urllib.request.HTTPHandler())
    opener.add_handler(urllib.request.HTTPSHandler(context=_context()))
    opener.addheaders = []
    accept = {"Accept": "text/html,*/*;q=0.8", "Accept-Encoding": "gzip"}
    request = urllib.request.Request(target, headers={"User-Agent": limits.agent, **accept})
    with opener.open(request, timeout=limits.patience) as response:
        body = _body(response, largest, limits.longest)
        headers = tuple(
            (name, value) for name, value in response.headers.items() if name.lower() != "transfer-encoding"
        )
        return Page(url, now(), response.status, headers, body)  # http.client has undone the chunks


def _body(response: HTTPResponse, largest: int, longest: float) -> bytes:
    """The whole body, or an exception: http.client accepts a truncated body."""
    until, body = time.monotonic() + longest, b""
    length = response.headers.get("Content-Length", "")
    declared = int(length) if re.fullmatch("[0-9]{1,15}", length) and not response.chunked else None
    while (declared is None or len(body) < declared) and (piece := response.read1(1 << 16)):
        body += piece
        if len(body) > largest:
            raise ValueError(f"the response is larger than {largest >> 10:,} KiB")
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


def _certificate(netloc: str, secure: ssl.SSLSocket) -> DoctorFinding:
    ends = str((secure.getpeercert() or {}).get("notAfter", ""))
    words = f"{secure.version()}, a certificate that this machine trusts, valid until {ends}"
    if ends and ssl.cert_time_to_seconds(ends) - time.time() < _SOON:
        return warn(
            f"TLS {netloc}", words, "the site's operators should renew it soon; crawls fail from that day on"
        )
    return ok(f"TLS {netloc}", words)
