"""The writes of one run: evidence first, then the run log, then rows.

A response passes through here in this order: `keep` (evidence), then `save_*` or `record` (rows); then its
request counts as done. Rows wait for the run's end and the guards' verdict; evidence and the run log never
wait.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace

from kistep_archive.clock import Clock, now
from kistep_archive.crawl.fetch import Fetch, FetchedPage
from kistep_archive.crawl.ledger import Ledger
from kistep_archive.evidence import run_log
from kistep_archive.evidence.events import Failure, MissedPosts, RunEnd, Unanswered, WalkEnded
from kistep_archive.http.response import Page, digest
from kistep_archive.ingest.guards.guard import Guarding
from kistep_archive.ingest.guards.suspicion import Suspicion
from kistep_archive.ingest.results import Bytes
from kistep_archive.model.boards import Board, BoardKey
from kistep_archive.model.items import ListedRow, Listing, ParsedPost
from kistep_archive.model.outcomes import Outcome, PageKind, Verdict, WalkEnd
from kistep_archive.store.rows import fold, runs
from kistep_archive.store.rows.files import ServedFile
from kistep_archive.store.store import Store
from kistep_archive.warc import writer
from kistep_archive.warc.location import Evidence


@dataclass(slots=True)
class Recorder:
    """Writes to a run's evidence file and to the database; `ledger` counts the writes."""

    run: int
    store: Store
    evidence: writer.Writer
    guarding: Guarding
    ledger: Ledger
    clock: Clock = now
    on_count: Callable[[Ledger], None] = lambda ledger: None  # called after each page, for a progress bar
    _failed: set[str] = field(default_factory=set)  # addresses with a failure
    # payloads of this run, whose rows may still wait: digest -> place of their evidence in the spool
    _payloads: dict[bytes, int] = field(default_factory=dict)

    def keep(self, page: Page, fetch: Fetch, *, protocol: str, ip: str, request: bytes) -> FetchedPage:
        """Writes a response and its request to the evidence file; they are durable once a row is saved.
        Raises OSError if the disk refuses."""
        self.ledger.counts["fetched"] += 1
        sha256 = digest(page.body)
        twin = self._twin(sha256) if page.body else None
        metadata = run_log.request(
            fetch.kind, fetch.board, fetch.address, page.url, fetch.row, fetch.sent, fetch.name
        )
        evidence = self.evidence.response(
            page, sha256, protocol=protocol, ip=ip, request=request, metadata=metadata, twin=twin
        )
        self.evidence.begin_sync()
        if twin is None:
            self._payloads[bytes.fromhex(sha256)] = self.guarding.spool.put(evidence)
        return FetchedPage(page, evidence)

    def _twin(self, sha256: str) -> Evidence | None:
        """An earlier response with the same payload."""
        place = self._payloads.get(bytes.fromhex(sha256))
        if place is None:
            return fold.same_payload(self.store.conn, sha256)
        earlier: Evidence = self.guarding.spool.get(place)
        return earlier

    def save_post(self, board: Board, fetch: Fetch, post: ParsedPost, evidence: Evidence) -> None:
        """Saves a post, after its evidence is durable."""
        self.ledger.posts += 1
        self.on_count(self.ledger)
        self._write(
            board, PageKind.POST, evidence, self._post, (board.name, fetch.address, post, evidence, fetch.row)
        )

    def _post(
        self, board: str, url: str, post: ParsedPost, evidence: Evidence, row: ListedRow | None
    ) -> None:
        self._count(fold.save_post(self.store.conn, self.run, fold.PostPage(board, url, evidence, row), post))

    def save_listing(self, board: Board, listing: Listing, evidence: Evidence) -> None:
        """Saves a page of a listing."""
        if listing.total is not None:
            self.ledger.totals[board.key] = listing.total
        self._write(board, PageKind.LISTING, evidence, self._listing, (board.name, listing, evidence))
        self._count("pages")

    def _listing(self, board: str, listing: Listing, evidence: Evidence) -> None:
        fold.save_listing(self.store.conn, self.run, board, listing, evidence)

    def save_file(self, board: Board, fetch: Fetch, evidence: Evidence, details: Bytes) -> None:
        """Saves a file or an image."""
        self._write(board, fetch.kind, evidence, self._file, (fetch.address, fetch.kind, evidence, details))
        self._count("files")

    def _file(self, url: str, kind: PageKind, evidence: Evidence, details: Bytes) -> None:
        file = ServedFile(kind, details.size, details.media_type, details.name)
        self.ledger.counts["revised"] += fold.save_file(self.store.conn, self.run, url, file, evidence)

    def file_gone(self, board: Board, fetch: Fetch, evidence: Evidence) -> None:
        """Records that the site has no such file."""
        self._log(fetch.address, run_log.outcome(evidence, fetch.kind, Outcome.GONE))
        self._write(board, fetch.kind, evidence, self._file_gone, (fetch.address, fetch.kind, evidence))

    def _file_gone(self, url: str, kind: PageKind, evidence: Evidence) -> None:
        fold.file_gone(self.store.conn, self.run, url, kind, evidence)

    def post_gone(self, board: Board, number: int, evidence: Evidence) -> None:
        """Records that a post's own page says that the post is gone."""
        self._log(evidence.url, run_log.outcome(evidence, PageKind.POST, Outcome.GONE))
        self.guarding.write(
            None, evidence.offset, self._post_gone, (board.name, board.layout, number, evidence)
        )

    def _post_gone(self, board: str, layout: str, number: int, evidence: Evidence) -> None:
        fold.post_gone(self.store.conn, self.run, board, layout, number, evidence)

    def walked(self, board: Board, ended: WalkEnd, off: int) -> None:
        """Records that a walk over a board's listing ended."""
        event = WalkEnded(board.name, board.layout, ended, self.clock(), off)
        offset = self._log(board.address, run_log.walked(event))
        self.guarding.write(board.key, offset, self._walked, (event,))

    def _walked(self, event: WalkEnded) -> None:
        fold.walked(self.store.conn, self.run, event)

    def missed(self, board: Board, numbers: tuple[int, ...]) -> None:
        """Gives a strike to each post that a complete walk did not meet, or whose own page says that it is
        gone."""
        event = MissedPosts(board.name, board.layout, numbers, self.clock())
        offset = self._log(board.address, run_log.missed(event))
        self.guarding.write(board.key, offset, self._strike, (event,))

    def _strike(self, event: MissedPosts) -> None:
        self.ledger.counts["removed"] += fold.strike(self.store.conn, self.run, event)
        self.ledger.counts["missed"] += len(event.numbers)

    def record(self, kind: PageKind, evidence: Evidence, outcome: Outcome) -> None:
        """Records a response that contains no post."""
        self._log(evidence.url, run_log.outcome(evidence, kind, outcome))
        self.guarding.write(None, evidence.offset, self._record, (kind, evidence, outcome))

    def _record(self, kind: PageKind, evidence: Evidence, outcome: Outcome) -> None:
        fold.record(self.store.conn, self.run, kind, evidence, outcome)

    def fail(self, url: str, kind: PageKind, outcome: Outcome, reason: str) -> None:
        """Records a failed request."""
        self.ledger.counts["failed"] += 1
        failed = Failure(url, kind, outcome, reason, self.clock())
        offset = self._log(url, run_log.failure(failed))
        self._failed.add(url)
        fold.fail(self.store.conn, self.run, replace(failed, offset=offset))

    def unanswered(self, fetch: Fetch, reason: str) -> None:
        """Records a request that got no response. The crawl may send it again."""
        request = Unanswered(fetch.url, fetch.kind, reason, self.clock(), fetch.sent)
        offset = self._log(fetch.url, run_log.unanswered(request))
        fold.fail(self.store.conn, self.run, replace(request, offset=offset))

    def tripped(self, board: BoardKey, pages: Iterable[Suspicion]) -> None:
        """Records that a board's guard tripped. Each offending page becomes a failure, unless it is one
        already."""
        self._log(self._own, run_log.tripped(board, [asdict(page) for page in pages]))
        for page in pages:
            if page.url not in self._failed:
                self.fail(page.url, page.kind, Outcome.SUSPICIOUS, f"{page.field}: {page.why}")

    def hold_back(self, board: BoardKey, number: int, page: Suspicion) -> None:
        """Records that a post contradicts its listing row, so that its page makes no rows."""
        for evidence in self.guarding.waiting_pages(board, number):
            self._log(evidence.url, run_log.outcome(evidence, PageKind.POST, Outcome.QUARANTINED))
        self.fail(page.url, page.kind, Outcome.SUSPICIOUS, f"{page.field}: {page.why}")

    def finish(self, ended: RunEnd) -> None:
        """Writes the rows that waited for the guards, then the run's end, and closes both files."""
        self.evidence.sync()
        self.guarding.release(
            lambda kind, evidence: fold.record(self.store.conn, self.run, kind, evidence, Outcome.QUARANTINED)
        )
        ended = replace(ended, counts=self.ledger.counters())
        self._log(self._own, run_log.finished(self.run, ended))
        self.evidence.close()
        runs.finish(self.store.conn, self.run, ended, folded=ended.verdict is not Verdict.STORE_UNHEALTHY)
        self.store.close()

    @property
    def _own(self) -> str:
        return f"urn:kistep-archive:run:{self.run}"

    def _log(self, url: str, event: run_log.LogEvent) -> int:
        """Makes an event durable in the evidence file, before its row is written. Returns its offset."""
        offset = self.evidence.metadata(url, event, self.clock())
        self.evidence.sync()
        return offset

    def _write(
        self,
        board: Board,
        kind: PageKind,
        evidence: Evidence,
        write: Callable[..., object],
        arguments: tuple[object, ...],
    ) -> None:
        """Writes a row after its evidence is durable, unless the board's guard forbids it."""
        self.guarding.write(board.key, evidence.offset, write, arguments, (kind, evidence))

    def _count(self, what: str) -> None:
        self.ledger.counts[what] += 1
        self.on_count(self.ledger)
