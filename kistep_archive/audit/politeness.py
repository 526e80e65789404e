"""How politely the site was asked, judged from the evidence files alone: no ledger, no setting, no word of
the program's is believed.

The rules: one request at a time a host; Crawl-delay (up to a minute) and Retry-After kept; nothing asked that
robots.txt forbids or before robots.txt was read; one honest User-Agent. What cannot be seen is never called
obeyed: a version that did not write when its requests were sent, or a damaged record, make the verdict
"unproven"."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from kistep_archive.audit import requests as audit_requests
from kistep_archive.audit.requests import Asked, Requests
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.http import robots

PolitenessVerdict = Literal["obeyed", "unproven", "violated"]
RULES = ("one at a time", "Crawl-delay", "Retry-After", "robots.txt", "User-Agent")
PRODUCT = "kistep-archive"
_OF_TIME = RULES[:3]  # they need the instant of sending


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that was not kept, in words, and the record that shows it."""

    run: int
    rule: str
    words: str
    file: str
    offset: int


@dataclass(slots=True)
class Conduct:
    """How one run behaved. `smallest_gap`: seconds from one request to the next to the same host;
    `smallest_rest`: from an answer to the next request; None where there are no two. `undated`: requests of
    which the record does not tell when they were sent."""

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
        """Violated, if anything was; obeyed only where all of it could be seen."""
        return "violated" if self.violations else "unproven" if self.undated or self.damage else "obeyed"


@dataclass(frozen=True, slots=True)
class PolitenessReport:
    """All runs. `smallest_gap` counts from the last request of a run to the first of the next, too. `notes`:
    what is no violation, since a run knows nothing of the one before it."""

    runs: list[Conduct]
    smallest_gap: float | None
    notes: list[str]

    @property
    def verdict(self) -> PolitenessVerdict:
        """The worst of the runs'."""
        return max(
            (run.verdict for run in self.runs), key=("obeyed", "unproven", "violated").index, default="obeyed"
        )

    def rule(self, rule: str) -> PolitenessVerdict:
        """How one rule stands over all runs."""
        if any(each.rule == rule for run in self.runs for each in run.violations):
            return "violated"
        unseen = any(run.damage or (run.undated and rule in _OF_TIME) for run in self.runs)
        return "unproven" if unseen else "obeyed"


def examine(folder: Path) -> PolitenessReport:
    """Judges every run of the program's own, one file in memory at a time. Raises ArchiveError (2) where
    there is none."""
    report, gaps, last = PolitenessReport([], None, []), list[float](), dict[str, Asked]()
    for path in audit_requests.evidence(folder):
        if (made := audit_requests.read(path)) is None:
            continue
        conduct = judge(made)
        report.runs.append(conduct)
        gaps += [] if conduct.smallest_gap is None else [conduct.smallest_gap]
        dated = _dated(made)
        for host, one in {one.host: one for one in reversed(dated)}.items():  # a host's first in this run
            if before := last.get(host):
                gaps.append(_gap(before, one))
                report.notes.extend(_came_early(made.run, before, one))
        last |= {one.host: one for one in dated}
    if not report.runs:
        raise ArchiveError(
            f"{folder / 'warc'}: no run's evidence file; name an archive with --archive DIR, or make one "
            "with 'crawl'",
            ExitCode.USAGE,
        )
    return PolitenessReport(report.runs, min(gaps, default=None), report.notes)


def judge(made: Requests) -> Conduct:
    """One run against the rules."""
    dated = _dated(made)
    conduct = Conduct(made.run, made.kind, len(made.asked), len(made.asked) - len(dated), damage=made.damage)
    conduct.smallest_gap = min((_gap(before, after) for before, after in _neighbours(dated)), default=None)
    conduct.smallest_rest = min(
        (_seconds(before.kept, after) for before, after in _unfinished(dated)), default=None
    )
    found = [
        *_overlaps(dated),
        *_too_dense(dated),
        *_not_left_alone(dated),
        *_forbidden(made),
        *_disguised(made),
    ]
    conduct.violations = [
        Violation(made.run, rule, words, one.file, one.offset) for rule, one, words in found
    ]
    return conduct


_Found = Iterator[tuple[str, Asked, str]]


def _overlaps(dated: list[Asked]) -> _Found:
    for before, after in _unfinished(dated):
        if (rest := _seconds(before.kept, after)) < 0:
            yield RULES[0], after, f"{after.url} was asked {-rest:.3f} s before {before.url} was answered"


