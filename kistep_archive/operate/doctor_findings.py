"""What `doctor` finds: values, and the exit code that they come to."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

Level = Literal["ok", "warn", "fail"]


class Finding(NamedTuple):
    """One thing that was looked at. `next` is what to do about it, empty where nothing is to be done; `code` is the exit code that a
    failure leads to: 3 the site cannot be asked, 4 a page does not fit, 5 the machine or the store is unhealthy; else 0."""

    level: Level
    area: str
    words: str
    next: str = ""
    code: int = 0


def ok(area: str, words: str) -> Finding:
    """All is as it should be."""
    return Finding("ok", area, words)


def warn(area: str, words: str, then: str = "") -> Finding:
    """Worth knowing; it keeps no crawl from being complete."""
    return Finding("warn", area, words, then)


def fail(code: int, area: str, words: str, then: str) -> Finding:
    """A crawl would not be complete."""
    return Finding("fail", area, words, then, code)


def exit_code(findings: Iterable[Finding]) -> int:
    """The worst of them, 0 where nothing failed."""
    return max((finding.code for finding in findings), default=0)
