"""`python -m bench.builder POSTS ARCHIVE PORT`: an archive as a first crawl of the stand-in leaves it, but
without the crawl.

The stand-in's pages are made in this process and pass through the product's walk, parser, WARC writer, run
log and rows: only Scrapy, HTTP and the guards are left out. PORT is where the stand-in shall answer later."""

import gc
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

from kistep_archive.clock import now
from kistep_archive.crawl.fetch import Fetch
from kistep_archive.crawl.messages import PostsMissed, WalkOver
from kistep_archive.crawl.reading import read
from kistep_archive.crawl.session import Session, begin
from kistep_archive.crawl.spiders.agenda import Visit
from kistep_archive.crawl.spiders.pagination import Walk
from kistep_archive.http.response import Page, uri
from kistep_archive.ingest.runs import Plan, RunOrder, crawl_arguments
from kistep_archive.model.boards import Board, Catalogue
from kistep_archive.model.items import ListedRow, Listing, ParsedPost, Row
from kistep_archive.model.outcomes import Outcome, PageKind, RunKind
from kistep_archive.replica import Replica, Site
from kistep_archive.replica.answers import Answer
from kistep_archive.version import USER_AGENT
from kistep_archive.warc.location import Evidence

_BOARD = "news"
_TOLD = 10_000  # posts between two lines on stderr


class Builder:
    """One run over one board whose pages come from `replica`, which listens to nobody."""

    def __init__(self, session: Session, replica: Replica) -> None:
        self._session, self._replica = session, replica

    def build(self) -> None:
        """Reads robots.txt, then each board's listing to its end and each post of each page."""
        self._robots()
        for board in self._session.boards:
            self._walk(board)

    def _walk(self, board: Board) -> None:
        walk, is_empty = Walk({}, 0, to_end=True), False
        page: int | None = 1
        while page is not None:
            listing = self._listing(board, page)
            is_empty = page == 1 and not listing.rows
            step = walk.read(listing, page)
            for row in step.fetch:
                self._post(board, row)
            page = step.page
        self._end(Visit(board, self._session.host(board.address), walk, retired=False), is_empty=is_empty)

    def _robots(self) -> None:
        url = urljoin(self._session.boards[0].address, "/robots.txt")
        evidence = self._ask(Fetch(url, url, PageKind.ROBOTS))[1]
        self._session.recorder.record(PageKind.ROBOTS, evidence, Outcome.READ)

    def _listing(self, board: Board, page: int) -> Listing:
        url = board.listing_url(page)
        listing, evidence = self._ask(Fetch(url, url, PageKind.LISTING, board.key, page))
        assert isinstance(listing, Listing), listing
        self._session.recorder.save_listing(board, listing, evidence)
        return listing

    def _post(self, board: Board, row: Row) -> None:
        url = board.post_url(row.number)
        fetch = Fetch(url, url, PageKind.POST, board.key, row.number, ListedRow.of(row))
        post, evidence = self._ask(fetch)
        assert isinstance(post, ParsedPost), post
        self._session.recorder.save_post(board, fetch, post, evidence)
        if self._session.ledger.posts % _TOLD == 0:
            print(f"{now()} {self._session.ledger.posts:,} posts read", file=sys.stderr, flush=True)

    def _ask(self, fetch: Fetch) -> tuple[object, Evidence]:
        """What a page says, and its evidence."""
        fetch = replace(fetch, sent=now())
        target = self._session.origin.send(fetch.url).removeprefix(self._replica.origin)
        answer = self._replica.respond("GET", target, "", accepts_gzip=True)
        self._replica.requests.clear()
        page = Page(uri(fetch.url), now(), answer.status, _headers(answer), answer.body)
        self._session.ledger.counts["requested"] += 1
        fetched = self._session.recorder.keep(
            page, fetch, protocol="HTTP/1.1", ip="127.0.0.1", request=self._request(target)
        )
        content = (
            None
            if fetch.kind is PageKind.ROBOTS
            else read(fetch, fetched, self._session.catalogue.row(fetch.board))
        )
        return content, fetched.evidence

    def _request(self, target: str) -> bytes:
        """A request as a crawl sends it."""
        host = self._replica.origin.partition("//")[2]
        lines = [
            f"GET {target} HTTP/1.1",
            f"Host: {host}",
            "Accept: text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language: en,ko;q=0.5",
            f"User-Agent: {USER_AGENT}",
            "Accept-Encoding: gzip",
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    def _end(self, visit: Visit, *, is_empty: bool) -> None:
        """What a walk's end says, as the pipeline stores it."""
        for message in visit.over(empty=is_empty):
            match message:
                case WalkOver():
                    self._session.recorder.walked(message.board, message.ended, message.off)
                case PostsMissed():
                    self._session.missed(message.board, message.numbers, message.present)
                case _:
                    raise AssertionError(message)


def _headers(answer: Answer) -> tuple[tuple[str, str], ...]:
    lines = answer.wire(with_body=False).decode("latin-1").strip().split("\r\n")[1:]
    return tuple((name, value) for name, _, value in (line.partition(": ") for line in lines))


def build(posts: int, archive: Path, port: int) -> None:
    """Makes the archive. Raises AssertionError for a page that is not read, or a walk that does not end
    well."""
    replica = Replica(Site.generated(posts), port=port)
    gc.freeze()  # the site's million entries are not searched for cycles again and again
    gc.set_threshold(20_000, 20, 20)
    catalogue = Catalogue()
    plan = Plan(accept=True)  # no guards: their memory of a first crawl is not what is measured here
    order = RunOrder(
        RunKind.CRAWL,
        catalogue.named([_BOARD]),
        catalogue,
        replica.origin,
        crawl_arguments([_BOARD], 0.0, plan, files=True),
    )
    archive.mkdir(parents=True, exist_ok=True)
    session = begin(archive, order, plan)
    Builder(session, replica).build()
    replica.stop()
    print(f"{now()} all read; writing the rows", file=sys.stderr, flush=True)
    if code := session.finish("finished"):
        raise SystemExit(f"exit code {code}: {session.reason}")


if __name__ == "__main__":
    build(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
