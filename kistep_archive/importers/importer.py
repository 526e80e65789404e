"""Captures made by others into the archive: their records untouched, their dates their own, through the same
reading and saving as a crawl. An older capture never overwrites a newer state; it takes its place in the
history."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kistep_archive.clock import now
from kistep_archive.evidence import run_log
from kistep_archive.evidence.events import LoggedResponse, RunEnd, RunStart
from kistep_archive.http.response import Page, uri
from kistep_archive.importers.known import Archived
from kistep_archive.ingest import ingest, rebuild
from kistep_archive.ingest.runs import open_run
from kistep_archive.model.boards import Catalogue
from kistep_archive.model.outcomes import PageKind, Verdict
from kistep_archive.model.urls import locate
from kistep_archive.store import contents, fold, runs
from kistep_archive.store.lock import take_lock
from kistep_archive.store.store import Store
from kistep_archive.warc import writer as warc_writer
from kistep_archive.warc.captures import Capture, Captures, Skipped
from kistep_archive.warc.formats import check
from kistep_archive.warc.location import Evidence
from kistep_archive.warc.record import RecordError

_COUNTED = ("new", "revised", "restored", "unchanged")


@dataclass(slots=True)
class Imported:
    """An import: `run` is None where nothing was new, and then nothing was written. `skipped` by reason;
    `damage` and `unresolved` revisits a line each."""

    run: int | None = None
    held: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    damage: list[str] = field(default_factory=list)
    unresolved: list[str] = field(default_factory=list)


def import_files(folder: Path, paths: Sequence[Path], catalogue: Catalogue) -> Imported:
    """Imports WARC and WACZ files. Raises ArchiveError: 2 where a file is none, 5 where the store is
    unhealthy, 75 when a run goes on."""
    for path in paths:  # a mistake in the last name must not leave half of the files imported
        check(path)
    with closing(take_lock(folder, "import")):
        store = rebuild.open_store(folder)
        with (
            closing(store),
            closing(Archived(folder)) as archived,
            closing(Captures(paths, archived)) as found,
        ):
            return _Import(folder, store, catalogue, [str(path) for path in paths]).all_of(found)


class _Import:
    """One import while it goes on. Each record is read once; what may be the file of a post that comes later
    waits for the end."""

    def __init__(self, folder: Path, store: Store, catalogue: Catalogue, names: list[str]) -> None:
        self._folder, self._store, self._catalogue, self._names = folder, store, catalogue, names
        self._hosts = {urlsplit(row.address).hostname for row in catalogue.rows}
        self._opened: tuple[RunStart, warc_writer.Writer] | None = None
        self._copied: dict[Hashable, int] = {}  # place of a record that was copied -> its offset
        self._waiting: list[Capture] = []  # without their bytes
        self._done = Imported()

    def all_of(self, found: Captures) -> Imported:
        """Imports what was found and closes the run, also where it is stopped."""
        ended = "stopped before the end; import the same files again to go on"
        try:
            for item in found:
                if isinstance(item, Capture):
                    self._capture(item)
                else:
                    self._skip(item)
            for waiting in self._waiting:
                self._file_at_last(found, waiting)
            ended = ""
        finally:
            self._close(ended)
        return self._done

    def _skip(self, item: Skipped) -> None:
        self._done.skipped[item.kind] += 1
        if item.is_loss:
            self._done.damage.append(f"{item.file} at {item.offset}: {item.reason}")
        elif item.kind == "unresolved" and self._is_ours(item.url):
            self._done.unresolved.append(f"{item.file} at {item.offset}: {item.reason}")

    def _capture(self, item: Capture) -> None:
        if reason := self._not_wanted(item):
            self._done.skipped[reason] += 1
            return
        page = item.page
        at, (kind, board) = _exact(page.fetched_at), self._page_kind(page)
        if fold.holds(self._store.conn, uri(page.url), at, item.sha256):
            self._done.held += 1
        elif kind or (kind := self._file_kind(page)):
            self._keep(item, Page(uri(page.url), at, page.status, page.headers, page.body), kind, board)
        else:
            self._waiting.append(item.without_bytes())

    def _file_at_last(self, found: Captures, waiting: Capture) -> None:
        """What no post listed when it came may be listed now."""
        if not self._file_kind(waiting.page):
            self._done.skipped["not of a post (no file or image that one lists)"] += 1
            return
        try:
            item = found.again(waiting)
        except RecordError as error:
            self._done.damage.append(f"{waiting.file} at {waiting.offset}: {error}")
        else:
            self._capture(item)

    def _is_ours(self, url: str) -> bool:
        try:
            return urlsplit(url).hostname in self._hosts
        except ValueError:
            return False

    def _not_wanted(self, item: Capture) -> str:
        """Why a capture is left out, whatever it is of."""
        if urlsplit(item.page.url).hostname not in self._hosts:
            return "of another host"
        if item.page.status != 200:
            return "not a page (another status than 200)"
        if item.rewritten:
            return "rewritten by a replay server (ask it for the original with id_)"
        found = locate(item.page.url)
        return (
            "of no known board"
            if found and found.kind in ("post", "listing") and not self._catalogue.board(item.page.url)
            else ""
        )

    def _page_kind(self, page: Page) -> tuple[str, str]:
        """(kind, board) of a post's or a listing's page; empty for anything else."""
        found, row = locate(page.url), self._catalogue.board(page.url)
        return (found.kind, row.name) if found and row and found.kind in ("post", "listing") else ("", "")

    def _file_kind(self, page: Page) -> str:
        """Whether a post lists it as a file or as an image; empty for anything else."""
        return contents.listed_as(self._store.conn, uri(self._catalogue.canonical(page.url)))[0]

    def _keep(self, item: Capture, page: Page, kind: str, board: str) -> None:
        began, writer = self._run()
        payload = self._payload(writer, item)
        offset, length = writer.copy(item.record)
        self._copied[item.place] = offset
        kept = Evidence(writer.file, offset, length, item.sha256, page.url, page.fetched_at, page.status)
        url = uri(self._catalogue.canonical(page.url))
        name = contents.listed_as(self._store.conn, url)[1] if kind == "file" else ""
        answer = LoggedResponse(kept, PageKind(kind), board, url, None, name=name)
        writer.metadata(page.url, run_log.imported(answer, payload, Path(item.file).name, item.offset), now())
        writer.sync()
        read = ingest.read_as(page, answer, self._catalogue.board(page.url))
        outcome = ingest.save(self._store, began, answer, read)
        self._done.counts["requested"] += 1
        self._done.counts["fetched"] += 1
        self._done.counts[outcome if outcome in (*_COUNTED, "listing", "file") else "unread"] += 1

    def _payload(self, writer: warc_writer.Writer, item: Capture) -> tuple[str, int] | None:
        """Where the record with a revisit's payload is, copied unless the archive has it."""
        if item.payload is None or item.payload_of is None:
            return None
        place = item.payload.place
        if isinstance(place, tuple):
            return str(place[0]), int(place[1])
        if place not in self._copied:
            self._copied[place] = writer.copy(item.payload_of)[0]
        return writer.file, self._copied[place]

    def _run(self) -> tuple[RunStart, warc_writer.Writer]:
        """The run, opened with its first capture."""
        if self._opened is None:
            self._opened = open_run(
                self._folder,
                self._store,
                "import",
                self._catalogue.rows,
                self._catalogue,
                "",
                {"files": self._names},
                now(),
            )
            self._done.run = self._opened[0].run
        return self._opened

    def _close(self, ended: str) -> None:
        if self._opened is None:
            return
        began, writer = self._opened
        said = [*([ended] if ended else []), *self._done.damage]
        counts: dict[str, int | None] = {
            name: self._done.counts[name] for name in ("requested", "fetched", *_COUNTED)
        }
        verdict = Verdict.INCOMPLETE if said else Verdict.COMPLETE
        end = RunEnd(now(), verdict, verdict.exit_code, said[0] if said else "", counts)
        writer.metadata(
            f"urn:kistep-archive:run:{began.run}", run_log.finished(began.run, end), end.finished_at
        )
        writer.close()
        runs.finish(self._store.conn, began.run, end)


def _exact(at: str) -> str:
    """The instant to the microsecond, as all others in the archive, so that text sorts as time."""
    return at if "." in at else f"{at.removesuffix('Z')}.000000Z"


def lines(done: Imported) -> Iterator[str]:
    """An import for a person."""
    counts = ", ".join(
        f"{done.counts[name]} {name}"
        for name in (*_COUNTED, "listing", "file", "unread")
        if done.counts[name]
    )
    yield (
        (f"run {done.run}: " if done.run else "nothing new: ")
        + (counts or "nothing was written")
        + f"; {done.held} were held already"
    )
    yield from (f"skipped {count}: {reason}" for reason, count in done.skipped.most_common())
    yield from (f"not taken: {line}" for line in [*done.damage, *done.unresolved])
