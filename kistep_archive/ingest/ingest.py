"""Makes rows from evidence files in the order of their runs, with the same parse and the same save as a
crawl.

A crawl begins with it, to read the evidence of killed runs; a rebuild is nothing else.
"""

from collections.abc import Set
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

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
from kistep_archive.ingest.guard import Guarding
from kistep_archive.ingest.readings import Readings
from kistep_archive.ingest.results import Bytes, Reading, problem, read_as
from kistep_archive.ingest.suspicion import Suspicion
from kistep_archive.model.boards import BoardKey, Catalogue
from kistep_archive.model.items import Listing, ParsedPost
from kistep_archive.model.outcomes import Outcome, PageKind
from kistep_archive.model.urls import locate
from kistep_archive.parse.notice import elsewhere
from kistep_archive.store import runs
from kistep_archive.store.rows import fold
from kistep_archive.store.store import Store
from kistep_archive.store.transaction import grouped
from kistep_archive.warc import reader

# outcomes that another parser may change; the others do not depend on the page's content
_REREAD = {None, Outcome.UNREADABLE, Outcome.OTHER_PAGE, Outcome.NOT_WHOLE}
_CLOCKS_DIFFER = timedelta(minutes=10)  # between the machines of a recorder and of an import


def evidence_files(folder: Path) -> list[Path]:
    """The archive's sealed evidence files, in the order of their runs."""
    return sorted((folder / "warc").glob("*.warc.gz"))


@dataclass(slots=True)
class CaughtUp:
    """What was found while rows were made: one line for each damage, and the suspicious pages of each board
    that is read in another way than at its crawl. Of such a board no rows were made."""

    damage: list[str] = field(default_factory=list)
    suspicious: dict[BoardKey, list[Suspicion]] = field(default_factory=dict)


def catch_up(store: Store, folder: Path, jobs: int = 1, catalogue: Catalogue | None = None) -> CaughtUp:
    """Makes rows from every closed evidence file, or the rest of one, that has none yet. The `catalogue` says
    how to read the pages; without one, each run's own does."""
    closed, found = runs.closed(store.conn), CaughtUp()
    for path in evidence_files(folder):
        if path.name.removesuffix(".warc.gz") not in closed:
            _fold_in(store, folder, path, jobs, catalogue, found)
    return found


def _fold_in(
    store: Store, folder: Path, path: Path, jobs: int, catalogue: Catalogue | None, found: CaughtUp
) -> None:
    done = fold.folded(store.conn, path.name)
    with closing(Readings(folder, done, jobs, read_as, catalogue)) as readings:
        log = log_reader.read(path, readings.see, readings.rejudged)
        if log is not None:
            _fold(store, log, readings, done, found)
            found.damage += log.damage


def _fold(store: Store, log: RunLog, readings: Readings, done: set[int], found: CaughtUp) -> None:
    runs.begin(store.conn, log.began)
    overtaken = runs.overtaken(store.conn, log.began)
    guarding: Guarding | None = None
    if log.began.guarded and (log.ended is None or log.rejudged):
        guarding = _judged(store, log, readings)
        log.quarantine(set(guarding.tripped))
        for place in guarding.tripped.keys() & log.rejudged:
            found.suspicious.setdefault(place, []).extend(guarding.tripped[place])
    for entry in grouped(store.conn, log.entries):
        match entry:
            case Failure() | Unanswered():
                fold.fail(store.conn, log.began.run, entry)
            case MissedPosts() if entry.board not in overtaken:
                fold.strike(store.conn, log.began.run, entry)
            case WalkEnded() if entry.board not in overtaken:
                fold.walked(store.conn, log.began.run, entry)
            case LoggedResponse() if entry.evidence.offset not in done:
                result = _reading(readings, entry)
                if guarding is not None and isinstance(result, (ParsedPost, Listing)):
                    is_trusted = guarding.trusts(entry.board_key, entry.kind, entry.url)
                    result = result if is_trusted else Outcome.QUARANTINED
                save(store, log.began, entry, result, overtaken)
                log.damage += [str(result)] if isinstance(result, reader.WarcError) else []
    if log.ended is None:
        runs.close_dead(store.conn, log.began.run, log.began.name)
    else:
        runs.finish(store.conn, log.began.run, log.ended)


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
                why = problem(*readings.page(entry)) or "the page could not be read"
                guarding.unreadable(place, entry.url, entry.kind, why)
    guarding.settle()
    return guarding


def save(
    store: Store,
    began: RunStart,
    entry: LoggedResponse,
    said: Reading | reader.WarcError,
    overtaken: Set[str] = frozenset(),
) -> str:
    """Stores one response. Of a board that is `overtaken` it is an earlier state, as a capture by others is:
    see `runs.overtaken`. Returns its effect or outcome."""
    run, kept, is_import = began.run, entry.evidence, began.kind == "import"
    live = not is_import and entry.board not in overtaken
    if is_import and not isinstance(said, reader.WarcError) and is_misdated(began, kept.fetched_at):
        fold.record(store.conn, run, entry.kind, kept, Outcome.MISDATED)
        return Outcome.MISDATED
    match said:
        case ParsedPost() if entry.board:
            return fold.save_post(store.conn, run, entry.board, entry.url, said, kept, entry.row, live=live)
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
    return datetime.fromisoformat(at) > datetime.fromisoformat(began.started_at) + _CLOCKS_DIFFER


def _reading(readings: Readings, answer: LoggedResponse) -> Reading | reader.WarcError:
    """What a response becomes, with everything that its run says about it."""
    if answer.outcome not in _REREAD:
        assert answer.outcome is not None
        return answer.outcome
    said: Reading | reader.WarcError = readings.of(answer)
    return (answer.outcome or said) if isinstance(said, Outcome) else said


def _gone_number(entry: LoggedResponse) -> int | None:
    """The number of a post that is gone: its own address says so, or leads to the home page or the board's
    list. None if only another address says so, to which a redirect led."""
    asked, answered = locate(entry.url), locate(entry.evidence.url)
    if asked is None:
        return None
    is_own = answered is not None and asked.number == answered.number
    return asked.number if is_own or elsewhere.is_list_or_home(entry.evidence.url, entry.url) else None
