"""How long `search` takes from the shell, beside a Python that only imports what any such command needs."""

import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.child import weigh

_COMMAND = str(Path(sys.executable).with_name("kistep-archive"))


@dataclass(frozen=True, slots=True)
class Starts:
    """Median seconds of a whole process; `problem` is empty when all went well."""

    ours: float
    bare: float
    problem: str = ""


def measure(archive: Path, samples: int, problem: str = "") -> Starts:
    """Medians over that many calls of each, by turns; one of each before that fills the caches. `problem`:
    what is known to be wrong."""
    ours, bare = [], []
    for _ in range(samples + 1):
        search = weigh(_COMMAND, "--archive", str(archive), "search", "forum", "--limit", "1")
        ours.append(search.wall)
        bare.append(weigh("-c", "import click, sqlite3").wall)
        problem = problem or search.problem
    return Starts(median(ours[1:]), median(bare[1:]), problem)
