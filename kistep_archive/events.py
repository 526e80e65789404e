"""What happened to one post, as events in the order of time: a pure function of what the archive holds of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kistep_archive.held import Hits, Removal, Revision, Source

Kind = Literal["source", "revision", "hits", "removed", "returned"]  # the order of what happened at one instant


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a post, and the row that tells of it: a Source for "source" (the post was first seen under an address),
    a Revision for "revision", Hits for "hits", a Removal for "removed" and "returned"."""

    at: str
    kind: Kind
    row: Source | Revision | Hits | Removal


_ORDER: tuple[Kind, ...] = ("source", "revision", "hits", "removed", "returned")


def events(sources: Iterable[Source], revisions: Iterable[Revision], hits: Iterable[Hits], removals: Iterable[Removal]) -> list[Event]:
    """The events of one post, oldest first."""
    found = [Event(row.first_seen_at, "source", row) for row in sources]
    found += [Event(row.seen_at, "revision", row) for row in revisions]
    found += [Event(row.seen_at, "hits", row) for row in hits]
    for row in removals:
        found.append(Event(row.removed_at, "removed", row))
        if row.returned_at is not None:
            found.append(Event(row.returned_at, "returned", row))
    return sorted(found, key=lambda event: (event.at, _ORDER.index(event.kind)))
