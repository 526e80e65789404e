"""The stand-in site in a process of its own, so that its work is not counted as the crawler's; it tells how
often it was asked.

`python -m bench.site POSTS PORT` prints its origin, then for each line on stdin what was asked since the last
one, as JSON; it ends with stdin."""

import json
import subprocess
import sys
from collections import Counter
from types import TracebackType
from typing import Self

from bench.child import ROOT


class StandIn:
    """A running stand-in of `posts` posts; use it in a `with`. An archive knows its site by the port too."""

    def __init__(self, posts: int, port: int = 0) -> None:
        command = [sys.executable, "-m", "bench.site", str(posts), str(port)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.origin = self._line()

    def take_requests(self) -> Counter[str]:
        """Requests by kind since this was last called."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return Counter(json.loads(self._line()))

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line:
            raise RuntimeError("the stand-in site ended early; see its words above")
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()  # closes its stdin, which ends it


def _kind(target: str) -> str:
    """What a request was for."""
    if target.startswith(("/board.es", "/menu.es", "/en/")) and "ownload" not in target:
        return "posts" if "act=view" in target or "bbIdx=" in target else "listings"
    if "ownload" in target:
        return "files"
    return "robots.txt" if target == "/robots.txt" else "images"


def _serve(posts: int, port: int) -> None:
    from kistep_archive.replica import Replica, Site

    with Replica(Site.generated(posts), port=port) as replica:
        print(replica.origin, flush=True)
        for _ in sys.stdin:
            requests = Counter(_kind(target) for _, target in replica.requests)
            replica.requests.clear()
            print(json.dumps(requests), flush=True)


if __name__ == "__main__":
    _serve(*map(int, sys.argv[1:]))
