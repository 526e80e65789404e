"""The answer of `status`: the boards, their health, the last runs."""

import json
import sqlite3
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kistep_archive.model.archive_toml import DEFAULTS, ArchiveSettings
from kistep_archive.model.documents import Document
from kistep_archive.query.stats import by_year

if TYPE_CHECKING:
    from kistep_archive.audit.sampling import Verification
    from kistep_archive.model.boards import Catalogue
    from kistep_archive.operate.health import Health

_COUNTS = """
SELECT board, substr(date, 1, 4) AS year, count(*) AS posts, max(date) AS newest,
  sum(removed_at IS NOT NULL) AS removed, sum(revisions > 1) AS revised
FROM posts GROUP BY 1, 2
"""
# posts with the title and day of one under an old address that is a post of its own
_AMBIGUOUS = """
WITH old AS MATERIALIZED (SELECT DISTINCT board, date, lower(title) AS title FROM posts WHERE layout = 'jsp')
SELECT p.board, p.date, p.title, p.id, p.layout FROM old JOIN posts p
  ON p.date = old.date AND p.board = old.board AND lower(p.title) = old.title ORDER BY p.id
"""
_NO_POSTS: Document = {"posts": 0, "newest": None, "removed": 0, "revised": 0, "per_year": {}}
_CRAWLED = "SELECT DISTINCT value FROM runs, json_each(boards) WHERE kind <> 'import' ORDER BY value"
_MERGED = (
    "SELECT count(*) FROM (SELECT post_id FROM sources WHERE board = ? GROUP BY post_id HAVING count(*) > 1)"
)


def status(
    conn: sqlite3.Connection,
    catalogue: "Catalogue",
    runs: int = 5,
    now: datetime | None = None,
    holder: str = "",
    verified: "Verification | None" = None,
    settings: ArchiveSettings = DEFAULTS,
) -> Document:
    """For each board its counts and its health; the last runs; and posts that were not merged because several
    match (`kept_apart`). `holder` says who holds the lock now, see `lock.holder`; `verified` what the last
    verification found, see `sampling.last_result`."""
    from kistep_archive.operate.health import board_health

    now = now or datetime.now(UTC)
    counts = _counts(conn)
    crawled = [row["value"] for row in conn.execute(_CRAWLED)]
    names = dict.fromkeys(
        [*counts, *(board.name for board in catalogue.rows if not board.named_only), *crawled]
    )
    results = [
        _board_status(
            conn,
            name,
            counts.get(name, _NO_POSTS),
            board_health(conn, name, catalogue, now, holder, settings),
        )
        for name in names
    ]
    last = [dict(row) for row in conn.execute("SELECT * FROM runs ORDER BY id DESC LIMIT ?", (runs,))]
    for run in last:
        run["boards"], run["arguments"] = json.loads(run["boards"]), json.loads(run["arguments"])
    return {
        "total": len(results),
        "results": results,
        "runs": last,
        "kept_apart": _ambiguous_posts(conn),
        "verified": verified and asdict(verified),
    }


def _board_status(conn: sqlite3.Connection, name: str, counts: Document, health: "Health") -> Document:
    merged = conn.execute(_MERGED, (name,)).fetchone()[0]
    return {
        "board": name,
        "posts": counts["posts"],
        "newest": counts["newest"],
        "removed": counts["removed"],
        "revised": counts["revised"],
        "merged": merged,
        "last_complete_run": health.complete,
        "health": health.word,
        "reason": health.reason,
        "causes": [asdict(cause) for cause in health.causes],
        "notes": list(health.notes),
        "per_year": by_year(counts["per_year"]),
    }


def _counts(conn: sqlite3.Connection) -> dict[str, Document]:
    """The counts of each board, from one pass over all posts."""
    counts: dict[str, Document] = {}
    for row in conn.execute(_COUNTS):
        board = counts.setdefault(row["board"], _NO_POSTS | {"per_year": {}})
        board["per_year"][row["year"]] = row["posts"]
        board["newest"] = max(board["newest"] or "", row["newest"])
        for name in ("posts", "removed", "revised"):
            board[name] += row[name]
    return counts


def _ambiguous_posts(conn: sqlite3.Connection) -> list[Document]:
    """Posts with the same title and date under addresses of both layouts that were not merged, unless a
    person decided about them."""
    groups: dict[tuple[str, str, str], list[sqlite3.Row]] = {}
    decided = _decided_posts(conn)
    for row in conn.execute(_AMBIGUOUS):
        groups.setdefault((row["board"], row["title"].lower(), row["date"]), []).append(row)
    return [
        {
            **{key: posts[0][key] for key in ("board", "title", "date")},
            "posts": [post["id"] for post in posts],
        }
        for _, posts in sorted(groups.items())
        if len({post["layout"] for post in posts}) > 1 and not {post["id"] for post in posts} <= decided
    ]


def _decided_posts(conn: sqlite3.Connection) -> set[int]:
    """The posts about which a person decided; none in a database of an older version."""
    columns = {row["name"] for row in conn.execute("SELECT name FROM pragma_table_info('source', 'main')")}
    if "decided" not in columns:
        return set()
    rows = conn.execute("SELECT DISTINCT post_id FROM main.source WHERE decided IS NOT NULL")
    return {int(post) for (post,) in rows}
