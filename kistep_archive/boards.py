"""The catalogue: one row a board, and the one place that knows how addresses are spelled.

`locate` reads what a URL means from its grammar alone; `Catalogue` adds which board that is and which spelling is canonical.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, quote_plus, urljoin, urlsplit

from kistep_archive.items import Layout

Kind = Literal["listing", "post", "file", "image", "other"]

_SESSION = re.compile(r";[^/?#]*")
_SLASHES = re.compile(r"/(?:\.?/)+")  # /./ and // are / to the servlets
_ES = re.compile(r"^(?P<prefix>.*/)(?P<script>board|menu|boardDownload|boardImgView|galleryThumbView)\.es$")
_JSP = re.compile(r"/(?![^/]*(?:down|file))[^/]+\.jsp$", re.I)  # a download's address has a grammar of its own, which is not known
_ES_KIND: dict[str, Kind] = {"boardDownload": "file", "boardImgView": "image", "galleryThumbView": "image"}
_NOT_A_POST = {"form", "reply", "del", "list"}


@dataclass(frozen=True, slots=True)
class Location:
    """What a URL means. `place` is `mid` in the current layout, the script's path in the legacy one; `bid` is empty in the legacy one."""

    layout: Layout
    scheme: str
    host: str
    prefix: str
    place: str
    bid: str
    kind: Kind
    number: int | None
    page: int | None
    seq: int | None

    @property
    def is_whole(self) -> bool:
        """True where all parts are there that a canonical spelling is made of."""
        if self.kind == "file":
            return bool(self.bid) and self.number is not None and self.seq is not None
        return self.kind not in ("image", "other") and (self.layout == "jsp" or bool(self.bid or self.place))


@dataclass(frozen=True, slots=True)
class Board:
    """One row of the catalogue. `address` is the listing's URL; `retired` rows may answer 404 without the run being incomplete;
    `named_only` rows are crawled only when asked for by name (their address has not been seen)."""

    name: str
    title: str
    layout: Layout
    address: str
    language: str
    retired: bool = False
    named_only: bool = False

    def location(self) -> Location:
        """The address, read. Raises ValueError when it is not a listing of this board's layout."""
        found = locate(self.address)
        if found is None or found.layout != self.layout or found.kind != "listing":
            raise ValueError(f"board {self.name!r}: {self.address} is not a listing of the {self.layout!r} layout")
        if not found.is_whole:
            raise ValueError(f"board {self.name!r}: {self.address} names no board; it needs bid=... or mid=...")
        return found

    def listing_url(self, page: int) -> str:
        """The canonical URL of the listing's page, counted from 1."""
        return spell(replace(self.location(), page=page))

    def post_url(self, number: int, bid: str = "") -> str:
        """The canonical URL of a post; `bid` is used where the catalogue does not know the board's own."""
        place = self.location()
        return spell(replace(place, kind="post", number=number, bid=place.bid or bid))


