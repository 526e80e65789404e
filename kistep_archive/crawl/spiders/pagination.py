"""Which pages of a listing to fetch, and which posts: decided from what the pages show and what the archive
has. Pure.

A walk starts at the first page of the listing. It ends early if the archive provably has everything: every
unpinned row of a page is known and unchanged, and the declared total equals the number of stored posts. If a
skin declares no total, two such pages in a row end the walk, unless the last walk to the end is long ago:
only such a walk shows changes further down.

Otherwise the walk goes to the end and then reads page 1 again. If page 1 changed, rows have moved during the
walk (a new post shows one row twice, a removed post hides one), and the walk starts again. It also starts
again if the numbers do not add up to the declared total. If no total is declared, a removed post further down
does not show on page 1, so two walks must agree. A total that is off by the same number in three whole walks,
two of one run and one of the next, is the site's way to count: the walk is complete.

All this assumes an earlier walk that reached its end: if that one broke off, the next walk goes `to_end`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kistep_archive.crawl.spiders.rows import Days
from kistep_archive.display import plural
from kistep_archive.model.items import ListedRow, Listing, Row
from kistep_archive.model.outcomes import WalkEnd
from kistep_archive.store.known import KnownAddress

MAX_PAGES = 2000  # of a listing that declares no size, in an archive that has few of its posts
_SLACK = 2  # how many times the declared pages may come, since posts come while a walk goes on
MOST_STALE = 20  # pages in a row without a post that the walk has not met: the pager never ends
MAX_WALKS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """What to do after a page: the posts to fetch, and the next page, or None if the walk is over."""

    fetch: tuple[Row, ...]
    page: int | None


@dataclass(slots=True)
class Walk:
    """One walk over a board's listing. `known` is what the archive has, by number; `present` how many of
    these do not count as removed."""

    known: Mapping[int, KnownAddress]
    present: int
    # go to the end even if nothing seems to be missing: a backfill, or after a broken-off walk
    to_end: bool = False
    # the last walk to the end is long ago: without a declared total, go to the end again
    long_ago: bool = False
    # fetch only posts of these days, and end the walk when all rows are older
    days: Days = field(default_factory=Days)
    # by how many posts the declared total was off in the last whole walk of an earlier run, below 0 if it was
    # too low; and whether that walk counted as complete all the same
    off: int = 0
    settled: bool = False
    total: int | None = None
    seen: set[int] = field(default_factory=set)
    met: dict[int, None] = field(default_factory=dict)  # those that have an unpinned row, in their order
    requested: set[int] = field(default_factory=set)
    _fresh: set[int] = field(default_factory=set)  # those that were asked for and are not in the archive
    walks: int = 1
    end: Literal["", "held", "complete", "moving", "endless", "older"] = ""  # "" while the walk continues
    _read: dict[int, KnownAddress] = field(default_factory=dict)  # unread posts that this run has read
    _first: tuple[int | None, tuple[int, ...]] | None = None
    _before: tuple[int, ...] = ()
    _met_before: tuple[int, ...] | None = None  # in the walk before this one
    _known_pages: int = 0
    _stale: int = 0  # pages in a row that showed no post that this walk had not met
    _again: bool = False

    def read(self, listing: Listing, page: int) -> Step:
        """Reads page number `page`."""
        order = tuple(row.number for row in listing.rows if not row.pinned)
        fetch = self._to_fetch(listing)
        self.total = listing.total if listing.total is not None else self.total
        if self._again and self._is_over(listing, order):
            return Step(fetch, None)
        if page == 1:
            self._first = (listing.total, order)
        is_past_end = page > 1 and (not order or order == self._before)
        self._stale = 0 if any(number not in self.met for number in order) else self._stale + 1
        self.seen.update(row.number for row in listing.rows if not is_past_end)
        self.met |= dict.fromkeys(() if is_past_end else order)
        self._before = order
        if not is_past_end and not self.to_end and self.walks == 1 and self._nothing_left(order, fetch):
            self.end = "held"
        elif not is_past_end and self.days.are_over(listing):
            self.end = "older"
        if self.end:
            return Step(fetch, None)
        if is_past_end or self._is_last(listing, page):
            return Step(fetch, self._at_end(page))
        self.end = "" if page < self._limit(listing, len(order)) and self._stale < MOST_STALE else "endless"
        return Step(fetch, None if self.end else page + 1)

    def _limit(self, listing: Listing, rows: int) -> int:
        """The page after which a listing counts as endless: twice what it declares, or what the posts that
        the archive has would fill."""
        posts = max(self.total or 0, self.present)
        return max(MAX_PAGES, _SLACK * (listing.pages or 0), _SLACK * -(-posts // max(rows, 1)))

    def note_read(self, number: int, listed: ListedRow) -> None:
        """Notes that the crawl read a post, for this listing row, that an earlier run had failed to read."""
        before = self.of(number)
        self.present += before is None or before.removed
        self._read[number] = KnownAddress(listed, removed=False)
        self.take_back(number)

    def ask(self, number: int) -> None:
        """Notes that the run requests a post."""
        known = self.of(number)
        self.requested.add(number)
        if known is None or known.removed:
            self._fresh.add(number)

    def take_back(self, number: int) -> None:
        """Notes that the run may request a post once more."""
        self.requested.discard(number)
        self._fresh.discard(number)

    def of(self, number: int) -> KnownAddress | None:
        """What the archive has of a post, None if it does not have it."""
        return self._read.get(number) or self.known.get(number)

    def _posts(self) -> dict[int, KnownAddress]:
        """Everything that the archive has of the board, by number."""
        return {**self.known, **self._read}

    def outcome(self) -> WalkEnd | None:
        """How the walk ended, for the run log; None if a later walk cannot rely on it."""
        if self.end == "complete":
            return WalkEnd.SHORT if self.problem() else WalkEnd.COMPLETE
        return WalkEnd(self.end) if self.end in ("held", "older") else None

    def missed(self) -> tuple[int, ...]:
        """Posts that are in the archive, not marked as removed, and that a complete walk did not meet."""
        if self.end != "complete" or self.problem():
            return ()
        return tuple(
            number for number, known in self._posts().items() if not known.removed and number not in self.seen
        )

    def short(self) -> int:
        """How many posts fewer a complete walk met than the listing declares."""
        return max(0, (self.total or 0) - len(self.seen)) if self.end == "complete" else 0

    def surplus(self) -> int:
        """How many posts more a complete walk met than the listing declares. Pinned posts do not count, since
        the total may or may not include them."""
        return max(0, len(self.met) - self.total) if self.end == "complete" and self.total is not None else 0

    def difference(self) -> int:
        """By how many posts the declared total is higher than what the walk met; below 0 if it is lower."""
        if self.total is None:
            return 0
        return max(0, self.total - len(self.seen)) or min(0, self.total - len(self.met))

    def note(self) -> str:
        """What a user reads of a complete walk whose declared total is off, "" if it is not."""
        if self.end != "complete" or self.problem() or not self.difference():
            return ""
        return (
            f"the listing declares {self.total} posts and shows {len(self.seen)}, as before: "
            "its total counts others, and the walk is complete"
        )

    def _is_off_as_before(self) -> bool:
        """Whether the declared total is off by the same number as in an earlier run, whose walks agreed on
        it. The first time, no known post may be missing: it could be the one that is not shown."""
        if not self.off or self.difference() != self.off:
            return False
        return self.settled or all(known.removed or n in self.seen for n, known in self._posts().items())

    def problem(self) -> str:
        """Why a walk that ended does not prove that it met every post; "" if it does."""
        if self.end == "endless":
            return "the listing did not end: its pages repeat each other, or are far more than it declares"
        if self.end == "moving":
            return f"the listing changed during each of {MAX_WALKS} walks"
        if self._is_off_as_before():
            return ""
        if short := self.short():
            counted = f"{plural(self.walks, 'walk')} found {len(self.seen)}: {short} missing"
            return f"the listing declares {self.total} posts, but {counted}"
        if surplus := self.surplus():
            counted = f"{plural(self.walks, 'walk')} found {len(self.met)}: {surplus} too many"
            return f"the listing declares {self.total} posts, but {counted}"
        return ""

    def _to_fetch(self, listing: Listing) -> tuple[Row, ...]:
        fetch = []
        for row in listing.rows:
            known = self.of(row.number)
            is_new = known is None or known.removed or known.listed != ListedRow.of(row)
            if is_new and self.days.hold(row) and row.number not in self.requested:
                self.ask(row.number)
                fetch.append(row)
        return tuple(fetch)

    def _nothing_left(self, order: tuple[int, ...], fetch: tuple[Row, ...]) -> bool:
        wanted = {row.number for row in fetch}
        self._known_pages = 0 if not order or wanted & set(order) else self._known_pages + 1
        present = self.present + len(self._fresh)
        # else the board changed since page 1
        steady = self._first is not None and self._first[0] == self.total
        is_all = self.total == present + (self.off if self.settled else 0)
        return (self._known_pages >= 1 and is_all and steady) or (
            self._known_pages >= 2 and self.total is None and not self.long_ago
        )

    def _is_last(self, listing: Listing, page: int) -> bool:
        if listing.further:  # whatever a total says
            return False
        if listing.pages is not None:
            return page >= listing.pages
        return not listing.rows or (self.total is not None and len(self.met) >= self.total)

    def _at_end(self, page: int) -> int | None:
        # rows cannot move within one page
        if page == 1 or (self.total is None and self._met_before == tuple(self.met)):
            self.end = "complete"
            return None
        self._again = True
        return 1

    def _is_over(self, listing: Listing, order: tuple[int, ...]) -> bool:
        """After a walk to the end: whether page 1, read again, ends the walk. If not, this page is the first
        of another walk."""
        self._again = False
        same = self._first == (listing.total, order)
        if (
            self.total is not None
            and same
            and (self.walks > 1 or self._adds_up() or self._is_off_as_before())
        ):
            self.end = "complete"
        elif self.walks >= MAX_WALKS:
            self.end = "moving"
        else:
            self.walks += 1
            self._met_before, self.seen, self.met = tuple(self.met), set(), {}
            self._before = ()
        return self.end != ""

    def _adds_up(self) -> bool:
        return self.total is not None and len(self.met) <= self.total <= len(self.seen)
