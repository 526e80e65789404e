"""Imports captures made by others: it copies their records unchanged with their own dates, and parses and
stores them as a crawl does. An older capture never overwrites a newer state; it gets its place in the
history."""

from collections.abc import Hashable, Sequence
from contextlib import closing
from pathlib import Path

from kistep_archive.clock import now
from kistep_archive.evidence import run_log
from kistep_archive.evidence.events import LoggedResponse, RunEnd, RunStart
from kistep_archive.http.response import Page, uri
from kistep_archive.importers import quarantine
from kistep_archive.importers.import_result import COUNTED, ImportResult, misdated
from kistep_archive.importers.known import ArchiveSource
from kistep_archive.importers.own_files import files_in
from kistep_archive.importers.taking import take_over
from kistep_archive.importers.witnesses import Witnesses
from kistep_archive.ingest import ingest, rebuild, results
from kistep_archive.ingest.guards.suspicion import has_broken_letters
from kistep_archive.ingest.runs import RunOrder, import_arguments, open_run
from kistep_archive.model.boards import Catalogue
from kistep_archive.model.items import Listing, ParsedPost
from kistep_archive.model.outcomes import Outcome, PageKind, RunKind, Verdict
from kistep_archive.model.urls import bare_host, locate
from kistep_archive.store.lock import take_lock
from kistep_archive.store.rows import contents, fold, runs
from kistep_archive.store.store import Store
from kistep_archive.store.transaction import Group
from kistep_archive.warc import writer as warc_writer
from kistep_archive.warc.captures import Capture, Captures, Skipped
from kistep_archive.warc.formats import check
from kistep_archive.warc.heads import RecordError
from kistep_archive.warc.location import Evidence

# captures that the files hold a part of: a revisit without its page, a truncated page, one in several records
_PARTLY = ("unresolved", "truncated", "continuation")


def import_files(folder: Path, paths: Sequence[Path], catalogue: Catalogue) -> ImportResult:
    """Imports WARC and WACZ files; of another archive of ours, in its folder or in single files, it takes the
    runs over. Raises ArchiveError: 2 if a file is neither, 5 if the store is unhealthy, 75 if another run is
    active, here or there."""
    files = [file for path in paths for file in files_in(path)]
    for path in files:  # a wrong last name must not leave half of the files imported
        check(path)
    done = ImportResult()
    with closing(take_lock(folder, RunKind.IMPORT)), closing(rebuild.open_store(folder, catalogue)) as store:
        if captured := take_over(folder, store, catalogue, files, done):
            with closing(Captures(captured, ArchiveSource(folder, store.conn))) as source:
                _Import(folder, store, catalogue, captured, done).all_of(source)
    return done


