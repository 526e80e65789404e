"""What came for a request, and what several answers in a row mean: a truncated page is requested again, and
refusals and walls stop the run at their host."""

from collections import Counter, defaultdict
from collections.abc import Generator
from dataclasses import replace

from scrapy import Request
from scrapy.http import Response

from kistep_archive.crawl import fetch as fetching
from kistep_archive.crawl import reading
from kistep_archive.crawl.fetch import Fetch, FetchedPage
from kistep_archive.crawl.messages import FileGone, FileRead, Message, NoRows
from kistep_archive.crawl.reading import PageContent
from kistep_archive.crawl.session import Session
from kistep_archive.ingest.guards.suspicion import has_broken_letters
from kistep_archive.ingest.guards.wall import Wall
from kistep_archive.ingest.results import file_problem
from kistep_archive.model.boards import Board, BoardKey
from kistep_archive.model.items import Listing, ParsedPost
from kistep_archive.model.outcomes import Outcome, PageKind, Verdict
from kistep_archive.parse.notice import elsewhere, walls
from kistep_archive.parse.parser import ParseError
from kistep_archive.parse.skin.unmatched import keys_without_value
from kistep_archive.store import frontier

_REREADS = 2  # how often the crawl requests a truncated page again
_REFUSALS = 3  # 403 responses of a host in a row after which the run sends it no more requests


