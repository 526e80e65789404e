"""What a request came to: the messages from the spider, which knows what an answer means, to the pipeline, which stores it."""

from dataclasses import dataclass

from kistep_archive.http.response import Page
from kistep_archive.model.boards import Board
from kistep_archive.model.items import Listing, Post
from kistep_archive.warc.location import Evidence


@dataclass(frozen=True, slots=True)
class PostRead:
    """A post was read."""

    board: Board
    url: str
    post: Post
    kept: Evidence
    row: str | None


@dataclass(frozen=True, slots=True)
class ListingRead:
    """A page of rows was read."""

    board: Board
    listing: Listing
    kept: Evidence


@dataclass(frozen=True, slots=True)
class FileRead:
    """The bytes of a file or an image came; `page` holds them. `gone`: the site has no such file."""

    url: str
    kind: str
    page: Page
    kept: Evidence
    board: Board
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Missed:
    """Posts that should have been met and were not; `held` posts are held of this board and layout."""

    board: Board
    numbers: tuple[int, ...]
    held: int


@dataclass(frozen=True, slots=True)
class PostGone:
    """A post's own page says that it is gone; `reason` where that is a failure."""

    board: Board
    number: int
    url: str
    kept: Evidence
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Walked:
    """A walk over a board's listing came to its end: how, as `run_log.Walked` calls it."""

    board: Board
    ended: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A response that changes no post; `reason` when it is a failure, `verdict` what that makes of the run, `stop` when nothing more
    may be asked."""

    url: str
    kind: str
    kept: Evidence | None
    outcome: str
    reason: str = ""
    verdict: str = "incomplete"
    stop: bool = False


def describe(error: BaseException) -> str:
    """A network error in words: the innermost cause, not the layers around it."""
    reasons = getattr(error, "reasons", None)
    inner = getattr(reasons[0], "value", None) if reasons else error.__cause__
    if inner is not None and inner is not error:
        return describe(inner)
    words = str(error).strip().rstrip(".") or (type(error).__doc__ or type(error).__name__).strip().splitlines()[0].rstrip(".")
    return " ".join(words.split())
