"""Questions to the archive: read-only, from the views, while a crawl may be writing. Imports only what starts fast."""

import json
import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kistep_archive.asof import look_back
from kistep_archive.boards import Catalogue, locate
from kistep_archive.errors import ArchiveError
from kistep_archive.lookup import by_year
from kistep_archive.lookup import search as search  # a question like the others
from kistep_archive.search import folded

NAME = "kistep.db"

Answer = dict[str, Any]

STALE = timedelta(days=8)  # without a complete crawl: a weekly one may be a day late
_TROUBLE = {"ok": 0, "site_changed": 4, "store_unhealthy": 5}


def open_archive(folder: Path, as_of: str | None = None) -> sqlite3.Connection:
    """The archive's database, read-only; as it was known before the instant `as_of`, if one is given. Raises ArchiveError: 2 where there
    is no archive, 5 where it cannot be read."""
    path = folder / NAME
    if not path.is_file():
        raise ArchiveError(f"{folder}: not an archive (no {NAME} in it); name one with --archive DIR or make one with 'crawl' or 'demo'", 2)
    uri = f"{path.absolute().as_uri()}?mode=ro"
    if not os.access(folder, os.W_OK) and not path.with_name(f"{NAME}-wal").exists():
        uri += "&immutable=1"  # a read-only medium: SQLite could not make the files beside the database that WAL mode needs
    conn = sqlite3.connect(uri, uri=True, timeout=30)
    conn.row_factory = sqlite3.Row
    conn.create_function("folded", 1, lambda text: text and folded(text), deterministic=True)
    try:
        _check(conn, path)
        if as_of is not None:
            look_back(conn, as_of)
    except (ArchiveError, sqlite3.Error):
        conn.close()
        raise
    return conn


def _check(conn: sqlite3.Connection, path: Path) -> None:
    try:
        views = conn.execute("SELECT count(*) FROM sqlite_master WHERE type = 'view' AND name IN ('posts', 'runs')").fetchone()[0]
    except sqlite3.Error as error:
        raise ArchiveError(f"{path}: {error}; keep the file aside: the warc folder beside it holds everything", 5) from error
    if views != 2:
        raise ArchiveError(f"{path}: a database, but not of a kistep-archive; name another folder with --archive DIR", 2)


def find_post(conn: sqlite3.Connection, reference: str, catalogue: Catalogue) -> Answer:
    """One post by its id, `board/number` or any spelling of its URL, with its revisions, sources, files and hits.

    Raises ArchiveError (2) where the archive has no such post.
    """
    post_id = _post_id(conn, reference.strip(), catalogue)
    row = conn.execute("SELECT * FROM posts WHERE id = ?", (post_id,)).fetchone() if post_id is not None else None
    if row is None:
        raise ArchiveError(f"no post {reference!r} in this archive; name it by id, board/number or URL, or find it with 'search'", 2)
    related = {
        view: [dict(r) for r in conn.execute(f"SELECT * FROM {view} WHERE post_id = ?", (post_id,))]
        for view in ("revisions", "sources", "attachments", "hits")
    }
    for revision in related["revisions"]:
        revision["changed"] = json.loads(revision["changed"])
    for kept in (*related["revisions"], *related["attachments"]):
        kept["evidence"] = _evidence(conn, kept)
    return {
        **dict(row),
        "revisions": related["revisions"],
        "sources": related["sources"],
        "attachments": related["attachments"],
        "hits_series": [{"seen_at": hit["seen_at"], "hits": hit["hits"]} for hit in related["hits"]],
    }


def _evidence(conn: sqlite3.Connection, row: Answer) -> Answer | None:
    """Where the bytes behind a revision or a file are kept; None for a file that has none. `evidence.named` fills in the record's id."""
    if row["warc_file"] is None:
        return None
    place = row["warc_file"], row["warc_offset"]
    page = conn.execute("SELECT url, fetched_at, warc_length FROM pages WHERE warc_file = ? AND warc_offset = ?", place).fetchone()
    url, fetched_at, length = page or (None, None, None)
    return {
        "file": place[0],
        "offset": place[1],
        "length": length,
        "record_id": None,
        "sha256": row["sha256"],
        "url": url,
        "fetched_at": fetched_at,
    }


def _post_id(conn: sqlite3.Connection, reference: str, catalogue: Catalogue) -> int | None:
    if reference.isascii() and reference.isdecimal():
        return int(reference[:18])
    board, _, number = reference.partition("/")
    layout = None
    if (found := locate(reference)) and found.kind == "post":
        row = catalogue.board(reference)
        board, number, layout = row.name if row else "", str(found.number), found.layout
    if not (number.isascii() and number.isdecimal()):
        return None
    held = conn.execute(
        "SELECT post_id FROM sources WHERE board = ? AND number = ? AND (? IS NULL OR layout = ?) ORDER BY layout = 'es' DESC LIMIT 1",
        (board, int(number[:18]), layout, layout),
    ).fetchone()
    return held and int(held["post_id"])


