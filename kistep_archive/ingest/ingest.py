"""Makes rows from evidence files in the order of their runs, with the same parse and the same save as a
crawl.

A crawl begins with it, to read the evidence of killed runs; a rebuild is nothing else.
"""

from collections.abc import Iterator, Set
from contextlib import closing
from dataclasses import dataclass, field
from itertools import tee
from pathlib import Path

from kistep_archive import progress
from kistep_archive.evidence.events import (
    Decided,
    Failure,
    LoggedResponse,
    MissedPosts,
    RunStart,
    Unanswered,
    WalkEnded,
)
from kistep_archive.ingest import parts, readings
from kistep_archive.ingest.guards.guard import Guarding
from kistep_archive.ingest.guards.suspicion import Suspicion
from kistep_archive.ingest.parts import ReadResult
from kistep_archive.ingest.readings import ONE_PROCESS, Engine, LateWordError, OpenLog, Readings
from kistep_archive.ingest.results import Bytes, is_misdated, problem
from kistep_archive.model.boards import BoardKey, Catalogue
from kistep_archive.model.items import Listing, ParsedPost
from kistep_archive.model.outcomes import Outcome, PageKind, RunKind
from kistep_archive.model.urls import locate
from kistep_archive.parse.notice import elsewhere
from kistep_archive.store import crawls
from kistep_archive.store.rows import fold, runs
from kistep_archive.store.rows.files import ServedFile
from kistep_archive.store.store import Store
from kistep_archive.store.transaction import write
from kistep_archive.warc import reader

# outcomes that another parser may change; the others do not depend on the page's content
_REREAD = {None, Outcome.UNREADABLE, Outcome.OTHER_PAGE, Outcome.NOT_WHOLE}


def evidence_files(folder: Path) -> list[Path]:
    """The archive's sealed evidence files, in the order of their runs."""
    return sorted((folder / "warc").glob("*.warc.gz"))


@dataclass(slots=True)
class CatchUp:
    """What was found while rows were made: one line for each damage, and the suspicious pages of each board
    that is read in another way than at its crawl. Of such a board no rows were made."""

    damage: list[str] = field(default_factory=list)
    suspicious: dict[BoardKey, list[Suspicion]] = field(default_factory=dict)


def catch_up(
    store: Store,
    folder: Path,
    engine: Engine = ONE_PROCESS,
    catalogue: Catalogue | None = None,
    size: int = parts.SIZE,
) -> CatchUp:
    """Makes rows from every closed evidence file, or the rest of one, that has none yet. The `engine` reads
    them, in parts of `size` bytes. The `catalogue` says how to read the pages; without
    one, each run's own does."""
    closed, report = runs.closed_runs(store.conn), CatchUp()
    paths = [path for path in evidence_files(folder) if path.name.removesuffix(".warc.gz") not in closed]
    progress.expect(sum(path.stat().st_size for path in paths), progress.Unit.BYTES)
    ahead, now = tee(_own(store, paths, catalogue, report, size))
    with engine(paths) as reads:
        read = readings.read_all((part for run in ahead for part in run.parts()), reads)
        for run in now:
            with closing(Readings(run, read)) as entries:
                _fold_in(store, entries, report)
    return report


def _own(
    store: Store, paths: list[Path], catalogue: Catalogue | None, report: CatchUp, size: int
) -> Iterator[OpenLog]:
    """The runs of these files. A second file of a run is damage: it came from another archive."""
    names: dict[int, str] = {}
    for path in paths:
        if (opened := readings.open_log(path, catalogue, size)) is None:
            continue
        began = opened.log.began
        name = names.setdefault(began.run, runs.name(store.conn, began.run) or began.name)
        if name == began.name:
            yield opened
        else:
            report.damage.append(
                f"{path.name} at 0: its run {began.run} is that of {name}.warc.gz too, so it was not read: "
                "files of two archives are in one folder; move it to another one and import it"
            )


def _fold_in(store: Store, entries: Readings, report: CatchUp) -> None:
    """Makes the rows of a run, in one transaction. They are made while its pages are read; if the end of its
    log says something else of them, they are made again."""
    if entries.log.rejudged:
        entries.finish()
    try:
        damage = _fold(store, entries, report)
    except LateWordError:
        entries.finish()
        damage = _fold(store, entries, report)
    report.damage += [*damage, *entries.log.damage]


def _fold(store: Store, entries: Readings, report: CatchUp) -> list[str]:
    """Returns the damage that its pages have. Raises LateWordError."""
    log, damage = entries.log, list[str]()
    done = fold.folded_offsets(store.conn, entries.run.path.name)
    with write(store.conn):
        runs.begin(store.conn, log.began)
        overtaken = crawls.overtaken_boards(store.conn, log.began)
        guarding = _judge_run(store, entries, report) if _needs_judging(entries) else None
        for entry, reading in entries:
            match entry:
                case Failure() | Unanswered():
                    fold.fail(store.conn, log.began.run, entry)
                case MissedPosts() if entry.board not in overtaken:
                    fold.strike(store.conn, log.began.run, entry)
                case WalkEnded() if entry.board not in overtaken:
                    fold.walked(store.conn, log.began.run, entry)
                case Decided():
                    fold.decide(store.conn, entry)
                case LoggedResponse() if entry.evidence.offset not in done:
                    result = _trust(guarding, entry, _reading(entries, entry, reading))
                    save(store, log.began, entry, result, overtaken)
                    damage += [result.damage] if isinstance(result, reader.WarcError) else []
        if guarding is None and _needs_judging(entries):
            raise LateWordError
        if log.ended is None:
            runs.close_dead(store.conn, log.began.run, log.began.name)
        else:
            runs.finish(store.conn, log.began.run, log.ended)
    return damage


