"""`scrapy crawl boards`: Scrapy's own command, whose exit code is the run's."""

import argparse
import logging

from scrapy import Spider
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler

from kistep_archive.crawl.session import Session


class Command(ScrapyCrawl):
    """`crawl`, with the exit code of `kistep-archive crawl` and the reason in the log."""

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        self._crawler = super()._create_crawler(spidercls)
        return self._crawler

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy calls it."""
        super().run(args, opts)
        session: Session | None = getattr(self._crawler.spider, "session", None)
        if session is not None and session.exit_code is not None:
            self.exitcode = session.exit_code
            level = logging.ERROR if session.exit_code else logging.INFO
            words = session.reason or "complete"
            logging.getLogger(__name__).log(
                level, "run %s: exit code %s: %s", session.id, self.exitcode, words
            )
