"""What a board lacks: requests that failed, files that never came, runs that did not finish. Reads views
only."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from kistep_archive.display import plural
from kistep_archive.model.documents import Document
from kistep_archive.model.outcomes import Outcome, PageKind, RunKind, Verdict
from kistep_archive.query.failures import outcome_column

_LAST_SUCCESSES = """
SELECT url, max(fetched_at) AS at FROM pages
WHERE outcome IN ('saved', 'gone', 'read', 'retired') AND url IN (SELECT value FROM json_each(?)) GROUP BY url
"""
_UNFETCHED_FILES = """
SELECT DISTINCT a.url, (SELECT {outcome} FROM failures WHERE url = a.url
  ORDER BY run_id DESC, at DESC LIMIT 1) IS :forbidden AS forbidden
FROM attachments a JOIN posts p ON p.id = a.post_id
WHERE {board} = :board AND p.removed_at IS NULL AND a.fetched_at IS NULL {few} ORDER BY a.url
"""
# Posts that list a file without an answer, and those that once were removed: their number, and so the
# addresses of their files, may be another post's now.
_FEW = """
AND p.id IN (SELECT s.post_id FROM main.wanted w CROSS JOIN main.listed_file l ON l.url = w.url
    CROSS JOIN main.source s ON s.content_id = l.content_id
  UNION SELECT s.post_id FROM main.removal r JOIN main.source s ON s.id = r.source_id)
"""

# the addresses of a board's posts up to the path
_STARTS = (
    "SELECT DISTINCT substr(url, 1, 8 + instr(substr(url, 9), '/')) AS start FROM sources WHERE board = ?"
)


def describe(
    conn: sqlite3.Connection,
    failures: Iterable[Document],
    files: list[str],
    runs: list[Document],
    complete: Document | None,
) -> list[str]:
    """Pages and files that never came (the board's last `failures`, and its unfetched `files`), and runs that
    did not finish, each in words."""
    if not runs:
        return []
    missing, reported = list[str](), set[int]()
    if failed := _unresolved_failures(conn, failures, runs):
        first = f"{failed[0]['url']}: {failed[0]['reason']}"
        missing.append(
            f"{plural(len(failed), 'request')} failed and did not succeed since, the first: {first}"
        )
        reported = {int(row["run_id"]) for row in failed}
    if files:
        were = "was" if len(files) == 1 else "were"
        missing.append(f"{plural(len(files), 'file')} {were} never fetched, the first: {files[0]}")
    return [*_unfinished(runs, complete, reported), *missing]


def _unfinished(runs: list[Document], complete: Document | None, reported: set[int]) -> Iterator[str]:
    """The last run, and the last one over the board, if they did not finish. The reason is left
    out where failures of that run are `reported` already."""
    last = [runs[0], *(run for run in runs if run["kind"] != RunKind.RECHECK)][:2]
    for place, run in enumerate(last):
        if run in last[:place] or (complete is not None and run["id"] <= complete["id"]):
            continue
        if run["verdict"] is None:
            yield f"run {run['id']} died before it ended"
        elif run["verdict"] == Verdict.INCOMPLETE:
            yield f"run {run['id']} is incomplete" + ("" if run["id"] in reported else f": {run['reason']}")


def forbidden_note(name: str, files: list[str]) -> Iterator[str]:
    """A note on a board's files that robots.txt forbids."""
    if files:
        were = "was" if len(files) == 1 else "were"
        forbidden = f"{plural(len(files), 'file')} of {name} {were} not fetched because robots.txt forbids it"
        yield f"{forbidden}, the first: {files[0]}"


def _unresolved_failures(
    conn: sqlite3.Connection, failures: Iterable[Document], runs: list[Document]
) -> list[Document]:
    """Requests that failed, whose address did not answer since, and that no complete run has retried
    since."""
    ids = {run["id"] for run in runs}
    rows = [row for row in failures if row["run_id"] in ids]
    rows = [
        row
        for row in rows
        if not (row["outcome"] == Outcome.FORBIDDEN_BY_ROBOTS and PageKind(row["kind"]).is_file)
    ]
    urls = json.dumps([row["url"] for row in rows])
    success = {row["url"]: row["at"] for row in conn.execute(_LAST_SUCCESSES, (urls,))}
    retried = next((run["id"] for run in runs if is_complete_crawl(run) and run["from_the_start"]), 0)
    return [row for row in rows if success.get(row["url"], "") <= row["at"] and row["run_id"] > retried]


def unfetched_files(conn: sqlite3.Connection, name: str) -> tuple[list[str], list[str]]:
    """The board's files that were never fetched, and those among them that robots.txt forbids apart. Files of
    other sites do not count: they are never requested."""
    parameters = {"board": name, "forbidden": Outcome.FORBIDDEN_BY_ROBOTS}
    few, board = (
        (_FEW, "+p.board") if _has_wanted(conn) else ("", "p.board")
    )  # +: first the few, by their ids
    sql = _UNFETCHED_FILES.format(outcome=outcome_column(conn), few=few, board=board)
    rows = conn.execute(sql, parameters).fetchall()
    hosts = {_site(row["start"]) for row in conn.execute(_STARTS, (name,))} if rows else set()
    own = [row for row in rows if _site(row["url"]) in hosts]
    unfetched, forbidden = ([row["url"] for row in own if row["forbidden"] == is_so] for is_so in (0, 1))
    return unfetched, forbidden


def _has_wanted(conn: sqlite3.Connection) -> bool:
    """Whether the database lists the files without an answer, and is asked as it is now."""
    there = conn.execute("SELECT 1 FROM main.sqlite_master WHERE name = 'wanted'").fetchone()
    then = conn.execute("SELECT 1 FROM temp.sqlite_master WHERE name = 'horizon'").fetchone()
    return there is not None and then is None


def is_complete_crawl(run: Document) -> bool:
    """Whether a run over the board's newest posts ended complete."""
    return bool(run["verdict"] == Verdict.COMPLETE and run["kind"] != RunKind.RECHECK and run["to_the_end"])


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
