"""What a site asks of its visitors, and when a host may be asked next: robots.txt (RFC 9309), Crawl-delay, Retry-After. Pure.

The crawl behaves by it and `politeness` judges by it. Hosts are names without a port; instants are seconds on any one clock.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from protego import Protego

from kistep_archive.http.response import Page, PageError, content

LONGEST_WAIT = 120.0  # seconds of Retry-After that a run waits; more ends it
_FOREVER = 1e9  # seconds, 31 years: what is told of a longer Retry-After, so that dates can be reckoned with it
LONGEST_DELAY = 60.0  # seconds of Crawl-delay that are kept; a larger one is no delay but a refusal
_LARGEST = 500 << 10  # bytes; RFC 9309 asks for no more to be read


@dataclass(frozen=True, slots=True)
class Rules:
    """What a robots.txt says to one visitor. `refused`: it could not be had, so nothing may be asked for. `delay` in seconds."""

    refused: bool
    delay: float
    agent: str
    _parsed: Protego

    def allows(self, url: str) -> bool:
        """Whether this address may be asked for."""
        return not self.refused and bool(self._parsed.can_fetch(url, self.agent))


def token(user_agent: str) -> str:
    """The name by which robots.txt knows a visitor: the first word of its User-Agent, without the version."""
    return user_agent.split("/")[0].split()[0] if user_agent.split("/")[0].split() else ""


def rules(page: Page, agent: str) -> Rules:
    """Of the answer to a request for robots.txt: what cannot be had because of the server (5xx) forbids everything, what the server
    does not have (4xx) forbids nothing."""
    text = _text(page) if 200 <= page.status < 300 else ""
    parsed = Protego.parse(text)
    return Rules(page.status >= 500, min(parsed.crawl_delay(agent) or 0.0, LONGEST_DELAY), agent, parsed)


def refusal(agent: str) -> Rules:
    """What holds where no answer came."""
    return Rules(True, 0.0, agent, Protego.parse(""))


def _text(page: Page) -> str:
    try:
        body = content(page)
    except PageError:
        body = page.body
    return body[:_LARGEST].decode("utf-8-sig", "replace")


def retry_after(value: str, at: datetime) -> float | None:
    """Seconds to wait from `at` on by the value of Retry-After, a number of seconds or a date, at most 1e9; None where it cannot be
    read, or names a year or a zone that there is not."""
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return min(float(value), _FOREVER)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - at).total_seconds()), _FOREVER)
