"""Readers who open pages of a running server at once, each over one connection that stays open, and follow
the links to posts that they find."""

import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

_POST = re.compile(r'href="/(news/[1-9][0-9]*)"')
_LISTS = (
    "",
    "index.json",
    "search",
    "search?q=forum",
    "search?q=%EA%B3%BC%ED%95%99",
    "search?q=title:policy&removed=no&page=1",
    "search?q=zzxxq",
    "search.json?q=kistep",
    "changed",
    "removed",
    "writers",
    "years",
    "boards",
    "boards/news",
    "runs",
    "feed.atom",
)
_OF_POST = ("", ".json", "/changes", "/proof", "/files", "/cite")


@dataclass(slots=True)
class Crowd:
    """So many readers of the server at an address, who wait so many seconds between two pages. Use it in a
    `with`: they read as long as it lasts. `statuses` counts the answers; `failures` tells what was not
    answered with 200."""

    address: str
    readers: int = 20
    pause: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    posts: set[str] = field(default_factory=set)
    _ended: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Crowd":
        for number in range(self.readers):
            self._threads.append(threading.Thread(target=self._read, args=(number,)))
            self._threads[-1].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _read(self, number: int) -> None:
        dice, connection = random.Random(number), HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        while not self._ended.wait(self.pause * dice.uniform(0.5, 1.5)):
            path = self._chosen(dice)
            begun = time.perf_counter()
            try:
                connection.request("GET", f"/{path}")
                response = connection.getresponse()
                text = response.read().decode()
            except (OSError, HTTPException) as error:
                self.failures.append(f"/{path}: {error!r}")
                connection.close()
                continue
            self.seconds.append(time.perf_counter() - begun)
            self.statuses[response.status] += 1
            if response.status != 200:
                self.failures.append(f"/{path}: {response.status}")
            self.posts.update(_POST.findall(text))
        connection.close()

    def _chosen(self, dice: random.Random) -> str:
        posts = list(self.posts)
        if not posts or dice.random() < 0.5:
            return dice.choice(_LISTS)
        return dice.choice(posts) + dice.choice(_OF_POST)
