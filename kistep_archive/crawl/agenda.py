"""The work that remains in one run: boards to walk, then posts that are due, and the requests left for those
posts."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from kistep_archive.crawl.messages import Message, NoRows, PostsMissed, WalkOver
from kistep_archive.crawl.pagination import Walk
from kistep_archive.crawl.session import Session
from kistep_archive.model.boards import Board
from kistep_archive.model.outcomes import Outcome, PageKind, Verdict, WalkEnd
from kistep_archive.model.recrawl import is_long_ago
from kistep_archive.store import frontier, known, walks
from kistep_archive.store.frontier import Due


@dataclass(slots=True)
class Visit:
    """A board during a visit: its walk, and the files that it has asked for. `retired`: its last walk found
    the address out of service. `owed`: numbers of the posts that this run requests because an earlier run
    failed to read them."""

    board: Board
    walk: Walk
    retired: bool
    files: set[str] = field(default_factory=set)
    owed: set[int] = field(default_factory=set)

    def over(self, *, empty: bool) -> Iterator[Message]:
        """The messages at the end of a walk. `empty`: its first page had no rows."""
        walk, url = self.walk, self.board.listing_url(1)
        if empty and walk.held:
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
            yield NoRows(url, PageKind.LISTING, None, Outcome.LISTING_INCOMPLETE, problem)
        else:
            yield PostsMissed(self.board, walk.missed(), walk.held)


class Agenda:
    """The boards in their order, then the posts that are due, most urgent first."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._boards = iter(session.boards if session.plan.walks else ())
        self._due: Iterator[tuple[Visit, Due]] | None = None
        self._gone: dict[Board, list[int]] = {}  # posts whose own page says that they are gone
        # how many more requests this run may use for posts that are due and for witnesses
        self.left = session.plan.budget
        self.visits: dict[tuple[str, str], Visit] = {}

    def next_board(self) -> Visit | None:
        """The next board to walk; None after the last one."""
        board = next(self._boards, None)
        return None if board is None else self._visit(board)

    def _visit(self, board: Board) -> Visit:
        store, plan = self._session.recorder.store, self._session.plan
        if board.key not in self.visits:
            earlier = walks.walks(store.conn, *board.key)
            walk = Walk(
                known.posts(store.conn, *board.key),
                known.held(store.conn, *board.key),
                whole=plan.whole or earlier.complete is None or earlier.broke_off,
                long_ago=is_long_ago(earlier.complete, self._session.recorder.clock()),
                since=plan.since,
                until=plan.until,
                off=earlier.off,
                settled=earlier.settled,
            )
            self.visits[board.key] = Visit(board, walk, earlier.retired)
        return self.visits[board.key]

    def next_due(self) -> tuple[Visit, Due] | None:
        """The next post that is due, if the remaining requests are enough for the post and its files.
        Otherwise the next run begins with it."""
        self._due = self._due or self._all_due()
        following = next(self._due, None) if self.left > 0 else None
        if following is None or (
            1 + following[1].files > self.left and self.left < self._session.plan.budget
        ):
            return None
        self.left -= 1
        return following

    def _all_due(self) -> Iterator[tuple[Visit, Due]]:
        """The posts of all boards that are due, most urgent first."""
        due, recorder = list[tuple[Visit, Due]](), self._session.recorder
        for board in self._session.boards if self.left and self._session.planned is None else ():
            visit = self._visit(board)
            if not visit.retired:
                read = self._session.guarding.read.get(board.key, set())
                of_board = frontier.due(
                    recorder.store.conn, *board.key, recorder.clock(), self.left + len(read)
                )
                due += ((visit, each) for each in of_board if each.number not in read)
        return iter(sorted(due, key=lambda each: each[1].urgency, reverse=True))

    def note_gone(self, visit: Visit, number: int) -> None:
        """Notes that a known post's own page says that the post is gone."""
        post = visit.walk.of(number)
        if post is not None and not post.removed:
            self._gone.setdefault(visit.board, []).append(number)

    def all_gone(self) -> Iterator[PostsMissed]:
        """The posts noted as gone; each is reported once."""
        for board, numbers in self._gone.items():
            held = known.held(self._session.recorder.store.conn, *board.key)
            yield PostsMissed(board, tuple(numbers), held)
        self._gone = {}
