"""What a response means: messages from the spider, which decides it, to the pipeline, which stores it."""

from dataclasses import dataclass

from scrapy.exceptions import IgnoreRequest

from kistep_archive.crawl.fetch import Fetch, Fetched
from kistep_archive.model.boards import Board
from kistep_archive.model.items import Listing, ParsedPost
from kistep_archive.model.outcomes import Outcome, PageKind, Verdict, WalkEnd
from kistep_archive.warc.location import Evidence


@dataclass(frozen=True, slots=True)
class PostRead:
    """A post was read."""

    board: Board
    fetch: Fetch
    post: ParsedPost
    kept: Evidence


@dataclass(frozen=True, slots=True)
class ListingRead:
    """A page of rows was read."""

    board: Board
    listing: Listing
    kept: Evidence


@dataclass(frozen=True, slots=True)
class FileRead:
    """The bytes of a file or an image came."""

    board: Board
    fetch: Fetch
    fetched: Fetched


@dataclass(frozen=True, slots=True)
class FileGone:
    """The site has no such file."""

    board: Board
    fetch: Fetch
    kept: Evidence


@dataclass(frozen=True, slots=True)
class PostGone:
    """A post's own page says that it is gone; `reason` where that is a failure."""

    board: Board
    fetch: Fetch
    kept: Evidence
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PostsMissed:
    """Posts that should have been met and were not; `held` posts are held of this board and layout."""

    board: Board
    numbers: tuple[int, ...]
    held: int


@dataclass(frozen=True, slots=True)
class WalkOver:
    """A walk over a board's listing came to its end."""

    board: Board
    ended: WalkEnd


@dataclass(frozen=True, slots=True)
class NoRows:
    """An answer, or none, that becomes no rows: what it came to. `reason` is given when it is a failure, `verdict` is what that makes of
    the run, `stop` when nothing more may be asked."""

    url: str
    kind: PageKind
    kept: Evidence | None
    outcome: Outcome
    reason: str = ""
    verdict: Verdict = Verdict.INCOMPLETE
    stop: bool = False


Message = PostRead | ListingRead | FileRead | FileGone | PostGone | PostsMissed | WalkOver | NoRows


class NotAsked(IgnoreRequest):
    """A request that is not sent, and which outcome that is."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome


def describe(error: BaseException) -> str:
    """A network error in words: the innermost cause, not the layers around it."""
    reasons = getattr(error, "reasons", None)
    inner = getattr(reasons[0], "value", None) if reasons else error.__cause__
    if inner is not None and inner is not error:
        return describe(inner)
    words = str(error).strip().rstrip(".") or (type(error).__doc__ or type(error).__name__).strip().splitlines()[0].rstrip(".")
    return " ".join(words.split())
