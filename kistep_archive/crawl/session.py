"""One run: it holds the archive's lock, its evidence file and its row in the ledger, and ends in one verdict and one exit code.

What is fetched goes through here in this order: `keep` (evidence), then `save_*` (rows), then the request counts as done.
"""

import contextlib
import shlex
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO

from kistep_archive.clock import now
from kistep_archive.crawl.origin import Origin, origin
from kistep_archive.errors import ArchiveError
from kistep_archive.evidence import run_log
from kistep_archive.evidence.run_log import Ended, Failed, Missed, Unanswered, Walked
from kistep_archive.http.response import Page, digest
from kistep_archive.http.throttle import Pace
from kistep_archive.ingest import rebuild
from kistep_archive.ingest.drift import Suspicion
from kistep_archive.ingest.guard import QUARANTINED, Guarding, Place
from kistep_archive.ingest.ingest import Bytes
from kistep_archive.ingest.runs import EXIT, FLOOR, Plan, open_run
from kistep_archive.model.boards import Board, Catalogue
from kistep_archive.model.items import Listing, Post
from kistep_archive.parse.parser import VERSION
from kistep_archive.store.lock import take_lock
from kistep_archive.store.store import Store
from kistep_archive.warc import writer
from kistep_archive.warc.location import Evidence

SUSPICIOUS = 10  # posts missing at once: more likely a broken listing than so many removals
SUSPICIOUS_SHARE = 0.02  # of those that are held, if more than one is missing