def _needs_judging(entries: Readings) -> bool:
    """Whether a run died before its guards' verdict, or another catalogue reads its pages now."""
    log = entries.log
    return log.began.guarded and entries.is_complete and (log.ended is None or bool(log.rejudged))


def _judge_run(store: Store, entries: Readings, report: CatchUp) -> Guarding:
    """The guards after judging the pages of the run. The pages of boards whose guard tripped are
    quarantined."""
    log = entries.log
    guarding = Guarding(store, f"{log.began.name}.warc.gz", on=True)
    for entry, reading in entries:
        if isinstance(entry, LoggedResponse) and (log.ended is None or entry.board_key in log.rejudged):
            _judge(guarding, entries, entry, reading)
    guarding.settle()
    for place in guarding.tripped.keys() & log.rejudged:
        report.suspicious.setdefault(place, []).extend(guarding.tripped[place])
    log.tripped |= guarding.tripped.keys()
    log.rejudged -= guarding.tripped.keys()
    return guarding


def _judge(guarding: Guarding, entries: Readings, entry: LoggedResponse, reading: ReadResult | None) -> None:
    if not entry.board or entry.kind not in (PageKind.POST, PageKind.LISTING):
        return
    location, place = locate(entry.url), entry.board_key
    match result := _reading(entries, entry, reading):
        case ParsedPost():
            guarding.post(place, entry.url, result, entry.row)
        case Listing():
            guarding.rows(place, entry.url, (location and location.page) or 1, result)
        case Outcome.UNREADABLE:
            why = problem(*entries.page(entry)) or "the page could not be read"
            guarding.judge_unreadable(place, entry.url, entry.kind, why)


def _trust(guarding: Guarding | None, entry: LoggedResponse, reading: ReadResult) -> ReadResult:
    """What a response becomes if the guards trust it."""
    if guarding is None or not isinstance(reading, (ParsedPost, Listing)):
        return reading
    return reading if guarding.trusts(entry.board_key, entry.kind, entry.url) else Outcome.QUARANTINED


def save(
    store: Store,
    began: RunStart,
    entry: LoggedResponse,
    reading: ReadResult,
    overtaken: Set[str] = frozenset(),
) -> str:
    """Stores one response. Of a board that is `overtaken` it is an earlier state, as a capture by others is:
    see `crawls.overtaken_boards`. Returns its effect or outcome."""
    run, evidence, is_import = began.run, entry.evidence, began.kind is RunKind.IMPORT
    live = not is_import and entry.board not in overtaken
    if is_import and not isinstance(reading, reader.WarcError) and is_misdated(began, evidence.fetched_at):
        fold.record(store.conn, run, entry.kind, evidence, Outcome.MISDATED)
        return Outcome.MISDATED
    match reading:
        case ParsedPost() if entry.board:
            page = fold.PostPage(entry.board, entry.url, evidence, entry.row)
            return fold.save_post(store.conn, run, page, reading, live=live)
        case Listing() if entry.board:
            fold.save_listing(store.conn, run, entry.board, reading, evidence, live=live)
            return "listing"
        case Bytes():
            file = ServedFile(entry.kind, reading.size, reading.media_type, reading.name)
            fold.save_file(store.conn, run, entry.url, file, evidence, live=live)
            return "file"
        case Outcome.GONE if entry.kind.is_file:
            fold.file_gone(store.conn, run, entry.url, entry.kind, evidence, live=live)
            return "gone"
        case Outcome.GONE if (
            live and entry.kind is PageKind.POST and entry.board and (number := _gone_number(entry))
        ):
            fold.post_gone(store.conn, run, entry.board, entry.layout, number, evidence)
            return "gone"
    if isinstance(reading, Outcome):
        outcome = reading
    else:
        outcome = Outcome.DAMAGED if isinstance(reading, reader.WarcError) else Outcome.UNKNOWN_BOARD
    fold.record(store.conn, run, entry.kind, evidence, outcome)
    return outcome


def _reading(entries: Readings, answer: LoggedResponse, reading: ReadResult | None) -> ReadResult:
    """What a response becomes, with everything that its run says about it."""
    if answer.outcome not in _REREAD:
        assert answer.outcome is not None
        return answer.outcome
    reading = entries.of(answer) if reading is None else reading
    return (answer.outcome or reading) if isinstance(reading, Outcome) else reading


def _gone_number(entry: LoggedResponse) -> int | None:
    """The number of a post that is gone: its own address says so, or leads to the home page or the board's
    list. None if only another address says so, to which a redirect led."""
    own, final = locate(entry.url), locate(entry.evidence.url)
    if own is None:
        return None
    is_own = final is not None and own.number == final.number
    return own.number if is_own or elsewhere.is_list_or_home(entry.evidence.url, entry.url) else None
