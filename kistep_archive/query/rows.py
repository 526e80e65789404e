"""The rows of the archive's views as typed, frozen values.

The fields are the views' columns, in their order. `*_at` is an instant in UTC, ISO 8601 with `Z`; `date` is a
post's own day, YYYY-MM-DD, and `day` the same as a `datetime.date`; `size` is in bytes; a digest is a sha256
in hex.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as date_type
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kistep_archive.http.response import Page


@dataclass(frozen=True, slots=True)
class Post:
    """A post, as it is now or as it was then. `hits` is the last observation; `body_html` is sanitised, with
    absolute links; `removed_at` is None while the post is on the site; `revisions` is their number."""

    id: int
    board: str
    number: int
    title: str
    writer: str | None
    date: str
    hits: int | None
    body_text: str = field(repr=False)
    body_html: str = field(repr=False)
    url: str
    layout: str
    first_seen_at: str
    last_seen_at: str
    removed_at: str | None
    revisions: int

    @property
    def day(self) -> date_type:
        """The post's own day; `date` as a value that can be reckoned with."""
        return date_type.fromisoformat(self.date)


@dataclass(frozen=True, slots=True)
class Revision:
    """What a post said from `seen_at` on. `changed` names the fields that differ from the revision before;
    empty for the first."""

    id: int
    post_id: int
    seen_at: str
    title: str
    writer: str | None
    date: str
    body_text: str = field(repr=False)
    body_html: str = field(repr=False)
    changed: tuple[str, ...]
    sha256: str
    warc_file: str
    warc_offset: int
    parser_version: int
    folder: Path = field(repr=False, compare=False)  # where the WARC files are

    @property
    def day(self) -> date_type:
        """The post's own day; `date` as a value that can be reckoned with."""
        return date_type.fromisoformat(self.date)

    def read(self) -> bytes:
        """The page that it was read from, decompressed. Raises ArchiveError (5) for damage."""
        return _decompressed(self)

    def raw(self) -> bytes:
        """The page's bytes exactly as they came over the wire; their digest is `sha256`. Raises ArchiveError
        (5) for damage."""
        return _verified_page(self).body


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A response of the site, and what the run did with it (`outcome`)."""

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
        """The page, decompressed. Raises ArchiveError (5) for damage."""
        return _decompressed(self)

    def raw(self) -> bytes:
        """The page's bytes exactly as they came over the wire; their digest is `sha256`. Raises ArchiveError
        (5) for damage."""
        return _verified_page(self).body


@dataclass(frozen=True, slots=True)
class Hits:
    """How often a post had been read, as the site showed it at one instant: on the post's own page, or in a
    listing, whose number may be an older one (`seen_in` is "post" or "listing")."""

    post_id: int
    seen_at: str
    hits: int
    seen_in: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a post, or an image of its body: `kind` is "file" or "image". If it was never fetched, it has
    no digest and no place."""

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
        """The file, from the evidence. Raises ArchiveError: 2 if it was never fetched, 5 for damage."""
        from kistep_archive.errors import ArchiveError, ExitCode
        from kistep_archive.evidence import pages

        if self.sha256 is None or self.warc_file is None or self.warc_offset is None:
            raise ArchiveError(
                f"{self.url}: this file was never fetched; 'kistep-archive crawl' tries again", ExitCode.USAGE
            )
        return pages.decoded_body(
            pages.verified_page(self.folder, self.warc_file, self.warc_offset, self.sha256)
        )


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
    """A time during which a source was missing on the site; `returned_at` is None while it is still
    missing."""

    post_id: int
    layout: str
    number: int
    removed_at: str
    returned_at: str | None


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl, backfill, recheck or import. `verdict`, `exit_code` and `finished_at` are None while it is
    running, and if it died."""

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


@dataclass(frozen=True, slots=True)
class Failure:
    """A request of a run that brought no page: why (`reason` in words, `outcome` in one), and when."""

    run_id: int
    url: str
    kind: str
    reason: str
    at: str
    outcome: str


def _verified_page(row: Revision | KeptPage) -> "Page":
    """The page behind a row, after its digest was checked."""
    from kistep_archive.evidence import pages

    return pages.verified_page(row.folder, row.warc_file, row.warc_offset, row.sha256)


def _decompressed(row: Revision | KeptPage) -> bytes:
    from kistep_archive.evidence import pages

    return pages.decoded_body(_verified_page(row))
