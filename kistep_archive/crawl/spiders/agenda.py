"""The work that remains in one run: boards to walk, then posts that are due, and the requests left for those
posts."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from kistep_archive.crawl.messages import Message, NoRows, PostsMissed, WalkOver
from kistep_archive.crawl.session import Session
from kistep_archive.crawl.spiders.pagination import Walk
from kistep_archive.crawl.spiders.rows import Days
from kistep_archive.model.boards import Board
from kistep_archive.model.outcomes import Outcome, PageKind, Verdict, WalkEnd
from kistep_archive.model.recrawl import is_long_ago
from kistep_archive.store import frontier, known
from kistep_archive.store.frontier import DuePost
from kistep_archive.store.rows import walks

_WRONG_TOTAL = (
    'If the declared number is wrong, write total = "ignore" for the board in a boards file (docs/skins.md).'
)


@dataclass(slots=True)
class Visit:
    """A board during a visit: the host that gets its requests, its walk, and the files that it has asked for.
    `retired`: its last walk found the address out of service. `unread`: numbers of the posts that this run
    requests because an earlier run failed to read them."""

    board: Board
    host: str
    walk: Walk
    retired: bool
    files: set[str] = field(default_factory=set)
    unread: set[int] = field(default_factory=set)

    def over(self, *, empty: bool) -> Iterator[Message]:
        """The messages at the end of a walk. `empty`: its first page had no rows."""
        walk, url = self.walk, self.board.listing_url(1)
        if empty and walk.present:
            words = (
                "the listing is empty, but the archive has posts of this board; no post was marked as "
                f"removed. Look at {url}"
            )
            yield NoRows(url, PageKind.LISTING, None, Outcome.LISTING_INCOMPLETE, words, Verdict.SITE_CHANGED)
            return
        if ended := walk.outcome():
            words = f"{self.board.name} ({self.board.layout}): {walk.note()}" if walk.note() else ""
            off = walk.difference() if ended in (WalkEnd.COMPLETE, WalkEnd.SHORT) else 0
            yield WalkOver(self.board, ended, off, words)
        if problem := walk.problem():
            words = f"{problem}. {_WRONG_TOTAL}" if walk.difference() and walk.end == "complete" else problem
            yield NoRows(url, PageKind.LISTING, None, Outcome.LISTING_INCOMPLETE, words)
        else:
            yield PostsMissed(self.board, walk.missed(), walk.present)


class Agenda:
    """The boards of each host in their order, and when all hosts are through with theirs, the posts that are
    due, most urgent first."""

    def __init__(self, session: Session) -> None:
        self._session = session
        walks = session.plan.walks
        self._boards = {host: iter(boards if walks else ()) for host, boards in session.hosts.items()}
        self._walking = set(self._boards)
        self._waiting: list[tuple[Visit, DuePost]] | None = None
        self._visiting: dict[str, DuePost] = {}  # host -> the due post that the run visits there now
        self._gone: dict[Board, list[int]] = {}  # posts whose own page says that they are gone
        # how many more requests this run may use for posts that are due and for witnesses
        self.left = session.plan.budget
        self.visits: dict[tuple[str, str], Visit] = {}

    @property
    def hosts(self) -> list[str]:
        """The hosts of the run's boards."""
        return list(self._boards)

    def next_board(self, host: str) -> Visit | None:
        """The next board of this host to walk; None after the last one."""
        board = next(self._boards[host], None)
        if board is None:
            self._walking.discard(host)
            return None
        return self._visit(board)

    @property
    def has_walked(self) -> bool:
        """Whether the walks over the boards of all hosts are over."""
        return not self._walking

    def _visit(self, board: Board) -> Visit:
        store, plan = self._session.recorder.store, self._session.plan
        if board.key not in self.visits:
            earlier = walks.walks(store.conn, *board.key)
            walk = Walk(
                known.posts(store.conn, *board.key),
                known.count_online(store.conn, *board.key),
                to_end=plan.whole or earlier.complete is None or earlier.broke_off,
                long_ago=is_long_ago(earlier.complete, self._session.recorder.clock()),
                days=Days(plan.since, plan.until),
                off=earlier.off,
                settled=earlier.settled,
            )
            self.visits[board.key] = Visit(board, self._session.host(board.address), walk, earlier.retired)
        return self.visits[board.key]

    def next_visits(self, visited: Visit | None = None) -> list[tuple[Visit, DuePost]]:
        """The posts to visit now, one at a host, after the visit to one of the board `visited`. A post waits
        until the requests that are left are enough for the more urgent ones, for itself and for its files;
        otherwise the next run begins with it."""
        if self._waiting is None:
            self._waiting = self._all_visits()
        if visited is not None:
            self._visiting.pop(visited.host, None)
        waiting, self._waiting, chosen = iter(self._waiting), [], list[tuple[Visit, DuePost]]()
        left = self.left - sum(post.files for post in self._visiting.values())
        for visit, post in waiting:
            is_enough = left > 0 and (1 + post.files <= left or left == self._session.plan.budget)
            if not is_enough or len(self._visiting) == len(self._boards):
                self._waiting.append((visit, post))
                break
            if not self._session.refusal(visit.board.address):
                left -= 1 + post.files
                (self._waiting if visit.host in self._visiting else chosen).append((visit, post))
                self._visiting.setdefault(visit.host, post)
        self._waiting += waiting
        self.left -= len(chosen)
        return chosen

    @property
    def is_visiting(self) -> bool:
        """Whether the run visits a due post now."""
        return bool(self._visiting)

    def _all_visits(self) -> list[tuple[Visit, DuePost]]:
        """The posts of all boards that are due, most urgent first, as many as there are requests left."""
        visits, recorder = list[tuple[Visit, DuePost]](), self._session.recorder
        for board in self._session.boards if self.left and self._session.planned is None else ():
            visit = self._visit(board)
            if not visit.retired:
                read = self._session.guarding.read.get(board.key, set())
                of_board = frontier.due_posts(
                    recorder.store.conn, *board.key, recorder.clock(), self.left + len(read)
                )
                visits += ((visit, each) for each in of_board if each.number not in read)
        return sorted(visits, key=lambda each: each[1].urgency, reverse=True)[: self.left]

    def note_gone(self, visit: Visit, number: int) -> None:
        """Notes that a known post's own page says that the post is gone."""
        post = visit.walk.of(number)
        if post is not None and not post.removed:
            self._gone.setdefault(visit.board, []).append(number)

    def all_gone(self) -> Iterator[PostsMissed]:
        """The posts noted as gone; each is reported once."""
        for board, numbers in self._gone.items():
            present = known.count_online(self._session.recorder.store.conn, *board.key)
            yield PostsMissed(board, tuple(numbers), present)
        self._gone = {}
