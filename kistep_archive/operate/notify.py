"""Whom a run tells how it ended: an address that waits to be asked (a dead man's switch), and commands that get it as JSON.

None of it goes through the evidence, and none of it changes how the run ended: what cannot be told is one line. A run that finds another
one at work (75) tells nobody: if that one hangs, the switch misses its word.
"""

import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from kistep_archive.errors import ArchiveError
from kistep_archive.operate import run_changes
from kistep_archive.store.database import open_archive

LOCKED = 75
_TRIES = 3
_PATIENCE = 10.0  # seconds for an answer to a ping
_PAUSE = 0.5  # seconds before it is tried again
_VERDICTS = {0: "complete", 3: "incomplete", 4: "site_changed", 5: "store_unhealthy"}


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended; `run` is None where it could not begin."""

    kind: str
    exit_code: int
    reason: str
    run: int | None = None
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """The run's verdict, "not_started" where it could not begin."""
        return "not_started" if self.run is None else _VERDICTS.get(self.exit_code, "incomplete")


@dataclass(frozen=True, slots=True)
class Hooks:
    """As they were given: an address, and two command lines. `tell` takes a line for stderr; `limit` is how many seconds a command may
    take."""

    ping: str = ""
    on_news: str = ""
    on_trouble: str = ""
    tell: Callable[[str], None] = lambda line: None
    limit: float = 60.0

    def __bool__(self) -> bool:
        return bool(self.ping or self.on_news or self.on_trouble)

    def options(self) -> tuple[str, ...]:
        """As they stand on a command line."""
        given = (("--ping", self.ping), ("--on-news", self.on_news), ("--on-trouble", self.on_trouble))
        return tuple(word for option, value in given if value for word in (option, value))

    def check(self) -> None:
        """Raises ArchiveError (2) for what can never work; whether a program is there is seen when it is called."""
        from kistep_archive.http.urls import whole

        if self.ping and whole(self.ping) is None:
            raise ArchiveError(f"--ping {self.ping}: not an address; write http(s)://HOST/PATH", 2)
        for option, line in (("--on-news", self.on_news), ("--on-trouble", self.on_trouble)):
            try:
                if line and not shlex.split(line):
                    raise ValueError("it names no program")
            except ValueError as error:
                raise ArchiveError(f"{option} {line}: {error}; write a program and its arguments, quoted as for a shell", 2) from error

    def began(self) -> None:
        """The run holds the lock and is about to ask."""
        if self.ping:
            self._ping("/start", tries=1)

    def ended(self, folder: Path, result: Result) -> None:
        """The run is over, or could not begin."""
        if result.exit_code == LOCKED:
            return
        if self.on_news or self.on_trouble:
            told = _told(folder, result)
            if self.on_news and any(told[name] for name in run_changes.LISTS):
                self._call("--on-news", self.on_news, told)
            if self.on_trouble and result.exit_code:
                self._call("--on-trouble", self.on_trouble, told)
        if self.ping:
            self._ping("/fail" if result.exit_code else "", tries=_TRIES)

    def _ping(self, suffix: str, tries: int) -> None:
        parts = urlsplit(self.ping)
        url = parts._replace(path=parts.path.rstrip("/") + suffix if suffix else parts.path).geturl()
        problem = ["no answer in time"]
        asking = Thread(target=_ask, args=(url, tries, problem), daemon=True)
        asking.start()
        asking.join(tries * (_PATIENCE + _PAUSE))  # an answer that drips is no answer
        if problem[0]:
            self.tell(f"--ping {url}: {problem[0]}; the run is not concerned")

    def _call(self, option: str, line: str, told: dict[str, Any]) -> None:
        try:
            code = _run(shlex.split(line), json.dumps(told, ensure_ascii=False).encode() + b"\n", self.limit)
            problem = f"exit code {code}" if code else ""
        except subprocess.TimeoutExpired:
            problem = f"took longer than {self.limit:g} seconds and was ended"
        except (OSError, ValueError) as error:
            problem = getattr(error, "strerror", None) or str(error)
        if problem:
            self.tell(f"{option} {line}: {problem}; the run is not concerned")


def _told(folder: Path, result: Result) -> dict[str, Any]:
    """What a command gets."""
    told: dict[str, Any] = {
        "run": result.run,
        "kind": result.kind,
        "archive": str(folder.resolve()),
        "verdict": result.verdict,
        "exit_code": result.exit_code,
        "reason": result.reason,
        "counts": result.counts,
    } | {name: [] for name in (*run_changes.LISTS, "failures")}
    if result.run is None:
        return told
    try:
        with closing(open_archive(folder)) as conn:
            return told | run_changes.of_run(conn, result.run)
    except (ArchiveError, sqlite3.Error):  # an unhealthy store: the reason says so
        return told


def _ask(url: str, tries: int, problem: list[str]) -> None:
    """Leaves in `problem` why it was not told, "" where it was."""
    from kistep_archive.version import USER_AGENT

    request = urllib.request.Request(url, headers={"User-Agent": USER_AGENT})
    for last in [False] * (tries - 1) + [True]:
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE):
                problem[0] = ""
                return
        except urllib.error.HTTPError as error:
            error.close()
            said = f"answers {error.code}"
            last = last or error.code < 500
        except (OSError, HTTPException, ValueError) as error:
            said = str(getattr(error, "reason", error)) or type(error).__name__
        if last:
            problem[0] = said
            return
        time.sleep(_PAUSE)


def _run(command: list[str], told: bytes, limit: float) -> int:
    """Its exit code; what it prints goes to stderr, for stdout is ours. When the time is over, what it has started ends with it."""
    sys.stderr.flush()
    with TemporaryFile() as stdin:  # it need not be read
        stdin.write(told)
        stdin.seek(0)
        with subprocess.Popen(command, stdin=stdin, stdout=sys.stderr.fileno(), start_new_session=True) as process:
            try:
                return process.wait(limit)
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
