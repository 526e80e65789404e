"""A run, started from outside Scrapy: opens the session, runs the spider, returns how the run ended."""

import asyncio
import gc
import logging
import resource
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kistep_archive.clock import Clock, now
from kistep_archive.crawl.origin import check_delay
from kistep_archive.crawl.origin import origin as origin_of
from kistep_archive.crawl.session import Session, begin
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.ingest.rebuild import copy_store
from kistep_archive.ingest.runs import Plan, RunOrder, crawl_arguments
from kistep_archive.model import archive_toml
from kistep_archive.model.archive_toml import ArchiveSettings
from kistep_archive.model.boards import Catalogue
from kistep_archive.model.outcomes import RunKind
from kistep_archive.version import user_agent

if TYPE_CHECKING:
    from scrapy.settings import Settings


__all__ = ["CrawlOptions", "Ended", "Plan", "crawl"]

_LOG = logging.getLogger(__name__)
_OWN_FILES = 256  # open at the same time, beside connections


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: exit code, reason in words, counters, and in a dry run the posts that it would
    fetch."""

    run: int
    exit_code: int
    reason: str
    counts: dict[str, int]
    planned: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """What to fetch and how: the boards' `names`, none for all; the `origin` that answers, "" for the boards'
    own hosts; the `delay` between two requests in seconds; the kind of the run and its plan. A `dry_run`
    writes nothing."""

    names: tuple[str, ...]
    origin: str = ""
    delay: float | None = None
    kind: RunKind = RunKind.CRAWL
    plan: Plan = field(default_factory=Plan)
    dry_run: bool = False


def crawl(
    folder: Path,
    catalogue: Catalogue,
    options: CrawlOptions,
    *,
    quiet: bool = False,
    begun: Callable[[], None] = lambda: None,
    clock: Clock = now,
) -> Ended:
    """Crawls the boards into the archive. Calls `begun` once the run holds the lock. Raises ArchiveError if
    the run cannot start."""
    try:
        boards = catalogue.named(options.names)
    except ValueError as error:
        raise ArchiveError(str(error), ExitCode.USAGE) from error
    plan, delay = options.plan, options.delay
    check_delay(1.0 if delay is None else delay, origin_of(options.origin, boards))
    settings = archive_toml.read(folder)
    arguments = crawl_arguments(options.names, delay, plan, files=settings.files)
    order = RunOrder(options.kind, boards, catalogue, options.origin, arguments)
    if not options.dry_run:
        session = begin(folder, order, plan, clock)
        begun()
        return _go(session, settings, delay, quiet)
    with tempfile.TemporaryDirectory() as scratch:
        try:
            copy_store(folder, Path(scratch), catalogue)
            session = begin(Path(scratch), order, clock=clock)
        except ArchiveError as error:
            raise ArchiveError(str(error).replace(scratch, str(folder)), error.exit_code) from error
        session.planned = []
        ended = _go(session, settings, delay, quiet)
    return replace(ended, reason=ended.reason.replace(scratch, str(folder)))


def _go(session: Session, own: ArchiveSettings, delay: float | None, quiet: bool) -> Ended:
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.utils.misc import load_object

    from kistep_archive.crawl.progress import progress_bar
    from kistep_archive.crawl.spiders.boards import BoardsSpider

    session.files = own.files
    settings = scrapy_settings(delay, own.contact)
    if loop := settings.get("ASYNCIO_EVENT_LOOP"):
        # else Scrapy first makes asyncio's own and never closes it
        asyncio.set_event_loop(load_object(loop)())
    process = AsyncCrawlerProcess(settings)
    # the run reports it in one line
    logging.getLogger("scrapy.core.downloader.handlers.http11").setLevel(logging.CRITICAL)
    _allow_connections(len(session.hosts))
    names = ", ".join(dict.fromkeys(board.name for board in session.boards))
    _LOG.info(
        "run %s (%s) begins: %s, from %s", session.id, session.kind, names, session.origin.base or "the site"
    )
    with progress_bar(session, quiet), _rare_garbage_collection():
        process.crawl(BoardsSpider, session=session)
        process.start()
    code = (
        session.exit_code
        if session.exit_code is not None
        else session.finish("the crawler stopped unexpectedly")
    )
    counts = ", ".join(f"{count} {name}" for name, count in sorted(session.ledger.counts.items()))
    _LOG.info("run %s ended with exit code %s: %s. %s", session.id, code, counts, session.reason)
    return Ended(
        session.id,
        code,
        session.reason,
        dict(session.ledger.counts),
        [dict(post) for post in session.planned or ()],
    )


def scrapy_settings(delay: float | None, contact: str = "") -> "Settings":
    """The settings of a run; `delay` in seconds, None for the delay of crawl/settings.py. The `contact` is in
    its User-Agent."""
    from scrapy.settings import Settings

    settings = Settings()
    settings.setmodule("kistep_archive.crawl.settings", priority="project")
    settings.set("LOG_LEVEL", "WARNING", priority="cmdline")
    settings.set("USER_AGENT", user_agent(contact), priority="cmdline")
    if delay is not None:
        settings.set("DOWNLOAD_DELAY", delay, priority="cmdline")
    return settings


def _allow_connections(hosts: int) -> None:
    """Raises this process' limit of open files, as far as the system lets it: each host keeps a connection,
    and many systems start with 1,024."""
    wanted = _OWN_FILES + 2 * hosts
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


@contextmanager
def _rare_garbage_collection() -> Iterator[None]:
    """Makes Python collect garbage less often, which saves 5 % of a crawl's time. By default Python searches
    for cycles after every 700 new objects and each time visits the modules of Scrapy and lxml too. Here it
    skips those modules and searches after 20,000 objects; the peak of memory stays the same."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
