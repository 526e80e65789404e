"""What a board lacks: requests that failed, files that never came. Reads views only."""

import json
import sqlite3
from urllib.parse import urlsplit

from kistep_archive.model.boards import Catalogue
from kistep_archive.model.documents import Document
from kistep_archive.model.outcomes import Outcome, PageKind

_LAST_FAILURES = (
    "SELECT url, kind, reason, run_id, max(at) AS at, {outcome} AS outcome FROM failures "
    "WHERE NOT ({outcome} = 'suspicious' AND EXISTS (SELECT 1 FROM pages p WHERE p.url = failures.url "
    "AND p.run_id = failures.run_id AND p.outcome = 'saved')) GROUP BY url ORDER BY min(run_id), url"
)
# a database of an older version tells the outcome by the reason
_OUTCOME_BY_REASON = "iif(reason = 'Forbidden by robots.txt', 'forbidden_by_robots', 'unknown')"
_LAST_SUCCESSES = """
SELECT url, max(fetched_at) AS at FROM pages
WHERE outcome IN ('saved', 'gone', 'read', 'retired') AND url IN (SELECT value FROM json_each(?)) GROUP BY url
"""
_UNFETCHED_FILES = """
SELECT DISTINCT a.url, (SELECT {outcome} FROM failures WHERE url = a.url
  ORDER BY run_id DESC, at DESC LIMIT 1) IS :forbidden AS forbidden
FROM attachments a JOIN posts p ON p.id = a.post_id
WHERE p.board = :board AND p.removed_at IS NULL AND a.fetched_at IS NULL ORDER BY a.url
"""


def unresolved_failures(
    conn: sqlite3.Connection, name: str, catalogue: Catalogue, runs: list[Document]
) -> list[Document]:
    """Requests that failed, whose address did not answer since, and that no complete run has retried
    since."""
    ids = {run["id"] for run in runs}
    failures = conn.execute(_LAST_FAILURES.format(outcome=_outcome(conn)))
    rows = [
        dict(row) for row in failures if row["run_id"] in ids and _belongs_to(catalogue, row["url"], name)
    ]
    rows = [
        row
        for row in rows
        if not (row["outcome"] == Outcome.FORBIDDEN_BY_ROBOTS and PageKind(row["kind"]).is_file)
    ]
    urls = json.dumps([row["url"] for row in rows])
    success = {row["url"]: row["at"] for row in conn.execute(_LAST_SUCCESSES, (urls,))}
    retried = next((run["id"] for run in runs if is_complete_crawl(run) and run["from_the_start"]), 0)
    return [row for row in rows if success.get(row["url"], "") <= row["at"] and row["run_id"] > retried]


def unfetched_files(conn: sqlite3.Connection, name: str, *, forbidden: bool) -> list[str]:
    """The board's files that were never fetched: those that robots.txt forbids, or the others. Files of other
    sites do not count: they are never requested."""
    hosts = {_site(row["url"]) for row in conn.execute("SELECT url FROM sources WHERE board = ?", (name,))}
    parameters = {"board": name, "forbidden": Outcome.FORBIDDEN_BY_ROBOTS}
    rows = conn.execute(_UNFETCHED_FILES.format(outcome=_outcome(conn)), parameters)
    return [row["url"] for row in rows if _site(row["url"]) in hosts and row["forbidden"] == forbidden]


def is_complete_crawl(run: Document) -> bool:
    """Whether a run over the board's newest posts ended complete."""
    return bool(run["verdict"] == "complete" and run["kind"] != "recheck" and run["to_the_end"])


def _outcome(conn: sqlite3.Connection) -> str:
    """The column that says what a failed request came to, or what stands for it."""
    columns = {row["name"] for row in conn.execute("PRAGMA table_info(failures)")}
    return "outcome" if "outcome" in columns else _OUTCOME_BY_REASON


def _belongs_to(catalogue: Catalogue, url: str, name: str) -> bool:
    """Whether an address is one of the board's. What belongs to no board (robots.txt) counts for all of
    them."""
    board = catalogue.board(url)
    return board is None or board.name == name


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
