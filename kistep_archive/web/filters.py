"""How values look on a page: numbers, sizes, days and instants."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from kistep_archive.operate.causes import english


def number(value: int | None) -> str:
    """A number with commas; nothing for none."""
    return "" if value is None else f"{value:,}"


def size(value: int | None) -> str:
    """A size in bytes, for people."""
    if value is None:
        return ""
    amount, unit = float(value), "B"
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    return f"{amount:.0f} {unit}" if unit == "B" or amount >= 10 else f"{amount:.1f} {unit}"


def instant(value: str | None) -> Markup:
    """An instant in UTC, to the minute, and to the millisecond for machines: HTML knows nothing finer."""
    if not value:
        return Markup("")
    at = datetime.fromisoformat(value)
    exact = at.strftime(f"%Y-%m-%dT%H:%M:%S.{at.microsecond // 1000:03}Z")
    return Markup('<time datetime="{}">{:%Y-%m-%d %H:%M} UTC</time>').format(exact, at)


def day(value: str | None) -> Markup:
    """The day of an instant or of a post."""
    return Markup('<time datetime="{}">{}</time>').format(value[:10], value[:10]) if value else Markup("")


def elsewhere(address: str) -> Markup:
    """A link to an address of the web. Anything else, such as a script, is only shown: an index that somebody
    has tampered with must not reach its readers."""
    if not address.startswith(("https://", "http://")):
        return escape(address)
    return Markup('<a href="{0}" rel="noopener noreferrer">{0}</a>').format(address)


FILTERS: dict[str, Callable[[Any], Any]] = {
    "number": number,
    "size": size,
    "instant": instant,
    "day": day,
    "elsewhere": elsewhere,
    "health": lambda word: english(word).replace("_", " "),
}
