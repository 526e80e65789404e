"""Known posts that one run reads again, and how many of them have another body than before. One post may be
edited, and none of the others needs to show it. If most are, the site has put something into all bodies, or
the parser reads less of them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from kistep_archive.ingest.guards.listed import listed_values
from kistep_archive.ingest.guards.suspicion import Suspicion, alike, common_start, spaceless
from kistep_archive.model.baseline import KnownPost
from kistep_archive.model.items import ListedRow, ParsedPost
from kistep_archive.model.outcomes import PageKind

_SEVERAL = 4  # other bodies that prove it
_PROOF = 8  # other bodies, and none as before, after which the run need not read more
_SHOWN = 40  # characters of both bodies in a message


@dataclass(slots=True)
class ChangedBodies:
    """The known posts with a text whose rows tell of no edit, and those of them that say something else."""

    _read: set[int] = field(default_factory=set)
    _other: dict[int, Suspicion] = field(default_factory=dict)

    def see(self, url: str, post: ParsedPost, row: ListedRow | None, before: KnownPost) -> None:
        """Takes a known post as its page shows it, its listing row, and what the archive has."""
        self._other.pop(post.number, None)
        if not before.text or _is_announced(row, before):
            self._read.discard(post.number)
            return
        self._read.add(post.number)
        if spaceless(post.body_text) != spaceless(before.text):
            why = _difference(before.text, post.body_text)
            self._other[post.number] = Suspicion(url, PageKind.POST, "body", why, post.number)

    @property
    def is_refuted(self) -> bool:
        """Whether so many posts have another body, and none the old one, that the run need not read more."""
        return len(self._other) >= _PROOF and len(self._other) == len(self._read)

    def verdict(self) -> Iterator[Suspicion]:
        """One suspicion if most of the posts have another body."""
        if len(self._other) >= _SEVERAL and 2 * len(self._other) > len(self._read):
            first = next(iter(self._other.values()))
            counts = f"{len(self._other)} of {len(self._read)} posts that were read again have another body"
            why = f"{counts}, though no listing row tells of an edit; {first.why}"
            yield Suspicion(first.url, first.kind, first.field, why, first.number)


def _is_announced(row: ListedRow | None, before: KnownPost) -> bool:
    """Whether the listing row says that the post was edited."""
    listed, known = listed_values(row), {"title": before.title, "date": before.date, "writer": before.writer}
    return any(not alike(value, str(listed[name])) for name, value in known.items() if listed.get(name))


def _difference(was: str, now: str) -> str:
    """Where two bodies part, with some words of both."""
    same = common_start(was, now)
    start = max(0, same - _SHOWN // 2)
    return f"it was {was[start : same + _SHOWN]!r} and is {now[start : same + _SHOWN]!r}"
