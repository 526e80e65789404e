"""A run tells how it ended: a dead man's switch that listens on loopback, and real commands; none of them
ever changes the run."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from commands import Archive

from kistep_archive.errors import ArchiveError
from kistep_archive.operate.notify import Hooks, Result
from kistep_archive.replica import Fault, Paragraph, Replica, Site
from kistep_archive.replica.content import generate
from kistep_archive.replica.standard import DayChange, History

FIRST = tuple(replace(post, files=(), blocks=(Paragraph(f"Of {post.title}."),)) for post in generate("es", 8))
NEW = replace(FIRST[-1], number=FIRST[-1].number + 7, title="What came on the second day")
EDITED = replace(FIRST[-2], title=f"[Updated] {FIRST[-2].title}")
GONE = FIRST[-1]
DAYS = {2: DayChange((NEW, EDITED), (GONE.number,)), 3: DayChange((GONE,))}


class Switch(ThreadingHTTPServer):
    """Writes down what it is asked and by whom, and answers with `status`; 0 is no answer at all."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.asked: list[tuple[str, str, str]] = []
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/uuid"

    @property
    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]


class Asked(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Switch)
        server.asked.append((self.command, self.path, self.headers.get("User-Agent", "")))
        if server.status:
            self.send_response(server.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *_: Any) -> None:
        """No line."""


@pytest.fixture
def switch() -> Iterator[Switch]:
    with Switch() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def site() -> Iterator[Replica]:
    """Eight posts; on day 2 one is new, one edited, one gone, and on day 3 that one is back."""
    with Replica(Site(History({("es", "0051"): FIRST}, DAYS, {}))) as replica:
        yield replica


