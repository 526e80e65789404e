"""What an import came to, and the lines that a user reads about it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from kistep_archive.display import plural

COUNTED = ("new", "revised", "restored", "unchanged")


@dataclass(slots=True)
class ImportResult:
    """The result of an import. `run` is None if nothing was new; then nothing was written. `known` captures
    were in the archive already. `skipped` counts by reason; `damage` and `incomplete` captures have one line
    each, and so do captures with a date in the future (`misdated`): they are kept as evidence only.

    `runs_taken_over` are their numbers, `pages_taken_over` counts their pages; `known_runs` were in the
    archive already. Of `quarantined` pages no rows were made, as in the other archive. A run that could not
    be taken over is `apart`, with why: its pages were imported. `suspicious` are boards of which no rows were
    made, since their pages are perhaps read wrongly."""

    run: int | None = None
    known: int = 0
    runs_taken_over: list[int] = field(default_factory=list)
    pages_taken_over: int = 0
    known_runs: int = 0
    quarantined: int = 0
    apart: list[str] = field(default_factory=list)
    suspicious: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    damage: list[str] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)
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
    if done.runs_taken_over:
        first, last = done.runs_taken_over[0], done.runs_taken_over[-1]
        numbers = f"run {first}" if first == last else f"runs {first} to {last}"
        yield f"took over {numbers} with {plural(done.pages_taken_over, 'page')}"
    if done.quarantined:
        yield f"{plural(done.quarantined, 'page')} held back by the safety checks there: no rows here either"
    known = f"{plural(done.known_runs, 'run')} already in the archive" if done.known_runs else ""
    if known and (done.runs_taken_over or done.run or done.known):
        yield known
    counts = ", ".join(
        f"{done.counts[name]} {name}" for name in (*COUNTED, "listing", "file", "unread") if done.counts[name]
    )
    if done.run:
        yield f"run {done.run}: {counts}; {done.known} already in the archive"
    elif not done.runs_taken_over:
        also = known if known and not done.known else f"{done.known} already in the archive"
        yield f"nothing new, nothing written; {also}"
    if done.misdated:
        yield misdated(done.misdated)
    if done.broken:
        yield f"{plural(len(done.broken), 'page')} with broken letters, the first: {done.broken[0]}"
    if done.unreadable:
        count = plural(len(done.unreadable), "page")
        yield f"{count} could not be read (kept as evidence only), the first: {done.unreadable[0]}"
    yield from (f"only the pages were imported: {line}" for line in done.apart)
    yield from (f"skipped {count}: {reason}" for reason, count in done.skipped.most_common())
    yield from (f"not imported: {line}" for line in [*done.damage, *done.incomplete])