def status(conn: sqlite3.Connection, catalogue: Catalogue, runs: int = 5, now: datetime | None = None) -> Answer:
    """Per board what is held and how healthy it is, the last runs, and posts that were kept apart because two fit."""
    now = now or datetime.now(UTC)
    held = {
        row["board"]: dict(row)
        for row in conn.execute(
            "SELECT board, count(*) AS posts, max(date) AS newest, sum(removed_at IS NOT NULL) AS removed, sum(revisions > 1) AS revised "
            "FROM posts GROUP BY board"
        )
    }
    names = list(dict.fromkeys([*held, *(board.name for board in catalogue.rows if not board.named_only)]))
    results = [_board_status(conn, name, held.get(name), now) for name in names]
    last = [dict(row) for row in conn.execute("SELECT * FROM runs ORDER BY id DESC LIMIT ?", (runs,))]
    for run in last:
        run["boards"], run["arguments"] = json.loads(run["boards"]), json.loads(run["arguments"])
    return {"total": len(results), "results": results, "runs": last, "kept_apart": _kept_apart(conn)}


def _board_status(conn: sqlite3.Connection, name: str, held: Answer | None, now: datetime) -> Answer:
    runs = conn.execute(
        "SELECT id, kind, verdict, finished_at, reason FROM runs WHERE kind <> 'import' "
        "AND EXISTS (SELECT 1 FROM json_each(runs.boards) WHERE value = ?) ORDER BY id DESC",
        (name,),
    ).fetchall()
    complete = next((run["finished_at"] for run in runs if run["verdict"] == "complete" and run["kind"] != "recheck"), None)
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
        "last_complete_run": complete,
        "health": _health(runs, complete, now),
        "reason": runs[0]["reason"] if runs else None,
        "per_year": _per_year(conn, name),
    }


def _per_year(conn: sqlite3.Connection, board: str) -> dict[str, int]:
    rows = conn.execute("SELECT substr(date, 1, 4), count(*) FROM posts WHERE board = ? GROUP BY 1", (board,))
    return by_year(dict(rows.fetchall()))


def trouble(status: Answer) -> tuple[int, str]:
    """(exit code for a monitor, words) of the board that is worst: 0 where all are well, 4 and 5 as for runs, 3 for everything else."""
    worst = max(status["results"], key=lambda row: _TROUBLE.get(row["health"], 3), default=None)
    if worst is None:
        return 3, "no board has ever run"
    reason = f": {worst['reason']}" if worst["reason"] else ""
    return _TROUBLE.get(worst["health"], 3), f"{worst['board']}: {worst['health']}{reason}"


def _health(runs: list[sqlite3.Row], complete: str | None, now: datetime) -> str:
    """ "ok", or in words what is wrong: the last run's verdict, or that the last complete one is too long ago."""
    if not runs:
        return "never ran"
    verdict: str | None = runs[0]["verdict"]
    if verdict != "complete":
        return verdict or "the last run is going on or died"
    if complete is None or now - datetime.fromisoformat(complete) > STALE:
        return "stale"
    return "ok"


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


def totals(conn: sqlite3.Connection) -> Answer:
    """The archive in numbers, for the demo's summary."""
    return dict(
        conn.execute(
            "SELECT (SELECT count(*) FROM posts) AS posts, (SELECT count(*) FROM sources) AS sources, "
            "(SELECT count(*) FROM (SELECT 1 FROM sources GROUP BY post_id HAVING count(*) > 1)) AS merged, "
            "(SELECT count(*) FROM revisions) AS revisions, (SELECT count(*) FROM posts WHERE revisions > 1) AS revised, "
            "(SELECT count(*) FROM posts WHERE removed_at IS NOT NULL) AS removed, "
            "(SELECT count(*) FROM attachments WHERE sha256 IS NOT NULL) AS files, (SELECT count(*) FROM pages) AS pages"
        ).fetchone()
    )


def at_revision(post: Answer, revision: int | None) -> Answer:
    """The post with the content of its Nth revision (1 is the oldest), or as it is. Raises ArchiveError (2) where there is none."""
    if revision is None:
        return post
    if revision > len(post["revisions"]):
        raise ArchiveError(f"post {post['id']} has {len(post['revisions'])} revision(s), not {revision}", 2)
    then = post["revisions"][revision - 1]
    return {**post, **{field: then[field] for field in ("title", "writer", "date", "body_text", "body_html")}}
