"""Lines that a redesign put at the start or the end of all bodies. Pure.

A known post that begins with a line which it did not have before may be edited. If all other posts of the run
begin with it too, or with one that only tells something else, such as "Views 12", perhaps the site says it:
only another known post can tell.
"""

from dataclasses import dataclass, field
from typing import Literal

from kistep_archive.ingest.guards.suspicion import edges, shape, spaceless
from kistep_archive.model.baseline import KnownPost
from kistep_archive.model.items import ParsedPost

_Edge = tuple[Literal["begin", "end", "begin so", "end so"], str]


@dataclass(slots=True)
class Edges:
    """The first and last lines of the bodies that one run read of one board."""

    _shared: set[_Edge] = field(default_factory=set)  # which all of them have
    _gained: set[_Edge] = field(default_factory=set)  # a known post did not have it
    _seen: set[int] = field(default_factory=set)

    def see(self, post: ParsedPost, before: KnownPost | None) -> str:
        """Takes a post as its page shows it and, if the archive has it, as it was. Returns why its body is
        suspicious, or ""."""
        lines = _of(post.body_text, post)
        own = set(lines)
        self._shared = self._shared & own if self._seen else own
        self._seen.add(post.number)
        if before and before.text:
            text, known = spaceless(before.text), _of(before.text, before)
            self._gained |= {
                edge for edge in self._shared if edge not in known and spaceless(edge[1]) not in text
            }
        for edge, line in lines.items():
            if edge in self._shared & self._gained and len(self._seen) > 1:
                words = f"all {len(self._seen)} bodies {edge[0].split()[0]} with {line[:60]!r}"
                return f"{words}, and a known one did not before"
        return ""


def _of(text: str, post: ParsedPost | KnownPost) -> dict[_Edge, str]:
    """What the first and the last line of a body have in common with those of others -> the line."""
    first, last = edges(text)
    by_edge: dict[_Edge, str] = {
        ("begin", first): first,
        ("end", last): last,
        ("begin so", shape(first, post)): first,
        ("end so", shape(last, post)): last,
    }
    return {edge: line for edge, line in by_edge.items() if edge[1]}
