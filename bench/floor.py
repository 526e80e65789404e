"""The floor of our own work: parser, WARC writer and rows without Scrapy, guards or walks, one request at a
time over one connection. `python -m bench.floor ORIGIN FOLDER` prints how many posts it got."""

import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from kistep_archive.clock import now
from kistep_archive.evidence.events import RunStart
from kistep_archive.http.response import Page, digest
from kistep_archive.model.boards import BUILT_IN, Board
from kistep_archive.model.items import ListedRow, Listing, ParsedPost
from kistep_archive.parse.parser import parse
from kistep_archive.store.rows import runs
from kistep_archive.store.rows.fold import PostPage, save_listing, save_post
from kistep_archive.store.store import Store
from kistep_archive.warc.location import Evidence
from kistep_archive.warc.writer import Writer

_RUN = 1


class Floor:
    """One crawl of one board into a folder."""

    def __init__(self, origin: str, folder: Path, store: Store, board: Board) -> None:
        self._connection = HTTPConnection(urlsplit(origin).netloc)
        self._writer = Writer(folder / "warc", "000001-crawl")
        self._store, self._board, self.posts = store, board, 0

    def crawl(self) -> None:
        """Reads the listing to its end, and each post of each page."""
        runs.begin(
            self._store.conn, RunStart(_RUN, "000001-crawl", "crawl", now(), "", (self._board.name,), {}, ())
        )
        page, more = 1, True
        while more:
            listing, evidence = self._read(self._board.listing_url(page))
            assert isinstance(listing, Listing)
            for row in listing.rows:
                self._post(row.number, ListedRow.of(row))
            save_listing(self._store.conn, _RUN, self._board.name, listing, evidence)
            more, page = page < (listing.pages or 0), page + 1
        self._writer.close()

    def _post(self, number: int, row: ListedRow) -> None:
        url = self._board.post_url(number)
        post, evidence = self._read(url)
        assert isinstance(post, ParsedPost)
        save_post(self._store.conn, _RUN, PostPage(self._board.name, url, evidence, row), post)
        self.posts += 1

    def _read(self, url: str) -> tuple[object, Evidence]:
        parts = urlsplit(url)
        request = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()
        self._connection.request("GET", f"{parts.path}?{parts.query}")
        response = self._connection.getresponse()
        page = Page(url, now(), response.status, tuple(response.getheaders()), response.read())
        evidence = self._writer.response(
            page, digest(page.body), protocol="HTTP/1.1", ip="127.0.0.1", request=request, metadata={}
        )
        self._writer.begin_sync()
        content = parse(page)
        self._writer.sync()
        return content, evidence


def main(origin: str, folder: Path) -> None:
    """Crawls and prints."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(Store(folder)) as store:
        floor = Floor(origin, folder, store, BUILT_IN[0])
        floor.crawl()
    print(floor.posts)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
