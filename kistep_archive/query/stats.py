"""Counts for charts and `status`: posts, writers, changes and hits, of the posts that `filters.choose`
chose."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.documents import Document
from kistep_archive.model.urls import locate

if TYPE_CHECKING:
    pass

By = Literal["month", "year"]
CHANGES = ("revised", "removed", "restored")
_MANY_MONTHS = 120  # from here on years are counted, unless months are wanted
_MOST_PERIODS = 1200  # of a chart
# not those of its other address
_OF_POST = "removals r JOIN posts p ON p.id = r.post_id AND p.layout = r.layout AND p.number = r.number"
_CHANGED = f"""
SELECT substr(at, 1, 7), kind, count(*) FROM chosen JOIN (
  SELECT post_id, seen_at AS at, 'revised' AS kind FROM revisions WHERE changed <> '[]'
  UNION ALL SELECT post_id, r.removed_at, 'removed' FROM {_OF_POST}
  UNION ALL SELECT post_id, returned_at, 'restored' FROM {_OF_POST} WHERE returned_at IS NOT NULL
) AS change ON change.post_id = chosen.id GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Periods:
    """Each month (2022-07) or year (2022) from the first to the last with anything in it, in order: kind ->
    count."""

    by: By
    counts: dict[str, Counter[str]]


class HitsReading(NamedTuple):
    """A number of hits at one instant, and what showed it: "post" or "listing"."""

    at: str
    hits: int
    seen_in: str = "post"


@dataclass(frozen=True, slots=True)
class Series:
    """The hits of one post in order, at least one."""

    post: int
    title: str
    hits: list[HitsReading]


def posts_over_time(conn: sqlite3.Connection, by: By | None) -> Periods:
    """The posts by their date, as kind "posts"; by month if there are few months, unless `by` is given.
    Raises ArchiveError (2)."""
    dates = (
        "SELECT substr(posts.date, 1, 7), 'posts', count(*) FROM chosen CROSS "
        "JOIN posts ON posts.id = chosen.id GROUP BY 1"
    )
    return _periods([tuple(row) for row in conn.execute(dates)], by)


def changes_over_time(conn: sqlite3.Connection, by: By | None) -> Periods:
    """The changes that runs saw, by the UTC time when they saw them; the kinds are CHANGES. Raises
    ArchiveError (2)."""
    return _periods([tuple(row) for row in conn.execute(_CHANGED)], by)


def top_writers(conn: sqlite3.Connection, top: int) -> tuple[list[tuple[str | None, int]], int]:
    """(writer, posts) of the writers with the most posts (None: posts without a writer); and how many writers
    there are."""
    source = "FROM chosen CROSS JOIN posts ON posts.id = chosen.id GROUP BY nullif(trim(writer), '')"
    rows = conn.execute(
        f"SELECT nullif(trim(writer), '') AS name, count(*) AS posts {source} "
        "ORDER BY posts DESC, name LIMIT ?",
        (top,),
    )
    total = conn.execute(f"SELECT count(*) FROM (SELECT 1 {source})").fetchone()[0]
    return [(row["name"], row["posts"]) for row in rows], total


def most_read(conn: sqlite3.Connection, top: int) -> list[Series]:
    """The hits of the most read posts, most hits first."""
    source = "FROM chosen CROSS JOIN posts ON posts.id = chosen.id WHERE hits IS NOT NULL"
    rows = conn.execute(f"SELECT posts.id, title {source} ORDER BY hits DESC, posts.id LIMIT ?", (top,))
    return [series for row in rows.fetchall() if (series := hits_of(conn, row["id"], row["title"])).hits]


def hits_of(conn: sqlite3.Connection, post: int, title: str) -> Series:
    """A post's hits over time, possibly none. A migrated post has two addresses, each with its own counter:
    this is the current one. A counter does not fall, but a listing may show an older number, and a site may
    begin to count again: numbers below an earlier one are left out."""
    rows = conn.execute(
        "SELECT seen_at, hits, seen_in FROM hits WHERE post_id = ? AND hits IS NOT NULL "
        "ORDER BY seen_at, hits",
        (post,),
    )
    elsewhere = _instants_of_other_layouts(conn, post)
    return Series(post, title, _rising(HitsReading(*row) for row in rows if row["seen_at"] not in elsewhere))


