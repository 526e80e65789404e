"""Whether a board is well: what is wrong with it, what to do next, and notes. Read from the views, while a
crawl may write.

A board needs attention if it never ran, if its last complete run is too old (stale), if its pages do not fit
the parser (suspicious), or if something is missing (incomplete): pages that failed and did not come since,
files that were never fetched, runs that stopped or died.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from heapq import nlargest
from itertools import pairwise

from kistep_archive.display import plural
from kistep_archive.errors import ExitCode
from kistep_archive.model.archive_toml import DEFAULTS, ArchiveSettings
from kistep_archive.model.boards import Catalogue
from kistep_archive.model.documents import Document
from kistep_archive.model.outcomes import RunKind, Verdict
from kistep_archive.operate import missing
from kistep_archive.operate.causes import Cause, CauseKind
from kistep_archive.operate.facts import Facts
from kistep_archive.operate.missing import is_complete_crawl
from kistep_archive.store import crawls
from kistep_archive.store.rows import boards

_GAPS = 50  # the last gaps between days with posts: the board's own rhythm
_FEWEST_GAPS = 10  # below this there is no rhythm to judge by
_QUIET = 3  # times the gap that nine in ten do not exceed: longer than this is unusual
_ALWAYS_FINE = 14  # days without a post that are never worth a note

_RUNS = """
SELECT id, kind, iif(runs.verdict IS NULL, NULL, coalesce(v.verdict, runs.verdict)) AS verdict, finished_at,
  iif(runs.verdict IS NULL, runs.reason, coalesce(v.reason, runs.reason)) AS reason, started_at,
  json_extract(arguments, '$.until') IS NULL AS to_the_end, json_extract(arguments,
    '$.since') IS NULL AS from_the_start
FROM runs LEFT JOIN ({verdicts}) v ON v.run_id = id AND v.board = ?1
WHERE kind <> 'import' AND EXISTS (SELECT 1 FROM json_each(runs.boards) WHERE value = ?1)
  AND (json_extract(arguments, '$.taken_over') IS NULL OR ?1 NOT IN ({later}))
