"""When a post is visited again: often while it is young, was edited lately or is missed, at least every 90 days; and when a listing that
declares no total is walked to its end again. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SHORTEST, LONGEST = timedelta(days=1), timedelta(days=90)
WALK = timedelta(days=30)  # where no total is declared, what came or went further down shows only in a walk to the end
_SHARE = 8  # a post that has been still for eight days is looked at after one more, after 80 days after ten


@dataclass(frozen=True, slots=True)
class Visited:
    """A post as it stands in the schedule: its own day, when it was removed, its page last read or found gone, its content last edited;
    whether the last run that looked for it `missed` it."""

    date: str
    removed_at: str | None
    seen_at: str
    edited_at: str | None
    missed: bool = False


def interval(post: Visited) -> timedelta:
    """How long after its last reading it is due again."""
    if post.removed_at is not None:
        return LONGEST
    if post.missed:
        return SHORTEST
    still_since = max(f"{post.date}T00:00:00Z", post.edited_at or "")  # as text: both are UTC, year first
    still = max(_instant(post.seen_at) - _instant(still_since), timedelta())
    return min(max(still / _SHARE, SHORTEST), LONGEST)


def overdue(post: Visited, at: str) -> float:
    """The time since its last reading as a multiple of its interval: due from 1 on."""
    return (_instant(at) - _instant(post.seen_at)) / interval(post)


def urgency(post: Visited, at: str) -> tuple[bool, float]:
    """What goes first when not all can be visited: the posts whose longest time is over, for young ones would always be before them;
    then those that are the most overdue."""
    return _instant(at) - _instant(post.seen_at) >= LONGEST, overdue(post, at)


def is_long_ago(walked_at: str | None, at: str) -> bool:
    """Whether the last walk to the end, if there was one, is so long ago that another is due."""
    return walked_at is None or _instant(at) - _instant(walked_at) >= WALK


def _instant(at: str) -> datetime:
    return datetime.fromisoformat(at)
