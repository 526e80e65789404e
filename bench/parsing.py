"""One post's full parse beside a bare `lxml.html.fromstring` of the same bytes, by turns in one process.

`python -m bench.parsing SAMPLES` prints the seconds of each sample as JSON. It is a process of its own to
keep the measuring one small."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from bench.child import weigh

CALLS = 50  # calls a sample: long enough for the clock, short enough to stay between two disturbances
CHOICE = 201  # posts of which the one with the page of median length is taken


@dataclass(frozen=True, slots=True)
class Parsing:
    """Median seconds of one call; `size` of the page in bytes; `problem` is empty when all went well."""

    ours: float
    bare: float
    size: int
    problem: str = ""


def measure(samples: int) -> Parsing:
    """Medians over that many samples of each."""
    weight = weigh("-m", "bench.parsing", str(samples))
    if weight.problem:
        return Parsing(0.0, 0.0, 0, weight.problem)
    told = json.loads(weight.output)
    return Parsing(median(told["ours"]), median(told["bare"]), told["size"])


def _seconds(call: Callable[[], object]) -> float:
    begun = perf_counter()
    for _ in range(CALLS):
        call()
    return (perf_counter() - begun) / CALLS


def _sample(samples: int) -> None:
    import lxml.html

    from kistep_archive.http.response import Page
    from kistep_archive.model.items import ParsedPost
    from kistep_archive.parse.parser import parse
    from kistep_archive.replica import Site
    from kistep_archive.replica.pages import render_es

    pages = {entry.number: render_es.post(entry).encode() for entry in Site.generated(CHOICE).entries("es")}
    number, body = sorted(pages.items(), key=lambda item: len(item[1]))[CHOICE // 2]
    url = f"https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no={number}"
    page = Page(url, "2026-01-01T00:00:00Z", 200, (("Content-Type", "text/html;charset=UTF-8"),), body)
    if not isinstance(parse(page), ParsedPost):
        raise SystemExit("the rendered page was not read as a post")
    ours, bare = [], []
    for _ in range(samples + 1):
        ours.append(_seconds(lambda: parse(page)))
        bare.append(_seconds(lambda: lxml.html.fromstring(body)))
    # The first sample only warms up.
    print(json.dumps({"ours": ours[1:], "bare": bare[1:], "size": len(body)}))


if __name__ == "__main__":
    _sample(int(sys.argv[1]))
