"""A run from outside Scrapy: opens it, lets the spider go, gives back how it ended."""

import asyncio
import gc
import logging
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kistep_archive.clock import Clock, now
from kistep_archive.crawl.origin import check_delay
from kistep_archive.crawl.origin import origin as origin_of
from kistep_archive.crawl.session import Session, begin
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.ingest.runs import Plan
from kistep_archive.model.boards import Catalogue
from kistep_archive.store.database import NAME, open_archive

if TYPE_CHECKING:
    from scrapy.settings import Settings


__all__ = ["Ended", "Plan", "crawl"]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: exit code, reason in words, counters, and in a dry run the posts that would have been fetched."""

    run: int
    exit_code: int
    reason: str
    counts: dict[str, int]
    planned: list[dict[str, Any]] = field(default_factory=list)


def crawl(
    folder: Path,
    names: tuple[str, ...],
    catalogue: Catalogue,
    *,
    origin: str = "",
    delay: float | None = None,
    quiet: bool = False,
    dry_run: bool = False,
    kind: str = "crawl",
    plan: Plan | None = None,
    begun: Callable[[], None] = lambda: None,
    clock: Clock = now,
) -> Ended:
    """Crawls the boards into the archive, as the plan says; `begun` is called once it holds the lock. Raises ArchiveError when the run
    cannot start."""
    try:
        boards = catalogue.named(names)
    except ValueError as error:
        raise ArchiveError(str(error), ExitCode.USAGE) from error
    plan = plan or Plan()
    check_delay(1.0 if delay is None else delay, origin_of(origin, boards).base)
    arguments: dict[str, object] = {"boards": list(names), "delay": delay, **asdict(plan)}
    if not dry_run:
        session = begin(folder, kind, boards, catalogue, origin, arguments, plan, clock)
        begun()
        return _go(session, delay, quiet)
    with tempfile.TemporaryDirectory() as scratch:
        _copy_database(folder, Path(scratch))
        session = begin(Path(scratch), "crawl", boards, catalogue, origin, arguments, clock=clock)
        session.planned = []
        return _go(session, delay, quiet)


def _go(session: Session, delay: float | None, quiet: bool) -> Ended:
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.utils.misc import load_object

    from kistep_archive.crawl.progress import shown
    from kistep_archive.crawl.spiders import BoardsSpider

    settings = scrapy_settings(delay)
    if loop := settings.get("ASYNCIO_EVENT_LOOP"):
        asyncio.set_event_loop(load_object(loop)())  # else Scrapy makes asyncio's own first and leaves it unclosed
    process = AsyncCrawlerProcess(settings)
    logging.getLogger("scrapy.core.downloader.handlers.http11").setLevel(logging.CRITICAL)  # the run says it in one line
    with shown(session, quiet), _collecting_seldom():
        process.crawl(BoardsSpider, session=session)
        process.start()
    code = session.exit_code if session.exit_code is not None else session.finish("the crawl broke off")
    return Ended(session.id, code, session.reason, dict(session.ledger.counts), [dict(post) for post in session.planned or ()])


def scrapy_settings(delay: float | None) -> "Settings":
    """The settings of a run; `delay` in seconds, None for that of crawl/settings.py."""
    from scrapy.settings import Settings

    settings = Settings()
    settings.setmodule("kistep_archive.crawl.settings", priority="project")
    settings.set("LOG_LEVEL", "WARNING", priority="cmdline")
    if delay is not None:
        settings.set("DOWNLOAD_DELAY", delay, priority="cmdline")
    return settings


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Python looks for cycles of garbage after every 700 new objects, and each time walks Scrapy's and lxml's modules too: 5 % of a
    crawl's time. The modules are left out here, and it looks after 20,000; the peak of memory is the same."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _copy_database(folder: Path, scratch: Path) -> None:
    if (folder / NAME).is_file():
        with closing(open_archive(folder)) as held, closing(sqlite3.connect(scratch / NAME)) as copy:
            held.backup(copy)
