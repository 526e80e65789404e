"""The events of a run in its evidence file, as values. The format: docs/evidence-format.md."""

from dataclasses import dataclass, field, replace
from typing import Any

from kistep_archive.evidence.takeover import Takeover
from kistep_archive.model.boards import Board, BoardKey
from kistep_archive.model.items import ListedRow
from kistep_archive.model.outcomes import Decision, Outcome, PageKind, RunKind, Verdict, WalkEnd
from kistep_archive.warc.location import Evidence

COUNTERS = (
    "requested",
    "fetched",
    "failed",
    "new",
    "revised",
    "removed",
    "restored",
    "unchanged",
    "declared_total",
)


UNKNOWN_ORIGIN = "unknown"  # of a run whose first record is damaged


@dataclass(frozen=True, slots=True)
class RunStart:
    """The start of a run. `catalogue` are the boards as they were known then; `origin` is "" for the boards'
    own hosts, or `UNKNOWN_ORIGIN`. `guarded`: its rows waited for the guards' verdict. If a guarded run died,
    its pages are judged again. `takeover`: the run was made in another archive."""

    run: int
    name: str
    kind: RunKind
    started_at: str
    origin: str
    boards: list[str]
    arguments: dict[str, Any]
    catalogue: tuple[Board, ...]
    guarded: bool = False
    takeover: Takeover | None = None

    def offset(self, logged: int) -> int:
        """The offset in the file of what its run log says is at `logged`."""
        return logged if self.takeover is None else self.takeover.offset(logged)


@dataclass(frozen=True, slots=True)
class LoggedResponse:
    """A response and its request. `url` is the requested address in its canonical spelling; `row` the listing
    row that led to it; `name` a file's name as its post lists it; `outcome` is None if the page is still to
    be parsed."""

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
    """A failed request: its outcome, `reason` in words, `offset` of its record."""

    url: str
    kind: PageKind
    outcome: Outcome
    reason: str
    at: str
    offset: int = -1


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A request that was `sent` at an instant and got no response. It may be sent again, so it is not a
    failure yet."""

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
    """A walk over a listing ended. `off`: by how many posts the total that it declares is higher than what
    the walk met."""

    board: str
    layout: str
    ended: WalkEnd
    at: str
    off: int = 0


@dataclass(frozen=True, slots=True)
class Decided:
    """A person decided about addresses, each a board, a layout and a number."""

    decision: Decision
    sources: tuple[tuple[str, str, int], ...]
    at: str


LogEntry = LoggedResponse | Failure | Unanswered | MissedPosts | WalkEnded | Decided


@dataclass(frozen=True, slots=True)
class BoardVerdict:
    """How a run over several boards ended for one of them."""

    board: str
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class RunEnd:
    """The end of a run. `counts` has a value for each of COUNTERS that the run counted."""

    finished_at: str
    verdict: Verdict
    exit_code: int
    reason: str
    counts: dict[str, int | None]
    boards: list[BoardVerdict] = field(default_factory=list)


@dataclass(slots=True)
class RunLog:
    """The content of an evidence file. `ended` is None for a run that died or is active; `damage` names
    records that could not be read, `unknown` those of a newer program that this one does not know. The
    `outcomes` are by the offset of the response's record."""

    began: RunStart
    entries: list[LogEntry] = field(default_factory=list)
    ended: RunEnd | None = None
    damage: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    outcomes: dict[int, tuple[PageKind, Outcome]] = field(default_factory=dict)
    tripped: set[BoardKey] = field(default_factory=set)
    rejudged: set[BoardKey] = field(default_factory=set)

    def go_on(self, later: "RunLog") -> None:
        """Takes in the log of later records, but for its entries."""
        self.ended = later.ended or self.ended
        self.damage += later.damage
        self.unknown += later.unknown
        self.outcomes |= later.outcomes
        self.tripped |= later.tripped

    def settle(self, entry: LogEntry) -> LogEntry | None:
        """The entry as the whole log makes it. Pages of a board whose guard tripped are quarantined, so they
        make no rows, and its walks do not count; unless the board is `rejudged`, since its pages are read in
        another way by now."""
        if isinstance(entry, (MissedPosts, WalkEnded)):
            is_of_tripped = (entry.board, entry.layout) in self.tripped - self.rejudged
            return None if is_of_tripped else entry
        if not isinstance(entry, LoggedResponse):
            return entry
        is_rejudged = entry.board_key in self.rejudged
        final = self.outcomes.get(entry.evidence.offset)
        if final and not (is_rejudged and final[1] is Outcome.QUARANTINED):
            entry = replace(entry, kind=final[0], outcome=final[1])
        return _quarantined(entry) if entry.board_key in self.tripped and not is_rejudged else entry


def _quarantined(entry: LoggedResponse) -> LoggedResponse:
    is_row = entry.outcome is None or (entry.outcome is Outcome.GONE and entry.kind.is_file)
    return replace(entry, outcome=Outcome.QUARANTINED) if is_row else entry
