"""`python -m bench.learning [--seeds FROM:TO] [--keep DIR] [--json]`: how often `learn` is right.

For each seed it crawls an invented board, learns a skin, rebuilds, and compares with the truth."""

import argparse
import json
import sys
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from commands import Archive
from invented import Invented
from invented_site import first_crawl, own_board, serving, wrong_in_archive, wrong_with_skin

from kistep_archive.ingest.rebuild import rebuild

ROW = ("title", "writer", "date", "hits")


@dataclass
class Result:
    """What happened with one seed: exit codes, and what is wrong, by field, in how many posts."""

    seed: int
    traits: dict[str, object]
    crawled: int = 0
    silent: list[str] = field(default_factory=list)  # fields that the first crawl wrote wrong
    unasked: bool = False
    learnt: int = 0
    seconds: float = 0.0
    posts: int = 0
    wrong: dict[str, int] = field(default_factory=dict)
    reason: str = ""
    skin: str = ""

    @property
    def rows_right(self) -> bool:
        """Whether a skin was learnt that reads title, writer, date and hits of all posts."""
        return not self.learnt and not any(self.wrong.get(name) for name in ROW)

    @property
    def all_right(self) -> bool:
        """Whether it reads everything."""
        return not self.learnt and not self.wrong


def measure(seed: int, folder: Path) -> Result:
    """One seed, in an archive of its own that may have its first crawl already."""
    board = Invented(seed)
    result = Result(seed, board.traits)
    archive = Archive(folder / str(seed))
    with serving(board) as site:
        archive.origin = site.origin
        done = archive.folder / "crawled"
        if not done.exists():
            done.parent.mkdir(parents=True, exist_ok=True)
            code = first_crawl(archive)
            silent = sorted({name for each in wrong_in_archive(archive, board).values() for name in each})
            done.write_text(json.dumps([code, silent]))
        result.crawled, result.silent = json.loads(done.read_text())
    _learn(result, archive, board)
    return result


def _learn(result: Result, archive: Archive, board: Invented) -> None:
    boards = archive.folder / "boards.toml"
    before = boards.read_text()
    start = perf_counter()
    first = archive.run("learn", "news", "--save")
    result.seconds, result.unasked, result.reason = (
        perf_counter() - start,
        first.returncode == 0,
        first.stderr,
    )
    done = archive.run("learn", "news", "--save", "--accept") if first.returncode == 4 else first
    result.learnt = done.returncode
    try:
        if done.returncode == 0:
            _compare(result, archive, board)
        else:
            result.reason = done.stderr
    finally:
        boards.write_text(before)


def _compare(result: Result, archive: Archive, board: Invented) -> None:
    result.skin = (archive.folder / "learned-news-es.toml").read_text()
    rebuild(archive.folder, jobs=1, force=True)
    wrong = wrong_with_skin(own_board(archive), board)
    stored = wrong_in_archive(archive, board)
    result.posts = archive.value("SELECT count(*) FROM posts")
    fields = Counter(name for each in (wrong | stored).values() for name in each)
    if not result.posts:
        fields["rebuild"] += 1
    result.wrong = dict(fields)


def _figures(results: list[Result]) -> dict[str, object]:
    count = len(results)
    unasked = [each for each in results if each.unasked]
    return {
        "skins": count,
        "first crawls right": sum(each.crawled == 0 and not each.silent for each in results),
        "first crawls ended with": dict(Counter(each.crawled for each in results)),
        "first crawls silently wrong": [each.seed for each in results if each.silent],
        "learnt: title, writer, date and hits right": _share(sum(each.rows_right for each in results), count),
        "learnt: every field right": _share(sum(each.all_right for each in results), count),
        "saved unasked": len(unasked),
        "saved unasked and wrong": [each.seed for each in unasked if each.wrong],
        "not learnt": [each.seed for each in results if each.learnt],
        "wrong after accepting": {each.seed: each.wrong for each in results if each.wrong},
        "seconds to learn, longest": round(max(each.seconds for each in results), 2),
    }


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}, {part / whole:.1%}"


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.learning", description=__doc__)
    parser.add_argument("--seeds", default="0:100", metavar="FROM:TO", help="the seeds [default: 0:100]")
    parser.add_argument("--keep", type=Path, help="keep the archives here, and use those that are there")
    parser.add_argument("--json", action="store_true", help="every seed, as one JSON document")
    options = parser.parse_args()
    first, last = map(int, options.seeds.split(":"))
    with tempfile.TemporaryDirectory() as scratch:
        results = [measure(seed, options.keep or Path(scratch)) for seed in range(first, last)]
    if options.json:
        print(json.dumps([asdict(each) for each in results], ensure_ascii=False, indent=1))
        print(json.dumps(_figures(results), indent=1), file=sys.stderr)
    else:
        print(json.dumps(_figures(results), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