class _Import:
    """An active import. It reads each record once; what may be the file of a later post waits for the end."""

    def __init__(
        self, folder: Path, store: Store, catalogue: Catalogue, paths: Sequence[Path], done: ImportResult
    ) -> None:
        self._folder, self._store, self._catalogue, self._paths = folder, store, catalogue, paths
        self._hosts = {bare_host(row.address) for row in catalogue.rows}
        self._opened: tuple[RunStart, warc_writer.Writer, Group] | None = None
        self._quarantined = quarantine.quarantined_places(paths, catalogue)
        self._copied: dict[Hashable, int] = {}  # place of a copied record -> its new offset
        self._owes_row = False  # a record was copied, and its row is not written yet
        self._waiting: list[Capture] = []  # without their bytes
        self._done = done
        self._witnesses = Witnesses()

    def all_of(self, source: Captures) -> None:
        """Imports all captures and closes the run, even if it stops early."""
        ended = "the import stopped early; import the same files again to continue"
        try:
            for item in source:
                if isinstance(item, Capture):
                    self._capture(item)
                else:
                    self._skip(item)
            for waiting in self._waiting:
                self._file_at_last(source, waiting)
            self._done.contradictions = self._witnesses.contradictions()
            ended = ""
        finally:
            self._close(ended)

    def _skip(self, item: Skipped) -> None:
        self._done.skipped[item.kind] += 1
        if item.is_loss:
            self._done.damage.append(f"{item.file} at {item.offset}: {item.reason}")
        elif item.kind in _PARTLY and self._is_ours(item.url):
            self._done.incomplete.append(f"{item.file} at {item.offset}: {item.reason}")

    def _capture(self, item: Capture) -> None:
        if reason := self._not_wanted(item):
            self._done.skipped[reason] += 1
            return
        page = item.page
        at, (kind, board) = _exact(page.fetched_at), self._page_kind(page)
        if fold.holds(self._store.conn, uri(page.url), at, item.sha256):
            self._done.known += 1
        elif kind or (kind := self._file_kind(page)):
            self._keep(item, Page(uri(page.url), at, page.status, page.headers, page.body), kind, board)
        else:
            self._waiting.append(item.without_bytes())

    def _file_at_last(self, source: Captures, waiting: Capture) -> None:
        """Imports a file that a post lists by now."""
        if not self._file_kind(waiting.page):
            self._done.skipped["not a file or image of any post"] += 1
            return
        try:
            item = source.again(waiting)
        except RecordError as error:
            self._done.damage.append(f"{waiting.file} at {waiting.offset}: {error}")
        else:
            self._capture(item)

    def _is_ours(self, url: str) -> bool:
        try:
            return bare_host(url) in self._hosts
        except ValueError:
            return False

    def _not_wanted(self, item: Capture) -> str:
        """Why a capture is skipped, "" if it is not."""
        if bare_host(item.page.url) not in self._hosts:
            return "another host"
        if item.page.status != 200:
            return "status is not 200"
        if quarantine.key(item.place) in self._quarantined:
            return "held back by the safety checks of the run that fetched it"
        if item.rewritten:
            return "rewritten by a replay server (download the original, with id_ in its address)"
        location = locate(item.page.url)
        return (
            "unknown board"
            if location and location.kind in ("post", "listing") and not self._catalogue.board(item.page.url)
            else ""
        )

    def _page_kind(self, page: Page) -> tuple[str, str]:
        """(kind, board) of a page of a post or a listing; empty for anything else."""
        location, row = locate(page.url), self._catalogue.board(page.url)
        return (
            (location.kind, row.name)
            if location and row and location.kind in ("post", "listing")
            else ("", "")
        )

    def _file_kind(self, page: Page) -> str:
        """ "file" or "image" if a post lists the address so; empty for anything else."""
        return contents.listed_as(self._store.conn, uri(self._catalogue.canonical(page.url)))[0]

    def _keep(self, item: Capture, page: Page, kind: str, board: str) -> None:
        began, writer, group = self._run()
        self._owes_row = True
        payload = self._payload(writer, item)
        offset, length = writer.copy(item.record)
        self._copied[item.place] = offset
        evidence = Evidence(writer.file, offset, length, item.sha256, page.url, page.fetched_at, page.status)
        url = uri(self._catalogue.canonical(page.url))
        name = contents.listed_as(self._store.conn, url)[1] if kind == "file" else ""
        answer = LoggedResponse(evidence, PageKind(kind), board, url, None, name=name)
        writer.metadata(page.url, run_log.imported(answer, payload, Path(item.file).name, item.offset), now())
        read = results.read_as(page, answer, self._catalogue.board(page.url))
        with group.one():
            outcome = ingest.save(self._store, began, answer, read)
            self._owes_row = False
        self._witnesses.see(board, page.fetched_at, read)
        if outcome == Outcome.UNREADABLE:
            why = results.problem(page, self._catalogue.board(page.url))
            self._done.unreadable.append(f"{page.url}: {why}")
        if isinstance(read, (ParsedPost, Listing)) and has_broken_letters(read):
            self._done.broken.append(page.url)
        self._done.counts["requested"] += 1
        self._done.counts["fetched"] += 1
        self._done.counts[outcome if outcome in (*COUNTED, "listing", "file") else "unread"] += 1
        if outcome == Outcome.MISDATED:
            self._done.misdated.append(f"{item.file} at {item.offset}: {page.url} of {page.fetched_at}")

    def _payload(self, writer: warc_writer.Writer, item: Capture) -> tuple[str, int] | None:
        """The place of the record with a revisit's payload; copies it unless the archive has it."""
        if item.payload is None or item.payload_of is None:
            return None
        place = item.payload.place
        if isinstance(place, tuple):
            return str(place[0]), int(place[1])
        if place not in self._copied:
            self._copied[place] = writer.copy(item.payload_of)[0]
        return writer.file, self._copied[place]

    def _run(self) -> tuple[RunStart, warc_writer.Writer, Group]:
        """The run; opens it for the first capture."""
        if self._opened is None:
            known = self._catalogue
            order = RunOrder(RunKind.IMPORT, known.rows, known, "", import_arguments(self._paths))
            began, writer = open_run(self._folder, self._store, order, now())
            self._done.run = began.run
            self._opened = began, writer, Group(self._store.conn, writer.sync)
        return self._opened

    def _close(self, ended: str) -> None:
        if self._opened is None:
            return
        began, writer, group = self._opened
        group.commit()
        reasons = [*([ended] if ended else []), *self._done.damage, *self._done.incomplete]
        counts: dict[str, int | None] = {
            name: self._done.counts[name] for name in ("requested", "fetched", *COUNTED)
        }
        verdict = Verdict.INCOMPLETE if reasons else Verdict.COMPLETE
        reason = reasons[0] if reasons else misdated(self._done.misdated)
        end = RunEnd(now(), verdict, verdict.exit_code, reason, counts)
        writer.metadata(
            f"urn:kistep-archive:run:{began.run}", run_log.finished(began.run, end), end.finished_at
        )
        writer.close()
        runs.finish(self._store.conn, began.run, end, folded=not (self._owes_row or group.is_lost))


def _exact(at: str) -> str:
    """The instant to the microsecond, like all others in the archive, so that text sorts as time."""
    return at if "." in at else f"{at.removesuffix('Z')}.000000Z"
