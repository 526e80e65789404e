"""Crawl after crawl in one process, each as the command would run it: reads from stdin the instant of each,
and answers a line of JSON with exit code and reason. `python many_crawls.py FOLDER ORIGIN`"""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.misc import load_object
from scrapy.utils.reactor import install_reactor
from twisted.internet import task

from kistep_archive.clock import Clock
from kistep_archive.model.instants import spell_instant


def going_on_from(instant: datetime) -> Clock:
    """A clock that shows this instant now, and goes on."""
    shift = instant - datetime.now(UTC)
    return lambda: spell_instant(datetime.now(UTC) + shift)


async def crawl_on(folder: Path, origin: str) -> None:
    """One crawl for each line, until stdin ends."""
    from scrapy.crawler import AsyncCrawlerRunner

    from kistep_archive.cli.commands.fetch import RECHECKS
    from kistep_archive.crawl.runner import Plan, scrapy_settings
    from kistep_archive.crawl.session import begin
    from kistep_archive.crawl.spiders.boards import BoardsSpider
    from kistep_archive.ingest.runs import RunOrder
    from kistep_archive.model.boards import Catalogue
    from kistep_archive.model.outcomes import RunKind

    catalogue, runner = Catalogue(), AsyncCrawlerRunner(scrapy_settings(0.0))
    boards = catalogue.named(["news"])
    for line in sys.stdin:
        clock, plan = going_on_from(datetime.fromisoformat(line.strip())), Plan(budget=RECHECKS)
        order = RunOrder(RunKind.CRAWL, boards, catalogue, origin, {"boards": ["news"]})
        session = begin(folder, order, plan, clock)
        await runner.crawl(BoardsSpider, session=session)
        print(json.dumps([session.exit_code, session.reason]), flush=True)


if __name__ == "__main__":
    from kistep_archive.crawl import settings

    if settings.ASYNCIO_EVENT_LOOP:
        # Else Scrapy makes another first and leaves it unclosed.
        asyncio.set_event_loop(load_object(settings.ASYNCIO_EVENT_LOOP)())
    install_reactor(settings.TWISTED_REACTOR, settings.ASYNCIO_EVENT_LOOP)
    task.react(lambda _: deferred_from_coro(crawl_on(Path(sys.argv[1]), sys.argv[2])))