@pytest.fixture
def archive(site: Replica, tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive", site.origin)


def into(file: Path) -> str:
    """A command line that appends its stdin to a file."""
    return shlex.join(["sh", "-c", 'cat >> "$0"', str(file)])


def told(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


# the switch


def test_a_run_that_is_complete_asks_for_the_address_and_none_of_it_is_evidence(
    archive: Archive, switch: Switch, site: Replica
) -> None:
    assert archive.crawl("--ping", f"{switch.url}?a=b").returncode == 0
    assert switch.paths == ["/uuid/start?a=b", "/uuid?a=b"]
    assert all(who.startswith("kistep-archive/") for _, _, who in switch.asked)
    assert archive.value("SELECT requested FROM runs") == len(site.requests)
    assert archive.value("SELECT count(*) FROM pages WHERE url LIKE '%uuid%'") == 0
    assert archive.json("status", "--politeness")["runs"][0]["requests"] == len(site.requests)


@pytest.mark.parametrize("command", ["crawl", "backfill", "recheck"])
def test_trouble_is_told_by_each_command_that_runs(
    archive: Archive, switch: Switch, site: Replica, tmp_path: Path, command: str
) -> None:
    assert archive.crawl().returncode == 0
    site.faults["/"] = Fault(status=500, times=-1)
    more = ["--ping", switch.url, "--on-trouble", into(tmp_path / "told")]
    assert (
        archive.later(100, command, "news", "--origin", archive.origin, "--delay", "0", *more).returncode == 3
    )
    assert switch.paths == ["/uuid/start", "/uuid/fail"]
    (said,) = told(tmp_path / "told")
    assert (said["kind"], said["run"], said["verdict"], said["exit_code"]) == (command, 2, "incomplete", 3)
    assert "robots.txt answered 500" in said["reason"]


def test_a_run_that_cannot_begin_is_trouble_without_a_start(
    archive: Archive, switch: Switch, tmp_path: Path
) -> None:
    assert archive.crawl().returncode == 0
    more = [
        "--ping",
        switch.url,
        "--on-trouble",
        into(tmp_path / "told"),
        "--on-news",
        into(tmp_path / "news"),
    ]
    done = archive.run("crawl", "news", "--origin", "http://127.0.0.1:1", "--delay", "0", *more)
    assert done.returncode == 2
    assert switch.paths == ["/uuid/fail"]
    (said,) = told(tmp_path / "told")
    assert (said["run"], said["verdict"], said["exit_code"]) == (None, "not_started", 2)
    assert "An archive has only one origin" in said["reason"]
    assert told(tmp_path / "news") == []


def test_a_run_that_finds_another_one_at_work_tells_nobody(
    archive: Archive, switch: Switch, site: Replica, tmp_path: Path
) -> None:
    site.faults["/robots.txt"] = Fault(delay=100)
    with subprocess.Popen(
        archive.command("crawl", "news", "--origin", archive.origin, "--delay", "0"),
        stderr=subprocess.DEVNULL,
    ) as first:
        while not site.requests:
            time.sleep(0.01)  # until it holds the lock and waits for the site
        done = archive.crawl("--ping", switch.url, "--on-trouble", into(tmp_path / "told"))
        assert (done.returncode, switch.asked, told(tmp_path / "told")) == (75, [], [])
        os.kill(first.pid, signal.SIGKILL)


@pytest.mark.parametrize(
    ("status", "asked", "says"), [(500, 4, "answers 500"), (404, 2, "answers 404"), (0, 4, "closed")]
)
def test_a_switch_that_is_out_of_order_is_a_line_and_changes_nothing(
    archive: Archive, switch: Switch, status: int, asked: int, says: str
) -> None:
    switch.status = status
    done = archive.crawl("--ping", switch.url)
    assert done.returncode == 0
    lines = done.stderr.splitlines()
    assert [
        line.startswith("kistep-archive: --ping http://127.0.0.1") and says in line for line in lines
    ] == [True, True]
    assert len(switch.asked) == asked  # the start once, the end three times where it may pass
    assert archive.value("SELECT verdict FROM runs") == "complete"


def test_a_switch_where_nobody_listens_is_a_line(archive: Archive) -> None:
    done = archive.crawl("--ping", "http://127.0.0.1:1/uuid", "--json")
    assert (done.returncode, json.loads(done.stdout)["exit_code"]) == (0, 0)
    assert done.stderr.count("refused (ignored; the crawl is unaffected)\n") == 2


# the commands


def test_news_are_told_post_by_post_and_only_where_there_are_some(
    archive: Archive, site: Replica, tmp_path: Path
) -> None:
    hook = ["--on-news", into(tmp_path / "news"), "--on-trouble", into(tmp_path / "trouble")]
    for day in (1, 1, 2, 2, 2, 3, 3):
        site.site.day = day
        assert archive.crawl("--recheck", "0", *hook).returncode == 0
    first, second, third, fourth = told(tmp_path / "news")
    lists = ("new", "revised", "removed", "restored", "failures")
    assert [[len(said[name]) for name in lists] for said in (first, second, third, fourth)] == [
        [len(FIRST), 0, 0, 0, 0],
        [1, 1, 0, 0, 0],
        [0, 0, 1, 0, 0],  # the second run that missed it
        [0, 0, 0, 1, 0],
    ]
    assert [said["run"] for said in (first, second, third, fourth)] == [1, 3, 4, 6]
    (new,), (revised,), (removed,), (restored,) = (
        second["new"],
        second["revised"],
        third["removed"],
        fourth["restored"],
    )
    assert {key: new[key] for key in ("board", "number", "title", "date")} == {
        "board": "news", "number": NEW.number, "title": NEW.title, "date": NEW.date,
    }  # fmt: skip
    assert archive.json("show", str(new["id"]))["url"] == new["url"]
    assert (revised["number"], revised["changed"]) == (EDITED.number, ["title"])
    assert removed == restored
    assert removed["number"] == GONE.number
    assert (second["kind"], second["verdict"], second["exit_code"], second["counts"]["new"]) == (
        "crawl",
        "complete",
        0,
        1,
    )
    assert second["archive"] == str(archive.folder)
    assert told(tmp_path / "trouble") == []


def test_trouble_comes_with_what_failed_and_news_beside_it(
    archive: Archive, site: Replica, tmp_path: Path
) -> None:
    site.faults[f"list_no={FIRST[0].number}"] = Fault(status=500, times=-1)
    hook = ["--on-news", into(tmp_path / "news"), "--on-trouble", into(tmp_path / "trouble")]
    assert archive.crawl(*hook).returncode == 3
    (said,) = told(tmp_path / "trouble")
    assert [(each["kind"], each["reason"]) for each in said["failures"]] == [
        ("post", "the site answered 500")
    ]
    assert len(said["new"]) == len(FIRST) - 1
    assert told(tmp_path / "news") == [said]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("sh -c 'exit 7'", "exit code 7"),
        ("/no/such/program", "No such file or directory"),
        (f"{sys.executable} -c 'import sys; sys.stdin.close(); print(1)'", ""),
    ],
)
def test_a_command_that_fails_is_a_line_and_changes_nothing(archive: Archive, line: str, says: str) -> None:
    done = archive.crawl("--on-news", line, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["exit_code"] == 0  # what a command prints never reaches stdout
    if says:
        assert done.stderr.splitlines() == [
            f"kistep-archive: --on-news {line}: {says} (ignored; the crawl is unaffected)"
        ]
    else:
        assert done.stderr == "1\n"


def test_no_shell_reads_the_command(archive: Archive, tmp_path: Path) -> None:
    assert archive.crawl("--on-news", f"touch {tmp_path}/a;b '{tmp_path}/$HOME'").returncode == 0
    assert {"a;b", "$HOME"} <= {path.name for path in tmp_path.iterdir()}


def test_a_command_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    lines: list[str] = []
    command = shlex.join(["sh", "-c", f"sh -c 'echo $$ > {tmp_path}/pid; exec sleep 600' & wait"])
    Hooks(on_trouble=command, tell=lines.append, limit=0.5).ended(tmp_path, Result("crawl", 5, "no room"))
    assert lines == [
        f"--on-trouble {command}: it took longer than 0.5 seconds and was killed (ignored; the "
        "crawl is unaffected)"
    ]
    pid = int((tmp_path / "pid").read_text())
    for _ in range(500):  # the kernel may take a moment
        if not alive(pid):
            return
        time.sleep(0.01)
    pytest.fail("what the command started goes on")


def alive(pid: int) -> bool:
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return done.stdout.strip()[:1] not in ("", "Z")


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--ping", "uuid", "not an address"),
        ("--ping", "ftp://host/uuid", "not an address"),
        ("--ping", "http://[::1", "not an address"),
        ("--ping", "http://x:y", "not an address"),
        ("--ping", "http://host/the uuid", "not an address"),
        ("--on-news", "'open", "No closing quotation"),
        ("--on-trouble", " ", "it names no program"),
    ],
)
def test_what_can_never_work_is_a_mistake_before_anything_is_asked(
    archive: Archive, site: Replica, option: str, value: str, says: str
) -> None:
    done = archive.crawl(option, value)
    assert (done.returncode, done.stderr.count("\n"), says in done.stderr, site.requests) == (2, 1, True, [])


def test_a_dry_run_tells_nobody(archive: Archive, switch: Switch) -> None:
    done = archive.crawl("--dry-run", "--ping", switch.url)
    assert (done.returncode, "--dry-run" in done.stderr, switch.asked) == (2, True, [])


def test_an_unhealthy_store_is_told_although_it_cannot_be_asked(tmp_path: Path) -> None:
    Hooks(on_trouble=into(tmp_path / "told"), tell=pytest.fail).ended(
        tmp_path, Result("crawl", 5, "no room", run=3)
    )
    (said,) = told(tmp_path / "told")
    assert (said["verdict"], said["reason"], said["failures"]) == ("store_unhealthy", "no room", [])
    with pytest.raises(ArchiveError):
        Hooks(ping="x").check()
