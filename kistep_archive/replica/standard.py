"""The history of the standard stand-in: which posts stand on which board on which day.

Legacy: everything up to March 2020, frozen. Current: most of the legacy posts under new numbers, and all that
came later."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from kistep_archive.replica import specials
from kistep_archive.replica.content import Author, Entry, Paragraph, generate

NEWS_BID, NEWSLETTER_BID = "0051", "0052"
# The site's numbers at known dates; they count all boards, so they rise unevenly and jump when the site is
# rebuilt.
KNOWN = (
    ("2010-01-01", 30000),
    ("2020-06-10", 37135),
    ("2022-07-14", 42794),
    ("2023-12-20", 43689),
    ("2024-04-04", 93466),
)
LAST = ("2026-12-31", 101800)


@dataclass(frozen=True, slots=True)
class DayChange:
    """What one day brings to the current board: entries that appear or take the place of their number, and
    numbers that go."""

    put: tuple[Entry, ...] = ()
    gone: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """`boards` maps a layout and bid to its entries of day 1; `changes` maps later days to what happens on
    the current board."""

    boards: Mapping[tuple[str, str], tuple[Entry, ...]]
    changes: Mapping[int, DayChange]
    migrated: Mapping[int, int]


def standard() -> History:
    """The demo's boards with three days of history; `migrated` maps legacy numbers to current ones."""
    legacy = _legacy()
    moved = [
        entry
        for index, entry in enumerate(legacy)
        if index >= 14 and index % 11 and entry.title != specials.TWIN_TITLE
    ]
    later = (*_recent(116), *specials.CURRENT)
    current = _renumber((*(_migrate(entry) for entry in moved), *specials.TWINS_CURRENT, *later))
    newsletters = _renumber(specials.NEWSLETTERS, used={entry.number for entry in current})
    identity = {(entry.title, entry.date, entry.writer): entry.number for entry in current}
    migrated = {entry.number: identity[entry.title, entry.date, entry.writer] for entry in moved}
    boards = {("jsp", NEWS_BID): legacy, ("es", NEWS_BID): current, ("es", NEWSLETTER_BID): newsletters}
    return History(boards, _changes(current), migrated)


def _legacy() -> tuple[Entry, ...]:
    """Legacy numbers rise with the date; the two that are known are kept and the others stand between
    them."""
    generated = generate("jsp", 58, seed=7, start=date(2010, 3, 2), end=date(2020, 3, 18))
    entries = sorted((*generated, *specials.LEGACY, specials.TWIN_LEGACY), key=lambda entry: entry.date)
    anchors = (("2010-01-01", 3104), ("2017-07-07", 11437), ("2020-02-26", 13623), ("2021-01-01", 14400))
    known = {entry.number for entry in specials.LEGACY if entry.number}
    return _number(entries, anchors, known)


def _recent(count: int) -> Iterable[Entry]:
    author = Author(11, "es")
    span = date(2020, 4, 6).toordinal(), date(2026, 6, 26).toordinal()
    for index in range(count):
        day = date.fromordinal(span[0] + (span[1] - span[0]) * index // (count - 1))
        # The image addresses of a body carry a number of their own; it need not be that of the post.
        yield author.write(60000 + index, day)


def _migrate(entry: Entry) -> Entry:
    """The same post on the current board: its hits were counted anew, its number is given later."""
    return replace(entry, number=0, hits=entry.hits * 3 + 41)


def _renumber(entries: Iterable[Entry], used: Iterable[int] = ()) -> tuple[Entry, ...]:
    known = {entry.number for entry in specials.CURRENT if entry.number}
    return _number(sorted(entries, key=lambda entry: entry.date), (*KNOWN, LAST), known, used)


def _number(
    entries: Iterable[Entry],
    anchors: tuple[tuple[str, int], ...],
    known: Iterable[int],
    used_before: Iterable[int] = (),
) -> tuple[Entry, ...]:
    """The entries, in order of date, with numbers between the anchors around them; entries of a known number
    keep it."""
    used = {*known, *used_before}
    last = 0
    numbered = []
    for entry in entries:
        if entry.number in known:
            last = entry.number
        else:
            last = max(last + 1, _between(anchors, entry.date))
            while last in used:
                last += 1
        used.add(last)
        numbered.append(replace(entry, number=last))
    return tuple(numbered)


def _between(anchors: tuple[tuple[str, int], ...], day: str) -> int:
    for (start, low), (end, high) in pairwise(anchors):
        if start <= day < end:
            first, until, now = (date.fromisoformat(text).toordinal() for text in (start, end, day))
            sparse = random.Random(f"{day}{low}").randint(0, 4)
            return low + 1 + (high - low - 6) * (now - first) // (until - first) + sparse
    raise ValueError(f"no number is known for {day}")


def _changes(current: tuple[Entry, ...]) -> dict[int, DayChange]:
    """Day 2: four new, three edited, two removed. Day 3: one of the removed returns and the title goes back
    to what it was."""
    plain = [
        entry
        for entry in current
        if entry.date > "2021" and not entry.pinned and entry.number not in (37135, 42794, 93466)
    ]
    retitled, rewritten, refiled, gone, hidden = plain[-9], plain[-24], plain[-38], plain[-15], plain[-57]
    base = current[-1].number
    new = tuple(
        replace(entry, number=base + 14 + 9 * index) for index, entry in enumerate(specials.NEW_ON_DAY_2)
    )
    edits = (
        replace(retitled, title=f"[Updated] {retitled.title}"),
        replace(
            rewritten,
            blocks=(*rewritten.blocks, Paragraph("Correction: an earlier version gave another venue.")),
        ),
        replace(refiled, writer="International Cooperation Team", files=specials.NEWSLETTERS[0].files),
    )
    return {2: DayChange((*new, *edits), (gone.number, hidden.number)), 3: DayChange((hidden, retitled))}
