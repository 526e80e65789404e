"""Instants and days as the archive writes them."""

import re
from datetime import UTC, datetime

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z", re.ASCII)


class Before(str):
    """The end of a period, not included, as `periods.Period.before` makes it."""

    __slots__ = ()


def spell_instant(at: datetime) -> str:
    """An instant in UTC, ISO 8601 with Z, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def is_instant(text: str) -> bool:
    """Whether a text is an instant in UTC, as `spell_instant` makes it; it may lack fractions."""
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
