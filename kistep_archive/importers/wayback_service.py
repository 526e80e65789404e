"""The Internet Archive as a service: its session, its patience, and its replies.

The library `wayback` sends the requests, with its own rate limits and retries. Not tested against the real
service, only against a stand-in on this machine."""

import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import wayback
from requests import PreparedRequest, RequestException, Response
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from wayback.exceptions import RateLimitError, WaybackException, WaybackRetryError

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.http.urls import is_loopback, split_web_url
from kistep_archive.version import USER_AGENT

WEB_ARCHIVE = "https://web.archive.org"
LONGEST_WAIT = 600  # seconds; if the service wants more, the download stops

FAILURES = (WaybackException, RequestException, HTTPError, ValueError)
# the service refuses or is down: more requests would be rude and useless
AWAY = (RateLimitError, WaybackRetryError)
ReplyT = TypeVar("ReplyT")


def session(service: str = "") -> Any:
    """The library's session: for the Internet Archive with the library's own limits and retries, for a
    stand-in without any pause."""
    if not service:
        return wayback.WaybackSession(user_agent=f"{USER_AGENT} wayback/{wayback.__version__}")
    parts = split_web_url(service)
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
    made.mount(f"{WEB_ARCHIVE}/", _StandIn(f"http://{parts.netloc}"))
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


def body(response: Response, largest: int) -> bytes:
    """The body as delivered, still compressed if it came so. Raises HTTPError if it is truncated, ValueError
    if it is too large."""
    pieces, size = list[bytes](), 0
    for piece in response.raw.stream(1 << 16, decode_content=False):
        pieces.append(piece)
        size += len(piece)
        if size > largest:
            raise ValueError(f"larger than {largest >> 20} MiB")
    return b"".join(pieces)


def request_bytes(response: Response) -> bytes:
    """The request as it was sent to the Internet Archive."""
    request = response.request
    lines = [f"{request.method} {request.path_url} HTTP/1.1", f"Host: {urlsplit(str(request.url)).netloc}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def patiently(ask: Callable[[], ReplyT], tell: Callable[[str], None]) -> ReplyT:
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


def reason(error: BaseException) -> str:
    """Why a request failed, on one line."""
    return " ".join((str(error) or type(error).__name__).split())[:300]
