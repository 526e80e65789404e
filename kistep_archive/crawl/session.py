"""One crawl from start to end: it holds the archive's lock, knows what to fetch and where, and ends with one
verdict."""

import contextlib
import logging
import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from kistep_archive.clock import Clock, now
from kistep_archive.crawl import advice
from kistep_archive.crawl.ledger import Ledger, LeftHost, Trouble
from kistep_archive.crawl.origin import Origin, origin
from kistep_archive.crawl.recorder import Recorder
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.evidence.events import RunEnd
from kistep_archive.http.throttle import Pace
from kistep_archive.http.urls import host_name
from kistep_archive.ingest import rebuild
from kistep_archive.ingest.guards.guard import Guarding
from kistep_archive.ingest.runs import FLOOR, Plan, RunOrder, open_run
from kistep_archive.model.boards import Board, BoardKey, Catalogue
from kistep_archive.model.outcomes import Outcome, PageKind, RunKind, Verdict
from kistep_archive.store import crawls, frontier, known
from kistep_archive.store.lock import Lock, take_lock

SUSPICIOUS = 10  # posts missing at once: more likely a broken listing than so many removals
SUSPICIOUS_SHARE = 0.02  # of the stored posts, if more than one is missing


@dataclass(slots=True)
class Session:
    """An open crawl, backfill or recheck. `begin` makes one, `finish` ends it; without `finish` its run has
    no verdict. `planned` is None, or in a dry run the posts that the run would fetch. Without `files` it
    fetches neither attachments nor images."""

    id: int
    kind: RunKind
    folder: Path
    boards: tuple[Board, ...]
    catalogue: Catalogue
    origin: Origin
    plan: Plan
    recorder: Recorder
    lock: Lock
    pace: Pace = field(default_factory=Pace)
    planned: list[Mapping[str, object]] | None = None
    files: bool = True
    exit_code: int | None = None
    reason: str = ""
    hosts: dict[str, list[Board]] = field(init=False)  # those that get the requests, with their boards

    def __post_init__(self) -> None:
        self.hosts = {}
        for board in self.boards:
            self.hosts.setdefault(self.host(board.address), []).append(board)

    @property
    def ledger(self) -> Ledger:
        """The run's counters and troubles."""
        return self.recorder.ledger

    @property
    def guarding(self) -> Guarding:
        """The guards of this run."""
        return self.recorder.guarding

    def host(self, url: str) -> str:
        """The host to which a request for this address goes."""
        return host_name(self.origin.send(url))

    def refusal(self, url: str) -> str:
        """Why the run sends no more requests to the host of this address; "" if it may send them."""
        left = self.ledger.left.get(self.host(url)) if self.ledger.left else None
        return self.ledger.stopped or (left.words if left else "")

    def leave(self, url: str, words: str, *, is_reported: bool = False) -> None:
        """Sends no more requests to the host of this address, since it refuses (`words`): the run stops, or
        if it has other hosts, it continues with those. `is_reported`: a trouble of the ledger says so."""
        if self.refusal(url):
            return
        host, boards = self.host(url), frozenset[str]()
        if len(self.hosts) > 1:
            boards = frozenset(board.name for board in self.hosts[host])
            self.ledger.left[host] = LeftHost(words, boards)
        else:
            self.ledger.stopped = words
        if not is_reported:
            self.ledger.troubles.append(Trouble(Verdict.INCOMPLETE, words, boards))

    def fail(
        self,
        url: str,
        kind: PageKind,
        outcome: Outcome,
        reason: str,
        verdict: Verdict = Verdict.INCOMPLETE,
        name: str = "",
    ) -> None:
        """Records a failed request, and its verdict for the run. `name` is its board's, "" if the address
        says so."""
        logging.getLogger(__name__).info("failed: %s: %s", url, reason)
        board = None if name else self.catalogue.board(url)
        self.ledger.trouble(verdict, f"{url}: {reason}", board.name if board else name, url)
        self.recorder.fail(url, kind, outcome, reason)

    def plan_post(self, board: Board, number: int, title: str | None, date: str | None, url: str) -> None:
        """Notes in a dry run that the run would fetch this post."""
        assert self.planned is not None
        self.planned.append({"board": board.name, "number": number, "title": title, "date": date, "url": url})

    def take_back(self, same: tuple[tuple[str, BoardKey], ...]) -> None:
        """Takes back what was concluded from these addresses: their answer was not the site's."""
        self.ledger.take_back([url for url, _ in same])
        for url, place in same:
            self.guarding.take_back(place, url)

    def missed(self, board: Board, numbers: tuple[int, ...], present: int) -> None:
        """Handles posts that the walk should have met and did not, out of all that are `present`. Many that
        disappear at once are suspicious and get no strike, unless the user accepted the changes."""
        at_once = len(set(numbers) - frontier.struck(self.recorder.store.conn, *board.key))
        if (
            at_once > 1
            and (at_once >= SUSPICIOUS or at_once >= SUSPICIOUS_SHARE * present)
            and not self.plan.accept
        ):
            words = (
                f"{board.name} ({board.layout}): {at_once} of {present} posts are missing at once, so none "
                f"was marked as removed. Look at {board.listing_url(1)}. If this is expected, run again with "
                "--accept-changes."
            )
            self.ledger.trouble(Verdict.SITE_CHANGED, words, board.name)
        elif numbers:
            self.recorder.missed(board, numbers)

    def refuse(self, error: Exception) -> None:
        """Stops the run because the disk or the database refused a write."""
        words = (
            f"{self.folder}: {error}. Nothing stored before is lost. Make sure that the disk has space, "
            "then run again."
        )
        self.ledger.stop(Verdict.STORE_UNHEALTHY, words)

    def finish(self, ended: str) -> int:
        """Closes the evidence file and the ledger. `ended` is "finished", or why the run stopped. Returns the
        exit code."""
        ledger = self.ledger
        if ended != "finished":
            stopped = "by Ctrl-C or a signal" if ended == "shutdown" else f"before its end ({ended})"
            ledger.stopped = ledger.stopped or f"stopped {stopped}; the next {self.kind} continues from here"
        if ledger.stopped and ledger.verdict()[0] is Verdict.COMPLETE:
            ledger.trouble(Verdict.INCOMPLETE, ledger.stopped)
        try:
            self._settle()
            self._close()
        except (OSError, sqlite3.Error) as error:
            self.exit_code, self.reason = (
                ExitCode.STORE_UNHEALTHY,
                (f"{self.folder}: {error}. Nothing stored before is lost."),
            )
        finally:
            self._release()
        return self.exit_code or 0

    def _settle(self) -> None:
        """Records the guards' verdict before the rows that wait for it are written."""
        for board in self.guarding.settle():
            pages = self.guarding.tripped[board]
            self.recorder.tripped(board, pages)
            is_known = known.is_any(self.recorder.store.conn, *board)
            words = advice.tripped(board, pages, is_known=is_known, is_stored=self.planned is None)
            self.ledger.troubles.insert(0, Trouble(Verdict.SITE_CHANGED, words, frozenset({board[0]})))
        for board, posts in self.guarding.contradicted.items():
            for number, page in posts.items():
                self.recorder.hold_back(board, number, page)
                words = advice.contradiction(page, is_stored=self.planned is None)
                self.ledger.trouble(Verdict.INCOMPLETE, words, board[0])

    def _close(self) -> None:
        if self.plan.since or self.plan.until:
            self.ledger.notes.append("posts of other days were left out, and the next 'crawl' fetches them")
        verdict, self.reason = self.ledger.verdict()
        self.exit_code = verdict.exit_code
        boards = self.ledger.by_board(board.name for board in self.boards)
        self.recorder.finish(
            RunEnd(self.recorder.clock(), verdict, verdict.exit_code, self.reason, {}, boards)
        )

    def _release(self) -> None:
        self.recorder.evidence.leave()
        # it is closed already, or its error is in the reason already
        with contextlib.suppress(sqlite3.Error):
            self.recorder.store.close()
        self.lock.close()


