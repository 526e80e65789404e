"""The best matches of a query, and how many there are, in one pass over the index: only the best are looked
up in other tables."""

import sqlite3
from collections.abc import Iterator
from heapq import nsmallest
from operator import itemgetter
from typing import Any, NamedTuple

from kistep_archive.query.filters import Filters
from kistep_archive.store import unshown

RANK = "bm25(content_text, 10.0, 4.0, 1.0, 2.0)"  # title, writer, body, file names; lower is better
_MATCHES = (
    f"SELECT rowid, {RANK} FROM content_text WHERE content_text MATCH ? "
    "AND rowid NOT IN (SELECT content_id FROM unshown)"
)
_POSTS = (
    "SELECT content.id, posts.id, date FROM content CROSS JOIN source ON source.content_id = content.id "
    "CROSS JOIN post AS posts ON posts.id = source.post_id AND posts.source_id = source.id "
    "WHERE content.id IN ({})"
)


class Batches(NamedTuple):
    """How many matches are in memory at once, and how many contents one statement looks up."""

    matches: int = 5_000
    contents: int = 500


BATCHES = Batches()


class ScoredPost(NamedTuple):
    """A post's id, and how well it matches: higher is better."""

    id: int
    score: float


def page(
    conn: sqlite3.Connection, filters: Filters, limit: int, offset: int, batches: Batches = BATCHES
) -> tuple[int, list[ScoredPost]]:
    """How many posts match, and a page of them: the best first, among equals the newest."""
    most = offset + limit if limit else 0
    if filters.is_only_query and unshown.applies(conn):
        total, contents = _best(conn.execute(_MATCHES, filters.source()[1]), most, batches)
        best = list(_posts(conn, dict(contents), batches)) if offset < total else []
    else:
        source, values = filters.source()
        total, best = _best(conn.execute(f"SELECT posts.id, {RANK}, date {source}", values), most, batches)
    best.sort()
    best.sort(key=itemgetter(2), reverse=True)
    best.sort(key=itemgetter(1))
    return total, [ScoredPost(post, -rank) for post, rank, _ in best[offset:most]]


def _best(cursor: sqlite3.Cursor, most: int, batches: Batches) -> tuple[int, list[tuple[Any, ...]]]:
    """How many rows there are, and those with the lowest values in the second column: `most` of them, and
    all that equal the last one."""
    cursor.row_factory = None
    total, worst = 0, float("inf")
    best: list[tuple[Any, ...]] = []
    while rows := cursor.fetchmany(batches.matches):
        total += len(rows)
        if most:
            best += [row for row in rows if row[1] <= worst]
        if len(best) > most:
            worst = nsmallest(most, map(itemgetter(1), best))[-1]
            best = [row for row in best if row[1] <= worst]
    return total, best


def _posts(
    conn: sqlite3.Connection, ranks: dict[int, float], batches: Batches
) -> Iterator[tuple[int, float, str]]:
    """(post, rank, date) of each content."""
    contents = list(ranks)
    for start in range(0, len(contents), batches.contents):
        some = contents[start : start + batches.contents]
        for content, post, date in conn.execute(_POSTS.format(", ".join("?" * len(some))), some):
            yield post, ranks[content], date