def _place(board: Board) -> Place:
    return board.name, board.layout


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps a run from being complete, and of which board it is told; "" concerns them all."""

    verdict: str
    words: str
    board: str = ""


@dataclass(slots=True)
class Run:
    """An open run. Made by `begin`, ended by `finish`; without `finish` its row stays without a verdict."""

    id: int
    kind: str
    folder: Path
    boards: tuple[Board, ...]
    catalogue: Catalogue
    origin: Origin
    store: Store
    evidence: writer.Writer
    lock: IO[str]
    guarding: Guarding
    plan: Plan = field(default_factory=Plan)
    counts: Counter[str] = field(default_factory=Counter)
    totals: dict[str, int] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)  # in the order they were met
    notes: list[str] = field(default_factory=list)
    exit_code: int | None = None
    reason: str = ""
    stopped: str = ""  # why no further request may be sent
    _failures: set[str] = field(default_factory=set)  # addresses with a failure
    planned: list[dict[str, object]] | None = None  # a dry run: posts that would be fetched, in place of fetching them
    told: Callable[["Run"], None] = lambda run: None
    pace: Pace = field(default_factory=Pace)

    def keep(self, page: Page, *, protocol: str, ip: str, asked: bytes, said: dict[str, str]) -> Evidence:
        """Writes the response to the run's evidence file, with what is `said` of its request (see `run_log.asked`); it is durable once
        a row is saved. Raises OSError when the disk refuses."""
        self.counts["fetched"] += 1
        sha256 = digest(page.body)
        twin = self.store.twin(sha256) if page.body else None
        kept = self.evidence.response(page, sha256, protocol=protocol, ip=ip, asked=asked, said=said, twin=twin)
        self.evidence.begin_sync()
        return kept

    def save_post(self, board: Board, url: str, post: Post, kept: Evidence, row: str | None) -> None:
        """A post, durable evidence first."""
        self._write(board, "post", kept, lambda: self._count(self.store.save_post(self.id, board.name, url, post, kept, VERSION, row)))

    def save_listing(self, board: Board, listing: Listing, kept: Evidence) -> None:
        """A page of rows."""
        if listing.total is not None:
            self.totals[f"{board.name}/{board.layout}"] = listing.total
        self._write(board, "listing", kept, lambda: self.store.save_listing(self.id, board.name, listing, kept))
        self._count("pages")

    def save_file(self, board: Board, url: str, kind: str, kept: Evidence, said: Bytes) -> None:
        """The bytes of a file or image."""
        self._write(board, kind, kept, lambda: self._save_file(url, kind, kept, said))
        self._count("files")

    def _save_file(self, url: str, kind: str, kept: Evidence, said: Bytes) -> None:
        revised = self.store.save_file(self.id, url, kind, kept, said.size, said.media_type, said.name, VERSION)
        self.counts["revised"] += revised

    def file_gone(self, board: Board, url: str, kind: str, kept: Evidence) -> None:
        """The site has no such file."""
        self._tell(url, run_log.outcome(kept, kind, "gone"))
        self._write(board, kind, kept, lambda: self.store.file_gone(self.id, url, kind, kept))

    def post_gone(self, board: Board, number: int, kept: Evidence) -> None:
        """A post's own page says that it is gone."""
        self._tell(kept.url, run_log.outcome(kept, "post", "gone"))
        self.guarding.write(None, lambda: self.store.post_gone(self.id, board.name, board.layout, number, kept))

    def walked(self, board: Board, ended: str) -> None:
        """A walk over a board's listing came to its end."""
        event = Walked(board.name, board.layout, ended, now())
        self._tell(board.address, run_log.walked(event))
        self.guarding.write(_place(board), lambda: self.store.walked(self.id, event))

    def record(self, kind: str, kept: Evidence, outcome: str) -> None:
        """A response that says nothing about a post."""
        self._tell(kept.url, run_log.outcome(kept, kind, outcome))
        self.guarding.write(None, lambda: self.store.record(self.id, kind, kept, outcome))

    def missed(self, board: Board, numbers: tuple[int, ...], held: int) -> None:
        """Posts that a complete walk did not meet, or whose own page says that they are gone: a strike each, or, when many are missed at
        once that were there before, a suspicion and no strike, unless that was looked at."""
        at_once = len(set(numbers) - self.store.struck(board.name, board.layout))
        if at_once > 1 and (at_once >= SUSPICIOUS or at_once >= SUSPICIOUS_SHARE * held) and not self.plan.accept:
            self.trouble(
                "site_changed",
                f"{board.name} ({board.layout}): {at_once} of {held} posts are missing at once; none was marked removed; "
                f"look at {board.listing_url(1)}; where that is right: --accept-changes",
                board.name,
            )
            return
        if numbers:
            event = Missed(board.name, board.layout, numbers, now())
            self._tell(board.address, run_log.missed(event))
            self.guarding.write(_place(board), lambda: self._strike(event))

    def _strike(self, event: Missed) -> None:
        self.counts["removed"] += self.store.strike(self.id, event)
        self.counts["missed"] += len(event.numbers)

    def fail(self, url: str, kind: str, reason: str, verdict: str = "incomplete") -> None:
        """A request that gave nothing to keep."""
        board = self.catalogue.board(url)
        self.trouble(verdict, f"{url}: {reason}", board.name if board else "")
        self._fail(url, kind, reason)

    def _fail(self, url: str, kind: str, reason: str) -> None:
        self.counts["failed"] += 1
        failed = Failed(url, kind, reason, now())
        offset = self._tell(url, run_log.failure(failed))
        self._failures.add(url)
        self.store.fail(self.id, replace(failed, offset=offset))

    def unanswered(self, url: str, kind: str, sent: str, reason: str) -> None:
        """A request that was `sent` and brought no response; perhaps it is tried again."""
        request = Unanswered(url, kind, reason, now(), sent=sent)
        offset = self._tell(url, run_log.failure(request))
        self.store.fail(self.id, replace(request, offset=offset))

    def trouble(self, verdict: str, words: str, board: str = "") -> None:
        """Something that keeps the run from being complete, for one board or for all."""
        self.troubles.append(Trouble(verdict, words, board))

    def stop(self, verdict: str, words: str) -> None:
        """Something after which nothing more may be asked of the site, or written."""
        if not self.stopped:
            self.stopped = words
            self.trouble(verdict, words)

    def finish(self, ended: str) -> int:
        """Closes evidence and ledger; `ended` is "finished", or why the run was stopped. Returns the exit code."""
        if ended != "finished":
            self.stopped = self.stopped or f"stopped before the end ({ended}); another {self.kind} goes on from here"
        if self.stopped and _worst(self.troubles)[0] == "complete":
            self.trouble("incomplete", self.stopped)
        try:
            self._settle()
            return self._end()
        except (OSError, sqlite3.Error) as error:
            self.exit_code, self.reason = EXIT["store_unhealthy"], f"{self.folder}: {error}; nothing stored before is lost"
        finally:
            self._let_go()
        return self.exit_code

    def _settle(self) -> None:
        """The guards' verdict, told before any row that waits for it is written."""
        for place in self.guarding.settle():
            pages = self.guarding.tripped[place]
            self._tell(f"urn:kistep-archive:run:{self.id}", run_log.tripped(*place, [asdict(page) for page in pages]))
            for page in pages:
                if page.url not in self._failures:
                    self._fail(page.url, page.kind, f"{page.field}: {page.why}")
            self.troubles.insert(0, Trouble("site_changed", self._said_of(place, pages[-1]), place[0]))

    def _said_of(self, place: Place, page: Suspicion) -> str:
        """What a tripped guard says, with one offending page and the command that shows it."""
        board, layout = place
        look = f"look at {page.url}"
        if self.planned is None:
            look = f"look at it: kistep-archive --archive {shlex.quote(str(self.folder))} show --page {shlex.quote(page.url)}"
        worse = f"{page.kind} {page.url}: {page.field}: {page.why}"
        return f"{board} ({layout}): the site changed, nothing of it was written; {worse}; {look}; where that is right: --accept-changes"

    def _end(self) -> int:
        verdict, self.reason = _worst(self.troubles)
        self.reason = self.reason or "; ".join(self.notes)
        self.exit_code = EXIT[verdict]
        self.guarding.release(lambda kind, kept: self.store.record(self.id, kind, kept, QUARANTINED))
        self._close(verdict)
        return self.exit_code

    def _let_go(self) -> None:
        self.evidence.leave()
        with contextlib.suppress(sqlite3.Error):  # it is closed already, or has said what it had to say
            self.store.close()
        self.lock.close()

    def _close(self, verdict: str) -> None:
        columns = ("requested", "fetched", "failed", "new", "revised", "removed", "restored", "unchanged")
        counts: dict[str, int | None] = {name: self.counts[name] for name in columns}
        counts["declared_total"] = sum(self.totals.values()) if self.totals else None
        ended = Ended(now(), verdict, EXIT[verdict], self.reason, counts, self._by_board())
        self._tell(f"urn:kistep-archive:run:{self.id}", run_log.finished(self.id, ended))
        self.evidence.close()
        self.store.finish_run(self.id, ended, folded=verdict != "store_unhealthy")
        self.store.close()

    def _by_board(self) -> list[tuple[str, str, str]]:
        """How the run ended for each of its boards, where there are several; one that stopped did not come to the end of any."""
        names = sorted({board.name for board in self.boards})
        concerns = {name: [trouble for trouble in self.troubles if trouble.board in ("", name)] for name in names}
        if self.stopped:
            for those in concerns.values():
                those += [Trouble("incomplete", self.stopped)] if _worst(those)[0] == "complete" else []
        return [(name, *_worst(concerns[name])) for name in names] if len(names) > 1 else []

    def _tell(self, url: str, event: dict[str, object]) -> int:
        """Makes an event durable in the evidence file, before the row that it leads to. Returns its offset."""
        offset = self.evidence.metadata(url, event, now())
        self.evidence.sync()
        return offset

    def _write(self, board: Board, kind: str, kept: Evidence, write: Callable[[], object]) -> None:
        """A write that its evidence must come before, and that the board's guard may forbid."""

        def durable() -> None:
            self.evidence.sync()
            write()

        self.guarding.write(_place(board), durable, (kind, kept))

    def _count(self, what: str) -> None:
        self.counts[what] += 1
        self.told(self)