def begin(folder: Path, order: RunOrder, plan: Plan | None = None, clock: Clock = now) -> Session:
    """Takes the lock, closes the evidence file of a killed run, and opens the database, the run's row and its
    evidence file. Raises ArchiveError."""
    sent = origin(order.base, order.boards)
    lock = take_lock(folder, order.kind)
    try:
        return _begin(folder, replace(order, base=sent.base), sent, plan or Plan(), lock, clock)
    except BaseException as error:
        lock.close()
        if isinstance(error, (OSError, sqlite3.Error)):
            raise ArchiveError(str(error), ExitCode.STORE_UNHEALTHY) from error
        raise


def _begin(folder: Path, order: RunOrder, sent: Origin, plan: Plan, lock: Lock, clock: Clock) -> Session:
    if shutil.disk_usage(folder).free < FLOOR:
        words = f"{folder}: less than {FLOOR >> 20} MiB free on the disk. Free some space, then run again."
        raise ArchiveError(words, ExitCode.STORE_UNHEALTHY)
    store = rebuild.open_store(folder, order.catalogue)
    if (origins := crawls.origins(store.conn)) and origins != {sent.base}:
        store.close()
        raise ArchiveError(_another_origin(" ".join(sorted(origins)), sent.base), ExitCode.USAGE)
    try:
        began, evidence = open_run(folder, store, order, clock())
    except BaseException:
        store.close()
        raise
    guarding = Guarding(store, evidence.file, on=began.guarded)
    recorder = Recorder(began.run, store, evidence, guarding, Ledger(), clock)
    return Session(began.run, order.kind, folder, order.boards, order.catalogue, sent, plan, recorder, lock)


def _another_origin(own: str, sent: str) -> str:
    """The message for a run that would mix origins; "" is the site itself."""
    site = "the site itself"
    option = f"add --origin {own}" if own else "leave out --origin"
    return (
        f"this archive is of {own or site}, not of {sent or site}. An archive has only one origin. "
        f"To continue this archive, {option}. To crawl {sent or site}, use another --archive DIR."
    )
