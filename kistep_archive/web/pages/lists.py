"""Lists of posts: removed and changed ones, those of a writer, of a year, of a board."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.query.rows import Post
from kistep_archive.query.search.search import Found
from kistep_archive.query.stats import by_year
from kistep_archive.web import addresses
from kistep_archive.web.charts import bars
from kistep_archive.web.pages.page import Page, PageNotFoundError, Visit
from kistep_archive.web.pages.rows import PER_PAGE, change_rows, check_page, count_pages, cut, post_row

_WITH_FEED = ("removed", "boards")
_MOST_CHANGES = 500


def removed(visit: Visit, number: str = "1") -> Page:
    """The posts that the site does not show any more."""
    return _posts(visit, "removed", visit.texts("Removed posts"), int(number), removed=True)


def changed(visit: Visit) -> Page:
    """What happened, newest first."""
    rows = visit.recall("changed", lambda: change_rows(visit.archive.changes(), _MOST_CHANGES + 1))
    latest = rows[:_MOST_CHANGES]
    return Page(
        path="changed",
        template="changed.html",
        title=visit.texts("What changed"),
        values={"rows": latest, "is_cut": len(rows) > _MOST_CHANGES, "most": _MOST_CHANGES},
        document={"results": latest},
        feed="feed",
    )


def writers(visit: Visit) -> Page:
    """The writers with their posts, the most first."""
    counts = visit.recall("facets", visit.archive.facets).writers
    rows = [
        {"writer": name, "posts": number, "path": addresses.writer(name)} for name, number in counts.items()
    ]
    return Page(
        path="writers",
        template="writers.html",
        title=visit.texts("Writers"),
        values={"rows": rows, "most": max(counts.values(), default=0)},
        document={"total": len(rows), "results": rows},
    )


def writer(visit: Visit, key: str, number: str = "1") -> Page:
    """The posts of one writer."""
    path = f"writers/{key}"
    names = [
        name
        for name in visit.recall("facets", visit.archive.facets).writers
        if addresses.writer(name) == path
    ]
    if not names:
        raise PageNotFoundError("No writer of this archive has this address.")
    posts = [post for post in visit.archive.posts(writer=names[0]) if addresses.writer(post.writer) == path]
    counts_of_years = by_year(Counter(post.date for post in posts)) if names[0] else {}
    title = names[0] or visit.texts("Without a writer")
    page = ListPage(path, title, int(number), len(posts), counts_of_years, {"writer": names[0]})
    return page.of(cut(reversed(posts), int(number)))


def years(visit: Visit) -> Page:
    """The years with their posts."""
    counts = visit.recall("facets", visit.archive.facets).years
    return Page(
        path="years",
        template="years.html",
        title=visit.texts("Years"),
        values={"counts": counts, "chart": bars(by_year(counts), "years/{}")},
        document={"results": [{"year": year, "posts": number} for year, number in counts.items()]},
    )


def year(visit: Visit, name: str, number: str = "1") -> Page:
    """The posts of one year."""
    return _posts(visit, f"years/{name}", name, int(number), since=name, until=name)


def boards(visit: Visit) -> Page:
    """The boards with their health."""
    status = visit.recall("status", lambda: visit.archive.status(now=visit.now))
    return Page(
        path="boards",
        template="boards.html",
        title=visit.texts("Boards"),
        values={"boards": status["results"], "rows": visit.archive.boards},
        document={"total": status["total"], "results": status["results"]},
    )


def board(visit: Visit, name: str, number: str = "1") -> Page:
    """The posts of one board."""
    rows = [row for row in visit.archive.boards if row.name == name]
    if not rows:
        raise PageNotFoundError(f"This archive knows no board {name}.")
    return _posts(visit, f"boards/{name}", rows[0].title, int(number), board=name)


def _posts(visit: Visit, path: str, title: str, number: int, **conditions: Any) -> Page:
    try:
        found = visit.archive.search(
            sort="date", limit=PER_PAGE, offset=(number - 1) * PER_PAGE, plot=True, **conditions
        )
        return ListPage(path, title, number, found.total, found.plot, _asked(conditions)).of(list(found))
    except ArchiveError as error:
        if error.exit_code != ExitCode.USAGE:
            raise
        raise PageNotFoundError(str(error)) from error


def _asked(conditions: Mapping[str, Any]) -> Mapping[str, Any]:
    """The conditions as a search's query has them, without the time."""
    return {name: value for name, value in conditions.items() if name not in ("since", "until")}


class ListPage(NamedTuple):
    """A page of a list of posts: where it is, and how many posts it has in all and per year or month."""

    path: str
    title: str
    number: int
    total: int
    plot: Mapping[str, int]
    filters: Mapping[str, Any]  # of a search that finds the same posts

    def of(self, posts: Iterable[Post | Found]) -> Page:
        """The page with these rows; pages after the first have their number in the path. Raises
        PageNotFoundError if the list ends before it."""
        check_page(self.number, self.total)
        rows = [post_row(post) for post in posts]
        shared = {"rows": rows, "total": self.total, "number": self.number, "pages": count_pages(self.total)}
        chart = bars(self.plot, "{}") if len(self.plot) > 1 else None
        return Page(
            path=self.path if self.number == 1 else f"{self.path}/page-{self.number}",
            template="list.html",
            title=self.title,
            values={**shared, "path": self.path, "chart": chart, "filters": self.filters},
            document={"total": self.total, "page": self.number, "per": self.plot, "results": rows},
            feed=self.path if self.path.partition("/")[0] in _WITH_FEED else "",
        )
