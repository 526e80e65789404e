"""`python -m bench.peers PYTHON [--posts N] [--rounds N]`: the crawl and the parser beside others that do the
same work, and beside the floors under it.

PYTHON is the interpreter of an environment with bench/peers.txt; `make bench-peers` makes one."""

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench import crawls
from bench.child import Weight, weigh
from bench.crawls import Contender
from bench.site import StandIn
from bench.table import aligned, divided

_PARSERS = ("trafilatura", "fundus")
_MEGABYTE = 1_000_000


def _of_peers(python: str, name: str) -> Callable[[StandIn, Path], tuple[Weight, int]]:
    def go(site: StandIn, folder: Path) -> tuple[Weight, int]:
        folder.mkdir()
        weight = weigh("-m", "bench.peer_crawls", name, site.origin, str(folder), python=python)
        return weight, int(weight.output or 0)

    return go


def _floor(site: StandIn, folder: Path) -> tuple[Weight, int]:
    weight = weigh("-m", "bench.floor", site.origin, str(folder))
    return weight, int(weight.output or 0)


def _crawls(python: str, posts: int, rounds: int, folder: Path) -> list[str]:
    contenders = [
        Contender(crawls.OURS, crawls.ours),
        Contender(crawls.STOCK, crawls.stock),
        *(
            Contender(name, _of_peers(python, name))
            for name in ("stock + warcio + sqlite-utils", "bare aiohttp + lxml")
        ),
        Contender("our parser, WARC and rows without Scrapy", _floor),
    ]
    with StandIn(posts) as site:
        for number in range(rounds):
            for contender in crawls.turned(contenders, number):
                shutil.rmtree(folder / "crawled", ignore_errors=True)
                crawls.one(contender, site, folder / "crawled", posts)
    rows: list[tuple[str, ...]] = [("crawl", "wall", "processor", "a request", "memory", "ours / it")]
    for each in contenders:
        request = divided(each.cpu, each.requests.total()) * 1000
        rows.append(
            (
                each.name,
                f"{each.wall:.2f} s",
                f"{each.cpu:.2f} s",
                f"{request:.2f} ms",
                f"{each.peak / _MEGABYTE:.0f} MB",
                each.problem[:60] or f"{divided(contenders[0].cpu, each.cpu):.2f} ×",
            )
        )
    return aligned(rows)


def _page(folder: Path) -> Path:
    from bench import parse_pages

    path = folder / "post.html"
    path.write_bytes(parse_pages.usual().page.body)
    return path


def _parses(python: str, samples: int, folder: Path) -> list[str]:
    from bench import parsing

    theirs = json.loads(
        weigh("-m", "bench.peer_parses", str(_page(folder)), str(samples), python=python).output
    )
    ours = parsing.measure(samples)
    rows: list[tuple[str, ...]] = [("parse of a post", "time", "lxml beside it", "times lxml")]
    rows.append(_parse_row("kistep-archive", ours.ours, ours.bare))
    lxml = median(theirs["lxml"])
    rows += [_parse_row(name, median(theirs[name]), lxml) for name in _PARSERS]
    return aligned(rows)


def _parse_row(name: str, seconds: float, lxml: float) -> tuple[str, ...]:
    return name, f"{seconds * 1000:.2f} ms", f"{lxml * 1000:.2f} ms", f"{divided(seconds, lxml):.1f} ×"


def main() -> None:
    """Measures by turns and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("python", help="the interpreter of the environment with bench/peers.txt")
    parser.add_argument("--posts", type=int, default=1000, help="posts of the stand-in site [default: 1000]")
    parser.add_argument("--rounds", type=int, default=3, help="crawls of each kind [default: 3]")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = _crawls(options.python, options.posts, options.rounds, Path(folder))
        lines += ["", *_parses(options.python, 7 * options.rounds, Path(folder))]
    print("\n".join(lines))


if __name__ == "__main__":
    main()
