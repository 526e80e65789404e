"""Fetches captures from the Internet Archive: searches them with its CDX server, fetches them one by one, and
writes them to a WARC file for an import.

Not tested against the real service, only against a stand-in on this machine. The library `wayback` sends the
requests, with its own rate limits and retries; this module chooses the requests, and stores the bytes as
delivered."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import wayback
from requests import PreparedRequest, RequestException, Response
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from wayback.exceptions import RateLimitError, WaybackException, WaybackRetryError

from kistep_archive.clock import now
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.http.response import Page, digest, uri
from kistep_archive.http.urls import is_loopback, whole
from kistep_archive.importers.wayback_cdx import KnownCapture, known, searches, select
from kistep_archive.model.boards import Board, Catalogue
from kistep_archive.version import USER_AGENT
from kistep_archive.warc.replay_urls import memento_instant
from kistep_archive.warc.writer import Writer

ARCHIVE = "https://web.archive.org"
LARGEST = 120 << 20  # bytes of a body: `captures` reads no record of more than 128 MiB
LONGEST_WAIT = 600  # seconds; if the service wants more, the download stops

_FAILURES = (WaybackException, RequestException, HTTPError, ValueError)
# the service refuses or is down: more requests would be rude and useless
_AWAY = (RateLimitError, WaybackRetryError)
_TOLD_EVERY = 50

ReplyT = TypeVar("ReplyT")


@dataclass(frozen=True, slots=True)
class FailedCapture:
    """A capture that could not be fetched, or a failed search (`at` is empty then), and why."""

    url: str
    at: str
    reason: str


@dataclass(slots=True)
class WaybackDownload:
    """The result. `found`: captures of the boards with content of their own; `held`: those of them that the
    archive has already. `stopped`: why the download stopped early."""

    searched: int = 0
    found: int = 0
    held: int = 0
    fetched: int = 0
    failed: list[FailedCapture] = field(default_factory=list)
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class _Download:
    """What one call of `fetch` needs for its requests, and where it counts and reports."""

    client: Any
    catalogue: Catalogue
    service: str
    done: WaybackDownload
    tell: Callable[[str], None]
    largest: int  # bytes of a body


def fetch(
    boards: Sequence[Board],
    into: Path,
    *,
    since: str | None,
    until: str | None,
    service: str = "",
    held: Callable[[str, str], bool],
    tell: Callable[[str], None],
    largest: int = LARGEST,
) -> WaybackDownload:
    """Writes the boards' captures, oldest first, to the new WARC file `into` (`*.warc.gz`), which is complete
    even after an early stop; without a capture to fetch there is no file.

    `since` and `until` are days (`YYYY-MM-DD`) of capture, inclusive. `held(url, instant)` says whether a
    capture is in the archive, by the `url` and `fetched_at` of its page. `service` is the origin of a
    stand-in, on this machine only. Raises ArchiveError: 2 for another `service`, 5 if the file cannot be
    written."""
    done = WaybackDownload()
    with wayback.WaybackClient(session(service)) as client:
        download = _Download(client, Catalogue(tuple(boards)), service or ARCHIVE, done, tell, largest)
        wanted = select(_searched(download, since, until))
        left = [capture for capture in wanted if not held(uri(capture.url), capture.instant)]
        done.found, done.held = len(wanted), len(wanted) - len(left)
        if left and not done.stopped:
            try:
                _fetch_into(into, download, left)
            except OSError as error:
                raise ArchiveError(
                    f"{into}: {error.strerror or error}; set TMPDIR to a folder with more room",
                    ExitCode.STORE_UNHEALTHY,
                ) from error
    return done


def _fetch_into(into: Path, download: _Download, captures: list[KnownCapture]) -> None:
    writer = Writer(into.parent, into.name.removesuffix(".warc.gz"))
    with closing(writer):
        writer.info(
            {"software": USER_AGENT, "service": download.service, "format": "WARC File Format 1.1"}, now()
        )
        _fetch_each(download, captures, writer)


def session(service: str = "") -> Any:
    """The library's session: for the Internet Archive with the library's own limits and retries, for a
    stand-in without any pause."""
    if not service:
        return wayback.WaybackSession(user_agent=f"{USER_AGENT} wayback/{wayback.__version__}")
    parts = whole(service)
    if (
        parts is None
        or parts.scheme != "http"
        or not is_loopback(service)
        or parts.path.strip("/")
        or parts.query
    ):
        raise ArchiveError(
            f"--service {service}: a stand-in for the Internet Archive must be on this machine; write "
            "http://127.0.0.1:PORT",
            ExitCode.USAGE,
        )
    made = wayback.WaybackSession(
        user_agent=USER_AGENT, search_calls_per_second=0, memento_calls_per_second=0, backoff=0
    )
    made.mount(f"{ARCHIVE}/", _StandIn(f"http://{parts.netloc}"))
    return made


class _StandIn(HTTPAdapter):
    """Sends the requests to a stand-in. The library knows only the address of the Internet Archive, and sees
    that one in the responses."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self._origin = origin

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        there = request.copy()
        there.url = self._origin + request.path_url
        response = super().send(there, *args, **kwargs | {"proxies": {}})
        response.url, response.request = str(request.url), request
        return response


