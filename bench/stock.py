"""What one would write in ten minutes with Scrapy: listing pages, post links, CSS selectors, dicts. The thing
to compare a crawl with.

`python -m bench.stock ORIGIN [DATABASE]` prints how many items it made; with DATABASE it inserts each with
sqlite-utils, a commit each."""

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response, TextResponse

# Scrapy's defaults but for these: both sides read robots.txt, neither writes a log or opens a port.
SETTINGS: dict[str, Any] = {"ROBOTSTXT_OBEY": True, "LOG_LEVEL": "WARNING", "TELNETCONSOLE_ENABLED": False}


class StockSpider(Spider):
    """Reads the current layout in its usual skin and nothing else; fetches neither files nor images."""

    name = "stock"
    origin = ""

    async def start(self) -> AsyncIterator[Any]:
        """The first page of the listing."""
        yield Request(f"{self.origin}/board.es?mid=a20501000000&bid=0051&nPage=1", self.read_listing)

    def read_listing(self, response: Response) -> Iterator[Any]:
        """A listing: its posts and the next page; on the last page that is the same page again, which Scrapy
        leaves out."""
        assert isinstance(response, TextResponse)
        yield from response.follow_all(css="td.title a", callback=self.read_post)
        yield from response.follow_all(css=".board_pager a.next", callback=self.read_listing)

    def read_post(self, response: Response) -> Iterator[dict[str, Any]]:
        """A post's fields as text."""
        yield {
            "url": response.url,
            "title": response.css(".board_view h2.title::text").get(),
            "writer": response.css("ul.info li.write span::text").get(),
            "date": response.css("ul.info li.date span::text").get(),
            "hits": response.css("ul.info li.hit span::text").get(),
            "body": "\n".join(response.css(".board_view .contents ::text").getall()),
        }


class InsertPipeline:
    """Inserts each item as it comes, in the way of sqlite-utils' first example."""

    path = ""

    def open_spider(self) -> None:
        """Opens the database."""
        import sqlite_utils  # the spider alone must not pay for it, nor for the pandas that it may load

        self.db = sqlite_utils.Database(self.path)

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        """One insert, one commit."""
        self.db.table("posts").insert(item)
        return item

    def close_spider(self) -> None:
        """Closes the database."""
        self.db.close()


def _crawl(origin: str, database: str) -> None:
    InsertPipeline.path = database
    process = AsyncCrawlerProcess(SETTINGS | ({"ITEM_PIPELINES": {InsertPipeline: 100}} if database else {}))
    crawler = process.create_crawler(StockSpider)
    process.crawl(crawler, origin=origin)
    process.start()
    print(crawler.stats.get_value("item_scraped_count", 0) if crawler.stats else 0)


if __name__ == "__main__":
    _crawl(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
