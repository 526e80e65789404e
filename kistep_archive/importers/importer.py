"""Captures made by others into the archive: their records untouched, their dates their own, through the same reading and saving as a
crawl. An older capture never overwrites a newer state; it takes its place in the history.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from kistep_archive.clock import now
from kistep_archive.evidence import run_log
from kistep_archive.evidence.events import LoggedResponse, RunEnd, RunStart
from kistep_archive.http.response import Page, digest, uri
from kistep_archive.ingest import ingest, rebuild
from kistep_archive.ingest.runs import open_run
from kistep_archive.model.boards import Catalogue
from kistep_archive.model.outcomes import PageKind, Verdict
from kistep_archive.model.urls import locate
from kistep_archive.store.lock import take_lock
from kistep_archive.store.store import Store
from kistep_archive.warc import writer as warc_writer
from kistep_archive.warc.captures import Capture, Skipped, captures
from kistep_archive.warc.location import Evidence

_COUNTED = ("new", "revised", "restored", "unchanged")


@dataclass(slots=True)
class Imported:
    """An import: `run` is None where nothing was new, and then nothing was written. `skipped` by reason; `damage` a line each."""

    run: int | None = None
    held: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    damage: list[str] = field(default_factory=list)


def import_files(folder: Path, paths: Sequence[Path], catalogue: Catalogue) -> Imported:
    """Imports WARC and WACZ files. Raises ArchiveError: 2 where a file is none, 5 where the store is unhealthy, 75 when a run goes on."""
    for path in paths:  # a mistake in the last name must not leave half of the files imported
        with closing(_read(path)) as items:
            next(items, None)
    with closing(take_lock(folder, "import")):
        store = rebuild.open_store(folder)
        with closing(store):
            return _Import(folder, store, catalogue, [str(path) for path in paths]).all_of(paths)


class _Import:
    """One import while it goes on. Posts and listings come first: what files belong to them is known only then."""

    def __init__(self, folder: Path, store: Store, catalogue: Catalogue, names: list[str]) -> None:
        self._folder, self._store, self._catalogue, self._names = folder, store, catalogue, names
        self._hosts = {urlsplit(row.address).hostname for row in catalogue.rows}
        self._opened: tuple[RunStart, warc_writer.Writer] | None = None
        self._copied: dict[bytes, int] = {}  # digest of a record that was copied -> its offset
        self._done = Imported()

    def all_of(self, paths: Sequence[Path]) -> Imported:
        """Imports the files and closes the run, also where it is stopped."""
        ended = "stopped before the end; import the same files again to go on"
        try:
            for wanted in (self._page_kind, self._file_kind):
                for path in paths:
                    self._file(path, wanted, first=wanted == self._page_kind)
            ended = ""
        finally:
            self._close(ended)
        return self._done

    def _file(self, path: Path, wanted: Callable[[Page], tuple[str, str]], *, first: bool) -> None:
        with closing(_read(path)) as items:
            for item in items:
                if isinstance(item, Capture):
                    self._capture(item, wanted, first=first)
                elif first:
                    self._skip(item)

    def _skip(self, item: Skipped) -> None:
        self._done.skipped[item.kind] += 1
        if item.is_loss:
            self._done.damage.append(f"{item.file} at {item.offset}: {item.reason}")

    def _capture(self, item: Capture, wanted: Callable[[Page], tuple[str, str]], *, first: bool) -> None:
        reason = self._not_wanted(item)
        if reason:
            self._done.skipped[reason] += first
            return
        kind, board = wanted(item.page)
        if not kind:
            return
        page = item.page
        at, checksum = _exact(page.fetched_at), digest(page.body)
        if self._store.holds(uri(page.url), at, checksum):
            self._done.held += 1
            return
        self._keep(item, Page(uri(page.url), at, page.status, page.headers, page.body), kind, board)

    def _not_wanted(self, item: Capture) -> str:
        """Why a capture is left out, whatever it is of."""
        if urlsplit(item.page.url).hostname not in self._hosts:
            return "of another host"
        if item.page.status != 200:
            return "not a page (another status than 200)"
        if item.rewritten:
            return "rewritten by a replay server (ask it for the original with id_)"
        found = locate(item.page.url)
        return "of no known board" if found and found.kind in ("post", "listing") and not self._catalogue.board(item.page.url) else ""

    def _page_kind(self, page: Page) -> tuple[str, str]:
        """(kind, board) of a post's or a listing's page; empty for anything else."""
        found, row = locate(page.url), self._catalogue.board(page.url)
        return (found.kind, row.name) if found and row and found.kind in ("post", "listing") else ("", "")

    def _file_kind(self, page: Page) -> tuple[str, str]:
        """(kind, "") of a file or image that a post lists; empty for anything else."""
        if self._page_kind(page)[0]:
            return "", ""
        kind, _ = self._store.listed_as(uri(self._catalogue.canonical(page.url)))
        if not kind:
            self._done.skipped["not of a post (no file or image that one lists)"] += 1
        return kind, ""

    def _keep(self, item: Capture, page: Page, kind: str, board: str) -> None:
        began, writer = self._run()
        payload = self._payload(writer, item)
        offset, length = writer.copy(item.record)
        self._copied[sha256(item.record).digest()] = offset
        kept = Evidence(writer.file, offset, length, digest(page.body), page.url, page.fetched_at, page.status)
        url = uri(self._catalogue.canonical(page.url))
        name = self._store.listed_as(url)[1] if kind == "file" else ""
        answer = LoggedResponse(kept, PageKind(kind), board, url, None, name=name)
        writer.metadata(page.url, run_log.imported(answer, payload, Path(item.file).name, item.offset), now())
        writer.sync()
        outcome = ingest.save(self._store, began, answer, ingest.read_as(page, answer))
        self._done.counts["requested"] += 1
        self._done.counts["fetched"] += 1
        self._done.counts[outcome if outcome in (*_COUNTED, "listing", "file") else "unread"] += 1

    def _payload(self, writer: warc_writer.Writer, item: Capture) -> int | None:
        """The offset of the record with a revisit's payload, copied unless it was."""
        if item.payload_of is None:
            return None
        known = sha256(item.payload_of).digest()
        if known not in self._copied:
            self._copied[known] = writer.copy(item.payload_of)[0]
        return self._copied[known]

    def _run(self) -> tuple[RunStart, warc_writer.Writer]:
        """The run, opened with its first capture."""
        if self._opened is None:
            self._opened = open_run(
                self._folder, self._store, "import", self._catalogue.rows, self._catalogue, "", {"files": self._names}, now()
            )
            self._done.run = self._opened[0].run
        return self._opened

    def _close(self, ended: str) -> None:
        if self._opened is None:
            return
        began, writer = self._opened
        said = [*([ended] if ended else []), *self._done.damage]
        counts: dict[str, int | None] = {name: self._done.counts[name] for name in ("requested", "fetched", *_COUNTED)}
        verdict = Verdict.INCOMPLETE if said else Verdict.COMPLETE
        end = RunEnd(now(), verdict, verdict.exit_code, said[0] if said else "", counts)
        writer.metadata(f"urn:kistep-archive:run:{began.run}", run_log.finished(began.run, end), end.finished_at)
        writer.close()
        self._store.finish_run(began.run, end)


def _read(path: Path) -> Generator[Capture | Skipped, None, None]:
    yield from captures(path)


def _exact(at: str) -> str:
    """The instant to the microsecond, as all others in the archive, so that text sorts as time."""
    return at if "." in at else f"{at.removesuffix('Z')}.000000Z"


def lines(done: Imported) -> Iterator[str]:
    """An import for a person."""
    counts = ", ".join(f"{done.counts[name]} {name}" for name in (*_COUNTED, "listing", "file", "unread") if done.counts[name])
    yield (f"run {done.run}: " if done.run else "nothing new: ") + (counts or "nothing was written") + f"; {done.held} were held already"
    yield from (f"skipped {count}: {reason}" for reason, count in done.skipped.most_common())
