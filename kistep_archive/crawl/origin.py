"""Where the crawl sends its requests: to the boards' own hosts, or to an origin that stands in for them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.http.urls import is_loopback, split_web_url
from kistep_archive.model.boards import Board


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the crawl sends its requests. `base` is "" for the boards' own hosts, or the scheme://host:port
    that stands in for them."""

    base: str
    hosts: frozenset[str]  # scheme://host:port of the boards

    def send(self, url: str) -> str:
        """The address to send a request to, for a board's own address."""
        own = _site(url)
        return self.base + url[len(own) :] if self.base and own in self.hosts else url

    def own(self, url: str, beside: str) -> str:
        """The board's own address for an address on the origin; `beside` is an own address on the same
        host."""
        return _site(beside) + url[len(self.base) :] if self.base and _site(url) == self.base else url

    def allows(self, url: str) -> bool:
        """Whether a request to this address, as it will be sent, stays on the allow-list of scheme, host and
        port."""
        return _site(url) in ({self.base} if self.base else self.hosts)


def origin(base: str, boards: Iterable[Board]) -> Origin:
    """The origin for requests to these boards; "" for `base` means their own hosts. Raises ArchiveError (2)
    if `base` is not an origin."""
    return Origin(base and plain(base), frozenset(_site(board.address) for board in boards))


def plain(base: str) -> str:
    """scheme://host:port of a plain http(s) origin. Raises ArchiveError (2) for anything else, also for an
    empty text."""
    parts = split_web_url(base)
    if parts is None or parts.path.strip("/") or parts.query or parts.fragment:
        omit = "" if base else ", or omit the option"
        words = f"--origin {base or repr(base)}: not an origin; write http://HOST:PORT without a path{omit}"
        raise ArchiveError(words, ExitCode.USAGE)
    return f"{parts.scheme}://{parts.netloc}"


def check_delay(delay: float, origin: Origin) -> None:
    """Raises ArchiveError (2) if the delay is not a number of seconds, or is less than one second for
    requests to another machine."""
    if not 0 <= delay < math.inf:
        raise ArchiveError(f"--delay {delay:g}: not a number of seconds; write it as 1.5", ExitCode.USAGE)
    if delay < 1 and not all(map(is_loopback, [origin.base] if origin.base else origin.hosts)):
        words = (
            f"--delay {delay:g}: less than 1 second is allowed only for requests to this machine; choose an "
            "--origin on loopback"
        )
        raise ArchiveError(words, ExitCode.USAGE)


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
