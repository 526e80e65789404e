"""`python -m bench.scale [--sizes 1000,10000] [--crawled POSTS] [--keep DIR] [--svg FILE]`: what commands
cost in archives of different sizes. Each is crawled from a stand-in site by the product itself; one of more
posts than `--crawled` is made from the same pages by `bench.builder`, without Scrapy and HTTP.

Prints processor time and peak memory of whole commands, a column a size, and beside each command what bare
tools need for the same bytes. With --keep the archives stay for the next time."""

import argparse
import json
import platform
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from statistics import median

from bench import curves, sizes
from bench.child import ROOT, Weight, weigh
from bench.site import StandIn
from bench.table import aligned, divided
from kistep_archive.version import __version__

_SIZES = "1000,10000"
_CRAWLED = 100_000  # posts of the largest archive that is crawled; a million would take two hours
_REBUILT = 100_000  # posts of the largest archive that is rebuilt here
_ROUNDS = 3
_DRAWN = ("first crawl", "rebuild", "crawl, nothing new", "verify", "export to CSV", "status", "search")
_MEGABYTE = 1_000_000
_IMPORTS = "import click, sqlite3"
_GUNZIP = """import sys, gzip
for path in sys.argv[1:]:
    with gzip.open(path) as file:
        while file.read(1 << 20):
            pass
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a command costs in an archive of so many posts: seconds of processor time (the median, with the
    least and the most), peak memory in bytes, and what went wrong, if anything did."""

    what: str
    posts: int
    cpu: float
    least: float
    most: float
    peak: int
    problem: str = ""


def _figure(what: str, posts: int, weights: list[Weight]) -> Figure:
    cpu = [weight.cpu for weight in weights]
    problem = next((weight.problem for weight in weights if weight.problem), "")
    return Figure(
        what, posts, median(cpu), min(cpu), max(cpu), max(weight.peak for weight in weights), problem
    )


def _command(archive: Path, *words: str) -> Weight:
    return weigh("-m", "kistep_archive", "--quiet", "--archive", str(archive), *words)


def _crawl(archive: Path, site: StandIn) -> Weight:
    return _command(archive, "crawl", "news", "--origin", site.origin, "--delay", "0")


def _questions(archive: Path) -> dict[str, tuple[str, ...]]:
    """The commands that ask, by the name of their line."""
    with closing(sqlite3.connect(f"{(archive / 'kistep.db').as_uri()}?mode=ro", uri=True)) as conn:
        (number,) = conn.execute("SELECT number FROM posts ORDER BY id LIMIT 1").fetchone()
    post, today = f"news/{number}", date.today().isoformat()
    return {
        "search": ("search", "forum", "--limit", "20"),
        "search, nothing found": ("search", "zzxxq"),
        "show": ("show", post),
        "show --as-of": ("show", post, "--as-of", today),
        "history": ("history", post),
        "status": ("status",),
        "feed": ("feed", "-", "--format", "atom"),
    }


def _port(archive: Path) -> int:
    """The port of the archive's site, noted beside it: an archive knows its site by the port too."""
    noted = archive.with_suffix(".port")
    if not noted.exists():
        with socket.create_server(("127.0.0.1", 0)) as free:
            noted.write_text(str(free.getsockname()[1]))
    return int(noted.read_text())


def _measured(folder: Path, posts: int, crawled: int) -> Iterator[Figure]:
    archive = folder / f"archive-{posts}"
    is_new, port = not (archive / "kistep.db").exists(), _port(archive)
    if is_new and posts > crawled:
        built = weigh("-m", "bench.builder", str(posts), str(archive), str(port))
        yield _figure("the same without Scrapy and HTTP", posts, [built])
    with StandIn(posts, port) as site:
        if is_new and posts <= crawled:
            yield _figure("first crawl", posts, [_crawl(archive, site)])
        yield _figure("crawl, nothing new", posts, [_crawl(archive, site) for _ in range(_ROUNDS)])
    yield from _asked(archive, posts)
    evidence = sorted(map(str, (archive / "warc").glob("*.warc.gz")))
    yield _figure("(gunzip of all evidence)", posts, [weigh("-c", _GUNZIP, *evidence)])
    yield _figure("verify", posts, [_command(archive, "verify")])
    if posts <= _REBUILT:
        yield _figure("rebuild", posts, [_command(archive, "rebuild")])
    export = _command(archive, "export", str(folder / "posts.csv"), "--force")
    yield _figure("export to CSV", posts, [export])


