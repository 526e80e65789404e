"""Instants and days as the archive writes them."""

import re
from datetime import UTC, date, datetime, timedelta

from kistep_archive.errors import ArchiveError, ExitCode

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z", re.ASCII)


class Before(str):
    """The end of a period, not included, as `instant` makes it."""

    __slots__ = ()


def instant(text: str) -> Before:
    """The first instant after an "as of" time: for a day, its end in UTC; for an instant in ISO 8601, the
    microsecond after it; a `Before` stays as it is. Raises ValueError."""
    if isinstance(text, Before):
        return text
    if len(text) == 10:
        return Before(f"{date.fromisoformat(text) + timedelta(days=1)}T00:00:00.000000Z")
    at = datetime.fromisoformat(text)
    moment = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC) + timedelta(microseconds=1)
    return Before(spelled(moment))


def spelled(at: datetime) -> str:
    """An instant in UTC, ISO 8601 with Z, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def is_instant(text: str) -> bool:
    """Whether a text is an instant in UTC, as `spelled` makes it; it may lack fractions."""
    if _INSTANT.fullmatch(text) is None:
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:  # such as 31 February
        return False
    return True


def in_order(at: str) -> str:
    """An instant in UTC that may lack fractions, as text that compares like the instant: 12:00:00Z is before
    12:00:00.5Z, but not as text. "" stays ""."""
    return f"{at[:-1]}.000000Z" if at and "." not in at else at


def written(when: object) -> str:
    """A date or a datetime in ISO 8601; a text stays as it is. Raises TypeError."""
    if isinstance(when, date):
        return when.isoformat()
    if isinstance(when, str):
        return when
    raise TypeError(when)


def known_before(as_of: object) -> Before:
    """`instant` of a date, a datetime or a text. Raises ArchiveError (2)."""
    try:
        return instant(written(as_of))
    except (TypeError, ValueError, OverflowError) as error:
        hint = "use a date or a datetime, or write 2022-07-14 or 2022-07-14T09:00:00Z"
        raise ArchiveError(f"as_of={as_of!r}: not a date; {hint}", ExitCode.USAGE) from error
