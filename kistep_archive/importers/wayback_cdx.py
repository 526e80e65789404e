"""Chooses the requests to the Internet Archive: the searches for a board's captures, and the captures with
content of their own. Pure.

The answer to a search is lines of an index (CDX): address, instant, status and digest of each capture.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from kistep_archive.model.boards import Board, Catalogue
from kistep_archive.model.urls import locate

_NOT_200 = "!statuscode:[1345].."  # without excluding revisits, whose status is "-"


@dataclass(frozen=True, slots=True)
class KnownCapture:
    """A capture as the CDX server lists it. `address` is the same for all spellings of `url`; `status` is
    None for a revisit."""

    url: str
    at: datetime
    address: str
    digest: str
    status: int | None

    @property
    def instant(self) -> str:
        """`YYYY-MM-DDTHH:MM:SSZ`, as the page's `fetched_at` will be."""
        return f"{self.at.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def searches(boards: Iterable[Board]) -> Iterator[tuple[str, list[str]]]:
    """(beginning of an address, filters) for each search. The server's index ignores scheme, `www.` and upper
    case, so that one beginning stands for all spellings, those with a session id in the path included. A
    filter's pattern must match the whole field."""
    for place in (board.location() for board in boards):
        if place.layout == "jsp":
            yield f"{place.host}{place.prefix}", [_NOT_200]
            continue
        names = [
            f"{key}={re.escape(value)}" for key, value in (("bid", place.bid), ("mid", place.place)) if value
        ]
        # Board.es, and the downloads and pictures whose scripts begin with the same word.
        for script in dict.fromkeys(("board", place.script, "menu.es")):
            yield f"{place.host}{place.prefix}{script}", [_NOT_200, f"original:.*({'|'.join(names)}).*"]


def known(
    url: str, at: datetime, status: int | None, digest: str, catalogue: Catalogue
) -> KnownCapture | None:
    """The capture of a line, None if it is of no board or useless."""
    place = locate(url)
    if place is None or place.kind == "other" or catalogue.board(url) is None:
        return None
    return KnownCapture(url, at, address(url, catalogue), digest, status)


def address(url: str, catalogue: Catalogue) -> str:
    """The canonical spelling of an address; that of a picture stays as it is."""
    place = locate(url)
    return url if place is None or place.kind == "image" else catalogue.canonical(url)


def select(captures: Iterable[KnownCapture]) -> list[KnownCapture]:
    """The captures with status 200, oldest first. Of captures in a row with equal bytes at one address, only
    the first and the last: those between show nothing new."""
    chosen = list[KnownCapture]()
    in_order = sorted(_answered(list(captures)), key=lambda one: (one.address, one.at))
    for _, run in groupby(in_order, key=lambda one: (one.address, one.digest)):
        same = list(run)
        chosen += same[:1] + same[1:][-1:]
    return sorted(chosen, key=lambda one: (one.at, one.url))


def _answered(captures: list[KnownCapture]) -> list[KnownCapture]:
    """The captures with status 200, and the revisits of the same bytes. Any other revisit might be of an
    error page."""
    good = {(capture.address, capture.digest) for capture in captures if capture.status == 200}
    return [capture for capture in captures if (capture.address, capture.digest) in good]
