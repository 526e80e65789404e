"""The present instant, asked for in one place."""

from datetime import UTC, datetime


def now() -> str:
    """This instant in UTC, ISO 8601 with Z, to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
