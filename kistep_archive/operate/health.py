"""Whether a board is well: why it is red, what to do next, and what is only worth a word. Read from the views, while a crawl may write.

Red is a board that never ran, whose last complete run is too long ago (stale), whose pages did not fit and have not fitted since
(suspicious), or of which something is owed: what failed and was not had since, files that never got an answer, runs that stopped or died.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal
from urllib.parse import urlsplit

from kistep_archive.model.boards import Catalogue
from kistep_archive.model.outcomes import Outcome, PageKind
from kistep_archive.model.revisions import another_post

Answer = dict[str, Any]

STALE = timedelta(days=8)  # without a complete crawl: a weekly one may be a day late
_GAPS = 50  # between the days of posts: the board's own rhythm
_FEWEST = 10  # gaps that tell a rhythm
_QUIET = 3  # times the gap that nine in ten do not exceed
_DAYS = 14  # days that are never worth a word

_RUNS = """
SELECT id, kind, iif(runs.verdict IS NULL, NULL, coalesce(v.verdict, runs.verdict)) AS verdict, finished_at,
  iif(runs.verdict IS NULL, runs.reason, coalesce(v.reason, runs.reason)) AS reason, started_at,
  json_extract(arguments, '$.until') IS NULL AS to_the_end, json_extract(arguments, '$.since') IS NULL AS from_the_start
FROM runs LEFT JOIN ({verdicts}) v ON v.run_id = id AND v.board = ?1
WHERE kind <> 'import' AND EXISTS (SELECT 1 FROM json_each(runs.boards) WHERE value = ?1) ORDER BY id DESC
"""
_VERDICTS = "SELECT run_id, board, verdict, reason FROM board_verdicts"
_NO_VERDICTS = "SELECT NULL AS run_id, NULL AS board, NULL AS verdict, NULL AS reason"  # a database that no run has brought up to date
# The last failure of each address. In a database that no run has brought up to date, {outcome} is told by the reason.
_FAILED = "SELECT url, kind, reason, run_id, max(at) AS at, {outcome} AS outcome FROM failures GROUP BY url ORDER BY min(run_id), url"
_OUTCOME_BY_REASON = "iif(reason = 'Forbidden by robots.txt', 'forbidden_by_robots', 'unknown')"
_HAD = """
SELECT url, max(fetched_at) AS at FROM pages
WHERE outcome IN ('saved', 'gone', 'read', 'retired') AND url IN (SELECT value FROM json_each(?)) GROUP BY url
"""
_NO_ANSWER = """
SELECT DISTINCT a.url, (SELECT {outcome} FROM failures WHERE url = a.url ORDER BY run_id DESC, at DESC LIMIT 1) IS :forbidden AS forbidden
FROM attachments a JOIN posts p ON p.id = a.post_id
WHERE p.board = :board AND p.removed_at IS NULL AND a.fetched_at IS NULL ORDER BY a.url
"""


_REWRITTEN = """
SELECT p.board || '/' || p.number AS post, r.* FROM revisions r JOIN posts p ON p.id = r.post_id
WHERE p.board = ? AND r.post_id IN (SELECT post_id FROM revisions WHERE changed LIKE '%"title"%"date"%"body_text"%')
"""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a board is red, in words, what to do next, and the exit code for a monitor: 3, 4 where the site changed, 5 where the store is
    unhealthy."""

    cause: Literal["never ran", "unhealthy", "suspicious", "debts", "stale"]
    words: str
    next: str
    exit_code: int = 3


@dataclass(frozen=True, slots=True)
class Health:
    """`word`: "ok", or in one word what is worst; `complete`: when the last run over all of the board ended complete; `reason`: of the
    last run; `causes`: why it is red, none where it is well; `notes`: what is no reason to be red."""

    word: str
    complete: str | None
    reason: str | None
    causes: tuple[Cause, ...]
    notes: tuple[str, ...]


def board_health(conn: sqlite3.Connection, name: str, catalogue: Catalogue, now: datetime, holder: str) -> Health:
    """How a board stands. `holder` is who holds the lock now, see `lock.holder`: then a run without an end is no dead one."""
    told = conn.execute("SELECT 1 FROM main.sqlite_master WHERE name = 'board_verdicts'").fetchone()
    runs = [dict(row) for row in conn.execute(_RUNS.format(verdicts=_VERDICTS if told else _NO_VERDICTS), (name,))]
    going_on = runs[0] if holder and runs and runs[0]["finished_at"] is None else None
    runs = [run for run in runs if run is not going_on]
    walked = next((run for run in runs if _is_walked(run)), None)
    causes = _causes(conn, name, catalogue, runs, walked, now)
    notes = ([f"run {going_on['id']} is at work: {holder}"] if going_on else []) + [
        *_silence(conn, name, now),
        *_obeyed(conn, name),
        *_reused(conn, name),
    ]
    word = _word(causes[0], runs) if causes else "ok"
    return Health(word, walked["finished_at"] if walked else None, runs[0]["reason"] if runs else None, tuple(causes), tuple(notes))


