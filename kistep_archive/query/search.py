"""What a query finds: the posts in order, each with a marked passage, and how they spread over the years. Reads views only."""

import sqlite3
from typing import Any

from kistep_archive.query.filters import Filters, count, moment
from kistep_archive.query.language import remark
from kistep_archive.query.snippets import snippet
from kistep_archive.query.stats import by_year

_WEIGHTS = "10.0, 4.0, 1.0, 2.0"  # bm25: title, writer, body, file names
SORTS = {  # every order is a whole one, or pages would overlap
    "rank": "score DESC, date DESC, id",
    "date": "date DESC, score DESC, id",
    "hits": "hits DESC NULLS LAST, score DESC, date DESC, id",
}
_MONTHS = 24  # so many at most are told one by one; more are told by year

Answer = dict[str, Any]


def answer(conn: sqlite3.Connection, filters: Filters, *, sort: str, limit: int, offset: int, plot: bool) -> Answer:
    """The whole answer to a query, as `search --json` prints it. "plot", if wanted, is how the posts spread over the years; where nothing
    is found, "suggestions" are the nearest words that would be, if there are any. "remark" is what else is to be known, if anything."""
    with moment(conn):
        total, results = found(conn, filters, sort=sort, limit=limit, offset=offset)
        drawn = {"plot": spread(conn, filters)} if plot else {}
        near = {"suggestions": words} if not total and (words := _near(conn, filters)) else {}
        said = {"remark": more} if (more := remark(filters.query or "")) else {}
        return {"query": filters.query, "total": total, "results": results, **drawn, **near, **said}


def found(conn: sqlite3.Connection, filters: Filters, *, sort: str = "rank", limit: int = 20, offset: int = 0) -> tuple[int, list[Answer]]:
    """How many posts match filters that have a query, and `limit` of them after the first `offset`, each with a marked snippet and a score
    (higher is better)."""
    if filters.vain:
        return 0, []
    source, values = filters.source()
    columns = f"posts.id AS id, posts.date AS date, posts.hits AS hits, -bm25(content_text, {_WEIGHTS}) AS score"
    with moment(conn):
        total = count(conn, filters)
        best = conn.execute(f"SELECT {columns} {source} ORDER BY {SORTS[sort]} LIMIT ? OFFSET ?", (*values, limit, offset)).fetchall()
        return total, [_result(conn, row["id"], row["score"], filters.query or "") for row in best]


def spread(conn: sqlite3.Connection, filters: Filters) -> dict[str, int]:
    """How many of the posts that fit are of each year ("2022"), or of each month ("2022-07") where those are few; none is left out."""
    if filters.vain:
        return {}
    source, values = filters.source()
    rows = conn.execute(f"SELECT substr(posts.date, 1, 7), count(*) {source} GROUP BY 1 ORDER BY 1", values)
    held = dict(rows.fetchall())
    months = _months(min(held), max(held)) if held else []
    return {month: held.get(month, 0) for month in months} if len(months) <= _MONTHS else by_year(held)


def _near(conn: sqlite3.Connection, filters: Filters) -> list[str]:
    from kistep_archive.query.suggest import suggestions

    return suggestions(conn, filters)


def _months(first: str, last: str) -> list[str]:
    begin, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(begin, end + 1)]


def _result(conn: sqlite3.Connection, post: int, score: float, query: str) -> Answer:
    row = conn.execute("SELECT id, board, number, title, writer, date, hits, url, body_text FROM posts WHERE id = ?", (post,)).fetchone()
    shown = {key: row[key] for key in ("id", "board", "number", "title", "writer", "date", "hits", "url")}
    return shown | {"snippet": _passage(conn, row, query), "score": round(score, 4)}


def _passage(conn: sqlite3.Connection, row: sqlite3.Row, query: str) -> str:
    """The passage that matches: of the body, else the title, the writer, or a file's name."""
    first = snippet(row["body_text"], query)
    for text in (row["title"], row["writer"] or "") if "<mark>" not in first else ():
        if "<mark>" in (passage := snippet(text, query)):
            return passage
    if "<mark>" not in first:
        names = conn.execute("SELECT name FROM attachments WHERE post_id = ?", (row["id"],))
        return next((passage for name in names if "<mark>" in (passage := snippet(name["name"], query))), first)
    return first
