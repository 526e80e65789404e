"""The present instant, asked for in one place. A run is given its clock as an argument; there is no setting
for it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], str]  # an instant as `model.instants.spell_instant` writes it


def now() -> str:
    """This instant, on this machine's clock."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
