"""A whole `verify` of an archive beside `gunzip -c` of its WARC files, and the walk alone beside Python's own
gzip of the same bytes.

`python -m bench.verifying ARCHIVE SAMPLES` prints the seconds of each sample as JSON. It is a process of its
own to keep the measuring one small; all sides are timed inside it, by turns, so that no side pays for the
start of Python."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.child import weigh

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Verifying:
    """Median seconds; `size` is the unpacked bytes; `problem` is empty when all went well."""

    verify: float
    gunzip: float
    walk: float
    python: float
    size: int
    problem: str = ""


def measure(archive: Path, samples: int) -> Verifying:
    """Medians over that many samples of each."""
    weight = weigh("-m", "bench.verifying", str(archive), str(samples))
    if weight.problem:
        return Verifying(0.0, 0.0, 0.0, 0.0, 0, weight.problem)
    figures = json.loads(weight.output)
    return Verifying(
        *(median(figures[name]) for name in ("verify", "gunzip", "walk", "python")), figures["size"]
    )


def _gunzip(files: list[Path]) -> None:
    subprocess.run(["gunzip", "-c", *map(str, files)], stdout=subprocess.DEVNULL, check=True)


def _python(files: list[Path]) -> int:
    size = 0
    for path in files:
        with gzip.open(path) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
    return size


def _seconds(call: Callable[[], object]) -> float:
    begun = perf_counter()
    call()
    return perf_counter() - begun


def _sample(archive: Path, samples: int) -> None:
    from kistep_archive.audit.scanning import Work
    from kistep_archive.audit.verify import verify
    from kistep_archive.warc.reader import Damage, walk

    files = sorted((archive / "warc").glob("*.warc.gz"))
    if verify(archive).findings:
        raise SystemExit("the archive to be measured is not sound")
    sides: dict[str, Callable[[], object]] = {
        "verify": lambda: verify(archive, work=Work(os.cpu_count() or 1)),  # as the command does
        "gunzip": lambda: _gunzip(files),
        "walk": lambda: [one for path in files for one in walk(path) if isinstance(one, Damage)],
        "python": lambda: _python(files),
    }
    spent: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(samples):
        for name, call in sides.items():
            spent[name].append(_seconds(call))
    print(json.dumps({**spent, "size": _python(files)}))


if __name__ == "__main__":
    _sample(Path(sys.argv[1]), int(sys.argv[2]))
