"""Which pages of a listing to ask for, and which posts: decided from what the pages say and what the archive holds. Pure.

A listing is walked from its first page on. The walk ends early where the archive provably holds everything: a page on which every
unpinned row is known unchanged, and a declared total that equals what is held. Where a skin declares no total, two such pages in a row
end it, unless the last walk to the end is long ago: nothing else would show what came or went further down. Otherwise it goes to the end,
and then page 1 is read again: if it changed meanwhile, rows have shifted under the walk (a post inserted shows one twice, a post removed
hides one) and everything is walked once more. The same where the numbers do not add up to the declared total; and where none is declared,
since a post removed further down does not show on page 1: two walks must agree.

All this rests on an earlier walk that reached its end: after one that broke off, the next is `whole`.
"""

from dataclasses import dataclass, field
from typing import Literal

from kistep_archive.model.items import ListedRow, Listing, Row
from kistep_archive.model.outcomes import WalkEnd
from kistep_archive.store.frontier import KnownAddress

MAX_PAGES = 2000  # a board of 20,000 posts; a pager that never ends must end somewhere
MAX_WALKS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """What to do after a page: posts to fetch, the page to ask for next, or None when the walk is over."""

    fetch: tuple[Row, ...]
    page: int | None


@dataclass(slots=True)
class Walk:
    """One walk over a board's listing. `known` is what the archive holds, by number."""

    known: dict[int, KnownAddress]
    whole: bool = False  # to the end, also where everything seems to be held: a backfill, or what an earlier walk left
    long_ago: bool = False  # the last walk to the end is: where no total is declared, this one goes there too
    since: str | None = None  # days: only posts of these are fetched, and the walk ends where all are older
    until: str | None = None
    total: int | None = None
    seen: set[int] = field(default_factory=set)
    met: dict[int, None] = field(default_factory=dict)  # those of them that are not only pinned, in their order
    asked: set[int] = field(default_factory=set)
    walks: int = 1
    end: Literal["", "held", "complete", "moving", "endless", "older"] = ""  # "" while it goes on
    _first: tuple[int | None, tuple[int, ...]] | None = None
    _before: tuple[int, ...] = ()
    _met_before: tuple[int, ...] | None = None  # in the walk before this one
    _known_pages: int = 0
    _again: bool = False

    def read(self, listing: Listing, page: int) -> Step:
        """Takes in page number `page`."""
        order = tuple(row.number for row in listing.rows if not row.pinned)
        fetch = self._to_fetch(listing)
        self.total = listing.total if listing.total is not None else self.total
        if self._again and self._is_over(listing, order):
            return Step(fetch, None)
        if page == 1:
            self._first = (listing.total, order)
        past_end = page > 1 and (not order or order == self._before)
        self.seen.update(row.number for row in listing.rows if not past_end)
        self.met |= dict.fromkeys(() if past_end else order)
        self._before = order
        if not past_end and not self.whole and self.walks == 1 and self._nothing_left(order, fetch):
            self.end = "held"
            return Step(fetch, None)
        if not past_end and self._all_older(listing):
            self.end = "older"
            return Step(fetch, None)
        if past_end or self._is_last(listing, page):
            return Step(fetch, self._at_end(page))
        self.end = "" if page < MAX_PAGES else "endless"
        return Step(fetch, None if self.end else page + 1)

    def had(self, number: int, listed: ListedRow) -> None:
        """A post that an earlier run owed was read, for this listing row."""
        self.known[number] = KnownAddress(listed, removed=False)
        self.asked.discard(number)

    def outcome(self) -> WalkEnd | None:
        """As what an ended walk goes on record; None where it is none that another can rest on."""
        if self.end == "complete":
            return WalkEnd.SHORT if self.problem() else WalkEnd.COMPLETE
        return WalkEnd(self.end) if self.end in ("held", "older") else None

    def missed(self) -> tuple[int, ...]:
        """Posts that the archive holds as present and that a complete walk did not meet."""
        if self.end != "complete" or self.problem():
            return ()
        return tuple(number for number, known in self.known.items() if not known.removed and number not in self.seen)

    def short(self) -> int:
        """How many posts fewer a complete walk met than the listing declares."""
        return max(0, (self.total or 0) - len(self.seen)) if self.end == "complete" else 0

    def surplus(self) -> int:
        """How many posts more a complete walk met than the listing declares, pinned ones aside: it may or may not count those."""
        return max(0, len(self.met) - self.total) if self.end == "complete" and self.total is not None else 0

    def problem(self) -> str:
        """Why an ended walk does not prove that everything was met; empty when it does."""
        if self.end == "endless":
            return f"the listing has no end: {MAX_PAGES} pages were read"
        if self.end == "moving":
            return f"the listing changed under each of {MAX_WALKS} walks"
        if short := self.short():
            return f"{len(self.seen)} of {self.total} declared posts were met in {self.walks} walks, {short} are missing"
        if surplus := self.surplus():
            return f"{len(self.met)} posts were met in {self.walks} walks, {surplus} more than the {self.total} declared"
        return ""

    def _to_fetch(self, listing: Listing) -> tuple[Row, ...]:
        fetch = []
        for row in listing.rows:
            known = self.known.get(row.number)
            wanted = (known is None or known.removed or known.listed != ListedRow.of(row)) and self._in_range(row)
            if wanted and row.number not in self.asked:
                self.asked.add(row.number)
                fetch.append(row)
        return tuple(fetch)

    def _in_range(self, row: Row) -> bool:
        """Whether a row's day is one that is asked for; a row without a day is."""
        return row.date is None or ((self.since or "") <= row.date <= (self.until or "9999-12-31"))

    def _all_older(self, listing: Listing) -> bool:
        """Whether the walk has come past the first day that is asked for; listings are newest first."""
        days = [row.date for row in listing.rows if not row.pinned]
        return self.since is not None and bool(days) and all(day is not None and day < self.since for day in days)

    def _nothing_left(self, order: tuple[int, ...], fetch: tuple[Row, ...]) -> bool:
        fresh = {number for number in self.asked if number not in self.known or self.known[number].removed}
        wanted = {row.number for row in fetch}
        self._known_pages = 0 if not order or wanted & set(order) else self._known_pages + 1
        held = sum(not known.removed for known in self.known.values()) + len(fresh)
        steady = self._first is not None and self._first[0] == self.total  # else something came or went since page 1
        return (self._known_pages >= 1 and self.total == held and steady) or (
            self._known_pages >= 2 and self.total is None and not self.long_ago
        )

    def _is_last(self, listing: Listing, page: int) -> bool:
        if listing.pages is not None:
            return page >= listing.pages
        return not listing.rows or (self.total is not None and len(self.met) >= self.total)

    def _at_end(self, page: int) -> int | None:
        if page == 1 or (self.total is None and self._met_before == tuple(self.met)):  # nothing can have moved under a single page
            self.end = "complete"
            return None
        self._again = True
        return 1

    def _is_over(self, listing: Listing, order: tuple[int, ...]) -> bool:
        """After a walk to the end: whether page 1, read again, ends it all; else this page is the first of another walk."""
        self._again = False
        same = self._first == (listing.total, order)
        if self.total is not None and same and (self.walks > 1 or self._adds_up()):
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
