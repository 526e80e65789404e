"""A site's rules for visitors: robots.txt (RFC 9309), Crawl-delay, Retry-After. Pure.

The crawl follows these rules and `politeness` checks them. Hosts are names without a port; instants are
seconds on any one clock.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from protego import Protego

from kistep_archive.http.response import Page, PageError, content

LONGEST_WAIT = 120.0  # seconds of Retry-After that a run waits; more ends it
_FOREVER = 1e9  # seconds, 31 years: the limit of Retry-After, so that dates can be computed with it
LONGEST_DELAY = 60.0  # seconds: the limit of Crawl-delay; a longer one is a refusal, not a delay
_VERSIONED = re.compile(r"^([ \t]*user-agent[ \t]*:[ \t]*[a-z_-]+)/[^\r\n]*", re.I | re.M)
_LARGEST = 500 << 10  # bytes; RFC 9309 requires no more


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a robots.txt for one visitor. `refused`: robots.txt could not be read, so nothing may be
    fetched. `delay` in seconds."""

    refused: bool
    delay: float
    agent: str
    _parsed: Protego

    def allows(self, url: str) -> bool:
        """Whether this address may be fetched."""
        return not self.refused and bool(self._parsed.can_fetch(url, self.agent))


def token(user_agent: str) -> str:
    """The name of a visitor in robots.txt: the first word of its User-Agent, without the version."""
    return user_agent.split("/")[0].split()[0] if user_agent.split("/")[0].split() else ""


def rules(page: Page, agent: str) -> Rules:
    """The rules in a response for robots.txt. A server error (5xx) and a robots.txt that cannot be decoded
    forbid everything; a missing robots.txt (4xx) forbids nothing."""
    text = _text(page) if 200 <= page.status < 300 else ""
    if text is None:
        return refusal(agent)
    parsed = Protego.parse(text)
    return Rules(page.status >= 500, min(parsed.crawl_delay(agent) or 0.0, LONGEST_DELAY), agent, parsed)


def refusal(agent: str) -> Rules:
    """The rules if no response came: nothing may be fetched."""
    return Rules(True, 0.0, agent, Protego.parse(""))


def _text(page: Page) -> str | None:
    """The rules as text; None if they cannot be decoded: damaged compression, or UTF-16. A comment in another
    encoding is no harm. "kistep-archive/1.2" names the same visitor as "kistep-archive" (RFC 9309, 2.2.1)."""
    try:
        body = content(page)[:_LARGEST]
    except PageError:
        return None
    text = body.decode("utf-8-sig", "replace")
    return None if "\0" in text else _VERSIONED.sub(r"\1", text)


def retry_after(value: str, at: datetime) -> float | None:
    """Seconds to wait after `at`, from the value of Retry-After: a number of seconds or a date, at most 1e9.
    None if it cannot be read, or has an impossible year or zone."""
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return min(float(value), _FOREVER)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(
        max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - at).total_seconds()), _FOREVER
    )
