"""One run's ledger: what was counted, what went wrong, and the verdict that follows."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kistep_archive.evidence.events import COUNTERS, BoardVerdict
from kistep_archive.model.boards import BoardKey
from kistep_archive.model.outcomes import Verdict


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps a run from being complete, and of which board it is told; "" concerns them all."""

    verdict: Verdict
    words: str
    board: str = ""


@dataclass(slots=True)
class Ledger:
    """`troubles` are in the order they were met; `totals` are what listings declare; `stopped` is why no further request may be sent."""

    counts: Counter[str] = field(default_factory=Counter)
    totals: dict[BoardKey, int] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stopped: str = ""

    def trouble(self, verdict: Verdict, words: str, board: str = "") -> None:
        """Something that keeps the run from being complete, or, with the verdict "complete", is only worth telling."""
        self.troubles.append(Trouble(verdict, words, board))

    def stop(self, verdict: Verdict, words: str) -> None:
        """Something after which nothing more may be asked of the site, or written."""
        if not self.stopped:
            self.stopped = words
            self.trouble(verdict, words)

    @property
    def store_refuses(self) -> bool:
        """Whether the database or the disk has refused a write."""
        return any(trouble.verdict is Verdict.STORE_UNHEALTHY for trouble in self.troubles)

    def verdict(self) -> tuple[Verdict, str]:
        """How the run ends, and why; a complete one's notes."""
        verdict, reason = _worst(self.troubles)
        return verdict, reason or "; ".join(self.notes)

    def by_board(self, names: Iterable[str]) -> list[BoardVerdict]:
        """How the run ends for each of several boards; one that stopped did not come to the end of any."""
        concerns = {name: [trouble for trouble in self.troubles if trouble.board in ("", name)] for name in sorted(set(names))}
        if self.stopped:
            for those in concerns.values():
                those += [Trouble(Verdict.INCOMPLETE, self.stopped)] if _worst(those)[0] is Verdict.COMPLETE else []
        return [BoardVerdict(name, *_worst(those)) for name, those in concerns.items()] if len(concerns) > 1 else []

    def counters(self) -> dict[str, int | None]:
        """The counters as a run's end tells them."""
        counted: dict[str, int | None] = {name: self.counts[name] for name in COUNTERS}
        return counted | {"declared_total": sum(self.totals.values()) if self.totals else None}


def _worst(troubles: list[Trouble]) -> tuple[Verdict, str]:
    """The worst verdict and its reason; complete, without a reason, where there is no trouble."""
    verdict = max((trouble.verdict for trouble in troubles), key=lambda each: each.exit_code, default=Verdict.COMPLETE)
    told = [trouble.words for trouble in troubles if trouble.verdict is verdict]
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    return verdict, told[0] + more if told else ""
