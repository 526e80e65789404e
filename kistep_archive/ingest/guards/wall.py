"""One unreadable answer for every address: a firewall, a JavaScript check or a waiting room whose words the
parser does not know. Pure."""

import re
from dataclasses import dataclass, field
from hashlib import blake2b

from kistep_archive.http.response import Page, PageError, content
from kistep_archive.model.boards import BoardKey

ALIKE = 3  # addresses in a row with the same unreadable answer that stop the run
_BEGINNING = 1_000_000  # bytes that are compared: a wall's page is small, and each of its words takes memory
_TOKEN = re.compile(rb"[A-Za-z0-9+/_=-]+")
_DIGIT = re.compile(rb"[0-9]")


@dataclass(slots=True)
class Wall:
    """The addresses of a run that gave unreadable answers. `row` are the last ones in a row that gave one and
    the same; `is_through`: the run has read a page of the site too."""

    row: set[str] = field(default_factory=set)
    is_through: bool = False
    _answer: bytes = b""
    _gave: dict[bytes, dict[str, BoardKey]] = field(default_factory=dict)

    def meet(self, page: Page, address: str, board: BoardKey) -> bool:
        """Takes an unreadable answer. Returns whether so many addresses gave it that it is a wall."""
        answer = _mask(page)
        if answer != self._answer:
            self.row.clear()
        self._answer = answer
        self.row.add(address)
        self._gave.setdefault(answer, {})[address] = board
        return len(self.row) >= ALIKE

    @property
    def same(self) -> tuple[tuple[str, BoardKey], ...]:
        """The addresses of the run that gave the last answer, in a row or not, each with its board."""
        return tuple(self._gave.get(self._answer, {}).items())

    def knows(self, page: Page, address: str) -> bool:
        """Whether another address just gave this answer: asking again would give it once more."""
        return bool(self.row - {address}) and _mask(page) == self._answer

    def end(self) -> None:
        """Takes an answer of the site itself: it can be read, or links to the board's posts."""
        self.row.clear()
        self.is_through = True


def _mask(page: Page) -> bytes:
    """A digest of the page without what differs from request to request: numbers, support ids, tokens."""
    try:
        body = content(page)
    except PageError:
        body = page.body
    plain = _TOKEN.sub(lambda match: b"0" if _DIGIT.search(match[0]) else match[0], body[:_BEGINNING])
    return blake2b(plain, digest_size=16).digest()
