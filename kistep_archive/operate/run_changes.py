"""The results of a run: posts that are new, revised, removed or restored, and what failed. Read from the
views, by the run's evidence file and its instants."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from kistep_archive.errors import ArchiveError
from kistep_archive.model.documents import Document
from kistep_archive.store.database import open_archive

LISTS = ("new", "revised", "removed", "restored")

_POST = "p.id, p.board, p.number, p.title, p.date, p.url"
_IN_RUN = "r.warc_file = (SELECT name || '.warc.gz' FROM main.run WHERE id = :run)"
_QUERIES = {
    "new": f"SELECT {_POST} FROM revisions r JOIN posts p ON p.id = r.post_id WHERE {_IN_RUN} "
    "AND r.id = (SELECT id FROM revisions WHERE post_id = r.post_id LIMIT 1) ORDER BY r.id",
    "revised": f"SELECT {_POST}, r.changed FROM revisions r JOIN posts p ON p.id = r.post_id WHERE {_IN_RUN} "
    "AND r.changed <> '[]' ORDER BY r.id",
    "removed": f"SELECT DISTINCT {_POST} FROM removals r JOIN posts p ON p.id = r.post_id "
    "JOIN runs ON runs.id = :run WHERE r.removed_at BETWEEN runs.started_at AND runs.finished_at "
    "AND p.removed_at IS NOT NULL ORDER BY p.id",
    "restored": f"SELECT DISTINCT {_POST} FROM removals r JOIN posts p ON p.id = r.post_id "
    "JOIN runs ON runs.id = :run WHERE r.returned_at BETWEEN runs.started_at AND runs.finished_at "
    "AND p.removed_at IS NULL ORDER BY p.id",
}


def of_run(folder: Path, run: int | None) -> Document:
    """As `changes_of_run`; empty lists for a run that could not begin, and if the store is unhealthy."""
    try:
        if run is not None:
            with closing(open_archive(folder)) as conn:
                return changes_of_run(conn, run)
    except (ArchiveError, sqlite3.Error):  # the run's reason says so
        pass
    return {name: [] for name in (*LISTS, "failures")}


def changes_of_run(conn: sqlite3.Connection, run: int) -> Document:
    """The lists by name, and the `failures`. A revised post also names the fields that `changed`."""
    lists = {
        name: [dict(row) for row in conn.execute(query, {"run": run})] for name, query in _QUERIES.items()
    }
    for post in lists["revised"]:
        post["changed"] = json.loads(post["changed"])
    failures = conn.execute("SELECT url, kind, reason, at FROM failures WHERE run_id = ? ORDER BY at", (run,))
    return lists | {"failures": [dict(row) for row in failures]}