ORDER BY id DESC
"""  # without runs that are history for the board
_VERDICTS = "SELECT run_id, board, verdict, reason FROM board_verdicts"
# a database of an older version
_NO_VERDICTS = "SELECT NULL AS run_id, NULL AS board, NULL AS verdict, NULL AS reason"
_VERDICTS_OF = {CauseKind.UNHEALTHY: Verdict.STORE_UNHEALTHY, CauseKind.SUSPICIOUS: Verdict.SITE_CHANGED}


@dataclass(frozen=True, slots=True)
class Health:
    """`word`: "ok", or one word for the worst cause; `complete`: when the last complete run over the whole
    board ended; `reason`: of the last run; `causes`: why it needs attention, empty if it is well; `notes`:
    worth knowing, but nothing is wrong."""

    word: str
    complete: str | None
    reason: str | None
    causes: tuple[Cause, ...]
    notes: tuple[str, ...]


def _runs_query(verdicts: str) -> str:
    return _RUNS.format(verdicts=verdicts, later=crawls.later_boards("runs.id", "runs.started_at"))


def board_health(
    conn: sqlite3.Connection,
    name: str,
    facts: Facts,
    catalogue: Catalogue,
    now: datetime,
    holder: str,
    settings: ArchiveSettings = DEFAULTS,
) -> Health:
    """A board's health, as the archive's settings want it. `facts` are those of all boards; `holder` says
    who holds the lock now, see `lock.holder`: then a run without an end is still running."""
    has_verdicts = conn.execute("SELECT 1 FROM main.sqlite_master WHERE name = 'board_verdicts'").fetchone()
    runs = [
        dict(row) for row in conn.execute(_runs_query(_VERDICTS if has_verdicts else _NO_VERDICTS), (name,))
    ]
    active = runs[0] if holder and runs and runs[0]["finished_at"] is None else None
    runs = [run for run in runs if run is not active]
    complete = next((run for run in runs if is_complete_crawl(run)), None)
    unfetched, forbidden = missing.unfetched_files(conn, name)
    lacking = missing.describe(
        conn, facts.failures_of(name), unfetched if settings.files else [], runs, complete
    )
    causes = _causes(conn, name, catalogue, runs, complete, now, settings, lacking)
    notes = (
        *([f"run {active['id']} is active: {holder}"] if active else []),
        *_silence(name, facts.of(name).days, now),
        *missing.forbidden_note(name, forbidden),
        *(_reused_number(post) for post in facts.reused.get(name, ())),
    )
    word = _word(causes[0], runs) if causes else "ok"
    reason = runs[0]["reason"] if runs else None
    return Health(word, complete["finished_at"] if complete else None, reason, tuple(causes), notes)


def _causes(
    conn: sqlite3.Connection,
    name: str,
    catalogue: Catalogue,
    runs: list[Document],
    complete: Document | None,
    now: datetime,
    settings: ArchiveSettings,
    lacking: list[str],
) -> list[Cause]:
    if not runs:
        advice = f"run '{_crawl(conn, name)}', then put it on a schedule with 'kistep-archive schedule'"
        return [Cause(CauseKind.NEVER_RAN, "no run has ended yet", advice)]
    causes = [
        *_failures_of_runs(name, runs, origin_words(conn)),
        *_another_way(conn, name, catalogue),
    ]
    if lacking:
        advice = f"run '{_crawl(conn, name)}' to fetch what is missing"
        causes.append(Cause(CauseKind.INCOMPLETE, "; ".join(lacking), advice))
    since = complete["finished_at"] if complete else runs[-1]["started_at"]
    age = now - datetime.fromisoformat(since)
    if age > settings.max_age or (complete is None and not causes):
        schedule = "check that its schedule is on (systemctl list-timers, crontab -l)"
        advice = f"run '{_crawl(conn, name)}', and {schedule}"
        ago = f"the last complete run was {plural(age.days, 'day')} ago, on {since[:10]}"
        causes.append(
            Cause(
                CauseKind.STALE, ago if complete else "no run over the whole board was ever complete", advice
            )
        )
    return causes


def _word(cause: Cause, runs: list[Document]) -> str:
    """The word for a cause: the verdict of the last run if there is one for it."""
    if cause.cause is CauseKind.INCOMPLETE and runs[0]["verdict"] == Verdict.INCOMPLETE:
        return Verdict.INCOMPLETE
    return _VERDICTS_OF.get(cause.cause, cause.cause)


def _crawl(conn: sqlite3.Connection, name: str) -> str:
    """The command that crawls this board into this archive."""
    return f"kistep-archive crawl {name}{origin_words(conn)}"


def origin_words(conn: sqlite3.Connection) -> str:
    """The option that an archive of another origin than the site itself needs, or ""."""
    origin = next(iter(crawls.origins(conn)), "")
    return f" --origin {origin}" if origin else ""


def _failures_of_runs(name: str, runs: list[Document], origin: str) -> Iterator[Cause]:
    """The store is unhealthy, or the site changed and no run of the same kind, or a larger one, was complete
    since."""
    if runs[0]["verdict"] == Verdict.STORE_UNHEALTHY:
        advice = "check that the disk has room, then run 'kistep-archive doctor' and 'kistep-archive verify'"
        yield Cause(
            CauseKind.UNHEALTHY, f"run {runs[0]['id']}: {runs[0]['reason']}", advice, ExitCode.STORE_UNHEALTHY
        )
    revisited = False
    for run in runs:
        if run["verdict"] == Verdict.COMPLETE and run["kind"] != RunKind.RECHECK:
            return
        if run["verdict"] == Verdict.SITE_CHANGED and not (revisited and run["kind"] == RunKind.RECHECK):
            advice = (
                f"nothing was overwritten; run 'kistep-archive doctor {name}{origin}', and "
                f"'kistep-archive learn {name}' if pages are read wrongly"
            )
            yield Cause(
                CauseKind.SUSPICIOUS, f"run {run['id']}: {run['reason']}", advice, ExitCode.SITE_CHANGED
            )
            return
        revisited = revisited or run["verdict"] == Verdict.COMPLETE


def _another_way(conn: sqlite3.Connection, name: str, catalogue: Catalogue) -> Iterator[Cause]:
    """The boards file says another skin or encoding than the rows were read with: no run wrote since, or each
    refused to."""
    if name in {other for other, _ in catalogue.read_otherwise(boards.of_rows(conn))}:
        words = "the boards file has another skin or encoding than its pages were read with"
        advice = "run 'kistep-archive rebuild --dry-run' to see what differs, then 'kistep-archive rebuild'"
        yield Cause(CauseKind.READ_OTHERWISE, words, advice)


def _reused_number(post: str) -> str:
    look = f"see 'kistep-archive history {post}'"
    return f"the site may have given the number of {post} to another post: {look}"


def _silence(name: str, dates: Iterable[str], now: datetime) -> Iterator[str]:
    """A note if a board has been silent for much longer than usual: perhaps it moved."""
    days = [date.fromisoformat(day) for day in nlargest(_GAPS + 1, dates)]
    gaps = sorted((later - earlier).days for later, earlier in pairwise(days))
    if len(gaps) < _FEWEST_GAPS:
        return
    usual, age = gaps[len(gaps) * 9 // 10], (now.date() - days[0]).days
    if age > max(_QUIET * usual, _ALWAYS_FINE):
        usually = f"usually one comes within {plural(usual, 'day')}"
        yield f"no new post on {name} for {plural(age, 'day')}; {usually}. Has the board moved?"