def _worst(troubles: list[Trouble]) -> tuple[str, str]:
    """(verdict, reason) of what is worst, "complete" without a reason where nothing is."""
    verdict = max((trouble.verdict for trouble in troubles), key=lambda word: EXIT[word], default="complete")
    said = [trouble.words for trouble in troubles if trouble.verdict == verdict]
    more = f" (and {len(said) - 1} more)" if len(said) > 1 else ""
    return verdict, said[0] + more if said else ""


def begin(folder: Path, kind: str, boards: tuple[Board, ...], catalogue: Catalogue, base: str, arguments: dict[str, object]) -> Run:
    """Takes the lock, seals what a killed run left, opens database, ledger row and evidence. Raises ArchiveError."""
    sent = origin(base, boards)
    lock = take_lock(folder, kind)
    try:
        return _begin(folder, kind, boards, catalogue, sent, arguments, lock)
    except BaseException as error:
        lock.close()
        if isinstance(error, (OSError, sqlite3.Error)):
            raise ArchiveError(str(error), 5) from error
        raise


def _begin(
    folder: Path, kind: str, boards: tuple[Board, ...], catalogue: Catalogue, sent: Origin, arguments: dict[str, object], lock: IO[str]
) -> Run:
    if shutil.disk_usage(folder).free < FLOOR:
        raise ArchiveError(f"{folder}: less than {FLOOR >> 20} MiB free; make room and run it again", 5)
    store = rebuild.open_store(folder)
    if (held := store.origins()) and held != {sent.base}:
        store.close()
        was = " ".join(sorted(held)) or "the site itself"
        raise ArchiveError(f"{folder}: this archive is of {was}; an archive never mixes origins, so use another --archive DIR", 2)
    try:
        began, evidence = open_run(folder, store, kind, boards, catalogue, sent.base, arguments)
    except BaseException:
        store.close()
        raise
    guarding = Guarding(store, evidence.file, on=began.guarded)
    return Run(began.run, kind, folder, boards, catalogue, sent, store, evidence, lock, guarding)
