"""The present instant, asked for in one place. A run is given its clock as an argument; there is no setting
for it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], str]  # an instant as `now` spells it


def spelled(instant: datetime) -> str:
    """An instant in UTC, ISO 8601 with Z, to the microsecond."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def now() -> str:
    """This instant, on this machine's clock."""
    return spelled(datetime.now(UTC))