class Answers:
    """The answers of one run, as they come."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._refused: Counter[str] = Counter()  # host -> 403 responses in a row
        self._walls: defaultdict[str, Wall] = defaultdict(Wall)  # by host
        # boards that were requested once more, with their cookie
        self._retried_with_cookie: set[BoardKey] = set()

    def content(self, response: Response) -> Generator[Request | Message, None, PageContent | None]:
        """The content of a page; None if the crawl requests it again: it is truncated, or the board wants the
        cookie that this answer sets."""
        fetch, fetched = fetching.exchange(response)
        content = reading.read(fetch, fetched, self._session.catalogue.row(fetch.board))
        host = self._session.host(fetch.url)
        if response.status == 200:
            self._refused[host] = 0
        if isinstance(content, (Listing, ParsedPost)):
            self._note(fetch, content)
        if isinstance(content, (Listing, ParsedPost)) or reading.says_gone(content):
            self._walls[host].end()
        if (again := self._with_cookie(response, content)) is not None:
            yield NoRows(fetch.url, fetch.kind, fetched.evidence, Outcome.RETRIED)
            yield again
            return None
        if reading.is_complete(content) or fetch.rereads >= _REREADS:
            return content
        if self.is_known_wall(fetch, fetched):
            return content
        yield NoRows(fetch.url, fetch.kind, fetched.evidence, Outcome.NOT_WHOLE)
        assert response.request is not None
        yield response.request.replace(
            meta=fetching.changed_meta(response.request, rereads=fetch.rereads + 1)
        )
        return None

    def file(self, response: Response, board: Board) -> Message:
        """The message for the answer to a request for a file: an error page must not be stored as the
        file."""
        fetch, fetched = fetching.exchange(response)
        if response.status in reading.NONE_SUCH:
            return FileGone(board, fetch, fetched.evidence)
        if response.status != 200:
            return self.not_wanted(fetch, fetched, response.status, f"a {fetch.kind}")
        if problem := file_problem(fetched.page, fetch.kind, fetch.name):
            name = fetch.board[0]
            return NoRows(
                fetch.address, fetch.kind, fetched.evidence, Outcome.NOT_A_FILE, problem, board=name
            )
        return FileRead(board, fetch, fetched)

    def _with_cookie(self, response: Response, content: PageContent) -> Request | None:
        """The same request, now with the cookie that its answer sets instead of showing the board: once a
        board that requires cookies. None if that does not apply."""
        fetch, fetched = fetching.exchange(response)
        board = self._session.catalogue.row(fetch.board)
        if (
            board is None
            or not board.requires_cookies
            or fetch.board in self._retried_with_cookie
            or isinstance(content, (Listing, ParsedPost, int))
            or reading.says_gone(content)
        ):
            return None
        assert response.request is not None
        if not reading.sets_new_cookie(fetched.page, response.request.headers.get("Cookie") or b""):
            return None
        self._retried_with_cookie.add(fetch.board)
        return response.request.replace(meta=fetching.changed_meta(response.request))

    def _note(self, fetch: Fetch, item: Listing | ParsedPost) -> None:
        """Notes in the ledger what the user should know of a page that was read."""
        ledger = self._session.ledger
        if has_broken_letters(item):
            ledger.broken[fetch.address] = None
        if isinstance(item, ParsedPost) and item.scripted:
            ledger.scripted[fetch.address] = item.scripted[0]
        unmatched = keys_without_value(self._session.catalogue.row(fetch.board), item)
        if unmatched is not None:
            ledger.read_by_skin(fetch.board[0], fetch.kind, unmatched)

    def is_out_of_service(
        self, fetch: Fetch, fetched: FetchedPage, content: PageContent, *, holds_posts: bool
    ) -> bool:
        """Whether the answer says that a retired board's address is out of service."""
        if self._is_script_wall(fetch, fetched, content):
            return False
        return reading.is_out_of_service(content, is_direct=self._is_direct(fetch), holds_posts=holds_posts)

    def is_gone(self, fetch: Fetch, fetched: FetchedPage, content: PageContent) -> bool:
        """Whether the answer says that the requested post is gone."""
        if isinstance(content, ParsedPost):
            return False
        conn, board = self._session.recorder.store.conn, self._session.catalogue.row(fetch.board)
        title = fetch.row.title if fetch.row else frontier.title(conn, *fetch.board, fetch.number)
        is_direct = self._is_direct(fetch)
        return reading.is_gone(fetch, fetched, content, board, is_direct=is_direct, title=title)

    def may_be_wall(self, message: NoRows) -> bool:
        """Whether the first page of a listing seems to be changed, and the host has shown no page of the site
        yet: then nobody knows whether the site answered."""
        is_changed = message.verdict is Verdict.SITE_CHANGED and not message.stop
        return is_changed and not self._walls[self._session.host(message.url)].is_through

    def _is_of_board(self, fetch: Fetch, fetched: FetchedPage) -> bool:
        """Whether a listing that cannot be read links to posts of its board all the same."""
        board = self._session.catalogue.row(fetch.board)
        return fetch.kind is PageKind.LISTING and elsewhere.shows_posts(
            fetched.page, fetch.address, board.encoding if board else ""
        )

    def is_known_wall(self, fetch: Fetch, fetched: FetchedPage) -> bool:
        """Whether another address of the host just gave this unreadable answer too."""
        return self._walls[self._session.host(fetch.url)].knows(fetched.page, fetch.address)

    def _is_direct(self, fetch: Fetch) -> bool:
        """Whether the response came from the requested address, in any spelling, and not from an address that
        it redirected to."""
        return bool(self._session.catalogue.canonical(fetch.url) == fetch.address)

    def _is_script_wall(self, fetch: Fetch, fetched: FetchedPage, content: PageContent) -> bool:
        """Whether the answer is a script wall, which says nothing of the board."""
        board = self._session.catalogue.row(fetch.board)
        return isinstance(content, ParseError) and walls.is_script_wall(
            fetched.page, fetch.address, board.encoding if board else ""
        )

    def not_wanted(self, fetch: Fetch, fetched: FetchedPage, content: PageContent, wanted: str) -> NoRows:
        """The message for an answer that is not what was `wanted`. Tells the guards, and leaves the host if
        need be."""
        board, host = self._session.catalogue.row(fetch.board), self._session.host(fetch.url)
        message = reading.not_wanted(fetch, fetched, content, wanted, board)
        if self._is_script_wall(fetch, fetched, content):
            message = reading.script_wall(message, fetched.page, board)
        elif isinstance(content, ParseError) and walls.is_cookie_wall(
            fetched.page, fetch.address, board.encoding if board else ""
        ):
            message = reading.cookie_wall(message, board)
        elif isinstance(content, ParseError) and reading.is_complete(content):
            self._session.guarding.judge_unreadable(
                fetch.board, fetch.address, fetch.kind, f"{content.field}: {content.why}"
            )
        if isinstance(content, int):
            self._refused[host] = self._refused[host] + 1 if content == 403 else 0
            return replace(message, stop=self._refused[host] >= _REFUSALS)
        wall = self._walls[host]
        if self._is_of_board(fetch, fetched):
            wall.end()
        elif wall.meet(fetched.page, fetch.address, fetch.board):
            message = reading.repeated_wall(message, wall.same)
            self._session.leave(fetch.url, message.reason, is_reported=True)
        return message
