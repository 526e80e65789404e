"""A person decides which posts are one: a run of its own, whose run log says it, so that a rebuild and an
import of the archive know it too."""

import sqlite3
from contextlib import closing
from pathlib import Path

from kistep_archive.clock import Clock
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.evidence import run_log
from kistep_archive.evidence.events import Decided, RunEnd
from kistep_archive.ingest.rebuild import open_store
from kistep_archive.ingest.runs import RunOrder, decision_arguments, open_run
from kistep_archive.model.boards import Catalogue
from kistep_archive.model.outcomes import Decision, RunKind, Verdict
from kistep_archive.query import posts
from kistep_archive.store.lock import take_lock
from kistep_archive.store.rows import fold, runs

_SOURCES = (
    "SELECT board, layout, number, decided, former_post FROM source WHERE post_id = ? AND reused_at IS NULL"
)


def decide(
    folder: Path, catalogue: Catalogue, decision: Decision, references: tuple[str, ...], clock: Clock
) -> str:
    """Merges posts into one, or parts one into a post for each of its addresses. Returns what was done, in
    words. Raises ArchiveError: 2 for a post that there is not, or nothing to decide, 75 if a run is
    active."""
    with closing(take_lock(folder, decision)), closing(open_store(folder, catalogue)) as store:
        ids = [int(posts.post_row(store.conn, each, catalogue)["id"]) for each in references]
        sources = [row for each in ids for row in store.conn.execute(_SOURCES, (each,))]
        _check(decision, ids, sources)
        words = _words(decision, ids, sources)
        arguments = decision_arguments(decision, references)
        at = clock()
        order = RunOrder(RunKind.IMPORT, (), catalogue, "", arguments)
        began, evidence = open_run(folder, store, order, at)
        decided = Decided(decision, tuple((row[0], row[1], row[2]) for row in sources), at)
        ended = RunEnd(clock(), Verdict.COMPLETE, ExitCode.COMPLETE, words, {})
        try:
            evidence.metadata(f"urn:kistep-archive:run:{began.run}", run_log.decided(decided), at)
            evidence.metadata(
                f"urn:kistep-archive:run:{began.run}", run_log.finished(began.run, ended), ended.finished_at
            )
            evidence.close()
        except BaseException:
            evidence.leave()
            raise
        fold.decide(store.conn, decided)
        runs.finish(store.conn, began.run, ended)
        return words


def _check(decision: Decision, ids: list[int], sources: list[sqlite3.Row]) -> None:
    """Raises ArchiveError (2) if there is nothing to decide."""
    if decision is Decision.PART and len(sources) == 1 and sources[0]["decided"] == Decision.PART:
        raise ArchiveError(f"post {ids[0]} has one address and is apart already", ExitCode.USAGE)
    if decision is Decision.MERGE and len(set(ids)) < len(ids):
        raise ArchiveError(f"post {ids[0]} is one post already; give two posts", ExitCode.USAGE)
    if len(boards := sorted({row["board"] for row in sources})) > 1:
        raise ArchiveError(
            f"posts of two boards ({', '.join(boards)}) are never one; give two posts of one board",
            ExitCode.USAGE,
        )


def _words(decision: Decision, ids: list[int], sources: list[sqlite3.Row]) -> str:
    if decision is Decision.MERGE:
        return f"posts {' and '.join(map(str, ids))} are one: {_places(sources)}"
    brought = [row for row in sources if row["former_post"] is not None]
    if not brought:
        return f"post {ids[0]} is parted: {_places(sources)}"
    stay = _places([row for row in sources if row not in brought])
    back = "; ".join(f"{_places([row])} is post {row['former_post']} again" for row in brought)
    return f"the merge is taken back: {back}; post {ids[0]} keeps {stay}"


def _places(sources: list[sqlite3.Row]) -> str:
    return ", ".join(f"{row['board']}/{row['number']} ({row['layout']})" for row in sources)
