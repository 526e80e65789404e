"""The rules of politeness, and what in the requests of a run breaks them.

One request at a time for each host; the pauses of Crawl-delay (up to a minute) and Retry-After; no request
that robots.txt forbids, and none before robots.txt was read; one honest User-Agent."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from kistep_archive.audit.requests import RunRequests, SentRequest
from kistep_archive.audit.timeline import dated, gap, neighbours, seconds, sent, unfinished
from kistep_archive.http import robots
from kistep_archive.model.outcomes import PageKind

RULES = ("one at a time", "Crawl-delay", "Retry-After", "robots.txt", "User-Agent")
OF_TIME = RULES[:3]  # these need the instant of sending
PRODUCT = "kistep-archive"

Breaches = Iterator[tuple[str, SentRequest, str]]


def breaches(run: RunRequests) -> Breaches:
    """(rule, the request that breaks it, how in words), rule by rule."""
    timed = dated(run)
    yield from _overlaps(timed)
    yield from _crawl_delay(timed)
    yield from _retry_after(timed)
    yield from _robots_rules(run)
    yield from _user_agent(run)


def _overlaps(timed: list[SentRequest]) -> Breaches:
    for before, after in unfinished(timed):
        if (rest := seconds(before.ended_at, after)) < 0:
            yield RULES[0], after, f"requested {after.url} {-rest:.3f} s before {before.url} was answered"


def _crawl_delay(timed: list[SentRequest]) -> Breaches:
    """By the Crawl-delay of the last robots.txt."""
    delays = dict[str, float]()
    read = sorted((one for one in timed if _robots(one)), key=lambda one: one.ended_at)
    for before, after in neighbours(timed):
        while read and read[0].ended_at <= sent(after):
            one = read.pop(0)
            delays[one.host] = _rules(one).delay
        if (passed := gap(before, after)) < (least := delays.get(after.host, 0.0)):
            words = f"requested {after.url} {passed:.3f} s after {before.url}; robots.txt demands {least:g} s"
            yield RULES[1], after, words


def _retry_after(timed: list[SentRequest]) -> Breaches:
    until = dict[str, tuple[datetime, SentRequest]]()
    waiting = sorted((one for one in timed if _rest(one) is not None), key=lambda one: one.ended_at)
    for after in timed:
        while waiting and waiting[0].ended_at <= sent(after):
            one = waiting.pop(0)
            end = one.ended_at + timedelta(seconds=_rest(one) or 0.0)
            until[one.host] = max(until.get(one.host, (end, one)), (end, one), key=lambda each: each[0])
        if after.host in until and sent(after) < until[after.host][0]:
            end, one = until[after.host]
            early = (end - sent(after)).total_seconds()
            words = f"requested {after.url} {early:.3f} s before the Retry-After of {one.url} was over"
            yield RULES[2], after, words


def _robots_rules(run: RunRequests) -> Breaches:
    """By the robots.txt in force at each request, in the order of the file. A redirect of robots.txt does not
    count as robots.txt."""
    rules = dict[str, robots.Rules]()
    for one in run.requests:
        if one.kind is PageKind.ROBOTS:
            if _robots(one):
                rules[one.site] = _rules(one)
        elif one.site not in rules:
            if not run.damage:  # else the damaged record may be robots.txt
                yield RULES[3], one, f"requested {one.url} before robots.txt was read"
        elif not rules[one.site].allows(one.url):
            why = "robots.txt could not be read" if rules[one.site].refused else "robots.txt forbids it"
            yield RULES[3], one, f"requested {one.url}, but {why}"


def _user_agent(run: RunRequests) -> Breaches:
    if run.agent is None:
        return  # unproven: the record that names it is damaged
    honest = run.agent.startswith(f"{PRODUCT}/") and "+http" in run.agent
    for one in run.requests:
        if one.agents is None:
            continue  # no record of the request: there was no response, or it is damaged
        if one.agents != (run.agent,) or not honest:
            agents = f"as {', '.join(map(repr, one.agents))}" if one.agents else "without a User-Agent"
            words = f"requested {one.url} {agents}, not as {PRODUCT} with its version and address"
            yield RULES[4], one, words


def early_start(run: int, before: SentRequest, one: SentRequest) -> Iterator[str]:
    """A note if the first request of a run came before the Retry-After that the run before was told."""
    rest = _rest(before)
    if rest is not None and (passed := seconds(before.ended_at, one)) < rest:
        yield (
            f"run {run} sent a request {passed:.0f} s after {before.url} asked the run before to wait "
            f"{rest:.0f} s (Retry-After)"
        )


# what the evidence says about one request


def _robots(one: SentRequest) -> bool:
    """Whether this is the final response for robots.txt."""
    return one.kind is PageKind.ROBOTS and not (one.status is not None and 300 <= one.status < 400)


def _rules(one: SentRequest) -> robots.Rules:
    return robots.rules(one.page, PRODUCT) if one.page else robots.refusal(PRODUCT)


def _rest(one: SentRequest) -> float | None:
    """The seconds of Retry-After in the response."""
    return (
        robots.retry_after(one.page.header("Retry-After"), one.ended_at)
        if one.page and one.page.status >= 300
        else None
    )