def _rising(readings: Iterable[HitsReading]) -> list[HitsReading]:
    rising: list[HitsReading] = []
    for each in readings:
        if not rising or each.hits >= rising[-1].hits:
            rising.append(each)
    return rising


def _instants_of_other_layouts(conn: sqlite3.Connection, post: int) -> set[str]:
    """The instants when only pages of a layout other than the post's showed its hits; the view `hits` does
    not name the layout."""
    layouts = {
        layout for (layout,) in conn.execute("SELECT DISTINCT layout FROM sources WHERE post_id = ?", (post,))
    }
    if len(layouts) < 2:
        return set()
    own = conn.execute("SELECT layout FROM posts WHERE id = ?", (post,)).fetchone()[0]
    pages = conn.execute(
        "SELECT seen_at, url FROM hits JOIN pages ON fetched_at = seen_at WHERE post_id = ?", (post,)
    )
    layout_at = [(at, location.layout) for at, url in pages if (location := locate(url))]
    return {at for at, _ in layout_at} - {at for at, layout in layout_at if layout == own}


def last_run(conn: sqlite3.Connection) -> str | None:
    """When the last finished run ended, in UTC."""
    at: str | None = conn.execute("SELECT max(finished_at) FROM runs").fetchone()[0]
    return at


def _periods(rows: list[tuple[str, str, int]], by: By | None) -> Periods:
    """Rows of (month, kind, count) as periods."""
    months = sorted(_ordinal(month) for month, _, _ in rows) or [0, -1]
    by = by or ("month" if months[-1] - months[0] < _MANY_MONTHS else "year")
    first, last = (months[0], months[-1]) if by == "month" else (months[0] // 12, months[-1] // 12)
    if last - first >= _MOST_PERIODS:
        advice = "use --by year, or narrow it" if by == "month" else "narrow it"
        raise ArchiveError(
            f"chart: {last - first + 1} {by}s are too many to draw; {advice} with --since and --until",
            ExitCode.USAGE,
        )
    counts = {name: Counter[str]() for name in _names(first, last, by)}
    for month, kind, number in rows:
        counts[month[: 7 if by == "month" else 4]][kind] += number
    return Periods(by, counts)


def _ordinal(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _names(first: int, last: int, by: By) -> Iterator[str]:
    for ordinal in range(first, last + 1):
        yield f"{ordinal // 12:04}-{ordinal % 12 + 1:02}" if by == "month" else f"{ordinal:04}"


def totals(conn: sqlite3.Connection) -> Document:
    """The archive in numbers, for the summary of the demo."""
    return dict(
        conn.execute(
            "SELECT (SELECT count(*) FROM posts) AS posts, (SELECT count(*) FROM sources) AS sources, "
            "(SELECT count(*) FROM (SELECT 1 FROM sources GROUP BY post_id HAVING count(*) > 1)) AS merged, "
            "(SELECT count(*) FROM revisions) AS revisions, (SELECT count(*) FROM posts "
            "WHERE revisions > 1) AS revised, (SELECT count(*) FROM posts "
            "WHERE removed_at IS NOT NULL) AS removed, (SELECT count(*) FROM attachments "
            "WHERE sha256 IS NOT NULL) AS files, (SELECT count(*) FROM pages) AS pages"
        ).fetchone()
    )


def by_year(dates: Mapping[str, int]) -> dict[str, int]:
    """The same counts by year, from the first to the last, without gaps."""
    years = [int(date[:4]) for date in dates]
    counts = {f"{year:04}": 0 for year in range(min(years), max(years) + 1)} if years else {}
    for date, number in dates.items():
        counts[date[:4]] += number
    return counts
