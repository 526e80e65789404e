"""The project is deployed to a Scrapyd on this machine, which runs a job for each board at the same time."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from commands import Archive, needed
from merged import two_boards

from kistep_archive.evidence import log_reader
from kistep_archive.store.lock import take_lock

CHECKOUT = Path(__file__).parent.parent.parent
TOOLS = Path(sys.prefix) / "scrapyd" / "bin"
ASK = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Scrapyd:
    """A Scrapyd that works in a folder."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def ask(self, what: str, **values: str | list[str]) -> Any:
        """Its answer; with values as a form."""
        form = urlencode(values, doseq=True).encode() if values else None
        with ASK.open(f"http://127.0.0.1:{self.port}/{what}", form, timeout=30) as answer:
            return json.load(answer)

    def schedule(self, archive: Archive, board: str, delay: float) -> str:
        """Begins a job; its id."""
        told = self.ask(
            "schedule.json", project="kistep-archive", spider="boards", boards=board,
            archive=str(archive.folder), origin=archive.origin, setting=f"DOWNLOAD_DELAY={delay}",
        )  # fmt: skip
        return str(told["jobid"])

    def jobs(self, state: str) -> dict[str, Any]:
        found = self.ask("listjobs.json?project=kistep-archive")[state]
        return {job["id"]: job for job in found}

    def job_log(self, job: str) -> str:
        return (self.folder / "logs" / "kistep-archive" / "boards" / f"{job}.log").read_text()

    def until(self, holds: Callable[[], object]) -> None:
        for _ in range(1200):
            with contextlib.suppress(OSError):
                if holds():
                    return
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.1)
                break
        pytest.fail((self.folder / "log").read_text()[-2000:])


@pytest.fixture
def scrapyd(tmp_path: Path) -> Iterator[Scrapyd]:
    """A Scrapyd with nothing deployed yet; at the end its jobs end too."""
    folder = tmp_path / "scrapyd"
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "scrapyd.conf").write_text(
        f"[scrapyd]\nhttp_port = {port}\npoll_interval = 0.1\nmax_proc = 2\n"
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([needed(TOOLS / "scrapyd")], cwd=folder, stdout=log, stderr=log)
    server = Scrapyd(folder, port, process)
    try:
        server.until(lambda: server.ask("daemonstatus.json"))
        yield server
        for job in server.jobs("running").values():
            os.kill(job["pid"], signal.SIGKILL)
    finally:
        process.terminate()
        process.wait(30)


def deployed_from(folder: Path, port: int) -> subprocess.CompletedProcess[str]:
    """Deploys a copy of the checkout, since setuptools writes into it."""
    shutil.copytree(
        CHECKOUT / "kistep_archive", folder / "kistep_archive", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / name, folder)
    settings = (CHECKOUT / "scrapy.cfg").read_text()
    (folder / "scrapy.cfg").write_text(settings.replace(":6800/", f":{port}/"))
    return subprocess.run(
        [needed(TOOLS / "scrapyd-deploy"), "--version", "0.1.0"],
        cwd=folder, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def has_answers(archive: Archive) -> bool:
    """Whether its active run has got a response."""
    logs = [log_reader.read(path) for path in (archive.folder / "warc").glob("*.open")]
    return any(log and log.entries for log in logs)


def test_jobs_run_at_once_and_one_that_is_cancelled_goes_on_as_the_next(
    scrapyd: Scrapyd, tmp_path: Path
) -> None:
    (tmp_path / "copy").mkdir()
    done = deployed_from(tmp_path / "copy", scrapyd.port)
    assert '"status": "ok"' in done.stdout, done.stdout + done.stderr
    with two_boards() as site:
        news, letters = Archive(tmp_path / "news", site.origin), Archive(tmp_path / "letters", site.origin)
        whole, cancelled = scrapyd.schedule(news, "news", 0.2), scrapyd.schedule(letters, "newsletter", 2)
        for archive in (news, letters):  # both wait for their host now
            scrapyd.until(lambda one=archive: has_answers(one))
        assert set(scrapyd.jobs("running")) == {whole, cancelled}
        scrapyd.ask("cancel.json", project="kistep-archive", job=cancelled)
        scrapyd.until(lambda: cancelled in scrapyd.jobs("finished"))
        assert "exit code 3: stopped by Ctrl-C or a signal" in scrapyd.job_log(cancelled)
        assert "Process died: exitstatus=3" in (scrapyd.folder / "log").read_text()
        following = scrapyd.schedule(letters, "newsletter", 0)
        held = Archive(tmp_path / "held", site.origin)
        with closing(take_lock(held.folder, "test")):
            busy = scrapyd.schedule(held, "news", 0)
            scrapyd.until(lambda: {whole, following, busy} <= set(scrapyd.jobs("finished")))
    assert "another run holds the lock" in scrapyd.job_log(busy)
    assert "Process died: exitstatus=75" in (scrapyd.folder / "log").read_text()
    assert "exit code 0: complete" in scrapyd.job_log(following)
    assert letters.rows("SELECT verdict FROM runs") == [("incomplete",), ("complete",)]
    assert news.rows("SELECT verdict FROM runs") == [("complete",)]
