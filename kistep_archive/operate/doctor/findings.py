"""The findings of `doctor`, and the exit code that follows from them."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from kistep_archive.errors import ExitCode

Level = Literal["ok", "warn", "fail"]


class DoctorFinding(NamedTuple):
    """One thing that was checked. `next` says what to do, and is empty if there is nothing to do. `code` is
    the exit code of a failure: 3 the site cannot be fetched, 4 a page does not fit, 5 the machine or the
    store is unhealthy; else 0."""

    level: Level
    area: str
    words: str
    next: str = ""
    code: int = ExitCode.COMPLETE


def ok(area: str, words: str) -> DoctorFinding:
    """Everything is as it should be."""
    return DoctorFinding("ok", area, words)


def warn(area: str, words: str, advice: str = "") -> DoctorFinding:
    """Worth knowing; a crawl can still be complete."""
    return DoctorFinding("warn", area, words, advice)


def fail(code: int, area: str, words: str, advice: str) -> DoctorFinding:
    """A crawl would not be complete."""
    return DoctorFinding("fail", area, words, advice, code)


def exit_code(findings: Iterable[DoctorFinding]) -> int:
    """The highest code of them, 0 if nothing failed."""
    return max((finding.code for finding in findings), default=ExitCode.COMPLETE)
