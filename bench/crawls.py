"""The full crawl of the stand-in, with evidence, parsing and storing, beside a stock spider with and without
a pipeline."""

import contextlib
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.child import Weight, weigh
from bench.site import StandIn

OURS, STOCK, INSERTING = "kistep-archive crawl", "stock spider", "stock spider + sqlite-utils"


@dataclass(slots=True)
class Contender:
    """One way to crawl, and what each of its rounds cost. `go` crawls into a folder and tells how many posts
    it got."""

    name: str
    go: Callable[[StandIn, Path], tuple[Weight, int]]
    weights: list[Weight] = field(default_factory=list)
    posts: int = 0
    requests: Counter[str] = field(default_factory=Counter)
    problem: str = ""

    @property
    def wall(self) -> float:
        """The median wall time in seconds."""
        return median(weight.wall for weight in self.weights)

    @property
    def cpu(self) -> float:
        """The median processor time in seconds."""
        return median(weight.cpu for weight in self.weights)

    @property
    def peak(self) -> int:
        """The largest peak memory of all rounds, in bytes."""
        return max(weight.peak for weight in self.weights)


def ours(site: StandIn, folder: Path) -> tuple[Weight, int]:
    """The product, everything on."""
    weight = weigh(
        "-m",
        "kistep_archive",
        "--archive",
        str(folder),
        "crawl",
        "news",
        "--origin",
        site.origin,
        "--delay",
        "0",
    )
    return weight, _rows(folder / "kistep.db")


def stock(site: StandIn, _folder: Path) -> tuple[Weight, int]:
    """A plain Scrapy spider that keeps nothing."""
    weight = weigh("-m", "bench.stock", site.origin)
    return weight, int(weight.output or 0)


def _inserting(site: StandIn, folder: Path) -> tuple[Weight, int]:
    folder.mkdir()
    weight = weigh("-m", "bench.stock", site.origin, str(folder / "stock.db"))
    return weight, _rows(folder / "stock.db")


def _rows(database: Path) -> int:
    """How many posts a database holds; 0 when it cannot be read."""
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as conn,
    ):
        return int(conn.execute("SELECT count(*) FROM posts").fetchone()[0])
    return 0


def measure(posts: int, rounds: int, keep: Path, tell: Callable[[str], None]) -> list[Contender]:
    """`rounds` crawls each, by turns, another one first each time; the last archive of ours is left in
    `keep`."""
    contenders = [Contender(OURS, ours), Contender(STOCK, stock), Contender(INSERTING, _inserting)]
    with StandIn(posts) as site:
        for number in range(rounds):
            for contender in turned(contenders, number):
                shutil.rmtree(keep.with_name("scratch"), ignore_errors=True)
                folder = keep if contender.name == OURS else keep.with_name("scratch")
                if contender.name == OURS:
                    shutil.rmtree(keep, ignore_errors=True)
                one(contender, site, folder, posts)
                tell(f"round {number + 1}/{rounds}: {contender.name} {contender.weights[-1].wall:.1f} s")
    return contenders


def fill(posts: int, archive: Path) -> str:
    """Crawls a stand-in of that many posts into an archive to be asked. Returns what went wrong, or
    nothing."""
    with StandIn(posts) as site:
        return ours(site, archive)[0].problem


def turned(contenders: list[Contender], number: int) -> Iterator[Contender]:
    """All of them, another one first in each round."""
    start = number % len(contenders)
    yield from contenders[start:] + contenders[:start]


def one(contender: Contender, site: StandIn, folder: Path, posts: int) -> None:
    """A crawl by one of them, weighed and checked."""
    site.take_requests()
    weight, contender.posts = contender.go(site, folder)
    contender.weights.append(weight)
    contender.requests = site.take_requests()
    contender.problem = contender.problem or weight.problem
    if not contender.problem and contender.posts != posts:
        contender.problem = f"{contender.posts} of {posts} posts"
