"""What `status` tells: boards, their health, the last runs."""

import json
import sqlite3
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kistep_archive.query.stats import by_year

if TYPE_CHECKING:
    from kistep_archive.model.boards import Catalogue
    from kistep_archive.operate.health import Health
from kistep_archive.query.posts import Answer


def status(conn: sqlite3.Connection, catalogue: "Catalogue", runs: int = 5, now: datetime | None = None, holder: str = "") -> Answer:
    """Per board what is held and how healthy it is, the last runs, and posts that were kept apart because two fit. `holder` is who holds
    the lock now, see `lock.holder`."""
    from kistep_archive.operate.health import board_health

    now = now or datetime.now(UTC)
    held = {
        row["board"]: dict(row)
        for row in conn.execute(
            "SELECT board, count(*) AS posts, max(date) AS newest, sum(removed_at IS NOT NULL) AS removed, sum(revisions > 1) AS revised "
            "FROM posts GROUP BY board"
        )
    }
    asked = (
        row["value"] for row in conn.execute("SELECT DISTINCT value FROM runs, json_each(boards) WHERE kind <> 'import' ORDER BY value")
    )
    names = list(dict.fromkeys([*held, *(board.name for board in catalogue.rows if not board.named_only), *asked]))
    results = [_board_status(conn, name, held.get(name), board_health(conn, name, catalogue, now, holder)) for name in names]
    last = [dict(row) for row in conn.execute("SELECT * FROM runs ORDER BY id DESC LIMIT ?", (runs,))]
    for run in last:
        run["boards"], run["arguments"] = json.loads(run["boards"]), json.loads(run["arguments"])
    return {"total": len(results), "results": results, "runs": last, "kept_apart": _kept_apart(conn)}


def _board_status(conn: sqlite3.Connection, name: str, held: Answer | None, health: "Health") -> Answer:
    merged = conn.execute(
        "SELECT count(*) FROM (SELECT post_id FROM sources WHERE board = ? GROUP BY post_id HAVING count(*) > 1)", (name,)
    ).fetchone()[0]
    counts = held or {"posts": 0, "newest": None, "removed": 0, "revised": 0}
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
        "per_year": _per_year(conn, name),
    }


def _per_year(conn: sqlite3.Connection, board: str) -> dict[str, int]:
    rows = conn.execute("SELECT substr(date, 1, 4), count(*) FROM posts WHERE board = ? GROUP BY 1", (board,))
    return by_year(dict(rows.fetchall()))


def _kept_apart(conn: sqlite3.Connection) -> list[Answer]:
    """Posts of one title and date that stand under addresses of both layouts and could not be told to be the same."""
    rows = conn.execute(
        "SELECT board, title, date, group_concat(id) AS ids FROM (SELECT * FROM posts ORDER BY id) "
        "GROUP BY board, lower(title), date HAVING count(*) > 1 AND count(DISTINCT layout) > 1"
    )
    return [
        {"board": row["board"], "title": row["title"], "date": row["date"], "posts": [int(i) for i in row["ids"].split(",")]}
        for row in rows
    ]
