"""The guards of a run: they judge each page when it comes. Its rows wait until the run's end, since a board
whose guard trips gets none.

That holds for the first run too: nobody has seen the site with this parser yet. A single new post that
contradicts its listing row is held back alone. Evidence, failures and the run log never wait, so `ingest` can
judge a killed run from them.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from kistep_archive.ingest.guards.drift import LONG_SERIES, Judge
from kistep_archive.ingest.guards.spool import Spool
from kistep_archive.ingest.guards.suspicion import Suspicion
from kistep_archive.model.baseline import Witness
from kistep_archive.model.boards import BoardKey
from kistep_archive.model.items import ListedRow, Listing, ParsedPost
from kistep_archive.model.outcomes import PageKind
from kistep_archive.model.urls import locate
from kistep_archive.store import baseline
from kistep_archive.store.store import Store
from kistep_archive.store.transaction import in_groups
from kistep_archive.warc.location import Evidence

_Same = TypeVar("_Same", bound=Hashable)
WITNESSES = 2  # known posts to read, at most, before a suspicion counts as true


class Waiting(NamedTuple):
    """A write that waits. `offset` is where the record that it is about is in the evidence file. At `values`
    in the spool are the write's arguments, and the kind and evidence of the page that they come from, if
    any: if its board's guard trips, the page is quarantined instead."""

    offset: int
    values: int
    place: BoardKey | None
    write: Callable[..., object]


WaitingPage = tuple[PageKind, Evidence]


