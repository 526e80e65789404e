"""The messages that the spider sends to the pipeline: the spider decides what a response means, the pipeline
stores it."""

import os
from dataclasses import dataclass

from scrapy.exceptions import IgnoreRequest
from twisted.internet import error as network

from kistep_archive.crawl.fetch import Fetch, FetchedPage
from kistep_archive.model.boards import Board, BoardKey
from kistep_archive.model.items import Listing, ParsedPost
from kistep_archive.model.outcomes import Outcome, PageKind, Verdict, WalkEnd
from kistep_archive.warc.location import Evidence

KEY_HELPS = (
    "The site sets a cookie. If the board shows its pages only with cookies, write requires_cookies = true "
    "for it in a boards file (docs/skins.md)."
)


_WORDS: dict[type[BaseException], str] = {  # for errors whose own words mean nothing to a user
    network.TimeoutError: "no whole answer came in time",
    network.ConnectionLost: "the connection broke before the answer ended",
    network.ConnectionDone: "the site closed the connection before the answer ended",
}


@dataclass(frozen=True, slots=True)
class PostRead:
    """The spider read a post."""

    board: Board
    fetch: Fetch
    post: ParsedPost
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ListingRead:
    """The spider read a page of a listing."""

    board: Board
    listing: Listing
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class FileRead:
    """The spider received a file or an image."""

    board: Board
    fetch: Fetch
    fetched: FetchedPage


@dataclass(frozen=True, slots=True)
class FileGone:
    """The site has no such file."""

    board: Board
    fetch: Fetch
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class PostGone:
    """A post's own page says that the post is gone; `reason` is not empty if that is a failure."""

    board: Board
    fetch: Fetch
    evidence: Evidence
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PostsMissed:
    """Posts that the walk should have met and did not. `present` is how many posts the archive has of this
    board and layout."""

    board: Board
    numbers: tuple[int, ...]
    present: int


@dataclass(frozen=True, slots=True)
class WalkOver:
    """A walk over a board's listing ended. `off`: by how many posts the declared total is higher than what
    the walk met; `note`: what the user reads of it, or ""."""

    board: Board
    ended: WalkEnd
    off: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class NoRows:
    """A response that makes no rows, or a request without a response, and its outcome. `reason` is not empty
    if it is a failure; `verdict` is what a failure makes of the run; `stop` ends the run's requests to its
    host. `wall` are the addresses, with their boards, that all gave this answer: it is no page of the
    site. `board` is the name of the board that it was requested for, "" if its address says so."""

    url: str
    kind: PageKind
    evidence: Evidence | None
    outcome: Outcome
    reason: str = ""
    verdict: Verdict = Verdict.INCOMPLETE
    stop: bool = False
    wall: tuple[tuple[str, BoardKey], ...] = ()
    board: str = ""


Message = PostRead | ListingRead | FileRead | FileGone | PostGone | PostsMissed | WalkOver | NoRows


class RequestRefused(IgnoreRequest):
    """A request that the crawl refuses to send, with its outcome."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome


def describe(error: BaseException) -> str:
    """A network error in words: the innermost cause, without the layers around it."""
    reasons = getattr(error, "reasons", None)
    inner = getattr(reasons[0], "value", None) if reasons else error.__cause__
    if inner is not None and inner is not error:
        return describe(inner)
    if words := next((words for kind, words in _WORDS.items() if isinstance(error, kind)), None):
        return words
    if number := getattr(error, "osError", None):  # Twisted says it in its own words and in the system's
        return os.strerror(number).lower()
    text = str(error).strip().rstrip(".") or (
        type(error).__doc__ or type(error).__name__
    ).strip().splitlines()[0].rstrip(".")
    return " ".join(text.split())
