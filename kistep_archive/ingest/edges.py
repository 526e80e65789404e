"""Lines that a redesign put at the start or the end of all bodies. Pure.

A known post that begins with a line which it did not have before may be edited. If the same line begins
all posts of one run, and two known ones did not have it before, the site says it, not the posts.
"""

from dataclasses import dataclass, field
from typing import Literal

from kistep_archive.ingest.suspicion import Suspicion, spaceless
from kistep_archive.model.baseline import KnownPost
from kistep_archive.model.items import ParsedPost
from kistep_archive.model.outcomes import PageKind

_SEVERAL = 3  # posts with the line
_KNOWN = 2  # among them, known posts that did not have it before
_LEAST = 10  # characters of a line; an ordinary word may well be new in several posts

_Edge = tuple[Literal["begin", "end"], str]


@dataclass(slots=True)
class Edges:
    """The first and last lines of the bodies that one run read of one board."""

    _posts: dict[_Edge, dict[int, str]] = field(default_factory=dict)  # number -> address
    _new: dict[_Edge, set[int]] = field(default_factory=dict)  # known posts that did not have it
    _seen: set[int] = field(default_factory=set)

    def see(self, url: str, post: ParsedPost, before: KnownPost | None) -> None:
        """Takes a post as its page shows it and, if the archive has it, as it was."""
        lines = [line for line in post.body_text.split("\n") if line.strip()] or [""]
        was = spaceless(before.text) if before else ""
        edges: list[_Edge] = [("begin", lines[0].strip()), ("end", lines[-1].strip())]
        self._seen.add(post.number)
        for edge in edges:
            if len(edge[1]) >= _LEAST:
                self._posts.setdefault(edge, {})[post.number] = url
                if was and spaceless(edge[1]) not in was:
                    self._new.setdefault(edge, set()).add(post.number)

    def verdict(self) -> list[Suspicion]:
        """One page for each line that the site put there."""
        found = []
        for (place, line), known in sorted(self._new.items()):
            posts = self._posts[place, line]
            if len(posts) >= _SEVERAL and len(known) >= _KNOWN and posts.keys() >= self._seen:
                number, url = next(iter(posts.items()))
                why = f"{len(posts)} bodies {place} with {line[:60]!r}, and known ones did not before"
                found.append(Suspicion(url, PageKind.POST, "body", why, number))
        return found
