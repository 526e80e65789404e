"""The real command on an archive, what it must have said, and what an archive holds."""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import in_process
import prepared
import pytest

from kistep_archive.ingest.rebuild import open_store, rebuild
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.store.lock import take_lock


def needed(tool: str | Path, *others: str) -> str:
    """The path of a program that a test needs, under the first of its names that is there; without it the
    test is skipped and says so, in CI it fails."""
    for name in (tool, *others):
        if path := shutil.which(name):
            return path
    if os.environ.get("CI"):
        pytest.fail(f"{tool} is not installed")
    pytest.skip(f"{tool} is not installed")


ASKING = {"crawl", "backfill", "recheck", "demo"}  # commands that ask the site
OWN_PROCESS = ASKING | {"rebuild", "replica"}  # and others that hold a reactor, signals or a pool


@dataclass
class Archive:
    """An archive's folder and the command that works on it."""

    folder: Path
    origin: str = ""

    def run(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
        """What only reads runs in this process, everything else in one of its own."""
        if not OWN_PROCESS & set(arguments):
            return in_process.run(["--archive", str(self.folder), *arguments], stdin)
        return self.run_apart(*arguments, stdin=stdin)

    def run_apart(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
        """The command in a process of its own, whatever it is."""
        done = prepared.run(["--archive", str(self.folder), *arguments], stdin)
        if ASKING & set(arguments):  # what others damage may cost a row of the ledger
            assert_ledger_adds_up(self.folder)
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    def command(self, *arguments: str) -> list[str]:
        return [
            sys.executable,
            "-W",
            "error",
            "-m",
            "kistep_archive",
            "--archive",
            str(self.folder),
            *arguments,
        ]

    def later(self, days: float, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command on a clock that is so many days ahead."""
        moved = (
            "from datetime import UTC, datetime, timedelta\n"
            "from kistep_archive.cli.main import main\n"
            "from kistep_archive.model.instants import spell_instant\n"
            f"main(lambda: spell_instant(datetime.now(UTC) + timedelta(days={days})))"
        )
        done = prepared.run(["--archive", str(self.folder), *arguments], code=moved)
        if ASKING & set(arguments):  # what others damage may cost a row of the ledger
            assert_ledger_adds_up(self.folder)
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    def crawl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("crawl", "news", "--origin", self.origin, "--delay", "0", *arguments)

    def json(self, *arguments: str) -> Any:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.folder / 'kistep.db'}?mode=ro", uri=True)) as conn:
            return conn.execute(sql, values).fetchall()

    def value(self, sql: str, *values: object) -> Any:
        return self.rows(sql, *values)[0][0]


_LEDGER = """
SELECT id, verdict, requested, fetched, failed, (SELECT count(*) FROM pages WHERE run_id = runs.id
  AND outcome <> '') AS answered,
  (SELECT count(*) FROM unanswered_requests WHERE run_id = runs.id) AS unanswered,
  (SELECT count(*) FROM failures WHERE run_id = runs.id) AS failures
FROM runs WHERE kind <> 'import' AND id IN (SELECT id FROM run WHERE closed)
  AND verdict IS NOT 'store_unhealthy'
"""


def assert_ledger_adds_up(folder: Path) -> None:
    """Every request of every run ended in one outcome: a page with its outcome, or no answer and why. An
    import asks nobody, a run that goes on has no sums yet, and a disk that refused to write could not take
    the ledger either."""
    if not (folder / DATABASE_FILE).is_file():
        return
    with (
        contextlib.suppress(sqlite3.DatabaseError),
        closing(sqlite3.connect(f"file:{folder / DATABASE_FILE}?mode=ro", uri=True)) as conn,
    ):
        # suppressed: a test has damaged it, or made it by hand
        for run, verdict, requested, fetched, failed, answered, unanswered, failures in conn.execute(
            _LEDGER
        ).fetchall():
            assert (run, verdict, requested, fetched, failed) == (
                run,
                verdict,
                answered + unanswered,
                answered,
                failures,
            )


def what_it_says(archive: Archive) -> list[list[tuple[object, ...]]]:
    """What the archive says, without instants, offsets and hits (which rise with every view)."""
    return [
        archive.rows(
            "SELECT board, number, title, writer, date, body_text, body_html, url, layout, revisions "
            "FROM posts ORDER BY number, layout"
        ),
        archive.rows("SELECT layout, board, number, url FROM sources ORDER BY number, layout"),
        archive.rows("SELECT name, url, media_type, size, sha256, kind FROM attachments ORDER BY url, seq"),
    ]


def everything_in(database: Path) -> dict[str, list[str]]:
    """The rows of every table and view, in an order of their own; migrations aside, and how SQLite stores the
    words."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as conn:
        names = [
            name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        ]
        aside = ("_sqlite", "sqlite", "content_text_data", "content_text_idx")
        conn.execute("CREATE TEMP VIEW seal AS SELECT * FROM main.seal WHERE name <> 'content_text_data'")
        return {
            name: sorted(map(repr, conn.execute(f"SELECT * FROM {name}")))
            for name in names
            if not name.startswith(aside)
        }


def assert_rebuild_equals(folder: Path) -> None:
    """The central law: the database that crawls made is, row for row, the one that their evidence makes."""
    with closing(take_lock(folder, "test")), closing(open_store(folder)):
        crawled = everything_in(folder / DATABASE_FILE)
    rebuild(folder, jobs=1)
    assert everything_in(folder / DATABASE_FILE) == crawled


def one_line(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("kistep-archive: ")
    for word in words:
        assert word in done.stderr