def _causes(
    conn: sqlite3.Connection, name: str, catalogue: Catalogue, runs: list[Answer], walked: Answer | None, now: datetime
) -> list[Cause]:
    if not runs:
        return [Cause("never ran", "no run of it has ended yet", f"run 'crawl {name}', and then have it run by itself, see 'schedule'")]
    causes = [*_trouble(name, runs), *_debts(conn, name, catalogue, runs, walked)]
    since = walked["finished_at"] if walked else runs[-1]["started_at"]
    if now - datetime.fromisoformat(since) > STALE or (walked is None and not causes):
        then = f"run 'crawl {name}', and see that its schedule is on (systemctl list-timers, crontab -l)"
        ago = f"the last complete run was {(now - datetime.fromisoformat(since)).days} days ago, {since[:10]}"
        causes.append(Cause("stale", ago if walked else "no run over all of it was ever complete", then))
    return causes


def trouble(status: Answer) -> tuple[int, str]:
    """(exit code for a monitor, words) of what is worst in a `status`: 0 where all are well, 4 and 5 as for runs, 3 for all else."""
    causes = [(cause, row["board"]) for row in status["results"] for cause in row["causes"]]
    if not status["results"]:
        return 3, "no board has ever run"
    if not causes:
        return 0, ""
    worst, board = max(causes, key=lambda each: int(each[0]["exit_code"]))
    more = f" (and {len(causes) - 1} more, see 'status')" if len(causes) > 1 else ""
    return worst["exit_code"], f"{board}: {worst['cause']}: {worst['words']}; {worst['next']}{more}"


def _word(worst: Cause, runs: list[Answer]) -> str:
    """A cause as the word that stands for it, where there is one the verdict of the last run."""
    words = {"unhealthy": "store_unhealthy", "suspicious": "site_changed"}
    if worst.cause == "debts" and runs[0]["verdict"] == "incomplete":
        return "incomplete"
    return words.get(worst.cause, worst.cause)


def _trouble(name: str, runs: list[Answer]) -> Iterator[Cause]:
    """The store's, and the site's as long as no run of the same kind, or a greater one, has ended complete since."""
    if runs[0]["verdict"] == "store_unhealthy":
        yield Cause("unhealthy", f"run {runs[0]['id']}: {runs[0]['reason']}", "see that the disk has room; then 'doctor' and 'verify'", 5)
    revisited = False
    for run in runs:
        if run["verdict"] == "complete" and run["kind"] != "recheck":
            return
        if run["verdict"] == "site_changed" and not (revisited and run["kind"] == "recheck"):
            then = f"nothing was overwritten; run 'doctor {name}', and 'parse' with a page that does not fit"
            yield Cause("suspicious", f"run {run['id']}: {run['reason']}", then, 4)
            return
        revisited = revisited or run["verdict"] == "complete"


def _debts(conn: sqlite3.Connection, name: str, catalogue: Catalogue, runs: list[Answer], walked: Answer | None) -> Iterator[Cause]:
    words, told = list[str](), set[int]()
    if failed := _failed(conn, name, catalogue, runs):
        words.append(f"{_many(failed, 'request')} failed and had no answer since, the first: {failed[0]['url']}: {failed[0]['reason']}")
        told = {int(each["run_id"]) for each in failed}
    if files := _files(conn, name, forbidden=False):
        words.append(f"{_many(files, 'file')} had no answer yet, the first: {files[0]}")
    if words := [*_stopped(runs, walked, told), *words]:
        yield Cause("debts", "; ".join(words), f"run 'crawl {name}': it asks again for what is owed")


