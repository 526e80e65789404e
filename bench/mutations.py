"""`python -m bench.mutations [--share N] [--json]`: what real crawls make of a site whose layout changed.

Every Nth change of every skin is crawled twice: into an empty archive, and into one that has the day
before."""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from mutated_crawls import SKINS, Stage, redesigns, takes_away


def main() -> None:
    """Crawls and prints how many changes were caught."""
    parser = argparse.ArgumentParser(prog="python -m bench.mutations", description=__doc__)
    parser.add_argument("--share", type=int, default=5, help="every Nth change [default: 5]")
    parser.add_argument("--from", type=int, default=0, dest="start", help="the first change [default: 0]")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    options = parser.parse_args()
    counts: dict[str, Counter[str]] = {"first crawl": Counter(), "with history": Counter()}
    wrong: list[str] = []
    at = options.start
    for skin in SKINS:
        with tempfile.TemporaryDirectory() as folder:
            stage = Stage.made(skin, Path(folder))
            for redesign in list(redesigns(skin))[at % options.share :: options.share]:
                crawls = [("with history", stage.crawl_again)]
                if not takes_away(redesign):
                    crawls.append(("first crawl", stage.crawl_first))
                for kind, crawl in crawls:
                    fate, why = crawl(redesign)
                    counts[kind][fate] += 1
                    if fate in ("missed", "false alarm"):
                        wrong.append(f"{kind}: {fate}: {redesign.name}: {why}")
                        print(wrong[-1], file=sys.stderr, flush=True)
        at += 1
        print(skin, {kind: dict(count) for kind, count in counts.items()}, file=sys.stderr, flush=True)
    _tell(counts, wrong, as_json=options.json)


def _tell(counts: dict[str, Counter[str]], wrong: list[str], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"counts": {kind: dict(count) for kind, count in counts.items()}, "wrong": wrong}))
        return
    for kind, count in counts.items():
        harmful = count["caught"] + count["missed"]
        share = 100 * count["caught"] / max(harmful, 1)
        print(
            f"{kind}: {count.total()} changes; {harmful} are harmful, {count['caught']} of them caught "
            f"({share:.1f} %); {count['harmless']} are harmless, {count['false alarm']} false alarms"
        )


if __name__ == "__main__":
    main()
