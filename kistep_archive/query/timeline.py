"""All that happened to a post on one line of time: pure functions over the rows that `past` reads."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kistep_archive.model.revisions import another_post

Answer = dict[str, Any]
Evidence = Mapping[str, Answer | None]  # instant -> the one page that showed the post then

_RANK = {"source": 0, "revision": 1, "file": 2, "hits": 3, "returned": 4, "removed": 5}  # of what happened at one instant


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened `at` an instant. `ordered_at` is its place in time, which is another one where a clock was set back;
    `details` depend on the kind: source, revision, hits, file, removed, returned. `evidence` as in `show --json`, None where no page
    showed it."""

    at: str
    ordered_at: str
    kind: str
    details: Answer
    evidence: Answer | None


def ordered(events: Iterable[Event]) -> list[Event]:
    """Oldest first."""
    return sorted(events, key=lambda event: (event.ordered_at, _RANK[event.kind]))


def of_sources(sources: Iterable[Answer], evidence: Evidence) -> Iterator[Event]:
    """When the post was first seen under each of its addresses."""
    for row in sources:
        details = {key: row[key] for key in ("layout", "board", "number", "url")}
        yield Event(row["first_seen_at"], row["first_seen_at"], "source", details, evidence.get(row["first_seen_at"]))


def of_revisions(revisions: Iterable[Answer]) -> Iterator[Event]:
    """What the post came to say, with the names of the fields that changed; `another_post` where the number may have been reused."""
    before: Answer | None = None
    for number, row in enumerate(revisions, start=1):
        details = {"revision": number, "changed": row["changed"], "title": row["title"]}
        if before is not None and another_post(before, row):
            details["another_post"] = True
        before = row
        yield Event(row["seen_at"], row["ordered_at"], "revision", details, row["evidence"])


def of_hits(hits: Iterable[Answer], evidence: Evidence) -> Iterator[Event]:
    """Each number of hits that was other than before."""
    for row in hits:
        details = {key: row[key] for key in ("layout", "number", "hits")}
        yield Event(row["seen_at"], row["ordered_at"], "hits", details, evidence.get(row["seen_at"]))


def of_removals(removals: Iterable[Answer], evidence: Evidence) -> Iterator[Event]:
    """When it counted as removed, and returned. A removal's own `evidence` is the page that said so, or the run's file."""
    for row in removals:
        details = {key: row[key] for key in ("layout", "number", "run")}
        yield Event(row["removed_at"], row["removed_at"], "removed", details, row["evidence"])
        if row["returned_at"]:
            back = {key: row[key] for key in ("layout", "number")}
            yield Event(row["returned_at"], row["returned_at"], "returned", back, evidence.get(row["returned_at"]))


def of_files(files: Iterable[Answer]) -> Iterator[Event]:
    """Files fetched, replaced by other bytes under the same address, gone from the site, back again. Answers that tell nothing new make
    no event."""
    last: dict[str, Answer] = {}
    held: dict[str, Answer] = {}  # address -> its last bytes
    for row in files:
        before, bytes_before = last.get(row["url"]), held.get(row["url"])
        last[row["url"]] = row
        if row["sha256"]:
            held[row["url"]] = row
        if what := _file(before, bytes_before, row):
            details = {key: row[key] for key in ("url", "media_type", "size", "sha256")}
            yield Event(row["seen_at"], row["ordered_at"], "file", {"what": what, "of": row["kind"], **details}, row["evidence"])


def _file(before: Answer | None, held: Answer | None, row: Answer) -> str | None:
    if row["sha256"] is None:
        return "gone" if before is None or before["sha256"] else None
    if held is None:
        return "fetched"
    if held["sha256"] != row["sha256"]:
        return "replaced"
    return "back" if before and before["sha256"] is None else None