@dataclass(slots=True)
class Guarding:
    """The guards of one run with evidence file `file`. `on` is False if the user accepted the changes, and
    for imports. `contradicted` are the posts that contradict their listing rows, by number; `settle` finds
    them."""

    store: Store
    file: str
    on: bool
    tripped: dict[BoardKey, list[Suspicion]] = field(default_factory=dict)
    contradicted: dict[BoardKey, dict[int, Suspicion]] = field(default_factory=dict)
    read: dict[BoardKey, set[int]] = field(default_factory=dict)  # posts whose pages were read
    _judges: dict[BoardKey, Judge] = field(default_factory=dict)
    _used_witnesses: dict[BoardKey, set[int]] = field(default_factory=dict)
    spool: Spool = field(default_factory=Spool)  # of the run's values that are seldom needed
    _waiting: list[Waiting] = field(default_factory=list)
    _same: dict[Hashable, Hashable] = field(default_factory=dict)

    def post(self, place: BoardKey, url: str, post: ParsedPost, row: ListedRow | None) -> None:
        """Judges a post's page; the guard trips once enough pages contradict their rows, or the archive."""
        if self.on:
            self.read.setdefault(place, set()).add(post.number)
            judge = self._judge(place)
            judge.post(url, post, row)
            if judge.agreement.is_refuted or judge.changed_bodies.is_refuted:
                self.trip(place)

    def rows(self, place: BoardKey, url: str, page: int, listing: Listing) -> None:
        """Judges a page of a listing; the guard may trip at once."""
        if self.on and not self._judge(place).rows(url, page, listing):
            self.trip(place)

    def judge_unreadable(self, place: BoardKey, url: str, kind: PageKind, why: str) -> None:
        """Judges an unreadable page; for a listing the guard trips at once."""
        if self.on and not self._judge(place).judge_unreadable(url, kind, why):
            self.trip(place)

    def take_back(self, place: BoardKey, url: str) -> None:
        """Takes back what an unreadable page made suspicious: the answer was not the site's."""
        if place in self._judges:
            self._judges[place].take_back(url)
            if place in self.tripped and not self._judges[place].verdict():
                del self.tripped[place]

    def trip(self, place: BoardKey) -> None:
        """Trips the board's guard: the run requests no more of its pages and writes none of its rows."""
        self.tripped[place] = self._judge(place).verdict()

    def settle(self) -> list[BoardKey]:
        """Ends the judging: boards that are still suspicious trip, and single posts are held back. Returns
        all boards that tripped."""
        for place, judge in self._judges.items():
            if judge.open:
                judge.drop_unheard(baseline.witnesses(self.store.conn, *place, self.file))
            if judge.verdict():
                self.trip(place)
            elif judge.agreement.contradictions:
                self.contradicted[place] = judge.agreement.contradictions
        return list(self.tripped)

    def trusts(self, place: BoardKey, kind: PageKind, url: str) -> bool:
        """Whether a page may make rows: its board's guard did not trip, and it is not that of a post that
        contradicts its listing row."""
        posts = self.contradicted.get(place) if kind is PageKind.POST else None
        location = locate(url) if posts else None
        return place not in self.tripped and not (posts and location and location.number in posts)

    def write(
        self,
        place: BoardKey | None,
        offset: int,
        write: Callable[..., object],
        arguments: tuple[object, ...],
        page: WaitingPage | None = None,
    ) -> None:
        """Lets a write wait for the run's end, also if nothing is judged: only then the order of all hosts'
        answers in the evidence is known. A first crawl may read very many posts, so the arguments wait in a
        file."""
        values = self.spool.put((arguments, page))
        self._waiting.append(Waiting(offset, values, self._one(place), self._one(write)))

    def _one(self, value: _Same) -> _Same:
        """The first of all equal values: many writes share it."""
        return self._same.setdefault(value, value)  # type: ignore[return-value]

    def release(self, quarantine: Callable[[PageKind, Evidence], None]) -> None:
        """Makes the waiting writes, in the order of the evidence as a rebuild does, since the answers of
        several hosts may be read in another one. Of a board whose guard tripped, and of a post that is held
        back, only records the pages as quarantined."""
        self._waiting.sort()
        for each in in_groups(self.store.conn, self._waiting):
            arguments, page = self.spool.get(each.values)
            is_trusted = each.place not in self.tripped
            if each.place and page:
                is_trusted = self.trusts(each.place, page[0], page[1].url)
            if is_trusted:
                each.write(*arguments)
            elif page is not None:
                quarantine(*page)
        self._waiting.clear()

    def waiting_pages(self, place: BoardKey, number: int) -> list[Evidence]:
        """The pages of a post whose rows wait."""
        pages = [self.spool.get(each.values)[1] for each in self._waiting if each.place == place]
        located = [
            (evidence, locate(evidence.url))
            for kind, evidence in filter(None, pages)
            if kind is PageKind.POST
        ]
        return [evidence for evidence, location in located if location and location.number == number]

    # witnesses

    def witness(self, place: BoardKey, *, at_end: bool, spare: bool) -> Witness | None:
        """A known post to read now as a witness; None if none is needed or none is left. Before the run's end
        a witness is read only if page after page is suspicious. `spare`: a request may be used for new posts
        that are not suspicious."""
        judge, used = self._judges.get(place), self._used_witnesses.setdefault(place, set())
        needed = judge.doubts(spare and at_end) if judge else set()
        if (
            judge is None
            or place in self.tripped
            or not needed
            or not (at_end or judge.series >= LONG_SERIES)
        ):
            return None
        known = (
            baseline.witnesses(self.store.conn, *place, self.file) if len(used) < WITNESSES + at_end else []
        )
        able = {
            each.number: each
            for name in needed
            for each in judge.witnesses(known, name)
            if each.number not in used
        }
        read = self.read.get(place, set())
        chosen = min(
            able.values(), key=lambda each: (-len(needed & each.fields), each.number in read), default=None
        )
        if chosen is not None:
            used.add(chosen.number)
        return chosen

    def is_convicted(self, place: BoardKey) -> bool:
        """Whether all witnesses were read and none of them ended the suspicion."""
        judge = self._judges.get(place)
        return (
            judge is not None
            and judge.series >= LONG_SERIES
            and len(self._used_witnesses.get(place, ())) >= WITNESSES
        )

    def _judge(self, place: BoardKey) -> Judge:
        if place not in self._judges:
            self._judges[place] = Judge(baseline.history(self.store.conn, *place, self.file))
        return self._judges[place]
