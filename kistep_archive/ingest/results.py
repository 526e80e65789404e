"""What a response becomes: a post, a listing, a file, or an outcome. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kistep_archive.evidence.events import LoggedResponse, RunStart
from kistep_archive.http import media_types
from kistep_archive.http.file_types import contradiction
from kistep_archive.http.response import Page, PageError, content, file_name
from kistep_archive.model.boards import Board
from kistep_archive.model.items import Listing, Notice, ParsedPost
from kistep_archive.model.outcomes import Outcome, PageKind
from kistep_archive.model.urls import locate
from kistep_archive.parse.parser import ParseError, parse

_CLOCKS_DIFFER = timedelta(minutes=10)  # between the machines of a recorder and of an import


@dataclass(frozen=True, slots=True)
class Bytes:
    """What a file or an image is, besides its bytes."""

    size: int
    media_type: str
    name: str


Reading = ParsedPost | Listing | Bytes | Outcome  # an outcome, if the page makes no rows


def file_problem(page: Page, kind: PageKind, name: str) -> str:
    """Why a response's bytes cannot be the file or image that its post lists by this name; "" if they can."""
    try:
        body = content(page)
    except PageError as error:
        return str(error).removeprefix(f"{page.url}: ")
    declared = page.header("Content-Type").partition(";")[0].strip().lower()
    return contradiction(body, kind, (name, file_name(page)), declared)


def file_bytes(page: Page, name: str) -> Bytes:
    """The values to store for a file that its post lists by this name, and that has no `file_problem`."""
    name_given = file_name(page)
    kind = media_types.media_type(page.header("Content-Type"), (name, name_given), content(page))
    return Bytes(len(page.body), kind, name_given)


def reading(page: Page, kind: PageKind, name: str = "", board: Board | None = None) -> Reading:
    """What the response to a request of this kind becomes; `name` is a file's name. Pure."""
    if page.status != 200:
        return (
            Outcome.REDIRECT
            if 300 <= page.status < 400
            else Outcome.GONE
            if page.status in (404, 410)
            else Outcome.STATUS
        )
    if kind.is_file:
        return Outcome.NOT_A_FILE if file_problem(page, kind, name) else file_bytes(page, name)
    if kind not in (PageKind.POST, PageKind.LISTING):
        return Outcome.READ
    try:
        item = parse(page, board)
    except ParseError:
        return Outcome.UNREADABLE
    wanted = ParsedPost if kind is PageKind.POST else Listing
    return (
        item
        if isinstance(item, wanted)
        else Outcome(item.notice)
        if isinstance(item, Notice)
        else Outcome.OTHER_PAGE
    )


def problem(page: Page, board: Board | None) -> str:
    """Why a page cannot be read, without its address; "" if it can."""
    try:
        parse(page, board)
    except ParseError as error:
        return str(error).removeprefix(f"{page.url}: ")
    return ""


def read_as(page: Page, answer: LoggedResponse, board: Board | None) -> Reading:
    """What a page becomes as the response to its request."""
    item = reading(page, answer.kind, answer.name, board)
    fits = isinstance(item, Bytes) or (
        isinstance(item, (ParsedPost, Listing)) and _is_answer(item, answer.url)
    )
    return item if fits else answer.outcome or (item if isinstance(item, Outcome) else Outcome.OTHER_PAGE)


def _is_answer(item: ParsedPost | Listing, url: str) -> bool:
    location = locate(url)
    if location is None:
        return True
    return item.layout == location.layout and (isinstance(item, Listing) or item.number == location.number)


def is_misdated(began: RunStart, at: str) -> bool:
    """Whether a capture says that it was made after its import began: its recorder's clock or time zone was
    wrong. Nobody knows where it belongs, so it makes no rows; it must not pass for the newest state."""
    return datetime.fromisoformat(at) > datetime.fromisoformat(began.started_at) + _CLOCKS_DIFFER