def _too_dense(dated: list[Asked]) -> _Found:
    """Crawl-delay of the robots.txt that was read last."""
    delays = dict[str, float]()
    read = sorted((one for one in dated if _robots(one)), key=lambda one: one.kept)
    for before, after in _neighbours(dated):
        while read and read[0].kept <= _sent(after):
            one = read.pop(0)
            delays[one.host] = _rules(one).delay
        if (gap := _gap(before, after)) < (least := delays.get(after.host, 0.0)):
            yield (
                RULES[1],
                after,
                (f"{after.url} was asked {gap:.3f} s after {before.url}; robots.txt asks for {least:g} s"),
            )


def _not_left_alone(dated: list[Asked]) -> _Found:
    until = dict[str, tuple[datetime, Asked]]()
    waiting = sorted((one for one in dated if _rest(one) is not None), key=lambda one: one.kept)
    for after in dated:
        while waiting and waiting[0].kept <= _sent(after):
            one = waiting.pop(0)
            end = one.kept + timedelta(seconds=_rest(one) or 0.0)
            until[one.host] = max(until.get(one.host, (end, one)), (end, one), key=lambda each: each[0])
        if after.host in until and _sent(after) < until[after.host][0]:
            end, one = until[after.host]
            early = (end - _sent(after)).total_seconds()
            yield (
                RULES[2],
                after,
                (
                    f"{after.url} was asked {early:.3f} s before the time to which {one.url} "
                    "put us off by Retry-After"
                ),
            )


def _forbidden(made: Requests) -> _Found:
    """By the robots.txt in force, in the order of the file: redirects of robots.txt lead to it and are no
    answer yet."""
    rules = dict[str, robots.Rules]()
    for one in made.asked:
        if one.kind == "robots":
            if _robots(one):
                rules[one.site] = _rules(one)
        elif one.site not in rules:
            if not made.damage:  # else it may have been read
                yield RULES[3], one, f"{one.url} was asked before robots.txt was read"
        elif not rules[one.site].allows(one.url):
            why = "robots.txt could not be had" if rules[one.site].refused else "robots.txt does not allow it"
            yield RULES[3], one, f"{one.url} was asked, but {why}"


def _disguised(made: Requests) -> _Found:
    honest = made.agent.startswith(f"{PRODUCT}/") and "+http" in made.agent
    for one in made.asked:
        if one.agents is None:
            continue  # no record of the request: there was no answer, or it is damaged
        if one.agents != (made.agent,) or not honest:
            said = "nobody" if not one.agents else ", ".join(map(repr, one.agents))
            yield (
                RULES[4],
                one,
                (f"{one.url} was asked as {said}, which is not {PRODUCT} with its version and address"),
            )


def _came_early(run: int, before: Asked, one: Asked) -> Iterator[str]:
    rest = _rest(before)
    if rest is not None and (passed := _seconds(before.kept, one)) < rest:
        yield (
            f"run {run} came {passed:.0f} s after {before.url} had put the run before off by Retry-After: "
            f"{rest:.0f} s"
        )


# what the evidence says of one request


def _robots(one: Asked) -> bool:
    """Whether this ended a request for robots.txt."""
    return one.kind == "robots" and not (one.status is not None and 300 <= one.status < 400)


def _rules(one: Asked) -> robots.Rules:
    return robots.rules(one.page, PRODUCT) if one.page else robots.refusal(PRODUCT)


def _rest(one: Asked) -> float | None:
    """Seconds of rest that the answer asked for."""
    return (
        robots.retry_after(one.page.header("Retry-After"), one.kept)
        if one.page and one.page.status >= 300
        else None
    )


def _dated(made: Requests) -> list[Asked]:
    """Those of which the instant of sending is known, in its order."""
    return sorted((one for one in made.asked if one.sent), key=_sent)


def _neighbours(dated: list[Asked]) -> Iterator[tuple[Asked, Asked]]:
    """Each request but a host's first, with the one to that host before it."""
    last = dict[str, Asked]()
    for one in dated:
        if one.host in last:
            yield last[one.host], one
        last[one.host] = one


def _unfinished(dated: list[Asked]) -> Iterator[tuple[Asked, Asked]]:
    """Each request but a host's first, with the one of those before it that was answered last."""
    last = dict[str, Asked]()
    for one in dated:
        if one.host in last:
            yield last[one.host], one
        last[one.host] = max(last.get(one.host, one), one, key=lambda each: each.kept)


def _sent(one: Asked) -> datetime:
    assert one.sent is not None
    return one.sent


def _gap(before: Asked, after: Asked) -> float:
    return (_sent(after) - _sent(before)).total_seconds()


def _seconds(since: datetime, one: Asked) -> float:
    return (_sent(one) - since).total_seconds()
