"""`python -m bench.beyond [--posts N]`: what docs/scale.md says. It takes a few minutes.

Merging: processor time of a crawl, and of the import of what it made. Parquet: files, size, and processor
time of DuckDB's queries, by how posts are partitioned."""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import process_time

import duckdb

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from parsed import parsed

from bench.table import aligned
from kistep_archive.evidence.events import RunStart
from kistep_archive.export.tables import parquet
from kistep_archive.query.filters import Filters, choose
from kistep_archive.replica import Replica, Site
from kistep_archive.store.database import open_archive
from kistep_archive.store.rows import runs
from kistep_archive.store.rows.fold import PostPage, save_post
from kistep_archive.store.store import Store
from kistep_archive.warc.location import Evidence

_AT = "2026-01-01T00:00:00.000000Z"
_YEARS = 17
_SAMPLES = 5
_ALL = "SELECT writer, count(*), avg(length(body_text)) FROM {} GROUP BY writer"
_ONE = "SELECT count(*), avg(length(body_text)) FROM {} WHERE board = 'b0' AND year = 2015"


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000)
    posts = parser.parse_args().posts
    with tempfile.TemporaryDirectory() as folder:
        print(*aligned(list(merging(Path(folder), posts // 10))), sep="\n", flush=True)
        rows = [row for boards in (1, 10, 300) for row in partitions(Path(folder), posts, boards)]
        print("", *aligned(rows), sep="\n")


def merging(folder: Path, posts: int) -> Iterator[list[str]]:
    """A row for each command: processor seconds, and the requests that its run made."""
    yield ["command", "s of processor time", "requests"]
    with Replica(Site.generated(posts)) as site:
        crawl = ("crawl", "news", "--origin", site.origin, "--delay", "0")
        for archive, command in (
            ("a", crawl),
            ("m", ("import", str(folder / "a"))),
            ("m", crawl),
            ("a", ("rebuild", "--jobs", "1")),
        ):
            seconds = _child("--archive", str(folder / archive), "--quiet", *command)
            with closing(open_archive(folder / archive)) as conn:
                requests = conn.execute("SELECT requested FROM runs ORDER BY id DESC LIMIT 1").fetchone()[0]
            yield [command[0], f"{seconds:.2f}", str(requests) if command is crawl else "-"]


def _child(*arguments: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "kistep_archive", *arguments], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def partitions(folder: Path, posts: int, boards: int) -> Iterator[list[str]]:
    """A row for each way to write so many posts of so many boards."""
    archive = folder / f"{boards} boards"
    _write(archive, posts, boards)
    if boards == 1:
        yield ["boards", "partitioned by", "files", "MB", "all posts, ms", "one board and year, ms"]
    for name, most in (("nothing", -1), ("year", 0), ("board and year", posts)):
        out = folder / f"{boards} boards by {name}"
        with closing(open_archive(archive)) as conn:
            write = parquet.writer() if most < 0 else parquet.partitions_writer(most)
            write(conn, choose(conn, Filters()), out)
        files = [*out.rglob("*.parquet")] or [out]
        size = sum(path.stat().st_size for path in files)
        everything, one = (_query(out, query) for query in (_ALL, _ONE))
        yield [str(boards), name, str(len(files)), f"{size / 1e6:.1f}", f"{everything:.0f}", f"{one:.0f}"]


def _query(out: Path, query: str) -> float:
    """Median milliseconds of processor time of a query."""
    table = f"read_parquet('{out}/**/*.parquet', hive_partitioning = true)"
    if out.is_file():
        table = f"(SELECT *, year(date) AS year FROM read_parquet('{out}'))"
    seconds = []
    with duckdb.connect() as conn:
        for _ in range(_SAMPLES):
            begun = process_time()
            conn.sql(query.format(table)).fetchall()
            seconds.append(process_time() - begun)
    return median(seconds) * 1000


def _write(folder: Path, posts: int, boards: int) -> None:
    folder.mkdir()
    with closing(Store(folder)) as store:
        runs.begin(store.conn, RunStart(1, "000001-crawl", "crawl", _AT, "", [], {}, ()))
        for number in range(1, posts + 1):
            day = date(2009, 1, 1) + timedelta(days=number * 7919 % (_YEARS * 365))
            text = f"{number} " + os.urandom(400).hex()
            read = parsed(
                number, title=f"Title {number}", writer=f"Writer {number % 20}", date=day.isoformat(),
                hits=number, body_text=text, body_html=f"<p>{text}</p>",
            )  # fmt: skip
            url = f"https://www.kistep.re.kr/{number}"
            evidence = Evidence("000001-crawl.warc.gz", number, 1, f"{number:064x}", url, _AT, 200)
            save_post(store.conn, 1, PostPage(f"b{number % boards}", url, evidence, None), read)


if __name__ == "__main__":
    main()
