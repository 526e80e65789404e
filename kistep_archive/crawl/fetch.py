"""What travels with a request, and what came back. Both lie in the request's `meta`, under one key each."""

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
    """Why a post is asked for: a listing shows it or an earlier run owes it, a visit is due, or it is to bear witness."""

    NEW = auto()
    DUE = auto()
    WITNESS = auto()


@dataclass(frozen=True, slots=True)
class Fetch:
    """One thing that is asked for. `url` is the board's own address of what is asked now, `asked` the first one, before any redirect;
    `number` a post's, or a listing's page; `row` the listing row that led to a post; `name` a file's, as its post lists it."""

    url: str
    asked: str
    kind: PageKind
    board: BoardKey = ("", "")
    number: int = 0
    row: ListedRow | None = None
    name: str = ""
    purpose: Purpose = Purpose.NEW
    redirects: int = 0
    tries: int = 1  # times that it was sent because no answer, or a "later", came
    rereads: int = 0  # times that it was asked again because its page was not whole
    sent: str = ""  # the instant at which it was handed to the network, before a connection is made for it


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response: the page, and where it is kept as evidence."""

    page: Page
    kept: Evidence


def meta(fetch: Fetch) -> dict[str, Any]:
    """The `meta` of a new request."""
    return {_FETCH: fetch}


def fetch_of(request: "Request") -> Fetch:
    """What a request asks for."""
    fetch: Fetch = request.meta[_FETCH]
    return fetch


def change(request: "Request", **changes: Any) -> Fetch:
    """Changes what travels with a request, in place. Returns what it is now."""
    request.meta[_FETCH] = fetch = replace(fetch_of(request), **changes)
    return fetch


def changed(request: "Request", **changes: Any) -> dict[str, Any]:
    """The `meta` of a request that takes this one's place; it was not sent yet."""
    return {**request.meta, _FETCH: replace(fetch_of(request), sent="", **changes)}


def keep(request: "Request", fetched: Fetched) -> None:
    """Notes what came."""
    request.meta[_FETCHED] = fetched


def came(request: "Request") -> Fetched:
    """What came for a request."""
    fetched: Fetched = request.meta[_FETCHED]
    return fetched


def answer(response: "Response") -> tuple[Fetch, Fetched]:
    """What was asked for, and what came."""
    return response.meta[_FETCH], response.meta[_FETCHED]


def kept(response: "Response") -> Fetched | None:
    """What came, if it was kept already."""
    fetched: Fetched | None = response.meta.get(_FETCHED) if response.request is not None else None
    return fetched
