"""Makes rows from evidence files in the order of their runs, with the same parse and the same save as a
crawl.

A crawl begins with it, to read the evidence of killed runs; a rebuild is nothing else.
"""

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kistep_archive.clock import spelled
from kistep_archive.evidence import log_reader
from kistep_archive.evidence.events import (
    Failure,
    LoggedResponse,
    MissedPosts,
    RunLog,
    RunStart,
    Unanswered,
    WalkEnded,
)
from kistep_archive.http.file_types import contradiction
from kistep_archive.http.response import Page, PageError, content, file_name
from kistep_archive.ingest.guard import Guarding
from kistep_archive.ingest.readings import Readings
from kistep_archive.model.boards import Board, Catalogue
from kistep_archive.model.items import Listing, Notice, ParsedPost
from kistep_archive.model.outcomes import Outcome, PageKind
from kistep_archive.model.urls import locate
from kistep_archive.parse import elsewhere
from kistep_archive.parse.parser import ParseError, parse, read_by
from kistep_archive.store import runs
from kistep_archive.store.rows import fold
from kistep_archive.store.store import Store
from kistep_archive.warc import reader

# outcomes that another parser may change; the others do not depend on the page's content
_REREAD = {None, Outcome.UNREADABLE, Outcome.OTHER_PAGE, Outcome.NOT_WHOLE}
_CLOCKS_DIFFER = timedelta(minutes=10)  # between the machines of a recorder and of an import
_JUDGED = (PageKind.POST, PageKind.LISTING)


@dataclass(frozen=True, slots=True)
class Bytes:
    """What a file or an image is, besides its bytes."""

    size: int
    media_type: str
    name: str


Reading = ParsedPost | Listing | Bytes | Outcome  # an outcome, if the page makes no rows


def evidence_files(folder: Path) -> list[Path]:
    """The archive's sealed evidence files, in the order of their runs."""
    return sorted((folder / "warc").glob("*.warc.gz"))


def catch_up(store: Store, folder: Path, jobs: int = 1, catalogue: Catalogue | None = None) -> list[str]:
    """Makes rows from every closed evidence file, or the rest of one, that has none yet. The `catalogue` says
    how to read the pages; without one, each run's own does. Returns one line for each damage."""
    closed, damage = runs.closed(store.conn), list[str]()
    for path in evidence_files(folder):
        if path.name.removesuffix(".warc.gz") not in closed:
            damage += _fold_in(store, folder, path, jobs, catalogue)
    return damage


def file_problem(page: Page, kind: PageKind, name: str) -> str:
    """Why a response's bytes cannot be the file or image that its post lists by this name; "" if they can."""
    try:
        body = content(page)
    except PageError as error:
        return str(error).removeprefix(f"{page.url}: ")
    return contradiction(body, kind, (name, file_name(page)), _media_type(page))


def file_bytes(page: Page) -> Bytes:
    """The values to store for a file."""
    return Bytes(len(page.body), _media_type(page), file_name(page))


def _media_type(page: Page) -> str:
    return page.header("Content-Type").partition(";")[0].strip().lower()


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
        return Outcome.NOT_A_FILE if file_problem(page, kind, name) else file_bytes(page)
    if kind not in (PageKind.POST, PageKind.LISTING):
        return Outcome.READ
    try:
        said = parse(page, board)
    except ParseError:
        return Outcome.UNREADABLE
    wanted = ParsedPost if kind is PageKind.POST else Listing
    return (
        said
        if isinstance(said, wanted)
        else Outcome(said.notice)
        if isinstance(said, Notice)
        else Outcome.OTHER_PAGE
    )


def _fold_in(store: Store, folder: Path, path: Path, jobs: int, catalogue: Catalogue | None) -> list[str]:
    done = fold.folded(store.conn, path.name)
    with closing(Readings(folder, done, jobs, read_as, catalogue)) as readings:
        log = log_reader.read(path, readings.see, readings.rejudged)
        return [] if log is None else _fold(store, log, readings, done)


def _fold(store: Store, log: RunLog, readings: Readings, done: set[int]) -> list[str]:
    runs.begin(store.conn, log.began)
    if log.began.guarded and (log.ended is None or log.rejudged):
        guarding = _judged(store, log, readings)
        log.quarantine(set(guarding.tripped))
        log.hold_back(guarding.is_held_back)
    for entry in log.entries:
        match entry:
            case Failure() | Unanswered():
                fold.fail(store.conn, log.began.run, entry)
            case MissedPosts():
                fold.strike(store.conn, log.began.run, entry)
            case WalkEnded():
                fold.walked(store.conn, log.began.run, entry)
            case LoggedResponse() if entry.evidence.offset not in done:
                result = _reading(readings, entry)
                save(store, log.began, entry, result)
                log.damage += [str(result)] if isinstance(result, reader.WarcError) else []
    if log.ended is None:
        runs.close_dead(store.conn, log.began.run, log.began.name)
    else:
        runs.finish(store.conn, log.began.run, log.ended)
    return log.damage


