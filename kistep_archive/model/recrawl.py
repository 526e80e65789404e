"""When the crawl visits a post again: often if it is new, was edited lately or is missing, and at least every
90 days. Also when it walks a listing without a declared total to its end again. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kistep_archive.model.instants import spell_instant

SHORTEST, LONGEST = timedelta(days=1), timedelta(days=90)
WALK = timedelta(days=30)  # without a declared total, only a walk to the end shows changes further down
_SHARE = 8  # a post unchanged for 8 days is visited again after 1 day, one unchanged for 80 days after 10


@dataclass(frozen=True, slots=True)
class VisitedPost:
    """The schedule's data of a post: its own day, when it was removed, when its page was last read or found
    gone, when its content was last edited, and whether the last run that looked for it `missed` it."""

    date: str
    removed_at: str | None
    seen_at: str
    edited_at: str | None
    missed: bool = False


def interval(post: VisitedPost) -> timedelta:
    """How long after its last reading the post is due again."""
    if post.removed_at is not None:
        return LONGEST
    if post.missed:
        return SHORTEST
    unchanged_since = max(f"{post.date}T00:00:00Z", post.edited_at or "")  # as text: both are UTC, year first
    unchanged = max(_instant(post.seen_at) - _instant(unchanged_since), timedelta())
    return min(max(unchanged / _SHARE, SHORTEST), LONGEST)


def due_at(post: VisitedPost) -> str:
    """The instant from which the post is due again."""
    return spell_instant(_instant(post.seen_at) + interval(post))


def overdue(post: VisitedPost, at: str) -> float:
    """The time since its last reading as a multiple of its interval: due from 1 on."""
    return (_instant(at) - _instant(post.seen_at)) / interval(post)


def urgency(post: VisitedPost, at: str) -> tuple[bool, float]:
    """The order of visits if there is not enough budget for all: first the posts that were not visited for
    the longest interval, since new posts would always come before them; then the most overdue."""
    return _instant(at) - _instant(post.seen_at) >= LONGEST, overdue(post, at)


def is_long_ago(walked_at: str | None, at: str) -> bool:
    """Whether another walk to the end is due: the last one was long ago, or there was none."""
    return walked_at is None or _instant(at) - _instant(walked_at) >= WALK


def _instant(at: str) -> datetime:
    return datetime.fromisoformat(at)
