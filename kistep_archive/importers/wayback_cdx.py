"""What to ask the Internet Archive for: the searches that find a board's captures, and which of these say
something of their own. Pure.

A search is answered with lines of an index (CDX): address, instant, status and digest of each capture.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from kistep_archive.model.boards import Board, Catalogue
from kistep_archive.model.urls import locate

_NOT_200 = "!statuscode:[1345].."  # a revisit has "-" for a status: it is wanted


@dataclass(frozen=True, slots=True)
class KnownCapture:
    """A capture as the CDX server lists it. `address` is one spelling for all those of `url`; `status` is
    None of a revisit."""

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
        for script in ("board", "menu.es"):
            yield f"{place.host}{place.prefix}{script}", [_NOT_200, f"original:.*({'|'.join(names)}).*"]


def known(
    url: str, at: datetime, status: int | None, digest: str, catalogue: Catalogue
) -> KnownCapture | None:
    """The capture of a line, None where it is of no board or of no use."""
    place = locate(url)
    if place is None or place.kind == "other" or catalogue.board(url) is None:
        return None
    return KnownCapture(url, at, address(url, catalogue), digest, status)


def address(url: str, catalogue: Catalogue) -> str:
    """One spelling for all of an address; a picture's has its own only."""
    place = locate(url)
    return url if place is None or place.kind == "image" else catalogue.canonical(url)


def worth_asking_for(captures: Iterable[KnownCapture]) -> list[KnownCapture]:
    """The captures that were answered with 200, oldest first; of each run of equal bytes under one address
    the first and the last, for what is between says nothing new."""
    kept = list[KnownCapture]()
    in_order = sorted(_answered(list(captures)), key=lambda one: (one.address, one.at))
    for _, run in groupby(in_order, key=lambda one: (one.address, one.digest)):
        same = list(run)
        kept += same[:1] + same[1:][-1:]
    return sorted(kept, key=lambda one: (one.at, one.url))


def _answered(captures: list[KnownCapture]) -> list[KnownCapture]:
    """Those answered with 200, and the revisits of the same bytes. A revisit of what is not among them might
    be of an error page."""
    good = {(capture.address, capture.digest) for capture in captures if capture.status == 200}
    return [capture for capture in captures if (capture.address, capture.digest) in good]
