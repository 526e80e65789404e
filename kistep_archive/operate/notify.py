"""Notifications when a run begins and ends: an address to ping (a dead man's switch), and commands that get
JSON.

None of it is evidence, and none of it changes how the run ended: a notification that fails is one line on
stderr. A run that finds another run active (75) notifies nobody: if that other run hangs, the switch must not
be reset.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread
from typing import Literal
from urllib.parse import urlsplit

from kistep_archive.display import printable
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model import command_line
from kistep_archive.model.documents import Document
from kistep_archive.model.outcomes import Verdict
from kistep_archive.operate import run_changes

_IGNORED = "ignored; the crawl is unaffected"
_TRIES = 3
_MOST_POSTS = 20  # of each list, in a text for people
_PATIENCE = 10.0  # seconds for the answer to a ping
_PAUSE = 0.5  # seconds before the next try
_VERDICTS = {int(verdict.exit_code): verdict for verdict in Verdict}


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended; `run` is None if it could not begin."""

    kind: str
    exit_code: int
    reason: str
    run: int | None = None
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """The run's verdict, "not_started" if it could not begin."""
        return "not_started" if self.run is None else _VERDICTS.get(self.exit_code, Verdict.INCOMPLETE)


@dataclass(frozen=True, slots=True)
class Hooks:
    """The values of the options: an address, two command lines, and what these get on stdin. `tell` prints a
    line to stderr; `limit` is how many seconds a command may take."""

    ping: str = ""
    on_news: str = ""
    on_trouble: str = ""
    form: Literal["json", "text"] = "json"
    tell: Callable[[str], None] = lambda line: None
    limit: float = 60.0

    def __bool__(self) -> bool:
        return bool(self.ping or self.on_news or self.on_trouble)

    def or_else(self, others: Mapping[str, str]) -> "Hooks":
        """These hooks, and for those that are not set the others, by their names."""
        hooks = replace(
            self,
            ping=self.ping or others.get("ping", ""),
            on_news=self.on_news or others.get("on_news", ""),
            on_trouble=self.on_trouble or others.get("on_trouble", ""),
            form="text" if "text" in (self.form, others.get("on_news_format")) else "json",
        )
        hooks.check()
        return hooks

    def options(self) -> tuple[str, ...]:
        """The options, as words of a command line."""
        form = "" if self.form == "json" else self.form
        options = (
            ("--ping", self.ping),
            ("--on-news", self.on_news),
            ("--on-trouble", self.on_trouble),
            ("--on-news-format", form),
        )
        return tuple(word for option, value in options if value for word in (option, value))

    def check(self) -> None:
        """Raises ArchiveError (2) for values that can never work. Whether a program exists shows when it is
        called."""
        from kistep_archive.http.urls import split_web_url

        if self.ping and split_web_url(self.ping) is None:
            raise ArchiveError(
                f"--ping {self.ping}: not an address; write http(s)://HOST/PATH", ExitCode.USAGE
            )
        for option, line in (("--on-news", self.on_news), ("--on-trouble", self.on_trouble)):
            try:
                if line:
                    command_line.words_of(line)
            except ValueError as error:
                raise ArchiveError(f"{option} {line}: {error}", ExitCode.USAGE) from error

    def began(self) -> None:
        """The run has the lock and is about to fetch."""
        if self.ping:
            self._ping("/start", tries=1)

    def ended(self, folder: Path, result: Result) -> None:
        """The run is over, or could not begin."""
        if result.exit_code == ExitCode.LOCKED:
            return
        if self.on_news or self.on_trouble:
            report = _report(folder, result)
            if self.on_news and any(report[name] for name in run_changes.LISTS):
                self._call("--on-news", self.on_news, report)
            if self.on_trouble and result.exit_code:
                self._call("--on-trouble", self.on_trouble, report)
        if self.ping:
            self._ping("/fail" if result.exit_code else "", tries=_TRIES)

    def _ping(self, suffix: str, tries: int) -> None:
        parts = urlsplit(self.ping)
        url = parts._replace(path=parts.path.rstrip("/") + suffix if suffix else parts.path).geturl()
        problem = ["no answer in time"]
        request = Thread(target=_send, args=(url, tries, problem), daemon=True)
        request.start()
        request.join(tries * (_PATIENCE + _PAUSE))  # an answer that comes byte by byte is no answer
        if problem[0]:
            self.tell(f"--ping {url}: {problem[0]} ({_IGNORED})")

    def _call(self, option: str, line: str, report: Document) -> None:
        try:
            text = as_text(report) if self.form == "text" else json.dumps(report, ensure_ascii=False)
            code = _run(command_line.words_of(line), text.encode(errors="replace") + b"\n", self.limit)
            problem = f"exit code {code}" if code else ""
        except subprocess.TimeoutExpired:
            problem = f"it took longer than {self.limit:g} seconds and was killed"
        except (OSError, ValueError) as error:
            problem = getattr(error, "strerror", None) or str(error)
        if problem:
            self.tell(f"{option} {line}: {problem} ({_IGNORED})")


def as_text(report: Document) -> str:
    """A report for people: a subject, an empty line, and what happened, post by post."""
    counts = [f"{len(report[name])} {name}" for name in run_changes.LISTS if report[name]]
    trouble = f"{report['kind']} is {report['verdict']} (exit code {report['exit_code']})"
    subject = ", ".join([*counts, *([trouble] if report["exit_code"] else [])])
    lines = [f"kistep-archive: {subject or report['kind'] + ' is complete'}", ""]
    lines += [report["reason"], ""] if report["reason"] else []
    for name in run_changes.LISTS:
        for post in report[name][:_MOST_POSTS]:
            lines += [f"{name}: {post['date']} {printable(post['title'])}", f"  {post['url']}"]
        if len(report[name]) > _MOST_POSTS:
            lines.append(f"and {len(report[name]) - _MOST_POSTS:,} more {name}")
    return "\n".join(lines)


def _report(folder: Path, result: Result) -> Document:
    """What a command gets on stdin."""
    report: Document = {
        "run": result.run,
        "kind": result.kind,
        "archive": str(folder.resolve()),
        "verdict": result.verdict,
        "exit_code": result.exit_code,
        "reason": result.reason,
        "counts": result.counts,
    }
    return report | run_changes.of_run(folder, result.run)


def _send(url: str, tries: int, problem: list[str]) -> None:
    """Pings the address. Writes into `problem` why that failed, or ""."""
    from kistep_archive.version import USER_AGENT

    request = urllib.request.Request(url, headers={"User-Agent": USER_AGENT})
    for last in [False] * (tries - 1) + [True]:
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE):
                problem[0] = ""
                return
        except urllib.error.HTTPError as error:
            error.close()
            message = f"answers {error.code}"
            last = last or error.code < 500
        except (OSError, HTTPException, ValueError) as error:
            message = str(getattr(error, "reason", error)) or type(error).__name__
        if last:
            problem[0] = message
            return
        time.sleep(_PAUSE)


def _run(command: list[str], report: bytes, limit: float) -> int:
    """The command's exit code. It prints to stderr, because stdout is ours. After `limit` seconds it is
    killed with everything that it started."""
    sys.stderr.flush()
    with TemporaryFile() as stdin:  # a file, because the command may not read it
        stdin.write(report)
        stdin.seek(0)
        with subprocess.Popen(
            command, stdin=stdin, stdout=sys.stderr.fileno(), start_new_session=True
        ) as process:
            try:
                return process.wait(limit)
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
