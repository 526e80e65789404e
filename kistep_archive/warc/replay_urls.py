"""Captures of a web archive's replay: the page's own address and the instant of its capture. Pure functions
of address, date and headers.

Known replay addresses: `https://web.archive.org/web/20170708123456id_/https://www.kistep.re.kr/…` with or
without modifier, and the same of other servers: `/web/<timestamp>/http…`,
`/<collection>/<timestamp>mp_/http…` (pywb, Archive-It, OpenWayback)."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

_DEPTH = 4  # replays of replays to unwrap at most
_HEAD = (
    r"https?://(?P<host>[^/?#]+)(?P<path>(?:/[^/?#]+){1,4})/(?P<stamp>[0-9]{4,14})(?P<modifier>[a-z]{2,4}_)?/"
)
_WRAPPED = re.compile(_HEAD + r"(?P<inner>https?(?::|%3a)(?:/|%2f).+)", re.I)
# web.archive.org accepts these too
_SCHEMELESS = re.compile(_HEAD + r"(?P<inner>[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[:/?].*)?)", re.I)
_LOST_SLASH = re.compile(r"(https?):/+", re.I)
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?)?)?)?",
    re.I | re.ASCII,
)
_EARLIEST = "00000101000000"  # the rest of a short timestamp


def unwrap(url: str, date: str, headers: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """The page's own address and the instant of its capture, `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`.

    `url`, `date` and `headers` are those of the record. The instant of a replay's capture is
    its Memento-Datetime, else the timestamp in the address (for a short one the earliest instant that it can
    mean). Raises ValueError for an unreadable date."""
    layers = _layers(url)
    if not layers:
        return url, instant(date)
    inner, at, _ = layers[-1]
    # for a replay of a replay the header is about the outer one
    memento = memento_instant(headers) if len(layers) == 1 else ""
    return inner, memento or at


def is_rewritten(url: str) -> bool:
    """Whether a replay may have changed the bytes: only with the modifier `id_` it does not. The changes
    cannot be undone exactly: besides prefixed links there are scripts, comments and styles that differ by
    server and year."""
    return any(modifier != "id_" for _, _, modifier in _layers(url))


def is_wrapped(url: str) -> bool:
    """Whether the address is that of a replay."""
    return bool(_layers(url))


def is_archived_page(status: int, headers: Iterable[tuple[str, str]]) -> bool:
    """Whether a response of a replay server is the archived page, and not a message of the server ("not
    archived", "come back later")."""
    names = {key.lower() for key, _ in headers}
    return (
        200 <= status < 300
        or "memento-datetime" in names
        or any(name.startswith("x-archive-orig-") for name in names)
    )


def instant(text: str) -> str:
    """A date of WARC 0.18, 1.0 or 1.1 as `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`; missing parts get their earliest
    value. Raises ValueError."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text[:40]!r} is not a date")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    plain = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
    try:
        at = datetime.fromisoformat(plain + ("+00:00" if zone in (None, "Z", "z") else zone)).astimezone(UTC)
    except OverflowError as error:  # in the year 1, or 9999
        raise ValueError(f"{text[:40]!r} is not a date") from error
    return _spell(at) if fraction is None else f"{_spell(at)[:-1]}.{fraction[:6]:0<6}Z"


def _layers(url: str) -> list[tuple[str, str, str]]:
    """(inner address, instant, modifier) of each replay around an address, the outermost first."""
    layers: list[tuple[str, str, str]] = []
    while len(layers) < _DEPTH and (layer := _layer(url)):
        layers.append(layer)
        url = layer[0]
    return layers


def _layer(url: str) -> tuple[str, str, str] | None:
    match = _WRAPPED.fullmatch(url) or _SCHEMELESS.fullmatch(url)
    if match is None or not _is_replay(match):
        return None
    try:
        at = _parse_stamp(match["stamp"])
    except ValueError:
        return None
    return _inner(match["inner"]), at, (match["modifier"] or "").lower()


def _is_replay(match: re.Match[str]) -> bool:
    """Whether it is a replay: a number and an address in a path are not enough; it needs a full timestamp, a
    modifier, or the usual path."""
    if match["host"].lower().partition(":")[0] in ("web.archive.org", "www.web.archive.org", "archive.org"):
        return match["path"] == "/web"
    if match.re is _SCHEMELESS:
        return False
    return len(match["stamp"]) == 14 or bool(match["modifier"]) or match["path"].endswith("/web")


def _inner(inner: str) -> str:
    if not re.match(r"https?:/", inner, re.I) and re.match(r"https?(:|%3a)", inner, re.I):
        inner = unquote(inner)
    if not re.match(r"https?:", inner, re.I):
        return f"http://{inner}"
    return _LOST_SLASH.sub(lambda match: f"{match[1].lower()}://", inner, count=1)


def _parse_stamp(stamp: str) -> str:
    if len(stamp) % 2:
        raise ValueError(f"{stamp!r} is not a timestamp")
    return _spell(datetime.strptime(f"{stamp}{_EARLIEST[len(stamp) :]}+0000", "%Y%m%d%H%M%S%z"))


def memento_instant(headers: Iterable[tuple[str, str]]) -> str:
    """The instant of a capture by its Memento-Datetime (RFC 7089), `YYYY-MM-DDTHH:MM:SSZ`; "" if there is
    none."""
    value = next((value for key, value in headers if key.lower() == "memento-datetime"), "")
    try:
        return _spell(parsedate_to_datetime(value).astimezone(UTC)) if value else ""
    except (ValueError, OverflowError):
        return ""


def _spell(at: datetime) -> str:
    return f"{at.replace(tzinfo=None).isoformat(timespec='seconds')}Z"
