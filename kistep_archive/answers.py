"""Questions to the archive: read-only, from the views, while a crawl may be writing. Imports only what starts fast."""

import json
import os
import sqlite3
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kistep_archive.asof import look_back
from kistep_archive.errors import ArchiveError
from kistep_archive.lookup import by_year
from kistep_archive.search import folded

if TYPE_CHECKING:
    from kistep_archive.boards import Catalogue
    from kistep_archive.health import Health

NAME = "kistep.db"

Answer = dict[str, Any]
Revision = TypeVar("Revision")


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


def unreadable(error: sqlite3.Error) -> str:
    """What SQLite says of a database that it cannot read, and what to do."""
    return f"the database cannot be read: {error}; keep the file aside: the warc folder beside it holds everything"


def find_post(conn: sqlite3.Connection, reference: str, catalogue: "Catalogue") -> Answer:
    """One post by its id, `board/number` or any spelling of its URL, with its revisions, sources, files and hits.

    Raises ArchiveError (2) where the archive has no such post.
    """
    row = named(conn, reference, catalogue)
    related = {
        view: [dict(r) for r in conn.execute(f"SELECT * FROM {view} WHERE post_id = ?", (row["id"],))]
        for view in ("revisions", "sources", "attachments", "hits")
    }
    for revision in related["revisions"]:
        revision["changed"] = json.loads(revision["changed"])
    for kept in (*related["revisions"], *related["attachments"]):
        kept["evidence"] = evidence_of(conn, kept)
    return {
        **dict(row),
        "revisions": related["revisions"],
        "sources": related["sources"],
        "attachments": related["attachments"],
        "hits_series": [{"seen_at": hit["seen_at"], "hits": hit["hits"]} for hit in related["hits"]],
    }


def evidence_of(conn: sqlite3.Connection, row: Answer) -> Answer | None:
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


def named(conn: sqlite3.Connection, reference: str, catalogue: "Catalogue") -> sqlite3.Row:
    """The row of `posts` that is named by its id, `board/number` or any spelling of its URL.

    Raises ArchiveError (2) where the archive has no such post.
    """
    post_id = _post_id(conn, reference.strip(), catalogue)
    row: sqlite3.Row | None = conn.execute("SELECT * FROM posts WHERE id = ?", (post_id,)).fetchone() if post_id is not None else None
    if row is None:
        raise ArchiveError(f"no post {reference!r} in this archive; name it by id, board/number or URL, or find it with 'search'", 2)
    return row


def last_page(conn: sqlite3.Connection, url: str, catalogue: "Catalogue") -> sqlite3.Row:
    """The row of `pages` of the last page that came from an address, whatever became of it. Raises ArchiveError (2)."""
    row: sqlite3.Row | None = conn.execute(
        "SELECT * FROM pages WHERE url IN (?, ?) ORDER BY run_id DESC, fetched_at DESC, warc_offset DESC LIMIT 1",
        (url, catalogue.canonical(url)),
    ).fetchone()
    if row is None:
        raise ArchiveError(f"no page of {url!r} in this archive; see the view 'pages' for the addresses that were asked", 2)
    return row


def _post_id(conn: sqlite3.Connection, reference: str, catalogue: "Catalogue") -> int | None:
    if reference.isascii() and reference.isdecimal():
        return int(reference[:18])
    from kistep_archive.boards import locate

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


def status(conn: sqlite3.Connection, catalogue: "Catalogue", runs: int = 5, now: datetime | None = None, holder: str = "") -> Answer:
    """Per board what is held and how healthy it is, the last runs, and posts that were kept apart because two fit. `holder` is who holds
    the lock now, see `lock.holder`."""
    from kistep_archive.health import board_health

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
    """The post with the content of its Nth revision (1 is the oldest) and `revision`, its number; or as it is. Its attachments are those
    of then where the revisions hold them (as `past.revisions` has them). Raises ArchiveError (2) where there is none."""
    if revision is None:
        return post
    then = nth(post["id"], post["revisions"], revision)
    said = {field: then[field] for field in ("title", "writer", "date", "body_text", "body_html")}
    return {**post, **said, "attachments": then.get("attachments", post["attachments"]), "revision": revision}


def nth(post: int, revisions: list[Revision], number: int) -> Revision:
    """A post's revision by its number, 1 is the oldest. Raises ArchiveError (2) where there is none."""
    if not 1 <= number <= len(revisions):
        raise ArchiveError(f"post {post} has {len(revisions)} revision(s), not {number}", 2)
    return revisions[number - 1]
