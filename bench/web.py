"""`python -m bench.web [--archive DIR] [--posts N] [--rounds N]`: what the site's pages cost, each as the
whole answer that a server gives beside the bare questions to the archive behind it, by turns in one process.

"Cold" is the first answer after the database changed: a new connection, and nothing that the server
remembers; "warm" is every later one. All is processor time."""

import argparse
import gc
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import process_time

from bench import asked, crawls
from bench.asked import Asked
from bench.table import Ratio, aligned, divided
from kistep_archive.api import Archive
from kistep_archive.web.links import Links
from kistep_archive.web.memory import Memory
from kistep_archive.web.server.answers import Question, answer

_SMALL = 10_000  # posts up to which a page has 50 ms
_GOALS = ("home", "search without a query", "post")


@dataclass(slots=True)
class Times:
    """Seconds of processor time, one for each round: of the page, cold and warm, and of its questions."""

    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)


class Reader:
    """Asks the site of an archive in this process, as one thread of the server does."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.archive, self._memory = folder, Archive(folder), Memory(folder)

    def renew(self) -> None:
        """Forgets all, as if the database had changed."""
        self.archive.close()
        self.archive, self._memory = Archive(self._folder), Memory(self._folder)

    def open(self, path: str, **query: str) -> None:
        """Asks for a page. Raises an error if the server would tell one."""
        answer(self.archive, Question(path, query, Links(), self._folder, self._memory))


def seconds(call: Callable[[], object]) -> float:
    """Processor time of a call; the garbage of earlier ones is collected before."""
    gc.collect()
    begun = process_time()
    call()
    return process_time() - begun


def measure_pages(folder: Path, rounds: int) -> dict[str, Times]:
    """The times of each kind of page."""
    kinds, reader = asked.pages(folder), Reader(folder)
    times = {each.name: Times() for each in kinds}
    for number in range(rounds + 1):
        for each in kinds:
            taken = _of_page(reader, each)
            if number:  # the first round compiles the templates
                for name, value in zip(("cold", "warm", "bare"), taken, strict=True):
                    getattr(times[each.name], name).append(value)
    return times


def _of_page(reader: Reader, each: Asked) -> tuple[float, float, float]:
    reader.renew()
    cold = seconds(lambda: reader.open(each.path, **each.query))
    warm = seconds(lambda: reader.open(each.path, **each.query))
    return cold, warm, seconds(lambda: each.bare(reader.archive))


def measure_searches(folder: Path, rounds: int) -> Iterator[tuple[str, int, float, float]]:
    """(kind, matches, seconds of the page, seconds of the query alone) of each of 200 queries, medians."""
    reader, spent = Reader(folder), dict[tuple[str, str], list[tuple[float, float]]]()
    for _ in range(rounds + 1):
        for kind, query in asked.queries(folder):
            page = seconds(lambda: reader.open("search", q=query))  # noqa: B023
            bare = seconds(lambda: reader.archive.search(query).document)  # noqa: B023
            spent.setdefault((kind, query), []).append((page, bare))
    for (kind, query), pairs in spent.items():
        pages, queries = zip(*pairs[1:], strict=True)
        yield kind, reader.archive.search(query, limit=0).total, median(pages), median(queries)


def ratios(folder: Path, rounds: int) -> list[Ratio]:
    """The lines that have goals, for `make bench`."""
    pages, searches = measure_pages(folder, rounds), list(measure_searches(folder, 1))
    with Archive(folder) as archive:
        goal = 50 if archive.search(limit=0).total <= _SMALL else 100
    mine, bare = ([row[place] * 1000 for row in searches] for place in (2, 3))
    lines = []
    for name in _GOALS:
        for state in ("warm", "cold"):
            value = median(getattr(pages[name], state)) * 1000
            beside = f"{median(pages[name].bare) * 1000:.1f} ms"
            lines.append(Ratio(f"page {name}, {state}", f"{value:.1f} ms", beside, value, "ms", goal))
    for part, name in ((50, "p50"), (99, "p99")):
        page, query = (_at(values, part) for values in (mine, bare))
        times = f"{page:.1f} ms", f"{query:.1f} ms"
        lines.append(Ratio(f"page search, {name} of {len(mine)}", *times, page, "ms", goal))
    page, query = sum(mine), sum(bare)
    lines.append(
        Ratio(
            "  all pages / their queries", f"{page:.0f} ms", f"{query:.0f} ms", divided(page, query), "×", 1.5
        )
    )
    return lines


def _at(values: list[float], part: int) -> float:
    return quantiles(values, n=100, method="inclusive")[part - 1]


def _pages_table(times: dict[str, Times]) -> list[str]:
    rows: list[tuple[str, ...]] = [("page", "cold", "warm", "bare questions", "warm / bare")]
    for name, each in times.items():
        ratio = divided(median(each.warm), median(each.bare))
        rows.append((name, *map(_spread, (each.cold, each.warm, each.bare)), f"{ratio:.2f} ×"))
    return aligned(rows)


def _spread(values: list[float]) -> str:
    least, middle, most = (f"{value * 1000:.1f}" for value in (min(values), median(values), max(values)))
    return f"{middle} ms ({least}-{most})"


def _searches_table(searches: list[tuple[str, int, float, float]]) -> list[str]:
    rows: list[tuple[str, ...]] = [("queries", "matches", "p50 page / query", "p99 page / query", "all")]
    for name in ("all", *dict.fromkeys(row[0] for row in searches)):
        some = [row for row in searches if name in ("all", row[0])]
        pages, queries = ([row[place] * 1000 for row in some] for place in (2, 3))
        both = [f"{_at(pages, part):.1f} / {_at(queries, part):.1f} ms" for part in (50, 99)]
        matches = f"{median(row[1] for row in some):.0f}"
        rows.append((name, matches, *both, f"{divided(sum(pages), sum(queries)):.2f} ×"))
    return aligned(rows)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.web", description=__doc__)
    parser.add_argument("--archive", type=Path, help="an archive that is there [default: one is crawled]")
    parser.add_argument("--posts", type=int, default=10_000, help="posts of the one that is crawled")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = options.archive or Path(passing) / "archive"
        if options.archive is None and (problem := crawls.fill(options.posts, folder)):
            sys.exit(problem)
        pages = measure_pages(folder, options.rounds)
        searches = list(measure_searches(folder, min(3, options.rounds)))
    print(*_pages_table(pages), "", *_searches_table(searches), sep="\n")


if __name__ == "__main__":
    main()
