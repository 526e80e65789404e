"""A whole `rebuild` with two processes, and an `import` of the same WARC files, beside the least that both
must do: unpack each page and have lxml parse it, in one process.

`python -m bench.rebuilding ARCHIVE` does that least and prints how many pages it parsed. Import and rebuild
are the commands themselves, each in a process of its own: its start counts."""

import gzip
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.child import Weight, weigh

JOBS = "2"


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """Median wall seconds of each; `peak` is the largest memory of a rebuild's first process, in bytes.
    `problem` is empty when all went well."""

    rebuild: float
    import_seconds: float
    floor: float
    peak: int
    problem: str = ""


def measure(archive: Path, rounds: int) -> Rebuilding:
    """Medians over that many rounds, by turns."""
    rebuilds, imports, floors = list[Weight](), list[Weight](), list[Weight]()
    files = [str(path) for path in sorted((archive / "warc").glob("*.warc.gz"))]
    for _ in range(rounds):
        floors.append(weigh("-m", "bench.rebuilding", str(archive)))
        rebuilds.append(_command(archive, "rebuild", "--jobs", JOBS))
        with tempfile.TemporaryDirectory() as folder:
            imports.append(_command(Path(folder) / "archive", "import", *files))
    problem = next((one.problem for one in [*floors, *rebuilds, *imports] if one.problem), "")
    walls = (median(one.wall for one in some) for some in (rebuilds, imports, floors))
    return Rebuilding(*walls, max(one.peak for one in rebuilds), problem)


def _command(archive: Path, *words: str) -> Weight:
    return weigh("-m", "kistep_archive", "--quiet", "--archive", str(archive), *words)


def _least(archive: Path) -> int:
    import lxml.html

    pages = 0
    for path in sorted((archive / "warc").glob("*.warc.gz")):
        with gzip.open(path) as stream:
            while head := stream.readline():
                fields = [head]
                while (line := stream.readline()).strip():
                    fields.append(line)
                sizes = [line for line in fields if line.lower().startswith(b"content-length:")]
                block = stream.read(int(sizes[0].partition(b":")[2]))
                stream.read(4)  # the line ends that close a record
                if any(line.strip() == b"WARC-Type: response" for line in fields):
                    pages += _parse(lxml.html.fromstring, block)
    return pages


def _parse(parse: Callable[[bytes], object], block: bytes) -> int:
    head, _, body = block.partition(b"\r\n\r\n")
    body = gzip.decompress(body) if b"content-encoding: gzip" in head.lower() else body
    if b"<html" not in body[:2000]:
        return 0
    parse(body)
    return 1


if __name__ == "__main__":
    print(_least(Path(sys.argv[1])))