BUILT_IN: tuple[Board, ...] = (
    Board("news", "News & Event", "es", "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051", "en"),
    Board("news", "News & Event (before 2022)", "jsp", "https://www.kistep.re.kr/en/c4/sub3.jsp", "en", retired=True),
    Board("newsletter", "KISTEP Newsletter", "es", "https://www.kistep.re.kr/menu.es?mid=a20502000000", "en", named_only=True),
)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All boards that are known, and URL -> board."""

    rows: tuple[Board, ...] = BUILT_IN

    def named(self, names: Iterable[str]) -> tuple[Board, ...]:
        """The rows with these names, or the default ones when there are none; retired layouts first, so that the current
        page of a migrated post is the last one seen. Raises ValueError for a name that is not known."""
        wanted = list(names)
        known = {row.name for row in self.rows}
        for name in wanted:
            if name not in known:
                raise ValueError(f"unknown board {name!r}: known are {', '.join(sorted(known))}; see 'kistep-archive boards'")
        chosen = [row for row in self.rows if row.name in wanted or (not wanted and not row.named_only)]
        return tuple(sorted(chosen, key=lambda row: row.layout != "jsp"))

    def board(self, url: str) -> Board | None:
        """The board that a URL belongs to, by host and bid (the menu id only where no bid is known), never by menu id alone."""
        found = locate(url)
        return None if found is None else next((row for row in self.rows if _belongs(row.location(), found)), None)

    def canonical(self, url: str) -> str:
        """The one spelling of a URL: the board's own scheme and menu id, fixed order, no session, no paging in a post's address.
        A URL of no known grammar, of an image, or with parts missing comes back without its session id and fragment."""
        found = locate(url)
        if found is None or not found.is_whole:
            return _without_session(url).partition("#")[0]
        board = self.board(url)
        if board is None:
            return spell(replace(found, scheme="https"))
        own = board.location()
        prefix = found.prefix if found.kind == "file" else own.prefix
        return spell(replace(found, scheme=own.scheme, host=own.host, prefix=prefix, place=own.place, bid=own.bid or found.bid))


def load(path: Path | None) -> Catalogue:
    """The built-in catalogue, with the rows of a TOML file in place of the built-in rows of the same names, in whichever layout: who
    names the board anew says where all of it is.

    Raises ValueError with one line that names the file, the entry and what to change.
    """
    if path is None:
        return Catalogue()
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("board")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path}: {error}; a boards file is TOML with [[board]] entries") from error
    if not isinstance(entries, list) or not entries:
        raise ValueError(f"{path}: no [[board]] entry; see CONTRIBUTING.md for the keys")
    rows = tuple(_row(path, position, entry) for position, entry in enumerate(entries, start=1))
    names = {row.name for row in rows}
    for position, row in enumerate(rows, start=1):
        if twin := next((other for other in rows[: position - 1] if (other.name, other.layout) == (row.name, row.layout)), None):
            first = rows.index(twin) + 1
            raise ValueError(f"{path}: boards {first} and {position} are both {row.name!r} with layout {row.layout!r}; leave one out")
    return Catalogue(tuple(row for row in BUILT_IN if row.name not in names) + rows)


def _row(path: Path, position: int, entry: object) -> Board:
    keys = ("name", "title", "layout", "address", "language")
    if not isinstance(entry, dict):
        raise ValueError(f"{path}: board {position} is not a table; write [[board]]")
    wrong = [key for key in keys if not isinstance(entry.get(key), str) or not entry[key]]
    unknown = sorted(set(entry) - set(keys))
    if wrong or unknown:
        problem = f"needs text for {', '.join(wrong)}" if wrong else f"has unknown keys {', '.join(unknown)}"
        raise ValueError(f"{path}: board {position} {problem}; the keys are {', '.join(keys)}")
    if entry["layout"] not in ("es", "jsp"):
        raise ValueError(f"{path}: board {position} has layout {entry['layout']!r}; it is 'es' or 'jsp'")
    board = Board(**{key: entry[key] for key in keys})
    try:
        board.location()
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return board


@lru_cache(maxsize=4096)  # a page asks about the same few addresses again and again
def locate(url: str) -> Location | None:
    """What a URL means by its grammar, in any spelling; None for an address of neither layout."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    path = _SLASHES.sub("/", _SESSION.sub("", parts.path))
    query: dict[str, str] = {}
    for key, value in parse_qsl(parts.query):  # empty parameters are dropped; of a repeated one the first counts, as in the servlets
        query.setdefault(_SESSION.sub("", key), _SESSION.sub("", value))
    host = parts.netloc.lower().removesuffix(":443" if parts.scheme == "https" else ":80")
    if match := _ES.match(path):
        return _locate_es(parts.scheme, host, match["prefix"], match["script"], query)
    if _JSP.search(path) and (query.keys() & {"brdType", "bbIdx", "thisPage"} or "/sub" in path):
        return _locate_jsp(parts.scheme, host, path, query)
    return None


