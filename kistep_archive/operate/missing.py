"""What a board lacks: requests that failed, files that never came, runs that did not finish. Reads views
only."""

import json
import sqlite3
from collections.abc import Iterator
from urllib.parse import urlsplit

from kistep_archive.display import plural
from kistep_archive.model.boards import Catalogue
from kistep_archive.model.documents import Document
from kistep_archive.model.outcomes import FORBIDDEN_IN_WORDS, Outcome, PageKind, RunKind, Verdict

_LAST_FAILURES = (
    "SELECT url, kind, reason, run_id, max(at) AS at, {outcome} AS outcome FROM failures "
    "WHERE NOT ({outcome} = 'suspicious' AND EXISTS (SELECT 1 FROM pages p WHERE p.url = failures.url "
    "AND p.run_id = failures.run_id AND p.outcome = 'saved')) GROUP BY url ORDER BY min(run_id), url"
)
# in a database of the first version
_OUTCOME_BY_REASON = (
    f"iif(reason = '{FORBIDDEN_IN_WORDS}', '{Outcome.FORBIDDEN_BY_ROBOTS}', '{Outcome.UNKNOWN}')"
)
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

# the addresses of a board's posts up to the path
_STARTS = (
    "SELECT DISTINCT substr(url, 1, 8 + instr(substr(url, 9), '/')) AS start FROM sources WHERE board = ?"
)


def describe(
    conn: sqlite3.Connection,
    name: str,
    catalogue: Catalogue,
    runs: list[Document],
    complete: Document | None,
    *,
    files: bool = True,
) -> list[str]:
    """Pages and `files` that never came, and runs that did not finish, each in words."""
    missing, reported = list[str](), set[int]()
    if failed := _unresolved_failures(conn, name, catalogue, runs):
        first = f"{failed[0]['url']}: {failed[0]['reason']}"
        missing.append(
            f"{plural(len(failed), 'request')} failed and did not succeed since, the first: {first}"
        )
        reported = {int(row["run_id"]) for row in failed}
    if unfetched := _unfetched_files(conn, name, forbidden=False) if files else []:
        were = "was" if len(unfetched) == 1 else "were"
        missing.append(f"{plural(len(unfetched), 'file')} {were} never fetched, the first: {unfetched[0]}")
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


def forbidden_files(conn: sqlite3.Connection, name: str) -> Iterator[str]:
    """A note on files that robots.txt forbids."""
    if files := _unfetched_files(conn, name, forbidden=True):
        were = "was" if len(files) == 1 else "were"
        forbidden = f"{plural(len(files), 'file')} of {name} {were} not fetched because robots.txt forbids it"
        yield f"{forbidden}, the first: {files[0]}"


def _unresolved_failures(
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


def _unfetched_files(conn: sqlite3.Connection, name: str, *, forbidden: bool) -> list[str]:
    """The board's files that were never fetched: those that robots.txt forbids, or the others. Files of other
    sites do not count: they are never requested."""
    hosts = {_site(row["start"]) for row in conn.execute(_STARTS, (name,))}
    parameters = {"board": name, "forbidden": Outcome.FORBIDDEN_BY_ROBOTS}
    rows = conn.execute(_UNFETCHED_FILES.format(outcome=_outcome(conn)), parameters)
    return [row["url"] for row in rows if _site(row["url"]) in hosts and row["forbidden"] == forbidden]


def is_complete_crawl(run: Document) -> bool:
    """Whether a run over the board's newest posts ended complete."""
    return bool(run["verdict"] == Verdict.COMPLETE and run["kind"] != RunKind.RECHECK and run["to_the_end"])


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
