"""The state of the stand-in: its boards as of a day, and the views and downloads it has counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from threading import Lock

from kistep_archive.replica.content import Entry, Layout, Neighbours, Paragraph, generate
from kistep_archive.replica.standard import NEWS_BID, DayChange, History, standard


class Site:
    """Boards on a clock. `day` may be set to 1, 2, 3 … in any order; days after the last change look like the
    last one.

    `migrated` maps the legacy number of each migrated post to its current number.
    """

    def __init__(self, history: History) -> None:
        self.day = 1
        self.migrated = dict(history.migrated)
        self._history = history
        self._changes = dict(history.changes)
        self._lock = Lock()
        self._views: Counter[tuple[str, int]] = Counter()
        self._downloads: Counter[tuple[int, int]] = Counter()
        self._known: dict[tuple[str, str, int], dict[int, Entry]] = {}
        self._lists: dict[tuple[str, str, int], list[Entry]] = {}
        self._around: dict[tuple[str, str, int], dict[int, Neighbours]] = {}

    @classmethod
    def standard(cls) -> "Site":
        """The demo's site: both layouts, a newsletter, three days of history."""
        return cls(standard())

    @classmethod
    def generated(cls, count: int) -> "Site":
        """A current board of `count` posts of text alone, so that every crawler that reads them asks for the
        same addresses."""
        texts = (replace(entry, files=(), blocks=_paragraphs(entry)) for entry in generate("es", count))
        return cls(History({("es", NEWS_BID): tuple(texts)}, {}, {}))

    def change(self, put: Iterable[Entry] = (), gone: Iterable[int] = ()) -> None:
        """Another day comes and brings this to the current board: entries that appear or take the place of
        their number, and numbers that go."""
        self.day = max([self.day, *self._changes]) + 1
        self._changes[self.day] = DayChange(tuple(put), tuple(gone))

    def entries(self, layout: Layout, bid: str = NEWS_BID) -> list[Entry]:
        """The entries of a board, newest first, as of `day`; their `hits` are those before any view. It is
        the same list each time: to copy a million entries takes longer than to make a page of them."""
        key = layout, bid, self.day
        if key not in self._lists:
            self._lists[key] = list(self._board(layout, bid).values())
        return self._lists[key]

    def entry(self, layout: Layout, number: int, bid: str = NEWS_BID) -> Entry | None:
        """The entry of that number on that board as of `day`, or None."""
        return self._board(layout, bid).get(number)

    def neighbours(self, layout: Layout, number: int, bid: str = NEWS_BID) -> Neighbours:
        """The entry before (older) and after (newer) one of that number; None at the ends."""
        key = layout, bid, self.day
        around = self._around.get(key)
        if around is None:
            entries = self.entries(layout, bid)
            older, newer = [*entries[1:], None], [None, *entries[:-1]]
            around = {entry.number: (old, new) for entry, old, new in zip(entries, older, newer, strict=True)}
            self._around[key] = around
        return around[number]

    def hits(self, layout: Layout, number: int, bid: str = NEWS_BID) -> int:
        """The hits a page shows now, without counting a view."""
        entry = self._board(layout, bid)[number]
        return entry.hits + self._views[layout, number]

    def viewed(self, layout: Layout, number: int, bid: str = NEWS_BID) -> int:
        """Counts a view and returns the new hits."""
        with self._lock:
            self._views[layout, number] += 1
        return self.hits(layout, number, bid)

    def downloaded(self, number: int, seq: int) -> None:
        """Counts a download of a file of a post on the current layout."""
        with self._lock:
            self._downloads[number, seq] += 1

    def downloads(self, entry: Entry) -> dict[int, int]:
        """How often each file of an entry was downloaded, by seq; the count starts above zero as on a board
        long in use."""
        return {file.seq: entry.hits // 4 + self._downloads[entry.number, file.seq] for file in entry.files}

    def _board(self, layout: Layout, bid: str) -> dict[int, Entry]:
        """A board's entries by number, newest first; built once a day."""
        key = layout, bid, self.day
        board = self._known.get(key)
        if board is None:
            board = self._known[key] = self._as_of(*key)
        return board

    def _as_of(self, layout: Layout, bid: str, day: int) -> dict[int, Entry]:
        entries = {entry.number: entry for entry in self._history.boards.get((layout, bid), ())}
        # The legacy board and the newsletter are frozen.
        changes = sorted(self._changes.items()) if (layout, bid) == ("es", NEWS_BID) else []
        for changed_on, change in changes:
            if changed_on <= day:
                entries |= {entry.number: entry for entry in change.put}
                entries = {number: entry for number, entry in entries.items() if number not in change.gone}
        return dict(sorted(entries.items(), reverse=True))


def _paragraphs(entry: Entry) -> tuple[Paragraph, ...]:
    return tuple(block for block in entry.blocks if isinstance(block, Paragraph)) or (Paragraph(entry.title),)
