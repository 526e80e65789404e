"""Crawls by other means, for `bench.peers`: `python -m bench.peer_crawls NAME ORIGIN FOLDER` prints how many
posts it got. Runs in the peers' environment and imports nothing of the package."""

import asyncio
import sys
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

from scrapy import Request
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from bench.stock import SETTINGS, InsertPipeline, StockSpider

_FIRST = "/board.es?mid=a20501000000&bid=0051&nPage=1"


class WarcMiddleware:
    """Writes each response with warcio, as one would with its manual beside one."""

    path: ClassVar[Path]

    def __init__(self) -> None:
        self._file = self.path.open("wb")
        self._writer = WARCWriter(self._file, gzip=True)

    def process_response(self, request: Request, response: Response) -> Response:
        """Writes the response and hands it on."""
        headers = [
            (name.decode(), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        head = StatusAndHeaders(f"{response.status} OK", headers, protocol="HTTP/1.1")
        record = self._writer.create_warc_record(
            request.url, "response", payload=BytesIO(response.body), http_headers=head
        )
        self._writer.write_record(record)
        return response


def stock_with_evidence(origin: str, folder: Path) -> int:
    """The stock spider with warcio and sqlite-utils: the work that ours does, without its checks."""
    WarcMiddleware.path, InsertPipeline.path = folder / "stock.warc.gz", str(folder / "stock.db")
    own: dict[str, Any] = {
        "ITEM_PIPELINES": {InsertPipeline: 100},
        "DOWNLOADER_MIDDLEWARES": {WarcMiddleware: 950},
    }
    process = AsyncCrawlerProcess(SETTINGS | own)
    crawler = process.create_crawler(StockSpider)
    process.crawl(crawler, origin=origin)
    process.start()
    return int(crawler.stats.get_value("item_scraped_count", 0)) if crawler.stats else 0


def bare(origin: str, _: Path) -> int:
    """The floor: aiohttp and lxml, one request at a time, and nothing is kept."""
    return asyncio.run(_fetched(origin))


async def _fetched(origin: str) -> int:
    import aiohttp
    import lxml.html

    async with aiohttp.ClientSession(origin) as session:

        async def read(url: str) -> Any:
            async with session.get(url) as response:
                return lxml.html.document_fromstring(await response.read())

        posts, following = 0, _FIRST
        while following:
            page = await read(following)
            for link in page.xpath("//td[contains(@class, 'title')]//a/@href"):
                (await read(link)).xpath("string(//h2[contains(@class, 'title')])")
                posts += 1
            after = page.xpath(
                "string(//*[contains(@class, 'board_pager')]//a[contains(@class, 'next')]/@href)"
            )
            following = after if after != following else ""
    return posts


CRAWLS = {"stock + warcio + sqlite-utils": stock_with_evidence, "bare aiohttp + lxml": bare}


if __name__ == "__main__":
    print(CRAWLS[sys.argv[1]](sys.argv[2], Path(sys.argv[3])))
