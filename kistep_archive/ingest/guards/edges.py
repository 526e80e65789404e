"""Lines that a redesign put at the start or the end of all bodies. Pure.

A known post that begins with a line which it did not have before may be edited. If all other posts of the run
begin with it too, perhaps the site says it: only another known post can tell.
"""

from dataclasses import dataclass, field
from typing import Literal

from kistep_archive.ingest.guards.suspicion import edges, spaceless
from kistep_archive.model.baseline import KnownPost
from kistep_archive.model.items import ParsedPost

_Edge = tuple[Literal["begin", "end"], str]


@dataclass(slots=True)
class Edges:
    """The first and last lines of the bodies that one run read of one board."""

    _shared: set[_Edge] = field(default_factory=set)  # which all of them have
    _gained: set[_Edge] = field(default_factory=set)  # a known post did not have it
    _seen: set[int] = field(default_factory=set)

    def see(self, post: ParsedPost, before: KnownPost | None) -> str:
        """Takes a post as its page shows it and, if the archive has it, as it was. Returns why its body is
        suspicious, or ""."""
        first, last = edges(post.body_text)
        found: list[_Edge] = [("begin", first), ("end", last)] if first else []
        self._shared = self._shared.intersection(found) if self._seen else set(found)
        self._seen.add(post.number)
        if before and before.text:
            text = spaceless(before.text)
            self._gained |= {edge for edge in self._shared if spaceless(edge[1]) not in text}
        for edge in found:
            if edge in self._shared & self._gained and len(self._seen) > 1:
                words = f"all {len(self._seen)} bodies {edge[0]} with {edge[1][:60]!r}"
                return f"{words}, and a known one did not before"
        return ""
