"""`python -m bench.crowd [--archive DIR] [--posts N] [--new N] [--rounds N] [--pause SECONDS]`: what readers
of a served archive cost the crawl that writes into it.

By turns the same crawl of a stand-in site writes into a copy of an archive: alone, and while 20 readers open
pages of a `serve` process. The site has some more posts than the archive; that makes others of most of its
posts too, so the crawl reads all of them again and writes revisions."""

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from crowd import Crowd

from bench.child import ROOT, Weight, weigh
from bench.site import StandIn
from bench.table import Ratio, as_text, divided

_MEGABYTE = 1_000_000
_GOAL_MEMORY, _GOAL_CRAWL = 150, 1.1


@dataclass(slots=True)
class Server:
    """A `serve` process: its address, and its peak memory in bytes once it has ended."""

    address: str = ""
    peak: int = 0


@dataclass(slots=True)
class Measured:
    """The crawls alone and beside readers, the servers' peak memory, and what the readers saw."""

    alone: list[Weight] = field(default_factory=list)
    beside: list[Weight] = field(default_factory=list)
    peak: int = 0
    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@contextmanager
def serving(archive: Path) -> Iterator[Server]:
    """A server of the archive; it ends with the block, and is weighed."""
    command = [sys.executable, "-m", "kistep_archive", "--archive", str(archive), "serve", "--port", "0"]
    process, server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True), Server()
    assert process.stdout is not None
    try:
        server.address = process.stdout.readline().split()[0]
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stdout.close()
        server.peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measure(archive: Path, port: int, posts: int, rounds: int, pause: float) -> Measured:
    """The crawls of a site that shows so many posts, in copies of the archive."""
    found = Measured()
    with StandIn(posts, port) as site, tempfile.TemporaryDirectory() as folder:
        for number in range(2 * rounds):
            copy = Path(folder) / "archive"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(archive, copy)
            if number % 2:
                found.alone.append(_crawl(copy, site))
            else:
                _beside_readers(copy, site, pause, found)
    return found


def _beside_readers(copy: Path, site: StandIn, pause: float, found: Measured) -> None:
    with serving(copy) as server, Crowd(server.address, pause=pause) as crowd:
        found.beside.append(_crawl(copy, site))
    found.peak = max(found.peak, server.peak)
    found.seconds += crowd.seconds
    found.failures += crowd.failures


def _crawl(archive: Path, site: StandIn) -> Weight:
    words = ("crawl", "news", "--origin", site.origin, "--delay", "0", "--accept-changes")
    return weigh("-m", "kistep_archive", "--quiet", "--archive", str(archive), *words)


def ratios(found: Measured) -> list[Ratio]:
    """The lines of the table."""
    problem = next((each.problem for each in (*found.alone, *found.beside) if each.problem), "")
    problem = problem or next(iter(found.failures), "")
    lines = []
    for name, part in (("processor time", "cpu"), ("wall time", "wall")):
        beside, alone = (median(getattr(each, part) for each in kind) for kind in (found.beside, found.alone))
        times, goal = (f"{beside:.2f} s", f"{alone:.2f} s"), _GOAL_CRAWL if part == "cpu" else None
        lines.append(
            Ratio(f"crawl beside readers / alone, {name}", *times, divided(beside, alone), "×", goal, problem)
        )
    peak = found.peak / _MEGABYTE
    lines.append(Ratio("peak memory of the server", f"{peak:.0f} MB", "", peak, "MB", _GOAL_MEMORY, problem))
    return lines


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.crowd", description=__doc__)
    parser.add_argument("--archive", type=Path, help="an archive of the stand-in that `bench.scale` kept")
    parser.add_argument("--posts", type=int, default=1_000, help="posts of the archive")
    parser.add_argument("--new", type=int, default=100, help="posts that the crawl finds")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between two pages of a reader")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        archive, port = options.archive, _free_port()
        if archive is None:
            archive = Path(passing) / "archive"
            weigh("-m", "bench.builder", str(options.posts), str(archive), str(port))
        elif noted := re.fullmatch(r"\d+", archive.with_suffix(".port").read_text().strip()):
            port = int(noted[0])
        found = measure(archive, port, options.posts + options.new, options.rounds, options.pause)
    print(as_text(ratios(found)))
    p50, p99 = (quantiles(found.seconds, n=100)[place] * 1000 for place in (49, 98))
    print(
        f"{len(found.seconds):,} pages, {len(found.failures)} without 200; wall {p50:.0f} ms, p99 {p99:.0f}"
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


if __name__ == "__main__":
    main()
