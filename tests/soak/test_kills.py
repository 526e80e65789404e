"""Runs that are killed: at whichever request, in the middle of whichever write, again and again. What they
leave, the next one mends."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from commands import Archive, assert_ledger_adds_up, assert_rebuild_equals, what_it_says
from hypothesis import settings
from places import TESTS

from kistep_archive.replica import Answer, Replica, Site
from kistep_archive.replica.content import generate
from kistep_archive.replica.standard import History

KILLS = 25 if settings().max_examples < 100 else 250  # in `make test`, and in `make soak`
POSTS = tuple(generate("es", 12, seed=3))
LEGACY = tuple(replace(post, pinned=False) for post in generate("jsp", 4, seed=3))


class Killer:
    """Commands in forked processes. `at_request` is the request of the site's at which the running one is
    killed, 0 for none."""

    def __init__(self, site: Replica) -> None:
        self.site, self.at_request, self.known, self.pid = site, 0, Event(), 0
        site.faults[""] = self.shoot
        command = [sys.executable, "-W", "error", str(TESTS / "support" / "forks.py")]
        self.forks = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def shoot(self, _method: str, _target: str) -> Answer | None:
        if self.at_request != len(self.site.requests):
            return None
        self.known.wait()
        os.kill(self.pid, signal.SIGKILL)
        return Answer(b"", dropped=True)

    def run(self, archive: Archive, kind: str, *, at_request: int = 0, largest: int = 0) -> int:
        """The command's exit code, or minus the signal that it died of."""
        self.site.requests.clear()
        self.known.clear()
        self.at_request = at_request
        arguments = [
            "--archive",
            str(archive.folder),
            "--quiet",
            kind,
            "news",
            "--origin",
            archive.origin,
            "--delay",
            "0",
        ]
        assert self.forks.stdin
        assert self.forks.stdout
        self.forks.stdin.write(json.dumps([arguments, largest]) + "\n")
        self.forks.stdin.flush()
        self.pid = int(self.forks.stdout.readline())
        self.known.set()
        ended = int(self.forks.stdout.readline())
        assert_ledger_adds_up(archive.folder)
        return ended

    def close(self) -> None:
        assert self.forks.stdin
        assert self.forks.stdout
        self.forks.stdin.close()
        assert self.forks.wait() == 0
        self.forks.stdout.close()


@pytest.fixture
def site() -> Iterator[Replica]:
    with Replica(
        Site(History({("es", "0051"): POSTS, ("jsp", "0051"): LEGACY}, {}, {})), rows_per_page=5
    ) as replica:
        yield replica


@pytest.fixture
def killer(site: Replica) -> Iterator[Killer]:
    killer = Killer(site)
    yield killer
    killer.close()


@pytest.mark.parametrize("kind", ["crawl", "backfill"])
def test_fault_a01_after_many_kills_anywhere_a_rerun_ends_where_an_undisturbed_run_does(
    kind: str, site: Replica, killer: Killer, tmp_path: Path
) -> None:
    chance, kills, number = random.Random(kind), 0, 0
    calm = Archive(tmp_path / "calm", site.origin)
    assert killer.run(calm, kind) == 0
    requests, size = len(site.requests), sum(path.stat().st_size for path in calm.folder.rglob("*.gz"))
    while kills < KILLS:
        number += 1
        killed = Archive(tmp_path / f"killed-{number}", site.origin)
        for _ in range(6):
            at_request = chance.randint(1, requests // 3) if chance.random() < 0.5 else 0
            largest = 0 if at_request else round(size ** chance.uniform(0.6, 1.05))
            ended = killer.run(killed, kind, at_request=at_request, largest=largest)
            assert ended in (0, -signal.SIGKILL, -signal.SIGXFSZ)
            kills += ended < 0
        assert killer.run(killed, kind) == 0
        assert what_it_says(killed) == what_it_says(calm)
        assert not list((killed.folder / "warc").glob("*.open"))
        done = killed.run("verify")
        assert (done.returncode, done.stderr) == (0, "")
        assert_rebuild_equals(killed.folder)
