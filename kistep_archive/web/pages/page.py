"""A page before it is drawn, and the visit that asks for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from kistep_archive.api import Archive
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.documents import Document
from kistep_archive.web.links import Links
from kistep_archive.web.memory import Memory
from kistep_archive.web.texts import Texts

_T = TypeVar("_T")


class PageNotFoundError(Exception):
    """The site has no such page; the message says what there is instead."""


class PageMovedError(Exception):
    """The page stands at another path, which is the message."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody asks for a page: of this archive, as of its instant, with these parts of the query. `now` is
    when the health of the boards is judged, None for the time of the clock."""

    archive: Archive
    links: Links
    texts: Texts
    query: Mapping[str, str] = field(default_factory=dict)
    now: datetime | None = None
    memory: Memory | None = None

    def recall(self, name: str, ask: Callable[[], _T]) -> _T:
        """The answer to a question about all posts, remembered if the visit is to a server's archive as it is
        now."""
        if self.memory is None or self.archive.as_of:
            return ask()
        return self.memory.recall(name, ask)

    def asked(self, name: str) -> str | None:
        """A part of the query without blanks around it; None if it is missing or empty."""
        return self.query.get(name, "").strip() or None

    def number(self, name: str, first: int = 1) -> int:
        """A part of the query that is a whole number from `first` on; `first` if it is missing. Raises
        ArchiveError (2)."""
        text = self.asked(name)
        if text is None:
            return first
        if not (text.isascii() and text.isdecimal() and first <= int(text[:9]) and len(text) < 10):
            raise ArchiveError(f"{name}={text}: use a whole number from {first} on", ExitCode.USAGE)
        return int(text)

    def choice(self, name: str) -> bool | None:
        """A part of the query that is yes or no; None if it is missing. Raises ArchiveError (2)."""
        text = self.asked(name)
        if text is not None and text not in _CHOICES:
            raise ArchiveError(f"{name}={text}: use yes or no", ExitCode.USAGE)
        return None if text is None else _CHOICES[text]


_CHOICES = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Page:
    """A page at a `path`: the name of its template, its title, what the template shows, and the same as
    plain data for the `.json` beside it. `feed` is the path of a feed without its suffix, `feed_query` the
    query that it takes; `schema` is
    schema.org's description of what the page is about."""

    path: str
    template: str
    title: str
    values: Mapping[str, Any]
    document: Document
    description: str = ""
    feed: str = ""
    feed_query: Mapping[str, str] = field(default_factory=dict)
    schema: Document = field(default_factory=dict)


Maker: TypeAlias = Callable[..., Page]  # (visit, parts of the path) -> page