def _locate_es(scheme: str, host: str, prefix: str, script: str, query: dict[str, str]) -> Location:
    number = _int(query.get("list_no"))
    kind = _ES_KIND.get(script) or ("post" if number is not None and query.get("act", "view") not in _NOT_A_POST else "listing")
    if query.get("act") in _NOT_A_POST - {"list"}:
        kind = "other"
    page = _int(query.get("nPage")) if kind == "listing" else None
    return Location("es", scheme, host, prefix, query.get("mid", ""), query.get("bid", ""), kind, number, page, _int(query.get("seq")))


def _locate_jsp(scheme: str, host: str, path: str, query: dict[str, str]) -> Location:
    number = _int(query.get("bbIdx"))
    kind: Kind = "post" if number is not None and query.get("brdType", "R") == "R" else "listing"
    if query.get("brdType", "L") not in ("L", "R"):
        kind = "other"
    page = _int(query.get("thisPage")) if kind == "listing" else None
    return Location("jsp", scheme, host, path, "", "", kind, number if kind == "post" else None, page, None)


def linked(base: str, href: str) -> Location | None:
    """What a link on a page means."""
    try:
        return locate(urljoin(base, href.strip()))
    except ValueError:
        return None


def absolute(base: str, href: str) -> str:
    """An absolute address for a link on a page, without session id; as it is spelled else. Empty for what cannot be an address."""
    try:
        return _without_session(urljoin(base, href.strip()))
    except ValueError:
        return ""


def link(base: str, href: str) -> str:
    """The absolute address of what a page shows or offers, without session id and fragment; of a file in its canonical spelling."""
    url = absolute(base, href).partition("#")[0]
    found = locate(url)
    return spell(found) if found is not None and found.kind == "file" and found.is_whole else url


def _belongs(own: Location, found: Location) -> bool:
    if (own.layout, own.host) != (found.layout, found.host):
        return False
    if own.layout == "jsp":
        return own.prefix == found.prefix
    if not (own.bid and found.bid):
        return own.place == found.place
    return own.bid == found.bid and (own.prefix == found.prefix or found.kind in ("file", "image"))  # those may be served from elsewhere


def spell(at: Location) -> str:
    """The canonical address of a listing, post or file."""
    if at.layout == "jsp":
        query = (
            {"brdType": "R", "bbIdx": at.number}
            if at.kind == "post"
            else {"brdType": "L", "thisPage": at.page or 1, "searchField": "", "searchText": ""}
        )
        return f"{at.scheme}://{at.host}{at.prefix}?{_encoded(query)}"
    if at.kind == "file":
        query = {"bid": at.bid, "list_no": at.number, "seq": at.seq}
        return f"{at.scheme}://{at.host}{at.prefix}boardDownload.es?{_encoded(query)}"
    if at.kind == "post":
        query = {"mid": at.place, "bid": at.bid, "act": "view", "list_no": at.number}
        return f"{at.scheme}://{at.host}{at.prefix}board.es?{_encoded({k: v for k, v in query.items() if v})}"
    if not at.bid:  # the menu entry is the only address known of this board
        return f"{at.scheme}://{at.host}{at.prefix}menu.es?{_encoded({'mid': at.place, 'nPage': at.page or 1})}"
    query = {"mid": at.place, "bid": at.bid, "nPage": at.page or 1}
    return f"{at.scheme}://{at.host}{at.prefix}board.es?{_encoded({k: v for k, v in query.items() if v})}"


def _without_session(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # no address at all, such as one with half an IPv6 host
        return url
    path = re.sub(r";jsessionid=[^/?#;]*", "", parts.path, flags=re.I)
    return parts._replace(path=path).geturl()


def _int(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[0-9]{1,15}", text) else None


def _encoded(query: Mapping[str, object]) -> str:
    """What `urlencode` makes of it, in a quarter of the time where nothing is to be quoted."""
    texts = ((name, str(value)) for name, value in query.items())
    return "&".join(f"{name}={text if text.isalnum() and text.isascii() else quote_plus(text)}" for name, text in texts)