def _searched(download: _Download, since: str | None, until: str | None) -> list[KnownCapture]:
    """All captures of the boards' addresses, each once."""
    found = dict[tuple[str, datetime], KnownCapture]()
    days = {
        "from_date": f"{since.replace('-', '')}000000" if since else None,
        "to_date": f"{until.replace('-', '')}235959" if until else None,
    }
    for address, filters in searches(download.catalogue.rows):
        download.done.searched += 1
        try:
            search = partial(
                download.client.search, address, match_type="prefix", filter_field=filters, **days
            )
            records = _patiently(lambda ask=search: list(ask()), download.tell)  # type: ignore[misc]
        except _FAILURES as error:
            _note(download, FailedCapture(address, "", _reason(error)), error)
            if download.done.stopped:
                break
            continue
        of_boards = [
            capture for capture in (_known(record, download.catalogue) for record in records) if capture
        ]
        found |= {(capture.url, capture.at): capture for capture in of_boards}
        download.tell(f"{address}: {len(records)} captures, {len(of_boards)} of them of the boards")
    return list(found.values())


def _known(record: Any, catalogue: Catalogue) -> KnownCapture | None:
    return known(record.original, record.timestamp, record.statuscode, record.digest, catalogue)


def _fetch_each(download: _Download, captures: list[KnownCapture], writer: Writer) -> None:
    download.client.session.stream = True  # bodies are read here, as delivered; the library would unpack them
    latest = deque[Response](maxlen=1)
    download.client.session.hooks["response"].append(lambda response, *_, **__: latest.append(response))
    for count, capture in enumerate(captures, start=1):
        try:
            response, page = _patiently(partial(_memento, download, capture, latest), download.tell)
        except _FAILURES as error:
            _note(download, FailedCapture(capture.url, capture.instant, _reason(error)), error)
            if download.done.stopped:
                return
            continue
        protocol = "HTTP/1.0" if response.raw.version == 10 else "HTTP/1.1"
        writer.response(
            page,
            digest(page.body),
            protocol=protocol,
            ip="",
            asked=_asked(response),
            said={"service": download.service},
        )
        download.done.fetched += 1
        if count % _TOLD_EVERY == 0 or count == len(captures):
            download.tell(f"{count} of {len(captures)} captures requested")


def _memento(download: _Download, capture: KnownCapture, latest: deque[Response]) -> tuple[Response, Page]:
    """The response and its page, under the address of the replay. Raises one of _FAILURES if it is not
    that capture, or incomplete."""
    try:
        memento = download.client.get_memento(capture.url, timestamp=capture.at, follow_redirects=False)
        response, at = latest[-1], now()
        if memento.status_code != 200:
            raise ValueError(
                f"the Internet Archive answered with status {memento.status_code} instead of 200"
            )
        if memento_instant(response.headers.items()) != capture.instant:
            raise ValueError(
                f"the Internet Archive sent another capture, of {response.headers['Memento-Datetime']}"
            )
        if memento.url != capture.url and download.catalogue.canonical(memento.url) != capture.address:
            raise ValueError(f"the Internet Archive sent a capture of another address, {memento.url}")
        # the library escapes other letters
        url = f"{ARCHIVE}/web/{capture.at:%Y%m%d%H%M%S}id_/{capture.url}"
        return response, Page(
            url, at, 200, tuple(response.raw.headers.items()), _body(response, download.largest)
        )
    finally:
        for response in latest:
            response.close()


def _body(response: Response, largest: int) -> bytes:
    """The body as delivered, still compressed if it came so. Raises HTTPError if it is truncated, ValueError
    if it is too large."""
    pieces, size = list[bytes](), 0
    for piece in response.raw.stream(1 << 16, decode_content=False):
        pieces.append(piece)
        size += len(piece)
        if size > largest:
            raise ValueError(f"larger than {largest >> 20} MiB")
    return b"".join(pieces)


def _asked(response: Response) -> bytes:
    """The request as it was sent to the Internet Archive."""
    request = response.request
    lines = [f"{request.method} {request.path_url} HTTP/1.1", f"Host: {urlsplit(str(request.url)).netloc}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def _patiently(ask: Callable[[], ReplyT], tell: Callable[[str], None]) -> ReplyT:
    """The answer. If the service says "too many requests" (429), waits as long as it wants and tries once
    more."""
    try:
        return ask()
    except OverflowError as error:  # the library stumbles over a Retry-After beyond all calendars
        raise RateLimitError(None, None) from error
    except RateLimitError as error:
        if error.retry_after > LONGEST_WAIT:
            raise
        tell(f"the Internet Archive asks for a pause of {error.retry_after} s; waiting")
        time.sleep(error.retry_after)
        return ask()


def _note(download: _Download, failed: FailedCapture, error: BaseException) -> None:
    download.done.failed.append(failed)
    download.tell(f"{failed.url} {failed.at or '(search)'}: {failed.reason}")
    if isinstance(error, _AWAY):
        download.done.stopped = failed.reason


def _reason(error: BaseException) -> str:
    return " ".join((str(error) or type(error).__name__).split())[:300]
