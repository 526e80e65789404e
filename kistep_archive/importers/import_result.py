"""What an import came to, and the lines that a user reads about it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from kistep_archive.display import plural

COUNTED = ("new", "revised", "restored", "unchanged")


@dataclass(slots=True)
class ImportResult:
    """The result of an import. `run` is None if nothing was new; then nothing was written. `held` captures
    were in the archive already. `skipped` counts by reason; `damage` and `unresolved` revisits have one line
    each, and so do captures with a date in the future (`misdated`): they are kept as evidence only."""

    run: int | None = None
    held: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    damage: list[str] = field(default_factory=list)
    unresolved: list[str] = field(default_factory=list)
    misdated: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)  # addresses of pages with broken letters
    unreadable: list[str] = field(default_factory=list)  # a page of a post or a listing, and why
    contradictions: list[str] = field(default_factory=list)  # a post, and what the listing says instead


def misdated(captures: list[str]) -> str:
    """The note about captures with a date in the future, "" if there are none."""
    if not captures:
        return ""
    return (
        f"{plural(len(captures), 'capture')} dated in the future, kept as evidence only: correct the dates "
        f"and import again. The first: {captures[0]}"
    )


def lines(done: ImportResult) -> Iterator[str]:
    """The lines that a user reads about an import."""
    counts = ", ".join(
        f"{done.counts[name]} {name}" for name in (*COUNTED, "listing", "file", "unread") if done.counts[name]
    )
    yield (
        (f"run {done.run}: {counts}" if done.run else "nothing new, nothing written")
        + f"; {done.held} already in the archive"
    )
    if done.misdated:
        yield misdated(done.misdated)
    if done.broken:
        yield f"{plural(len(done.broken), 'page')} with broken letters, the first: {done.broken[0]}"
    if done.unreadable:
        count = plural(len(done.unreadable), "page")
        yield f"{count} could not be read and kept as evidence only, the first: {done.unreadable[0]}"
    yield from (f"skipped {count}: {reason}" for reason, count in done.skipped.most_common())
    yield from (f"not imported: {line}" for line in [*done.damage, *done.unresolved])
