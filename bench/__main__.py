"""`python -m bench [--posts N] [--rounds N] [--json]`: measures, prints ratios beside their goals, and judges
nobody: it exits 0."""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from bench import crawls, parsing, rebuilding, sizes, starts, table, verifying, web
from bench.crawls import Contender
from bench.table import Ratio, divided

SAMPLES = 7  # of a parse or a start, a round
MEGABYTE = 1_000_000


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--posts", type=_count, default=2000, help="posts of the stand-in site [default: 2000]"
    )
    parser.add_argument(
        "--search-posts",
        type=_count,
        default=10_000,
        help="posts of the archive that is searched [default: 10000]",
    )
    parser.add_argument("--rounds", type=_count, default=3, help="crawls of each kind [default: 3]")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    return parser.parse_args()


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _crawl_ratios(ours: Contender, others: list[Contender]) -> list[Ratio]:
    lines = []
    for other in others:
        problem, goal = ours.problem or other.problem, 0.9 if other.name == crawls.STOCK else None
        name = other.name.removeprefix("stock spider").strip(" +")
        beside = f" / stock with {name}" if name else " / stock spider"
        walls = f"{ours.wall:.2f} s", f"{other.wall:.2f} s"
        cpus = f"{ours.cpu:.2f} s", f"{other.cpu:.2f} s"
        lines.append(Ratio(f"crawl{beside}", *walls, divided(ours.wall, other.wall), "×", goal, problem))
        lines.append(
            Ratio(f"  processor time{beside}", *cpus, divided(ours.cpu, other.cpu), "×", None, problem)
        )
        mine, theirs = (divided(one.wall, one.requests.total()) * 1000 for one in (ours, other))
        lines.append(
            Ratio(
                f"  a request{beside}",
                f"{mine:.2f} ms",
                f"{theirs:.2f} ms",
                divided(mine, theirs),
                "×",
                None,
                problem,
            )
        )
    peak = ours.peak / MEGABYTE
    lines.append(
        Ratio(
            "peak memory of the crawl",
            f"{peak:.0f} MB",
            f"{others[0].peak / MEGABYTE:.0f} MB",
            peak,
            "MB",
            150,
            ours.problem,
        )
    )
    return lines


def _parse_ratio(figures: parsing.Parsing) -> Ratio:
    times = f"{figures.ours * 1000:.3f} ms", f"{figures.bare * 1000:.3f} ms"
    return Ratio(
        "parse of a post with <div> menus / lxml",
        *times,
        divided(figures.ours, figures.bare),
        "×",
        3,
        figures.problem,
    )


def _start_ratio(figures: starts.Starts) -> Ratio:
    times = f"{figures.ours * 1000:.0f} ms", f"{figures.bare * 1000:.0f} ms"
    return Ratio(
        "search start / bare imports", *times, divided(figures.ours, figures.bare), "×", 3, figures.problem
    )


def _verify_ratios(figures: verifying.Verifying) -> list[Ratio]:
    total, walk = divided(figures.verify, figures.gunzip), divided(figures.walk, figures.python)
    times = [
        f"{seconds * 1000:.0f} ms"
        for seconds in (figures.verify, figures.gunzip, figures.walk, figures.python)
    ]
    return [
        Ratio("verify / gunzip", times[0], times[1], total, "×", 1.5, figures.problem),
        Ratio("  its walk / Python's gzip", times[2], times[3], walk, "×", None, figures.problem),
    ]


def _size_ratio(name: str, size: sizes.Size, goal: float) -> Ratio:
    stored, plain = (f"{number / MEGABYTE:.2f} MB" for number in (size.stored, size.plain))
    return Ratio(name, stored, plain, divided(size.stored, size.plain), "×", goal, "")


def _rebuild_ratios(figures: rebuilding.Rebuilding) -> list[Ratio]:
    floor, peak = f"{figures.floor:.2f} s", figures.peak / MEGABYTE
    rebuilt, imported = (
        divided(figures.rebuild, figures.floor),
        divided(figures.import_seconds, figures.floor),
    )
    return [
        Ratio(
            "rebuild / gunzip + lxml", f"{figures.rebuild:.2f} s", floor, rebuilt, "×", 1.5, figures.problem
        ),
        Ratio("  peak memory", f"{peak:.0f} MB", "", peak, "MB", 300, figures.problem),
        Ratio(
            "import / gunzip + lxml",
            f"{figures.import_seconds:.2f} s",
            floor,
            imported,
            "×",
            2,
            figures.problem,
        ),
    ]


def _requests(contenders: list[Contender]) -> list[str]:
    kinds = ("robots.txt", "listings", "posts", "files", "images")
    rows: list[tuple[str, ...]] = [("requests of", *kinds, "all", "per second", "posts got")]
    for one in contenders:
        count, rate = one.requests.total(), divided(one.requests.total(), one.wall)
        rows.append(
            (
                one.name,
                *(str(one.requests[kind]) for kind in kinds),
                str(count),
                f"{rate:.0f}",
                str(one.posts),
            )
        )
    return table.aligned(rows)


def main() -> None:
    """Measures everything and prints it."""
    options = _options()
    samples = SAMPLES * options.rounds
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive"
        contenders = crawls.measure(options.posts, options.rounds, archive, _tell)
        parsed = parsing.measure(samples)
        _tell(f"parse: {samples} samples of {parsing.CALLS} calls, a page of {parsed.size:,} bytes")
        large = Path(folder) / "large"
        problem = crawls.fill(options.search_posts, large)
        started = starts.measure(large, samples, problem)
        _tell(f"search start: {samples} calls on {options.search_posts:,} posts")
        pages = [] if problem else web.ratios(large, options.rounds)
        _tell(f"pages of the site: {options.rounds} rounds on {options.search_posts:,} posts")
        verified = verifying.measure(archive, samples)
        rebuilt = rebuilding.measure(archive, options.rounds)
        _tell(f"rebuild and import: {options.rounds} rounds")
        _tell(f"verify: {samples} samples, {verified.size / MEGABYTE:.0f} MB unpacked")
        database = sizes.database(options.search_posts, Path(folder) / "written")
        evidence = sizes.evidence(archive)
    ratios = [
        *_crawl_ratios(contenders[0], contenders[1:]),
        _parse_ratio(parsed),
        _start_ratio(started),
        *_verify_ratios(verified),
        _size_ratio("database / text of its posts", database, 4),
        _size_ratio("records of pages / gzip of the pages", evidence, 1.2),
        *_rebuild_ratios(rebuilt),
        *pages,
    ]
    if options.json:
        by_contender = {
            one.name: {
                "requests": dict(one.requests),
                "posts": one.posts,
                "wall": [w.wall for w in one.weights],
            }
            for one in contenders
        }
        print(
            json.dumps(
                {
                    "posts": options.posts,
                    "rounds": options.rounds,
                    "results": table.as_json(ratios),
                    "crawls": by_contender,
                },
                indent=2,
            )
        )
        return
    print(
        f"{options.posts} posts, {options.rounds} rounds by turns, medians (memory: the largest), "
        f"{os.cpu_count()} cores\n"
    )
    print(table.as_text(ratios))
    print("\n" + "\n".join(_requests(contenders)))


if __name__ == "__main__":
    main()
