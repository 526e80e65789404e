"""A request's data and its response. Both are stored in the request's `meta`, under one key each."""

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from kistep_archive.http.response import Page
from kistep_archive.model.boards import BoardKey
from kistep_archive.model.items import ListedRow
from kistep_archive.model.outcomes import PageKind
from kistep_archive.warc.location import Evidence

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

_FETCH, _FETCHED = "fetch", "fetched"


class Purpose(Enum):
    """Why the crawl requests a page: a listing shows it or an earlier run failed to read it (NEW), a visit is
    due (DUE), the guards need a comparison (WITNESS), or the listing cannot be read (PROBE)."""

    NEW = auto()
    DUE = auto()
    WITNESS = auto()
    PROBE = auto()


@dataclass(frozen=True, slots=True)
class Fetch:
    """One requested resource. `url` is the board's own address of the current request, `address` the first
    one, before any redirect; `number` is a post's number or a listing's page; `row` is the listing row
    that led to a post; `name` is a file's name as its post lists it."""

    url: str
    address: str
    kind: PageKind
    board: BoardKey = ("", "")
    number: int = 0
    row: ListedRow | None = None
    name: str = ""
    purpose: Purpose = Purpose.NEW
    redirects: int = 0
    tries: int = 1  # how often it was sent; it is sent again if no response came, or one that says "later"
    rereads: int = 0  # how often it was requested again because its page was truncated
    sent: str = ""  # the instant at which it went to the network, before the connection was opened


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A response: the page, and its place in the evidence."""

    page: Page
    evidence: Evidence


def meta(fetch: Fetch) -> dict[str, Any]:
    """The `meta` of a new request."""
    return {_FETCH: fetch}


def fetch_of(request: "Request") -> Fetch:
    """The fetch of a request."""
    fetch: Fetch = request.meta[_FETCH]
    return fetch


def change(request: "Request", **changes: Any) -> Fetch:
    """Changes the fetch of a request in place. Returns the new one."""
    request.meta[_FETCH] = fetch = replace(fetch_of(request), **changes)
    return fetch


def changed_meta(request: "Request", **changes: Any) -> dict[str, Any]:
    """The `meta` of a new request that replaces this one and was not sent yet."""
    return {**request.meta, _FETCH: replace(fetch_of(request), sent="", **changes)}


def attach(request: "Request", fetched: FetchedPage) -> None:
    """Attaches the response to its request."""
    request.meta[_FETCHED] = fetched


def fetched_of(request: "Request") -> FetchedPage:
    """The response to a request."""
    fetched: FetchedPage = request.meta[_FETCHED]
    return fetched


def exchange(response: "Response") -> tuple[Fetch, FetchedPage]:
    """The fetch and the response to it."""
    return response.meta[_FETCH], response.meta[_FETCHED]


def archived(response: "Response") -> FetchedPage | None:
    """The response, if it is in the evidence already."""
    fetched: FetchedPage | None = response.meta.get(_FETCHED) if response.request is not None else None
    return fetched
