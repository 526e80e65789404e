"""`python -m bench.clusters ARCHIVE [--workers N] [--rounds N]`: what `rebuild --dry-run` costs in one
process, in N processes, and on a Dask cluster of N workers here. It changes nothing in the archive.

The first process writes the rows; what it costs is the least time of a rebuild, however many workers read.

`python -m bench.clusters --once ARCHIVE JOBS ADDRESS` does one of them and prints its seconds as JSON."""

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from typing import TYPE_CHECKING

from bench.child import weigh
from bench.table import aligned

if TYPE_CHECKING:
    from distributed import Client

_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall seconds, seconds of processor time of the first process and of its readers, and the first one's
    peak memory in MB."""

    wall: float
    first: float
    readers: float
    peak: float


def main() -> None:
    """Measures by turns and prints medians."""
    from distributed import Client, LocalCluster  # not in a process that is measured

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    workers = options.workers
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        ways = {"1 process": (1, ""), f"{workers} processes": (workers, "")}
        ways[f"a cluster of {workers} workers"] = (1, cluster.scheduler_address)
        costs: dict[str, list[Cost]] = {name: [] for name in ways}
        for _ in range(options.rounds):
            for name, (jobs, address) in ways.items():
                costs[name].append(_measured(client, options.archive, jobs, address))
    rows = [["rebuild with", "wall", "first process", "readers", "memory of the first"]]
    for name, some in costs.items():
        wall, first, readers, peak = (
            median(asdict(one)[field] for one in some) for field in ("wall", "first", "readers", "peak")
        )
        rows.append([name, f"{wall:.1f} s", f"{first:.1f} s", f"{readers:.1f} s", f"{peak:.0f} MB"])
    print(*aligned(rows), sep="\n")


def _measured(client: "Client", archive: Path, jobs: int, address: str) -> Cost:
    before = sum(client.run(time.process_time).values())
    done = weigh("-m", "bench.clusters", "--once", str(archive), str(jobs), address)
    if done.problem:
        raise SystemExit(done.problem)
    cost = Cost(**json.loads(done.output))
    if not address:
        return cost
    return Cost(cost.wall, cost.first, sum(client.run(time.process_time).values()) - before, cost.peak)


def _once(archive: Path, jobs: int, address: str) -> None:
    from kistep_archive.ingest.rebuild import dry_run

    begun = time.perf_counter()
    if dry_run(archive, jobs=jobs, dask=address).damage:
        raise SystemExit("the archive to be measured is damaged")
    own, others = getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)
    cost = Cost(
        time.perf_counter() - begun,
        own.ru_utime + own.ru_stime,
        others.ru_utime + others.ru_stime,
        own.ru_maxrss * 1024 / _MEGABYTE,
    )
    print(json.dumps(asdict(cost)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        _once(Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    else:
        main()
