"""Everything that happened to a post, in the order of time: pure functions of the rows that `history`
reads."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kistep_archive.model.documents import Document
from kistep_archive.model.revisions import another_post

PageByInstant = Mapping[str, Document | None]  # instant -> the evidence of the page that showed the post then

# the order within one instant
_RANK = {"source": 0, "revision": 1, "file": 2, "hits": 3, "returned": 4, "removed": 5}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened `at` an instant. `ordered_at` is its place in time, which differs if a clock
    was set back. `details` depend on the kind: source, revision, hits, file, removed, returned. `evidence` is
    as in `show --json`, None if no page showed it."""

    at: str
    ordered_at: str
    kind: str
    details: Document
    evidence: Document | None


def in_order(events: Iterable[Event]) -> list[Event]:
    """Oldest first."""
    return sorted(events, key=lambda event: (event.ordered_at, _RANK[event.kind]))


def of_sources(sources: Iterable[Document], pages: PageByInstant) -> Iterator[Event]:
    """When the post was first seen under each of its addresses."""
    for row in sources:
        details = {key: row[key] for key in ("layout", "board", "number", "url")}
        yield Event(
            row["first_seen_at"], row["first_seen_at"], "source", details, pages.get(row["first_seen_at"])
        )


def of_revisions(revisions: Iterable[Document]) -> Iterator[Event]:
    """Each revision, with the fields that changed; `another_post` if the site may have reused the number."""
    before: Document | None = None
    for number, row in enumerate(revisions, start=1):
        details = {"revision": number, "changed": row["changed"], "title": row["title"]}
        if before is not None and another_post(before, row):
            details["another_post"] = True
        before = row
        yield Event(row["seen_at"], row["ordered_at"], "revision", details, row["evidence"])


def of_hits(hits: Iterable[Document], pages: PageByInstant) -> Iterator[Event]:
    """Each change of the number of hits."""
    for row in hits:
        details = {key: row[key] for key in ("layout", "number", "hits")}
        yield Event(row["seen_at"], row["ordered_at"], "hits", details, pages.get(row["seen_at"]))


def of_removals(removals: Iterable[Document], pages: PageByInstant) -> Iterator[Event]:
    """When it counted as removed, and when it returned. The `evidence` of a removal is the page that said so,
    or the run's file."""
    for row in removals:
        details = {key: row[key] for key in ("layout", "number", "run")}
        yield Event(row["removed_at"], row["removed_at"], "removed", details, row["evidence"])
        if row["returned_at"]:
            back = {key: row[key] for key in ("layout", "number")}
            yield Event(
                row["returned_at"], row["returned_at"], "returned", back, pages.get(row["returned_at"])
            )


def of_files(files: Iterable[Document]) -> Iterator[Event]:
    """Files that were fetched, replaced (other bytes under the same address), gone from the site, or back. A
    response with nothing new makes no event."""
    last: dict[str, Document] = {}
    last_bytes: dict[str, Document] = {}  # address -> the last response with bytes
    for row in files:
        before, bytes_before = last.get(row["url"]), last_bytes.get(row["url"])
        last[row["url"]] = row
        if row["sha256"]:
            last_bytes[row["url"]] = row
        if what := _file_event(before, bytes_before, row):
            details = {key: row[key] for key in ("url", "media_type", "size", "sha256")}
            yield Event(
                row["seen_at"],
                row["ordered_at"],
                "file",
                {"what": what, "of": row["kind"], **details},
                row["evidence"],
            )


def _file_event(before: Document | None, bytes_before: Document | None, row: Document) -> str | None:
    if row["sha256"] is None:
        return "gone" if before is None or before["sha256"] else None
    if bytes_before is None:
        return "fetched"
    if bytes_before["sha256"] != row["sha256"]:
        return "replaced"
    return "back" if before and before["sha256"] is None else None
