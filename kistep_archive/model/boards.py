"""The catalogue: one row for each board, and the only place that knows how addresses are spelled.

`locate` reads what a URL means from its grammar alone; `Catalogue` adds which board that is and which
spelling is canonical.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any

from kistep_archive.display import some_of
from kistep_archive.model import skins
from kistep_archive.model.items import Layout
from kistep_archive.model.outcomes import PageKind
from kistep_archive.model.skins import Skin
from kistep_archive.model.urls import Location, locate, spell, without_session

BoardKey = tuple[str, str]  # a board's name and its layout

# a name is a part of `board/number`, of options, of lists of names with commas, and of addresses
_NAME = re.compile(r"[^\W_][\w.-]{0,59}")
NAME_RULE = "1 to 60 letters, digits, '.', '-' or '_', of which the first is a letter or a digit"


def is_name(text: str) -> bool:
    """Whether a board may have this name, see `NAME_RULE`. Letters and digits are those of every script."""
    return _NAME.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Board:
    """One row of the catalogue. `address` is the listing's URL. A run stays complete if a `retired` board
    answers 404. `named_only` boards are crawled only by name, because nobody has seen their address work.

    The other fields say how pages are read: the `skin`; the `encoding` of pages that declare a wrong one ("":
    as they declare it); whether the listing's total counts ("ignore": it does not). If a board
    `requires_cookies`, a run keeps those that its host sets; by default it keeps none."""

    name: str
    title: str
    layout: Layout
    address: str
    language: str
    retired: bool = False
    named_only: bool = False
    skin: Skin | None = None
    encoding: str = ""
    total: str = ""
    requires_cookies: bool = False

    @property
    def way(self) -> tuple[object, ...]:
        """How the board's pages are read."""
        return self.skin and self.skin.digest, self.encoding, self.total

    @property
    def key(self) -> BoardKey:
        """The board's name and its layout."""
        return self.name, self.layout

    def location(self) -> Location:
        """The location of the address. Raises ValueError if it is not a listing of this board's layout."""
        location = locate(self.address)
        if location is None or location.layout != self.layout or location.kind is not PageKind.LISTING:
            raise ValueError(
                f"board {self.name!r}: {self.address} is not a listing of the {self.layout!r} layout"
            )
        if not location.is_complete:
            raise ValueError(
                f"board {self.name!r}: {self.address} names no board; it needs bid=... or mid=..."
            )
        return location

    def listing_url(self, page: int) -> str:
        """The canonical URL of the listing's page, counted from 1."""
        return spell(replace(self.location(), page=page))

    def post_url(self, number: int, bid: str = "") -> str:
        """The canonical URL of a post; `bid` is used if the catalogue does not know the board's own."""
        place = self.location()
        return spell(replace(place, kind=PageKind.POST, number=number, bid=place.bid or bid))


_ALWAYS = ("name", "title", "layout", "address", "language", "retired", "named_only")
BUILT_IN: tuple[Board, ...] = (
    Board("news", "News & Event", "es", "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051", "en"),
    Board(
        "news",
        "News & Event (before 2022)",
        "jsp",
        "https://www.kistep.re.kr/en/c4/sub3.jsp",
        "en",
        retired=True,
    ),
    Board(
        "newsletter",
        "KISTEP Newsletter",
        "es",
        "https://www.kistep.re.kr/menu.es?mid=a20502000000",
        "en",
        named_only=True,
    ),
)


def as_record(board: Board) -> dict[str, Any]:
    """The row as plain data, without what it leaves out."""
    values = {each.name: getattr(board, each.name) for each in fields(board)}
    record = {name: value for name, value in values.items() if value or name in _ALWAYS}
    if board.skin is not None:
        record["skin"] = {"name": board.skin.name} | skins.as_table(board.skin)
    return record


def from_record(values: Mapping[str, Any]) -> Board:
    """The row of plain data; unknown keys are of a newer program. Raises TypeError or ValueError."""
    known = {each.name: each for each in fields(Board)}
    for name, each in known.items():
        if each.default is MISSING and name not in values:
            raise ValueError(f"{name} is missing")
    skin = values.get("skin")
    read = None if skin is None else skins.read(skin, "skin")
    return Board(**{name: value for name, value in values.items() if name in known} | {"skin": read})


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All known boards, and the way from a URL to its board."""

    rows: tuple[Board, ...] = BUILT_IN
    _by_key: dict[BoardKey, Board] = field(default_factory=dict, init=False, repr=False, compare=False)
    _by_site: dict[tuple[str, str], list[Board]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def named(self, names: Iterable[str]) -> tuple[Board, ...]:
        """The rows with these names, or the default ones if there are no names. Retired layouts come first,
        so that the current page of a migrated post is read last. Raises ValueError for an unknown name."""
        wanted = dict.fromkeys(names)
        known = {row.name for row in self.rows}
        for name in wanted:
            if name not in known:
                names_known = some_of(sorted(known))
                raise ValueError(
                    f"unknown board {name!r}: known are {names_known}; see 'kistep-archive boards'"
                )
        chosen = [row for row in self.rows if row.name in wanted or (not wanted and not row.named_only)]
        return tuple(sorted(chosen, key=lambda row: row.layout != "jsp"))

    def board(self, url: str) -> Board | None:
        """The board of a URL, by host and bid. The menu id counts only if there is no bid, and never alone.
        If a picture board and another one have the same bid, the script decides."""
        location = locate(url)
        if location is None:
            return None
        rows = [row for row in self._of_site(location) if _belongs(row.location(), location)]
        return next(
            (row for row in rows if row.location().script == location.script), rows[0] if rows else None
        )

    def row(self, key: BoardKey) -> Board | None:
        """The row with this name and layout."""
        if not self._by_key:
            self._by_key.update((row.key, row) for row in reversed(self.rows))
        return self._by_key.get(key)

    def _of_site(self, location: Location) -> list[Board]:
        """The rows with the layout and the host of an address: of 1,000 boards a few."""
        if not self._by_site:
            for row in self.rows:
                self._by_site.setdefault(_site(row.location()), []).append(row)
        return self._by_site.get(_site(location), [])

    def read_otherwise(self, before: Iterable[Board]) -> set[BoardKey]:
        """Which of these boards this catalogue reads in another way than their rows say."""
        ways = {row.key: row.way for row in self.rows}
        return {row.key for row in before if ways.get(row.key, row.way) != row.way}

    def canonical(self, url: str) -> str:
        """The canonical spelling of a URL: the board's own scheme and menu id, parameters in a fixed order,
        no session, no paging in a post's address. A URL of unknown grammar, of an image, or with missing
        parts only loses its session id and fragment."""
        location = locate(url)
        if location is None or not location.is_complete:
            return without_session(url).partition("#")[0]
        board = self.board(url)
        if board is None:
            return spell(replace(location, scheme="https"))
        own = board.location()
        prefix = location.prefix if location.kind is PageKind.FILE else own.prefix
        return spell(
            replace(
                location,
                scheme=own.scheme,
                host=own.host,
                prefix=prefix,
                place=own.place,
                bid=own.bid or location.bid,
                script=own.script,
            )
        )


def _site(place: Location) -> tuple[str, str]:
    return place.layout, place.host.removeprefix("www.")


def _belongs(own: Location, other: Location) -> bool:
    """Whether an address is one of the board at `own`, of the same site."""
    if own.layout == "jsp":
        return own.prefix == other.prefix
    if not (own.bid and other.bid):
        return own.place == other.place
    # the site may serve files from elsewhere
    return own.bid == other.bid and (own.prefix == other.prefix or other.kind.is_file)
