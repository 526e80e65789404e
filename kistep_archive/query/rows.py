"""What the archive holds, as values: the rows of the views, typed and frozen. The fields are the views' columns, in their order.

`*_at` is an instant in UTC, ISO 8601 with `Z`; `date` is a post's own day, YYYY-MM-DD; `size` is in bytes; a digest is a sha256 in hex.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kistep_archive.http.response import Page
from collections.abc import Callable, Iterator
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Post:
    """A post as it is now, or as it was known then. `hits` is the last observation; `body_html` is sanitised, its links absolute;
    `removed_at` is None while the post stands on the site; `revisions` is how many there are."""

    id: int
    board: str
    number: int
    title: str
    writer: str | None
    date: str
    hits: int | None
    body_text: str
    body_html: str
    url: str
    layout: str
    first_seen_at: str
    last_seen_at: str
    removed_at: str | None
    revisions: int


@dataclass(frozen=True, slots=True)
class Revision:
    """What a post said since `seen_at`. `changed` names the fields that differ from the revision before, none for the first one."""

    id: int
    post_id: int
    seen_at: str
    title: str
    writer: str | None
    date: str
    body_text: str
    body_html: str
    changed: tuple[str, ...]
    sha256: str
    warc_file: str
    warc_offset: int
    parser_version: int
    folder: Path = field(repr=False, compare=False)  # where the WARC files are

    def read(self) -> bytes:
        """The page that it was read from, without its content encoding. Raises ArchiveError (5) for damage."""
        return _unpacked(self)

    def raw(self) -> bytes:
        """The page's bytes exactly as they came over the wire; their digest is `sha256`. Raises ArchiveError (5) for damage."""
        return _proven(self).body


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A response of the site, and what became of it (`outcome`)."""

    url: str
    kind: str
    status: int
    fetched_at: str
    sha256: str
    warc_file: str
    warc_offset: int
    warc_length: int
    run_id: int
    outcome: str
    folder: Path = field(repr=False, compare=False)  # where the WARC files are

    def read(self) -> bytes:
        """The page without its content encoding. Raises ArchiveError (5) for damage."""
        return _unpacked(self)

    def raw(self) -> bytes:
        """The page's bytes exactly as they came over the wire; their digest is `sha256`. Raises ArchiveError (5) for damage."""
        return _proven(self).body


@dataclass(frozen=True, slots=True)
class Hits:
    """How often the site said that a post had been read."""

    post_id: int
    seen_at: str
    hits: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a post offers, or an image of its body: `kind` is "file" or "image". What is not held has no digest and no place."""

    post_id: int
    seq: int
    name: str
    url: str
    media_type: str | None
    size: int | None
    sha256: str | None
    fetched_at: str | None
    warc_file: str | None
    warc_offset: int | None
    kind: str
    folder: Path = field(repr=False, compare=False)  # where the WARC files are

    def read(self) -> bytes:
        """The file, from the evidence. Raises ArchiveError: 2 where it is not held, 5 for damage."""
        from kistep_archive.errors import ArchiveError
        from kistep_archive.evidence import pages

        if self.sha256 is None or self.warc_file is None or self.warc_offset is None:
            raise ArchiveError(f"{self.url}: this file is not held; see whether it still can be had with 'crawl'", 2)
        return pages.unpacked(pages.proven(self.folder, self.warc_file, self.warc_offset, self.sha256))


@dataclass(frozen=True, slots=True)
class Source:
    """An address under which a post was seen."""

    post_id: int
    layout: str
    board: str
    number: int
    url: str
    first_seen_at: str
    last_seen_at: str


@dataclass(frozen=True, slots=True)
class Removal:
    """A time in which a source was missing from the site; `returned_at` is None while it still is."""

    post_id: int
    layout: str
    number: int
    removed_at: str
    returned_at: str | None


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl, backfill, recheck or import. `verdict`, `exit_code` and `finished_at` are None while it goes on, and where it died."""

    id: int
    kind: str
    started_at: str
    finished_at: str | None
    boards: tuple[str, ...]
    arguments: Mapping[str, Any]
    verdict: str | None
    exit_code: int | None
    reason: str | None
    requested: int
    fetched: int
    failed: int
    new: int
    revised: int
    removed: int
    restored: int
    unchanged: int
    declared_total: int | None


def _proven(row: Revision | KeptPage) -> "Page":
    """The page that a row leads to, held against its digest."""
    from kistep_archive.evidence import pages

    return pages.proven(row.folder, row.warc_file, row.warc_offset, row.sha256)


def _unpacked(row: Revision | KeptPage) -> bytes:
    from kistep_archive.evidence import pages

    return pages.unpacked(_proven(row))


Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """One result of a search. `snippet` is HTML-escaped, each match in <mark>; the higher the `score` the better."""

    id: int
    board: str
    number: int
    title: str
    writer: str | None
    date: str
    hits: int | None
    url: str
    snippet: str
    score: float


class Search:
    """What a search finds, the best first. Nothing is read before `total` or an iteration asks for it; then it is read once."""

    def __init__(self, ask: Callable[[], Answer]) -> None:
        self._ask = ask

    @cached_property
    def document(self) -> Answer:
        """The answer as plain data, as `search --json` prints it."""
        return self._ask()

    @cached_property
    def _results(self) -> list[Found]:
        return [Found(**row) for row in self.document["results"]]

    @property
    def total(self) -> int:
        """How many posts fit; `limit` does not lessen it."""
        return int(self.document["total"])

    @property
    def suggestions(self) -> list[str]:
        """Where nothing fits: the nearest words that the archive has."""
        return list(self.document.get("suggestions", ()))

    @property
    def remark(self) -> str:
        """What else is to be known of the answer: that a query only excludes, or has too many terms. Empty where there is nothing."""
        return str(self.document.get("remark", ""))

    @property
    def plot(self) -> dict[str, int]:
        """How many posts fit of each year ("2022"), or of each month ("2022-07") where those are few; empty if it was not asked for."""
        return dict(self.document.get("plot", {}))

    def __len__(self) -> int:
        return len(self._results)

    def __iter__(self) -> Iterator[Found]:
        return iter(self._results)