def _judged(store: Store, log: RunLog, readings: Readings) -> Guarding:
    """The guards after judging the pages of a run that died, or that another catalogue reads now."""
    guarding = Guarding(store, f"{log.began.name}.warc.gz", on=True)
    answers = [
        entry
        for entry in log.entries
        if isinstance(entry, LoggedResponse)
        and entry.board
        and entry.kind in (PageKind.POST, PageKind.LISTING)
        and (log.ended is None or entry.board_key in log.rejudged)
    ]
    for entry in answers:
        found, place = locate(entry.url), entry.board_key
        match said := _reading(readings, entry):
            case ParsedPost():
                guarding.post(place, entry.url, said, entry.row)
            case Listing():
                guarding.rows(place, entry.url, (found and found.page) or 1, said)
            case Outcome.UNREADABLE:
                guarding.unreadable(place, entry.url, entry.kind, "the page could not be read")
    guarding.settle()
    return guarding


def save(store: Store, began: RunStart, entry: LoggedResponse, said: Reading | reader.WarcError) -> str:
    """Stores one response. Returns its effect or outcome."""
    run, kept, live = began.run, entry.evidence, began.kind != "import"
    if not live and not isinstance(said, reader.WarcError) and is_misdated(began, kept.fetched_at):
        fold.record(store.conn, run, entry.kind, kept, Outcome.MISDATED)
        return Outcome.MISDATED
    match said:
        case ParsedPost() if entry.board:
            return fold.save_post(
                store.conn, run, entry.board, entry.url, said, kept, read_by(said), entry.row, live=live
            )
        case Listing() if entry.board:
            fold.save_listing(store.conn, run, entry.board, said, kept, live=live)
            return "listing"
        case Bytes():
            fold.save_file(
                store.conn,
                run,
                entry.url,
                entry.kind,
                kept,
                said.size,
                said.media_type,
                said.name,
                read_by(),
                live=live,
            )
            return "file"
        case Outcome.GONE if entry.kind.is_file:
            fold.file_gone(store.conn, run, entry.url, entry.kind, kept, live=live)
            return "gone"
        case Outcome.GONE if (
            live and entry.kind is PageKind.POST and entry.board and (number := _gone_number(entry))
        ):
            fold.post_gone(store.conn, run, entry.board, entry.layout, number, kept)
            return "gone"
    outcome = (
        said
        if isinstance(said, Outcome)
        else Outcome.DAMAGED
        if isinstance(said, reader.WarcError)
        else Outcome.UNKNOWN_BOARD
    )
    fold.record(store.conn, run, entry.kind, kept, outcome)
    return outcome


def is_misdated(began: RunStart, at: str) -> bool:
    """Whether a capture says that it was made after its import began: its recorder's clock or time zone was
    wrong. Nobody knows where it belongs, so it makes no rows; it must not pass for the newest state."""
    return at > spelled(datetime.fromisoformat(began.started_at) + _CLOCKS_DIFFER)


def _reading(readings: Readings, answer: LoggedResponse) -> Reading | reader.WarcError:
    """What a response becomes, with everything that its run says about it."""
    if answer.outcome not in _REREAD:
        assert answer.outcome is not None
        return answer.outcome
    said: Reading | reader.WarcError = readings.of(answer)
    return (answer.outcome or said) if isinstance(said, Outcome) else said


def read_as(page: Page, answer: LoggedResponse, board: Board | None) -> Reading:
    """What a page becomes as the response to its request."""
    said = reading(page, answer.kind, answer.name, board)
    fits = isinstance(said, Bytes) or (
        isinstance(said, (ParsedPost, Listing)) and _is_asked(said, answer.url)
    )
    return said if fits else answer.outcome or (said if isinstance(said, Outcome) else Outcome.OTHER_PAGE)


def _gone_number(entry: LoggedResponse) -> int | None:
    """The number of a post that is gone: its own address says so, or leads to the home page or the board's
    list. None if only another address says so, to which a redirect led."""
    asked, answered = locate(entry.url), locate(entry.evidence.url)
    if asked is None:
        return None
    is_own = answered is not None and asked.number == answered.number
    return asked.number if is_own or elsewhere.is_list_or_home(entry.evidence.url, entry.url) else None


def _is_asked(said: ParsedPost | Listing, url: str) -> bool:
    found = locate(url)
    if found is None:
        return True
    return said.layout == found.layout and (isinstance(said, Listing) or said.number == found.number)
