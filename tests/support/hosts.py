"""Several hosts on loopback, 127.0.0.1 and up, each with the same two boards, and what each of them saw."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from commands import Archive
from plain_posts import plain_posts

from kistep_archive.replica import Answer, Entry, Replica, Site
from kistep_archive.replica.standard import NEWS_BID, NEWSLETTER_BID, History

_BOARD = """
[[board]]
name = "{name}"
title = "Board {name}"
layout = "es"
address = "{origin}/board.es?mid={mid}&bid={bid}"
language = "en"
"""
_PLACES = (("a20501000000", NEWS_BID), ("a20502000000", NEWSLETTER_BID))


@dataclass
class Host(Replica):
    """A stand-in that counts how many of its requests are open at the same time."""

    number: int
    site: Site
    most: int = 0
    _open: int = field(default=0, init=False)
    _count: Lock = field(default_factory=Lock, init=False)

    def __post_init__(self) -> None:
        super().__init__(self.site, address=f"127.0.0.{self.number}")

    @property
    def name(self) -> str:
        return f"127.0.0.{self.number}"

    @property
    def boards(self) -> list[str]:
        return [f"h{self.number}-{letter}" for letter in "ab"]

    def respond(self, method: str, target: str, posted: str, accepts_gzip: bool, cookies: str = "") -> Answer:
        with self._count:
            self._open += 1
            self.most = max(self.most, self._open)
        try:
            return super().respond(method, target, posted, accepts_gzip, cookies)
        finally:
            with self._count:
                self._open -= 1

    def rows(self) -> str:
        """Its boards, as a boards file names them."""
        return "".join(
            _BOARD.format(name=name, origin=self.origin, mid=mid, bid=bid)
            for name, (mid, bid) in zip(self.boards, _PLACES, strict=True)
        )


def two_boards(posts: int, other: int) -> dict[tuple[str, str], tuple[Entry, ...]]:
    """Two boards with so many posts; no number is on both."""
    made = plain_posts("es", posts + other)
    return {("es", NEWS_BID): made[:posts], ("es", NEWSLETTER_BID): made[posts:]}


@dataclass
class Hosts:
    """Running hosts, and an archive whose boards file names all of their boards."""

    hosts: list[Host]
    archive: Archive

    @property
    def names(self) -> list[str]:
        return [name for host in self.hosts for name in host.boards]

    def run(self, command: str, *options: str, delay: str = "0") -> tuple[int, str]:
        """A command for all boards; its exit code and what it said on stderr."""
        done = self.archive.run(command, *self.names, "--delay", delay, *options)
        return done.returncode, done.stderr

    def command(self, command: str) -> list[str]:
        """The command for all boards, to be started."""
        return self.archive.command(command, *self.names, "--delay", "0")

    def take_requests(self) -> list[list[str]]:
        """What each host was asked for since this was last asked."""
        targets = [[target for _, target in host.requests] for host in self.hosts]
        for host in self.hosts:
            host.requests.clear()
        return targets


@contextmanager
def running(folder: Path, count: int, posts: int = 3, other: int = 2) -> Iterator[Hosts]:
    """So many hosts with a board of `posts` and one of `other` posts each."""
    with ExitStack() as stack:
        hosts = [
            stack.enter_context(Host(number, Site(History(two_boards(posts, other), {}, {}))))
            for number in range(1, count + 1)
        ]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "boards.toml").write_text("".join(host.rows() for host in hosts))
        yield Hosts(hosts, Archive(folder))
