"""Checks how politely the crawls treated the site, from the evidence files alone: it trusts no ledger and no
setting.

A run counts as obeying a rule only if the evidence proves it: if a version did not record when it sent its
requests, or a record is damaged, the verdict is "unproven"."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from kistep_archive.audit import requests as audit_requests
from kistep_archive.audit.requests import RunRequests, SentRequest
from kistep_archive.audit.rules import OF_TIME, breaches, early_start
from kistep_archive.audit.timeline import dated, gap, neighbours, seconds, unfinished
from kistep_archive.errors import ArchiveError, ExitCode


class PolitenessVerdict(StrEnum):
    """Whether a run obeyed the rules, from the best to the worst."""

    OBEYED = "obeyed"
    UNPROVEN = "unproven"
    VIOLATED = "violated"


_WORST_LAST = tuple(PolitenessVerdict)


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule, in words, and the record that proves it."""

    run: int
    rule: str
    words: str
    file: str
    offset: int


@dataclass(slots=True)
class Conduct:
    """How one run behaved. `smallest_gap`: the fewest seconds from one request to the next to the same host;
    `smallest_rest`: from a response to the next request; None if there are no two. `undated`: requests whose
    record does not say when they were sent."""

    run: int
    kind: str
    requests: int
    undated: int
    smallest_gap: float | None = None
    smallest_rest: float | None = None
    violations: list[Violation] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> PolitenessVerdict:
        """Violated if any rule was; obeyed only if the evidence proves all of them."""
        if self.violations:
            return PolitenessVerdict.VIOLATED
        return PolitenessVerdict.UNPROVEN if self.undated or self.damage else PolitenessVerdict.OBEYED


@dataclass(frozen=True, slots=True)
class PolitenessReport:
    """All runs. `smallest_gap` also counts from the last request of a run to the first of the next. `notes`:
    what is not a violation, since a run knows nothing about the one before it."""

    runs: list[Conduct]
    smallest_gap: float | None
    notes: list[str]

    @property
    def verdict(self) -> PolitenessVerdict:
        """The worst verdict of all runs."""
        verdicts = (run.verdict for run in self.runs)
        return max(verdicts, key=_WORST_LAST.index, default=PolitenessVerdict.OBEYED)

    @property
    def exit_code(self) -> ExitCode:
        """How `status --politeness` ends."""
        is_proven = self.verdict is PolitenessVerdict.OBEYED
        return ExitCode.COMPLETE if is_proven else ExitCode.INCOMPLETE

    def rule(self, rule: str) -> PolitenessVerdict:
        """The verdict of one rule over all runs."""
        if any(each.rule == rule for run in self.runs for each in run.violations):
            return PolitenessVerdict.VIOLATED
        unproven = any(run.damage or (run.undated and rule in OF_TIME) for run in self.runs)
        return PolitenessVerdict.UNPROVEN if unproven else PolitenessVerdict.OBEYED


def examine(folder: Path) -> PolitenessReport:
    """Judges every run of this program, with one file in memory at a time. Raises ArchiveError (2) if there
    is none."""
    report, gaps, last = PolitenessReport([], None, []), list[float](), dict[str, SentRequest]()
    for path in audit_requests.evidence_files(folder):
        if (run := audit_requests.read(path)) is None:
            continue
        conduct = judge(run)
        report.runs.append(conduct)
        gaps += [] if conduct.smallest_gap is None else [conduct.smallest_gap]
        timed = dated(run)
        for host, one in {
            one.host: one for one in reversed(timed)
        }.items():  # the host's first request in this run
            if before := last.get(host):
                gaps.append(gap(before, one))
                report.notes.extend(early_start(run.run, before, one))
        last |= {one.host: one for one in timed}
    if not report.runs:
        raise ArchiveError(
            f"{folder}: no evidence of a crawl in its warc folder; choose an archive with --archive DIR, or "
            "make one with 'kistep-archive crawl'",
            ExitCode.USAGE,
        )
    return PolitenessReport(report.runs, min(gaps, default=None), report.notes)


def judge(run: RunRequests) -> Conduct:
    """Judges one run by all rules."""
    timed = dated(run)
    conduct = Conduct(run.run, run.kind, len(run.requests), len(run.requests) - len(timed), damage=run.damage)
    conduct.smallest_gap = min((gap(before, after) for before, after in neighbours(timed)), default=None)
    conduct.smallest_rest = min(
        (seconds(before.ended_at, after) for before, after in unfinished(timed)), default=None
    )
    conduct.violations = [
        Violation(run.run, rule, words, one.file, one.offset) for rule, one, words in breaches(run)
    ]
    return conduct


def of_run(folder: Path, run: int) -> Conduct | None:
    """How one run behaved, from its own evidence alone; None if it has none, as an import. Raises OSError."""
    for path in audit_requests.evidence_files(folder):
        if path.name.startswith(f"{run:06}-") and (requests := audit_requests.read(path)) is not None:
            return judge(requests)
    return None
