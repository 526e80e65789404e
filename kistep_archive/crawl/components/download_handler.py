"""The last step before a request goes to the network: it waits until its host may receive it, and notes the
instant of sending. Every request passes here, even Scrapy's own for robots.txt."""

import asyncio
import time

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from kistep_archive.crawl import fetch
from kistep_archive.crawl.session import Session
from kistep_archive.http.urls import host_name


class PoliteDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's handler of http and https, with a wait before each request."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.retryAutomatically = False  # else twisted may silently send a request twice

    async def download_request(self, request: Request) -> Response:
        """Waits, notes the instant, sends."""
        session: Session = self._crawler.spider.session  # type: ignore[union-attr]
        host = host_name(request.url)
        while (wait := session.pace.wait(host, time.monotonic())) > 0:
            await asyncio.sleep(wait)
        fetch.change(request, sent=session.recorder.clock())
        # read after the date, so that two dates are never closer together than this clock says
        session.pace.sent(host, time.monotonic())
        return await super().download_request(request)
