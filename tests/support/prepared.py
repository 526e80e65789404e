"""Processes that start fast: one that has imported the program waits, and forks for each command.

The fork runs the command as `python -m kistep_archive` does, with arguments, environment, folder, streams and
an exit code of its own; only the imports are saved.

`python prepared.py` is the waiting process. It reads requests from stdin and answers on stdout."""

import atexit
import contextlib
import gc
import os
import pickle
import random
import runpy
import select
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import IO

_LOADED = (
    "kistep_archive.cli.main",
    "kistep_archive.cli.commands.fetch",
    "kistep_archive.cli.commands.imports",
    "kistep_archive.cli.render.runs",
    "kistep_archive.crawl.components.host_queues",
    "kistep_archive.crawl.progress",
    "kistep_archive.operate.notify",
    "kistep_archive.operate.run_changes",
    "kistep_archive.crawl.runner",
    "kistep_archive.crawl.spiders.boards",
    "kistep_archive.crawl.settings",
    "kistep_archive.crawl.components.middleware",
    "kistep_archive.crawl.components.pipeline",
    "kistep_archive.crawl.components.extensions",
    "kistep_archive.crawl.components.download_handler",
    "kistep_archive.crawl.components.cookies",
    "kistep_archive.ingest.rebuild",
    "scrapy.crawler",
    "scrapy.core.engine",
    "scrapy.downloadermiddlewares.defaultheaders",
    "scrapy.downloadermiddlewares.downloadtimeout",
    "scrapy.downloadermiddlewares.httpproxy",
    "scrapy.downloadermiddlewares.useragent",
    "scrapy.dupefilters",
    "scrapy.pqueues",
    "scrapy.squeues",
    "scrapy.statscollectors",
    "concurrent.futures.thread",
    "encodings.charmap",
    "encodings.idna",
    "encodings.utf_8_sig",
    "uvloop",
)


_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class _Request:
    """A command: `code` to run, or "" for the program itself with these arguments; `streams` are the files of
    stdin, stdout and stderr."""

    code: str
    arguments: list[str]
    environment: dict[str, str]
    folder: str
    streams: tuple[str, str, str]


def run(
    arguments: list[str], stdin: bytes = b"", code: str = "", timeout: float = 120
) -> subprocess.CompletedProcess[bytes]:
    """Runs the program with these arguments, or Python `code` with them. Raises TimeoutExpired."""
    with tempfile.TemporaryDirectory() as scratch:
        streams = tuple(str(Path(scratch, name)) for name in ("in", "out", "err"))
        Path(streams[0]).write_bytes(stdin)
        request = _Request(code, arguments, dict(os.environ), os.getcwd(), streams)  # type: ignore[arg-type]
        with _ONE_AT_A_TIME:
            waiting = _waiting()
            assert waiting.stdin is not None
            assert waiting.stdout is not None
            pickle.dump((request, timeout), waiting.stdin)
            waiting.stdin.flush()
            status = pickle.load(waiting.stdout)
        if status is None:
            raise subprocess.TimeoutExpired(arguments, timeout)
        out, err = (Path(path).read_bytes() for path in streams[1:])
    return subprocess.CompletedProcess(arguments, status, out, err)


@cache
def _waiting() -> "subprocess.Popen[bytes]":
    started = subprocess.Popen(
        [sys.executable, "-W", "error", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    atexit.register(_end, started)
    return started


def _end(started: "subprocess.Popen[bytes]") -> None:
    with started:  # closes its streams, which ends it, and waits for it
        pass


def _wait(asks: IO[bytes], answers: IO[bytes]) -> _Request | None:
    """Forks for each request. In the fork returns the request, in the waiting process None at the end."""
    while True:
        try:
            request, timeout = pickle.load(asks)
        except EOFError:
            return None
        alive, held_open = os.pipe()  # the fork holds the writing end as long as it lives
        child = os.fork()
        if child == 0:
            os.close(alive)
            return request  # type: ignore[no-any-return]
        os.close(held_open)
        pickle.dump(_ended(child, alive, timeout), answers)
        answers.flush()


def _ended(child: int, alive: int, timeout: float) -> int | None:
    """The exit code of a child, negative for a signal; None if it took too long and was killed."""
    is_over = select.select([alive], [], [], timeout)[0]
    os.close(alive)
    if not is_over:
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    return os.waitstatus_to_exitcode(status) if is_over else None


def _become(request: _Request) -> None:
    """The fork becomes the command."""
    for number, (path, flags) in enumerate(
        zip(request.streams, (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT | os.O_APPEND] * 2), strict=True)
    ):
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(request.environment)
    os.chdir(request.folder)
    random.seed()
    _end_at_once(_status_of(request))


def _status_of(request: _Request) -> int:
    """Runs the command and returns the exit code that Python makes of its end."""
    try:
        _run(request)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except Exception:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        return 1
    return 0


def _end_at_once(status: int) -> None:
    """Ends the fork. Python would take all modules of the program apart first, which takes longer than most
    commands."""
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as the interpreter does
    atexit._run_exitfuncs()
    gc.collect()  # what was left open is warned of
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def _run(request: _Request) -> None:
    if request.code:
        sys.argv = ["-c", *request.arguments]
        exec(compile(request.code, "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = ["kistep_archive", *request.arguments]
        runpy.run_module("kistep_archive", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    from importlib import import_module

    for name in _LOADED:
        import_module(name)
    assert "twisted.internet.reactor" not in sys.modules, "a reactor cannot be shared by forks"
    gc.freeze()  # a fork looks only through what it has made itself
    with os.fdopen(os.dup(0), "rb") as requests, os.fdopen(os.dup(1), "wb") as answered:
        request = _wait(requests, answered)
    if request is not None:
        _become(request)
