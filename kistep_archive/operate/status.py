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
    from kistep_archive.operate.facts import BoardCounts
    from kistep_archive.operate.health import Health

# posts with the title and day of one under an old address that is a post of its own
_AMBIGUOUS = """
WITH old AS MATERIALIZED (SELECT DISTINCT s.board, c.date, lower(c.title) AS title
  FROM json_each(?) b CROSS JOIN source s ON s.board = b.value AND s.layout = 'jsp'
    JOIN post ON post.id = s.post_id AND post.source_id = s.id JOIN content c ON c.id = s.content_id)
SELECT p.board, p.date, p.title, p.id, p.layout FROM old CROSS JOIN posts p
  ON p.date = old.date AND p.board = old.board AND lower(p.title) = old.title ORDER BY p.id
"""
_CRAWLED = "SELECT DISTINCT value FROM runs, json_each(boards) WHERE kind <> 'import' ORDER BY value"


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
    from kistep_archive.operate import facts
    from kistep_archive.operate.health import board_health

    now = now or datetime.now(UTC)
    found = facts.read(conn, catalogue)
    crawled = [row["value"] for row in conn.execute(_CRAWLED)]
    names = dict.fromkeys(
        [*found.counts, *(board.name for board in catalogue.rows if not board.named_only), *crawled]
    )
    results = [
        _board_status(name, found.of(name), board_health(conn, name, found, catalogue, now, holder, settings))
        for name in names
    ]
    last = [dict(row) for row in conn.execute("SELECT * FROM runs ORDER BY id DESC LIMIT ?", (runs,))]
    for run in last:
        run["boards"], run["arguments"] = json.loads(run["boards"]), json.loads(run["arguments"])
    return {
        "total": len(results),
        "results": results,
        "runs": last,
        "kept_apart": _ambiguous_posts(conn, list(found.counts)),
        "verified": verified and asdict(verified),
    }


def _board_status(name: str, counts: "BoardCounts", health: "Health") -> Document:
    return {
        "board": name,
        "posts": counts.posts,
        "newest": counts.newest,
        "removed": counts.removed,
        "revised": counts.revised,
        "merged": counts.merged,
        "last_complete_run": health.complete,
        "health": health.word,
        "reason": health.reason,
        "causes": [asdict(cause) for cause in health.causes],
        "notes": list(health.notes),
        "per_year": by_year(counts.days),
    }


def _ambiguous_posts(conn: sqlite3.Connection, boards: list[str]) -> list[Document]:
    """Posts with the same title and date under addresses of both layouts that were not merged, unless a
    person decided about them."""
    groups: dict[tuple[str, str, str], list[sqlite3.Row]] = {}
    for row in conn.execute(_AMBIGUOUS, (json.dumps(boards),)):
        groups.setdefault((row["board"], row["title"].lower(), row["date"]), []).append(row)
    groups = {key: posts for key, posts in groups.items() if len({post["layout"] for post in posts}) > 1}
    decided = _decided_posts(conn) if groups else set()
    return [
        {
            **{key: posts[0][key] for key in ("board", "title", "date")},
            "posts": [post["id"] for post in posts],
        }
        for _, posts in sorted(groups.items())
        if not {post["id"] for post in posts} <= decided
    ]


def _decided_posts(conn: sqlite3.Connection) -> set[int]:
    """The posts about which a person decided; none in a database of an older version."""
    columns = {row["name"] for row in conn.execute("SELECT name FROM pragma_table_info('source', 'main')")}
    if "decided" not in columns:
        return set()
    rows = conn.execute("SELECT DISTINCT post_id FROM main.source WHERE decided IS NOT NULL")
    return {int(post) for (post,) in rows}
