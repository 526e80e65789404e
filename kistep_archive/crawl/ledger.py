"""The ledger of one run: its counters, its troubles, and the verdict that follows from them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kistep_archive.display import first_of, plural, some_of
from kistep_archive.evidence.events import COUNTERS, BoardVerdict
from kistep_archive.model.boards import BoardKey
from kistep_archive.model.outcomes import PageKind, Verdict

_ENOUGH = {PageKind.POST: 3, PageKind.LISTING: 1}  # pages; one post may well have no writer

_NAMED = 5  # hosts or notes that a reason names


@dataclass(frozen=True, slots=True)
class Trouble:
    """A reason why a run is not complete. `boards` are the names of the boards that it concerns; none
    concerns all boards. `url` is the address of the answer that is the reason, if one is."""

    verdict: Verdict
    words: str
    boards: frozenset[str] = frozenset()
    url: str = ""


@dataclass(frozen=True, slots=True)
class LeftHost:
    """A host to which the run sends no more requests, since it refuses (`words`), and the names of its
    boards."""

    words: str
    boards: frozenset[str]


@dataclass(slots=True)
class Ledger:
    """`troubles` are in the order in which they occurred; `totals` are the totals that listings declare;
    `stopped` is the reason why the run sends no more requests, or ""; `left` are the hosts to which it sends
    none, while it crawls the others."""

    counts: Counter[str] = field(default_factory=Counter)
    posts: int = 0  # posts that were read; their rows may wait for the guards
    totals: dict[BoardKey, int] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stopped: str = ""
    left: dict[str, LeftHost] = field(default_factory=dict)
    broken: dict[str, None] = field(default_factory=dict)  # addresses of pages with broken letters
    scripted: dict[str, str] = field(default_factory=dict)  # post -> a file that only a script offers
    # board and kind of page -> how many pages a skin read, and its keys that found nothing on any of them
    unmatched_keys: dict[tuple[str, PageKind], tuple[int, frozenset[str]]] = field(default_factory=dict)

    def trouble(self, verdict: Verdict, words: str, board: str = "", url: str = "") -> None:
        """Records a reason why the run is not complete. With the verdict "complete" it is only a remark."""
        self.troubles.append(Trouble(verdict, words, frozenset((board,) if board else ()), url))

    def stop(self, verdict: Verdict, words: str) -> None:
        """Stops the run: it sends no more requests and writes no more rows."""
        if not self.stopped:
            self.stopped = words
            self.trouble(verdict, words)

    def take_back(self, urls: Iterable[str]) -> None:
        """Takes back the troubles of these addresses."""
        gone = frozenset(urls)
        self.troubles = [each for each in self.troubles if each.url not in gone]

    @property
    def store_refuses(self) -> bool:
        """Whether the database or the disk has refused a write."""
        return any(trouble.verdict is Verdict.STORE_UNHEALTHY for trouble in self.troubles)

    def verdict(self) -> tuple[Verdict, str]:
        """The run's verdict and its reason; for a complete run the reason is its notes."""
        verdict, reason = _worst(self.troubles)
        if self.left and reason:
            reason = f"stopped only at {some_of(self.left, _NAMED)}: {reason}"
        return verdict, reason or some_of([*self.notes, *self._remarks()], _NAMED, "; ")

    def _remarks(self) -> Iterator[str]:
        if self.broken:
            pages = plural(len(self.broken), "page")
            yield f"{pages} with broken letters, shown as \ufffd, the first: {next(iter(self.broken))}"
        for url, name in list(self.scripted.items())[:1]:
            posts = plural(len(self.scripted), "post")
            yield f"{posts} with files that only a script offers, so they were not fetched: {name} of {url}"
        yield from self._unmatched_remarks()

    def read_by_skin(self, board: str, kind: PageKind, unmatched_keys: Iterable[str]) -> None:
        """Records which keys of the board's skin found nothing on a page."""
        count, keys = self.unmatched_keys.get((board, kind), (0, frozenset(unmatched_keys)))
        self.unmatched_keys[board, kind] = count + 1, keys & frozenset(unmatched_keys)

    def _unmatched_remarks(self) -> Iterator[str]:
        for (board, kind), (count, keys) in self.unmatched_keys.items():
            if keys and count >= _ENOUGH[kind]:
                pages = plural(count, "page")
                yield f"{board}: the skin's {' and '.join(sorted(keys))} found nothing on {pages}"

    def by_board(self, names: Iterable[str]) -> list[BoardVerdict]:
        """The verdict for each board, if there are several. A run that stopped is incomplete for every
        board, one that left a host for the boards of that host."""
        concerns: dict[str, list[Trouble]] = {name: [] for name in sorted(set(names))}
        for trouble in self.troubles:
            for name in (concerns.keys() & trouble.boards) if trouble.boards else concerns:
                concerns[name].append(trouble)
        left = {name: host.words for host in self.left.values() for name in host.boards}
        for name, troubles in concerns.items():
            stopped = self.stopped or left.get(name, "")
            if stopped and _worst(troubles)[0] is Verdict.COMPLETE:
                troubles.append(Trouble(Verdict.INCOMPLETE, stopped))
        if len(concerns) < 2:
            return []
        return [BoardVerdict(name, *_worst(troubles)) for name, troubles in concerns.items()]

    def counters(self) -> dict[str, int | None]:
        """The counters for the end of the run."""
        counted: dict[str, int | None] = {name: self.counts[name] for name in COUNTERS}
        return counted | {"declared_total": sum(self.totals.values()) if self.totals else None}


def _worst(troubles: list[Trouble]) -> tuple[Verdict, str]:
    """The worst verdict and its reason; COMPLETE without a reason if there is no trouble."""
    verdict = max(
        (trouble.verdict for trouble in troubles), key=lambda each: each.exit_code, default=Verdict.COMPLETE
    )
    reasons = [trouble.words for trouble in troubles if trouble.verdict is verdict]
    return verdict, first_of(reasons) if reasons else ""