def _failed(conn: sqlite3.Connection, name: str, catalogue: Catalogue, runs: list[Answer]) -> list[Answer]:
    """What failed and was not had since: neither did its address answer, nor did a run that asks for all that is owed end complete."""
    ids = {run["id"] for run in runs}
    rows = [
        dict(row)
        for row in conn.execute(_FAILED.format(outcome=_outcome(conn)))
        if row["run_id"] in ids and _is_of(catalogue, row["url"], name)
    ]
    rows = [row for row in rows if not (row["outcome"] == Outcome.FORBIDDEN_BY_ROBOTS and PageKind(row["kind"]).is_file)]
    had = {row["url"]: row["at"] for row in conn.execute(_HAD, (json.dumps([row["url"] for row in rows]),))}
    paid = next((run["id"] for run in runs if _is_walked(run) and run["from_the_start"]), 0)
    return [row for row in rows if had.get(row["url"], "") <= row["at"] and row["run_id"] > paid]


def _is_walked(run: Answer) -> bool:
    """Whether a run over the board's newest posts ended complete."""
    return bool(run["verdict"] == "complete" and run["kind"] != "recheck" and run["to_the_end"])


def _files(conn: sqlite3.Connection, name: str, *, forbidden: bool) -> list[str]:
    """The board's files that had no answer yet, those that robots.txt forbids or the others. What lies off the site is not asked for."""
    hosts = {_site(row["url"]) for row in conn.execute("SELECT url FROM sources WHERE board = ?", (name,))}
    rows = conn.execute(_NO_ANSWER.format(outcome=_outcome(conn)), {"board": name, "forbidden": Outcome.FORBIDDEN_BY_ROBOTS})
    return [row["url"] for row in rows if _site(row["url"]) in hosts and row["forbidden"] == forbidden]


def _obeyed(conn: sqlite3.Connection, name: str) -> Iterator[str]:
    """What is not held because the site does not want it to be asked for."""
    if files := _files(conn, name, forbidden=True):
        yield f"{_many(files, 'file')} of {name} not asked for, as robots.txt wishes, the first: {files[0]}"


def _reused(conn: sqlite3.Connection, name: str) -> Iterator[str]:
    """Posts whose number the site may have given to another post: they stay one post with a revision, as an address is one source."""
    revisions = conn.execute(_REWRITTEN, (name,)).fetchall()
    for post in dict.fromkeys(row["post"] for row in revisions):
        own = [row for row in revisions if row["post"] == post]
        if any(another_post(before, after) for before, after in pairwise(own)):
            yield f"the number of {post} may have been reused for another post: see 'history {post}'"


def _many(things: list[Any], name: str) -> str:
    return f"{len(things)} {name}{'s' if len(things) > 1 else ''}"


def _stopped(runs: list[Answer], walked: Answer | None, told: set[int]) -> Iterator[str]:
    """The last run, and the last one over the board, where they did not come to their end. The reason is left out where failures of
    that run are `told` already."""
    last = [runs[0], *(run for run in runs if run["kind"] != "recheck")][:2]
    for run in [run for i, run in enumerate(last) if run not in last[:i] and (walked is None or run["id"] > walked["id"])]:
        if run["verdict"] is None:
            yield f"run {run['id']} died without a verdict"
        elif run["verdict"] == "incomplete":
            yield f"run {run['id']} is incomplete" + ("" if run["id"] in told else f": {run['reason']}")


def _silence(conn: sqlite3.Connection, name: str, now: datetime) -> Iterator[str]:
    """A board that has been still for much longer than it uses to be: perhaps it moved."""
    rows = conn.execute("SELECT DISTINCT date FROM posts WHERE board = ? ORDER BY date DESC LIMIT ?", (name, _GAPS + 1))
    days = [date.fromisoformat(row["date"]) for row in rows]
    gaps = sorted((later - earlier).days for later, earlier in pairwise(days))
    if len(gaps) < _FEWEST:
        return
    usual, age = gaps[len(gaps) * 9 // 10], (now.date() - days[0]).days
    if age > max(_QUIET * usual, _DAYS):
        usually = f"of the {len(gaps)} gaps before, nine in ten were of {usual} days at most"
        yield f"the newest post of {name} is {age} days old; {usually}: see whether the board has moved"


def _outcome(conn: sqlite3.Connection) -> str:
    """The column that says what a failed request came to, or what stands for it."""
    columns = {row["name"] for row in conn.execute("PRAGMA table_info(failures)")}
    return "outcome" if "outcome" in columns else _OUTCOME_BY_REASON


def _is_of(catalogue: Catalogue, url: str, name: str) -> bool:
    """Whether an address is one of the board's; what is nobody's (robots.txt) is everybody's."""
    board = catalogue.board(url)
    return board is None or board.name == name


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
