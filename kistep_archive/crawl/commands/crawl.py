"""`scrapy crawl boards`: Scrapy's own command, whose exit code is the run's."""

import argparse
import logging

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError

from kistep_archive.crawl.session import Session


class Command(ScrapyCrawl):
    """`crawl`, with the exit code of `kistep-archive crawl` and the reason in the log."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy calls it."""
        if len(args) != 1:
            raise UsageError
        assert self.crawler_process is not None
        crawler = self.crawler_process.create_crawler(args[0])
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        session: Session | None = getattr(crawler.spider, "session", None)
        if session is None or session.exit_code is None:
            self.exitcode = int(self.crawler_process.bootstrap_failed)
            return
        self.exitcode = session.exit_code
        level = logging.ERROR if session.exit_code else logging.INFO
        words = session.reason or "complete"
        logging.getLogger(__name__).log(level, "run %s: exit code %s: %s", session.id, self.exitcode, words)
