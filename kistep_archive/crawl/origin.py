"""Who asks, and where requests are really sent: the boards' own hosts, or an origin that answers for them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.http.urls import is_loopback, whole
from kistep_archive.model.boards import Board


@dataclass(frozen=True, slots=True)
class Origin:
    """Where requests are really sent: `base` is "" for the boards' own hosts, or another scheme://host:port that answers for them."""

    base: str
    hosts: frozenset[str]  # scheme://host:port of the boards

    def send(self, url: str) -> str:
        """The address to ask for a board's own address."""
        own = _site(url)
        return self.base + url[len(own) :] if self.base and own in self.hosts else url

    def own(self, url: str, beside: str) -> str:
        """The board's own address for one on the origin; `beside` is an own address on the same host."""
        return _site(beside) + url[len(self.base) :] if self.base and _site(url) == self.base else url

    def allows(self, url: str) -> bool:
        """Whether a request to this address, as it will be sent, stays on the allow-list of scheme, host and port."""
        return _site(url) in ({self.base} if self.base else self.hosts)


def origin(base: str, boards: Iterable[Board]) -> Origin:
    """Where requests to these boards go; "" for `base` is their own hosts. Raises ArchiveError (2) for what else is no origin."""
    return Origin(base and plain(base), frozenset(_site(board.address) for board in boards))


def plain(base: str) -> str:
    """scheme://host:port of a plain http(s) origin. Raises ArchiveError (2) for anything else, also for an empty text."""
    parts = whole(base)
    if parts is None or parts.path.strip("/") or parts.query or parts.fragment:
        leave = "" if base else ", or leave the option out"
        raise ArchiveError(f"--origin {base or repr(base)}: not an origin; write http://HOST:PORT without a path{leave}", ExitCode.USAGE)
    return f"{parts.scheme}://{parts.netloc}"


def check_delay(delay: float, base: str) -> None:
    """Raises ArchiveError (2) for what is no number of seconds, and for less than one between requests to anything but this machine."""
    if not 0 <= delay < math.inf:
        raise ArchiveError(f"--delay {delay:g}: not a number of seconds; write it as 1.5", ExitCode.USAGE)
    if delay < 1 and not is_loopback(base):
        raise ArchiveError(f"--delay {delay:g}: below 1 second only together with an --origin on loopback", ExitCode.USAGE)


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