def _asked(archive: Path, posts: int) -> Iterator[Figure]:
    questions = _questions(archive)
    weights_of: dict[str, list[Weight]] = {name: [] for name in questions}
    bare = []
    for _ in range(_ROUNDS):  # by turns
        bare.append(weigh("-c", _IMPORTS))
        for name, words in questions.items():
            weights_of[name].append(_command(archive, *words))
    yield _figure("(a bare start of Python)", posts, bare)
    for name, weights in weights_of.items():
        yield _figure(name, posts, weights)


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return ""
    spread = f" ({figure.least:.2f}-{figure.most:.2f})" if figure.most > figure.least else ""
    return figure.problem[:30] or f"{figure.cpu:.2f} s{spread}  {figure.peak / _MEGABYTE:.0f} MB"


def _table(figures: list[Figure], counts: list[int]) -> list[str]:
    by_place = {(figure.what, figure.posts): figure for figure in figures}
    names = dict.fromkeys(figure.what for figure in figures)
    return aligned(
        [
            ("posts", *(f"{posts:,}" for posts in counts)),
            *((name, *(_cell(by_place.get((name, posts))) for posts in counts)) for name in names),
        ]
    )


def _bytes_table(folder: Path, counts: list[int]) -> list[str]:
    rows: list[tuple[str, ...]] = [("posts", "text", "database", "times the text", "evidence")]
    for posts in counts:
        archive = folder / f"archive-{posts}"
        size, evidence = sizes.of_database(archive), (archive / "warc").iterdir()
        values = size.plain, size.stored, sum(path.stat().st_size for path in evidence)
        text, database, warc = (f"{value / _MEGABYTE:.1f} MB" for value in values)
        rows.append((f"{posts:,}", text, database, f"{divided(size.stored, size.plain):.2f} ×", warc))
    return aligned(rows)


def _machine() -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    python = platform.python_version()
    return (
        f"kistep-archive {__version__} {commit}, Python {python}, SQLite {sqlite3.sqlite_version}, "
        f"{platform.machine()}; processor time and peak memory of whole commands, median of {_ROUNDS}"
    )


def main() -> None:
    """Builds what is missing, measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--sizes", default=_SIZES, help=f"numbers of posts [default: {_SIZES}]")
    parser.add_argument(
        "--crawled",
        type=int,
        default=_CRAWLED,
        help=f"posts of the largest archive that is crawled; larger ones are built [default: {_CRAWLED}]",
    )
    parser.add_argument("--keep", type=Path, help="folder in which the archives stay for the next time")
    parser.add_argument("--svg", type=Path, help="also draw the curves into this file")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    options = parser.parse_args()
    counts = sorted(map(int, options.sizes.split(",")))
    with tempfile.TemporaryDirectory() as passing:
        folder = options.keep or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        figures = [figure for posts in counts for figure in _measured(folder, posts, options.crawled)]
        bytes_table = _bytes_table(folder, counts)
    if options.svg:
        points = [
            (each.what, each.posts, each.cpu) for each in figures if each.what in _DRAWN and not each.problem
        ]
        options.svg.write_bytes(curves.drawn(points, "Processor time by the number of posts"))
    if options.json:
        print(json.dumps({"machine": _machine(), "figures": [asdict(each) for each in figures]}, indent=2))
    else:
        print("\n".join([_machine(), "", *_table(figures, counts), "", *bytes_table]))


if __name__ == "__main__":
    main()
