"""Checks how politely the crawls treated the site, from the evidence files alone: it trusts no ledger and no
setting.

The rules: one request at a time for each host; the pauses of Crawl-delay (up to a minute) and Retry-After; no
request that robots.txt forbids, and none before robots.txt was read; one honest User-Agent. A run counts as
obeying a rule only if the evidence proves it: if a version did not record when it sent its requests, or a
record is damaged, the verdict is "unproven"."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from kistep_archive.audit import requests as audit_requests
from kistep_archive.audit.requests import RunRequests, SentRequest
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.http import robots

PolitenessVerdict = Literal["obeyed", "unproven", "violated"]
RULES = ("one at a time", "Crawl-delay", "Retry-After", "robots.txt", "User-Agent")
PRODUCT = "kistep-archive"
_OF_TIME = RULES[:3]  # these need the instant of sending


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
        return "violated" if self.violations else "unproven" if self.undated or self.damage else "obeyed"


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
        return max(
            (run.verdict for run in self.runs), key=("obeyed", "unproven", "violated").index, default="obeyed"
        )

    def rule(self, rule: str) -> PolitenessVerdict:
        """The verdict of one rule over all runs."""
        if any(each.rule == rule for run in self.runs for each in run.violations):
            return "violated"
        unproven = any(run.damage or (run.undated and rule in _OF_TIME) for run in self.runs)
        return "unproven" if unproven else "obeyed"


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
        dated = _dated(run)
        for host, one in {
            one.host: one for one in reversed(dated)
        }.items():  # the host's first request in this run
            if before := last.get(host):
                gaps.append(_gap(before, one))
                report.notes.extend(_early_start(run.run, before, one))
        last |= {one.host: one for one in dated}
    if not report.runs:
        raise ArchiveError(
            f"{folder}: no evidence of a crawl in its warc folder; choose an archive with --archive DIR, or "
            "make one with 'kistep-archive crawl'",
            ExitCode.USAGE,
        )
    return PolitenessReport(report.runs, min(gaps, default=None), report.notes)


def judge(run: RunRequests) -> Conduct:
    """Judges one run by all rules."""
    dated = _dated(run)
    conduct = Conduct(run.run, run.kind, len(run.requests), len(run.requests) - len(dated), damage=run.damage)
    conduct.smallest_gap = min((_gap(before, after) for before, after in _neighbours(dated)), default=None)
    conduct.smallest_rest = min(
        (_seconds(before.ended_at, after) for before, after in _unfinished(dated)), default=None
    )
    breaches = [
        *_overlaps(dated),
        *_crawl_delay(dated),
        *_retry_after(dated),
        *_robots_rules(run),
        *_user_agent(run),
    ]
    conduct.violations = [
        Violation(run.run, rule, words, one.file, one.offset) for rule, one, words in breaches
    ]
    return conduct


_Breaches = Iterator[tuple[str, SentRequest, str]]


def _overlaps(dated: list[SentRequest]) -> _Breaches:
    for before, after in _unfinished(dated):
        if (rest := _seconds(before.ended_at, after)) < 0:
            yield RULES[0], after, f"requested {after.url} {-rest:.3f} s before {before.url} was answered"


def _crawl_delay(dated: list[SentRequest]) -> _Breaches:
    """By the Crawl-delay of the last robots.txt."""
    delays = dict[str, float]()
    read = sorted((one for one in dated if _robots(one)), key=lambda one: one.ended_at)
    for before, after in _neighbours(dated):
        while read and read[0].ended_at <= _sent(after):
            one = read.pop(0)
            delays[one.host] = _rules(one).delay
        if (gap := _gap(before, after)) < (least := delays.get(after.host, 0.0)):
            words = f"requested {after.url} {gap:.3f} s after {before.url}; robots.txt demands {least:g} s"
            yield RULES[1], after, words


def _retry_after(dated: list[SentRequest]) -> _Breaches:
    until = dict[str, tuple[datetime, SentRequest]]()
    waiting = sorted((one for one in dated if _rest(one) is not None), key=lambda one: one.ended_at)
    for after in dated:
        while waiting and waiting[0].ended_at <= _sent(after):
            one = waiting.pop(0)
            end = one.ended_at + timedelta(seconds=_rest(one) or 0.0)
            until[one.host] = max(until.get(one.host, (end, one)), (end, one), key=lambda each: each[0])
        if after.host in until and _sent(after) < until[after.host][0]:
            end, one = until[after.host]
            early = (end - _sent(after)).total_seconds()
            words = f"requested {after.url} {early:.3f} s before the Retry-After of {one.url} was over"
            yield RULES[2], after, words


def _robots_rules(run: RunRequests) -> _Breaches:
    """By the robots.txt in force at each request, in the order of the file. A redirect of robots.txt does not
    count as robots.txt."""
    rules = dict[str, robots.Rules]()
    for one in run.requests:
        if one.kind == "robots":
            if _robots(one):
                rules[one.site] = _rules(one)
        elif one.site not in rules:
            if not run.damage:  # else the damaged record may be robots.txt
                yield RULES[3], one, f"requested {one.url} before robots.txt was read"
        elif not rules[one.site].allows(one.url):
            why = "robots.txt could not be read" if rules[one.site].refused else "robots.txt forbids it"
            yield RULES[3], one, f"requested {one.url}, but {why}"


def _user_agent(run: RunRequests) -> _Breaches:
    honest = run.agent.startswith(f"{PRODUCT}/") and "+http" in run.agent
    for one in run.requests:
        if one.agents is None:
            continue  # no record of the request: there was no response, or it is damaged
        if one.agents != (run.agent,) or not honest:
            agents = f"as {', '.join(map(repr, one.agents))}" if one.agents else "without a User-Agent"
            words = f"requested {one.url} {agents}, not as {PRODUCT} with its version and address"
            yield RULES[4], one, words


def _early_start(run: int, before: SentRequest, one: SentRequest) -> Iterator[str]:
    rest = _rest(before)
    if rest is not None and (passed := _seconds(before.ended_at, one)) < rest:
        yield (
            f"run {run} sent a request {passed:.0f} s after {before.url} asked the run before to wait "
            f"{rest:.0f} s (Retry-After)"
        )


# what the evidence says about one request


def _robots(one: SentRequest) -> bool:
    """Whether this is the final response for robots.txt."""
    return one.kind == "robots" and not (one.status is not None and 300 <= one.status < 400)


def _rules(one: SentRequest) -> robots.Rules:
    return robots.rules(one.page, PRODUCT) if one.page else robots.refusal(PRODUCT)


def _rest(one: SentRequest) -> float | None:
    """The seconds of Retry-After in the response."""
    return (
        robots.retry_after(one.page.header("Retry-After"), one.ended_at)
        if one.page and one.page.status >= 300
        else None
    )


def _dated(run: RunRequests) -> list[SentRequest]:
    """The requests whose instant of sending is known, in its order."""
    return sorted((one for one in run.requests if one.sent_at), key=_sent)


def _neighbours(dated: list[SentRequest]) -> Iterator[tuple[SentRequest, SentRequest]]:
    """Each request but a host's first, with the request to that host before it."""
    last = dict[str, SentRequest]()
    for one in dated:
        if one.host in last:
            yield last[one.host], one
        last[one.host] = one


def _unfinished(dated: list[SentRequest]) -> Iterator[tuple[SentRequest, SentRequest]]:
    """Each request but a host's first, with the earlier one that was answered last."""
    last = dict[str, SentRequest]()
    for one in dated:
        if one.host in last:
            yield last[one.host], one
        last[one.host] = max(last.get(one.host, one), one, key=lambda each: each.ended_at)


def _sent(one: SentRequest) -> datetime:
    assert one.sent_at is not None
    return one.sent_at


def _gap(before: SentRequest, after: SentRequest) -> float:
    return (_sent(after) - _sent(before)).total_seconds()


def _seconds(since: datetime, one: SentRequest) -> float:
    return (_sent(one) - since).total_seconds()
