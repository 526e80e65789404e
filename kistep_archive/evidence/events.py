"""What a run tells of itself in its evidence file, as values. The format: docs/evidence-format.md."""

from dataclasses import dataclass, field, replace
from typing import Any

from kistep_archive.model.boards import Board, BoardKey
from kistep_archive.model.items import ListedRow
from kistep_archive.model.outcomes import Outcome, PageKind, Verdict, WalkEnd
from kistep_archive.warc.location import Evidence

COUNTERS = ("requested", "fetched", "failed", "new", "revised", "removed", "restored", "unchanged", "declared_total")


@dataclass(frozen=True, slots=True)
class RunStart:
    """A run's beginning. `catalogue` are the boards as they were known then; `origin` is "" for the boards' own hosts. `guarded`: rows
    waited for the guards' verdict; a guarded run that died is judged again from its pages."""

    run: int
    name: str
    kind: str
    started_at: str
    origin: str
    boards: list[str]
    arguments: dict[str, Any]
    catalogue: tuple[Board, ...]
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class LoggedResponse:
    """A response and what it was asked for. `url` is the address that was asked for, in its canonical spelling; `row` the listing row that
    led to it; `name` a file's, as its post lists it; `outcome` is None where the page is to be read."""

    evidence: Evidence
    kind: PageKind
    board: str
    url: str
    row: ListedRow | None
    outcome: Outcome | None = None
    layout: str = ""
    name: str = ""

    @property
    def board_key(self) -> BoardKey:
        """The board and its layout."""
        return self.board, self.layout


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that gave nothing to keep: what it came to, `reason` in words; `offset` of the record that tells of it."""

    url: str
    kind: PageKind
    outcome: Outcome
    reason: str
    at: str
    offset: int = -1


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A request that was `sent` at an instant and got no response. It may be sent again: it is one outcome, not yet a failure."""

    url: str
    kind: PageKind
    reason: str
    at: str
    sent: str
    offset: int = -1


@dataclass(frozen=True, slots=True)
class MissedPosts:
    """Posts that a complete walk over a listing did not meet."""

    board: str
    layout: str
    numbers: tuple[int, ...]
    at: str


@dataclass(frozen=True, slots=True)
class WalkEnded:
    """A walk over a listing came to its end."""

    board: str
    layout: str
    ended: WalkEnd
    at: str


LogEntry = LoggedResponse | Failure | Unanswered | MissedPosts | WalkEnded


@dataclass(frozen=True, slots=True)
class BoardVerdict:
    """How a run over several boards ended for one of them."""

    board: str
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class RunEnd:
    """A run's end. `counts` has a value for each of COUNTERS that the run counted."""

    finished_at: str
    verdict: Verdict
    exit_code: int
    reason: str
    counts: dict[str, int | None]
    boards: list[BoardVerdict] = field(default_factory=list)


@dataclass(slots=True)
class RunLog:
    """An evidence file, read: `ended` is None for a run that died or goes on; `damage` names what could not be read, `unknown` what a
    newer program wrote and this one does not know."""

    began: RunStart
    entries: list[LogEntry] = field(default_factory=list)
    ended: RunEnd | None = None
    damage: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    tripped: set[BoardKey] = field(default_factory=set)

    def quarantine(self, boards: set[BoardKey]) -> None:
        """Takes the pages of these boards out of what becomes rows; what the records say of them stays as it is."""
        left = [each for each in self.entries if not (isinstance(each, (MissedPosts, WalkEnded)) and (each.board, each.layout) in boards)]
        self.entries = [_quarantined(entry, boards) for entry in left]


def _quarantined(entry: LogEntry, boards: set[BoardKey]) -> LogEntry:
    if not isinstance(entry, LoggedResponse) or entry.board_key not in boards:
        return entry
    is_row = entry.outcome is None or (entry.outcome is Outcome.GONE and entry.kind.is_file)
    return replace(entry, outcome=Outcome.QUARANTINED) if is_row else entry
