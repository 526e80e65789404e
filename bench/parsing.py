"""The full parse of a page beside bare lxml on the same bytes, by turns in one process.

`python -m bench.parsing [SAMPLES]` prints a table of every kind of page. Each time is the least of so many
samples, since other work on the machine only adds to a sample; the spread is that of the middle half of the
ratios. "Cold" forgets before each call what the parser remembers of earlier pages, such as labels and
addresses; in a crawl only the first page is so. `make bench` has one line of it, for the page that most
users have."""

import functools
import gc
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles
from time import thread_time
from typing import TYPE_CHECKING

from bench.child import weigh
from bench.table import aligned

if TYPE_CHECKING:
    from kistep_archive.http.response import Page

CALLS = 10  # calls a sample: long enough for the clock, short enough to stay between two disturbances
SAMPLES = 60
_ONE = "one"  # the argument that asks for the usual page alone, as JSON


@dataclass(frozen=True, slots=True)
class Parsing:
    """Seconds of one call, the median of all samples; `size` of the page in bytes; `problem` is empty when
    all went well."""

    ours: float
    bare: float
    size: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sampled:
    """Seconds of one call, sample by sample: ours, ours without anything remembered, bare lxml."""

    warm: list[float]
    cold: list[float]
    bare: list[float]


def measure(samples: int) -> Parsing:
    """Medians over that many samples of the page that most users have, in a process of its own."""
    weight = weigh("-m", "bench.parsing", str(samples), _ONE)
    if weight.problem:
        return Parsing(0.0, 0.0, 0, weight.problem)
    figures = json.loads(weight.output)
    return Parsing(median(figures["ours"]), median(figures["bare"]), figures["size"])


def _seconds(call: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """Seconds of the processor for one call; what is done `before` each does not count."""
    spent = 0.0
    for _ in range(CALLS):
        before()
        begun = thread_time()
        call()
        spent += thread_time() - begun
    return spent / CALLS


def _forgetting() -> Callable[[], object]:
    """Empties the caches of the package that live as long as the process."""
    known = [
        each
        for each in gc.get_objects()
        if isinstance(each, functools._lru_cache_wrapper) and each.__module__.startswith("kistep_archive.")
    ]

    def forget() -> None:
        for each in known:
            each.cache_clear()

    return forget


def _sample(samples: int) -> None:
    from bench import parse_pages

    page = parse_pages.usual().page
    times = _take_samples(page, samples)
    print(json.dumps({"ours": times.warm, "bare": times.bare, "size": len(page.body)}))


def _take_samples(page: "Page", samples: int) -> Sampled:
    import lxml.html

    from kistep_archive.parse.parser import parse

    forget, body = _forgetting(), page.body
    times = Sampled([], [], [])
    for _ in range(samples + 1):
        times.bare.append(_seconds(lambda: lxml.html.document_fromstring(body)))
        times.warm.append(_seconds(lambda: parse(page)))
        times.cold.append(_seconds(lambda: parse(page), forget))
    # the first sample only warms up
    return Sampled(times.warm[1:], times.cold[1:], times.bare[1:])


def _row(kind: str, menus: str, page: "Page", samples: int) -> tuple[str, ...]:
    times = _take_samples(page, samples)
    cells = [f"{min(each) * 1000:.2f} ms" for each in (times.bare, times.warm, times.cold)]
    for ours in (times.warm, times.cold):
        ratios = [one / other for one, other in zip(ours, times.bare, strict=True)]
        low, _, high = quantiles(ratios, n=4)
        cells.append(f"{min(ours) / min(times.bare):.2f} × ({low:.1f}-{high:.1f})")
    return kind, menus, f"{len(page.body) / 1000:.1f} kB", *cells


def _table(samples: int) -> None:
    from bench import parse_pages

    head = ("page", "menu", "size", "lxml", "warm", "cold", "warm / lxml", "cold / lxml")
    rows: list[tuple[str, ...]] = [head]
    rows += [_row(each.kind, each.menus, each.page, samples) for each in parse_pages.every()]
    print("\n".join(aligned(rows)))


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES
    (_sample if sys.argv[2:] == [_ONE] else _table)(wanted)
