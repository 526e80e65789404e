"""Checks of arguments: each returns the value with its right type, or raises an ArchiveError (2) of one
line."""

from collections.abc import Collection
from typing import Any

from kistep_archive.clock import now
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.instants import Before
from kistep_archive.model.periods import Period, read

_MOST = 2**63 - 1  # the largest integer of SQLite


def replace_surrogates(text: str) -> str:
    """The text with U+FFFD in place of bytes that were not UTF-8."""
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)


def words(name: str, value: object) -> str:
    """A text to search for."""
    if not isinstance(value, str):
        raise ArchiveError(f"{name}={value!r}: must be text", ExitCode.USAGE)
    return replace_surrogates(value)


def whole_number(name: str, value: object, least: int) -> int:
    """A whole number, `least` or more."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _MOST:
        raise ArchiveError(f"{name}={value!r}: must be a whole number, {least} or more", ExitCode.USAGE)
    return value


def period(name: str, value: object) -> Period:
    """A date, a datetime, or a period or an instant as text."""
    try:
        return read(value, now())
    except ValueError as error:
        words = f"{name}={value!r}: {error}, or give a date or a datetime"
        raise ArchiveError(words, ExitCode.USAGE) from error


def before(name: str, value: object) -> Before:
    """The first instant after a period; a `Before` stays as it is."""
    return value if isinstance(value, Before) else period(name, value).before()


def flag(name: str, value: object) -> bool:
    """True or False."""
    if not isinstance(value, bool):
        raise ArchiveError(f"{name}={value!r}: must be True or False", ExitCode.USAGE)
    return value


def one_of(name: str, value: Any, known: Collection[str]) -> Any:
    """One of the known words."""
    if value not in known:
        raise ArchiveError(f"{name}={value!r}: unknown; use one of {', '.join(known)}", ExitCode.USAGE)
    return value
