"""The last thing that a request passes on its way to the wire: it waits there until its host may be asked, and the instant of its
sending is noted. Nothing goes out past it, not even Scrapy's own request for robots.txt."""

import asyncio
import time
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from kistep_archive.crawl import fetch
from kistep_archive.crawl.session import Session


class PoliteDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's handler of http and https, with a wait before it."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.retryAutomatically = False  # twisted would send a request twice without a word

    async def download_request(self, request: Request) -> Response:
        """Waits, notes, sends."""
        session: Session = self._crawler.spider.session  # type: ignore[union-attr]
        host = urlsplit(request.url).hostname or ""
        while (wait := session.pace.wait(host, time.monotonic())) > 0:
            await asyncio.sleep(wait)
        fetch.change(request, sent=session.recorder.clock())
        session.pace.sent(host, time.monotonic())  # read after the date, so that dates are never nearer to each other than this clock says
        return await super().download_request(request)
