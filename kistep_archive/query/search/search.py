"""A search: the matching posts in order, each with a marked passage, and their number per year."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from kistep_archive.errors import ArchiveError
from kistep_archive.model.documents import Document
from kistep_archive.query.filters import Filters, count, snapshot
from kistep_archive.query.language import remark
from kistep_archive.query.posts import nothing_yet
from kistep_archive.query.search import ranked
from kistep_archive.query.search.ranked import ScoredPost
from kistep_archive.query.search.snippets import snippet

_FACTS = ("id", "board", "number", "title", "writer", "date", "hits", "url", "removed_at")
SORTS = {  # each order is total, otherwise pages would overlap
    "rank": "score DESC, date DESC, id",
    "date": "date DESC, score DESC, id",
    "hits": "hits DESC NULLS LAST, score DESC, date DESC, id",
}
_READ = 100  # posts that are read at once
_SHARE = 4  # matches for each post down to a page's end from which on it is found by walking down the dates
_MOST_MONTHS = 24  # more are counted by year


@dataclass(frozen=True, slots=True)
class Found:
    """One result of a search. `removed_at` is None while the post is on the site. `snippet` is HTML-escaped,
    with each match in <mark>; a higher `score` is a better match, 0 without a query."""

    id: int
    board: str
    number: int
    title: str
    writer: str | None
    date: str
    hits: int | None
    url: str
    removed_at: str | None
    snippet: str
    score: float


class Search:
    """The results of a search, best match first. They are read when `total` or an iteration first needs them,
    and only once."""

    def __init__(self, ask: Callable[[], Document]) -> None:
        self._ask = ask

    @cached_property
    def document(self) -> Document:
        """The results as plain data, as `search --json` prints them."""
        return self._ask()

    @cached_property
    def _results(self) -> list[Found]:
        return [Found(**row) for row in self.document["results"]]

    @property
    def total(self) -> int:
        """How many posts match, regardless of `limit`."""
        return int(self.document["total"])

    @property
    def suggestions(self) -> list[str]:
        """If nothing matches: the most similar words in the archive."""
        return list(self.document.get("suggestions", ()))

    @property
    def remark(self) -> str:
        """A remark on the query: it has no word to find, only excludes words, has a field without one, a
        phrase without an end, or too many terms, or the archive had no posts then. Empty if there is none."""
        return str(self.document.get("remark", ""))

    @property
    def plot(self) -> dict[str, int]:
        """How many posts match per year ("2022"), or per month ("2022-07") if there are few months; empty
        without `plot=True`."""
        return dict(self.document.get("plot", {}))

    def __repr__(self) -> str:
        try:
            return f"Search(total={self.total}, results={self._results})"
        except (ArchiveError, sqlite3.Error):  # a closed archive has no results
            return "Search()"

    def __len__(self) -> int:
        return len(self._results)

    def __iter__(self) -> Iterator[Found]:
        return iter(self._results)


def search_document(
    conn: sqlite3.Connection, filters: Filters, *, sort: str, limit: int, offset: int, plot: bool
) -> Document:
    """The answer to a query, as `search --json` prints it. Optional keys: "plot", if wanted, counts the
    matches per year or month; "suggestions", if nothing matches, are similar words in the archive; "remark"
    is a remark on the query."""
    with snapshot(conn):
        total, results = matches(conn, filters, sort=sort, limit=limit, offset=offset)
        document: Document = {"query": filters.query or "", "total": total, "results": results}
        if plot:
            document["plot"] = counts_over_time(conn, filters)
        if not total and (similar := _suggestions(conn, filters)):
            document["suggestions"] = similar
        text = remark(filters.query) if filters.query is not None else ""
        if text := text or ("" if total else nothing_yet(conn)):
            document["remark"] = text
        return document


def matches(
    conn: sqlite3.Connection, filters: Filters, *, sort: str = "rank", limit: int = 20, offset: int = 0
) -> tuple[int, list[Document]]:
    """How many posts match, and `limit` of them after the first `offset`, each with a marked snippet and a
    score (higher is better). Without a query, the rank is the date."""
    if filters.matches_nothing:
        return 0, []
    with snapshot(conn):
        if sort == "rank" and filters.query is not None:
            total, best = ranked.page(conn, filters, limit, offset)
        else:
            total, best = _page_by_value(conn, filters, sort, limit, offset)
        return total, _results(conn, best, filters.query or "")


def _page_by_value(
    conn: sqlite3.Connection, filters: Filters, sort: str, limit: int, offset: int
) -> tuple[int, list[ScoredPost]]:
    total = count(conn, filters)
    if not limit or offset >= total:
        return total, []
    if filters.query is None and sort != "hits" and (offset + limit) * _SHARE <= total:
        (source, values), score, order = filters.by_date(), "0.0", "date DESC, posts.id"
    else:
        (source, values), order = filters.source(), SORTS[sort]
        score = "0.0" if filters.query is None else f"-{ranked.RANK}"
    sql = f"SELECT posts.id AS id, {score} AS score {source} ORDER BY {order} LIMIT ? OFFSET ?"
    return total, [ScoredPost(*row) for row in conn.execute(sql, (*values, limit, offset))]


def counts_over_time(conn: sqlite3.Connection, filters: Filters) -> dict[str, int]:
    """How many posts match per month ("2022-07"), or per year ("2022") if there are many months; without
    gaps."""
    if filters.matches_nothing:
        return {}
    source, values = filters.source()
    rows = conn.execute(f"SELECT substr(date, 1, 7), count(*) {source} GROUP BY 1 ORDER BY 1", values)
    counts = dict(rows.fetchall())
    months = _months(min(counts), max(counts)) if counts else []
    if len(months) > _MOST_MONTHS:
        from kistep_archive.query.stats import by_year

        return by_year(counts)
    return {month: counts.get(month, 0) for month in months}


def _suggestions(conn: sqlite3.Connection, filters: Filters) -> list[str]:
    from kistep_archive.query.search.suggest import suggestions

    return suggestions(conn, filters)


def _months(first: str, last: str) -> list[str]:
    begin, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(begin, end + 1)]


def _results(conn: sqlite3.Connection, best: list[ScoredPost], query: str) -> list[Document]:
    results = []
    for start in range(0, len(best), _READ):
        some = best[start : start + _READ]
        sql = f"SELECT {', '.join(_FACTS)}, body_text FROM posts WHERE id IN ({', '.join('?' * len(some))})"
        rows = {row["id"]: row for row in conn.execute(sql, [one.id for one in some])}
        results += [_result(conn, rows[one.id], one.score, query) for one in some]
    return results


def _result(conn: sqlite3.Connection, row: sqlite3.Row, score: float, query: str) -> Document:
    facts = {key: row[key] for key in _FACTS}
    return facts | {"snippet": _passage(conn, row, query), "score": round(score, 4)}


def _passage(conn: sqlite3.Connection, row: sqlite3.Row, query: str) -> str:
    """The matching passage: of the body, or else of the title, the writer, or a file's name."""
    first = snippet(row["body_text"], query)
    for text in (row["title"], row["writer"] or "") if "<mark>" not in first else ():
        if "<mark>" in (passage := snippet(text, query)):
            return passage
    if "<mark>" not in first:
        names = conn.execute("SELECT name FROM attachments WHERE post_id = ?", (row["id"],))
        return next(
            (passage for name in names if "<mark>" in (passage := snippet(name["name"], query))), first
        )
    return first
