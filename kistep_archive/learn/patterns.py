"""Takes a value out of its text: its place there, and a pattern that finds it by the words around it."""

import re
from collections.abc import Callable, Sequence
from typing import Literal

from kistep_archive.ingest.guards.suspicion import alike
from kistep_archive.learn.samples import RowValues
from kistep_archive.parse.dates import day
from kistep_archive.parse.text import count, line

FieldName = Literal["date", "title", "hits", "writer"]
FIELDS: tuple[FieldName, ...] = ("date", "title", "hits", "writer")  # in the order in which they are learnt
Bounds = tuple[int, int]

_YEAR, _DAY, _MONTH, _GAP = "[0-9]{4}", "[0-9]{1,2}(?:st|nd|rd|th)?", r"[A-Za-z]{3,9}\.?", "[ ,./-]{1,3}"
_NUMERIC = r"[0-9]{4}[^0-9A-Za-z]{1,3}[0-9]{1,2}[^0-9A-Za-z]{1,3}[0-9]{1,2}"
_SHAPES = (
    _NUMERIC,
    "[0-9]{8}",
    f"{_MONTH}{_GAP}{_DAY}{_GAP}{_YEAR}",
    f"{_DAY}(?: of)?{_GAP}{_MONTH}{_GAP}{_YEAR}",
    f"{_YEAR}{_GAP}{_MONTH}{_GAP}{_DAY}",
)
# What may be before a day and differs from page to page: a weekday, a time.
_WEEKDAY = r"\(?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|[월화수목금토일])[a-z요일]{0,6}\)?[,.]{0,2} "
_CLOCK = "(?:(?:[AaPp][Mm]|오전|오후) ?)?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[AaPp][Mm])?"
_TIME = f"{_CLOCK},? "
_LEADS = ("", f"(?:{_WEEKDAY})", f"(?:{_TIME})(?:{_WEEKDAY})?")
_AFTER = re.compile(f"[ T]{_CLOCK}")
_GROUPED = tuple(f"{lead}{shape}" for lead in _LEADS for shape in _SHAPES)
_DATES = tuple(re.compile(rf"(?<![0-9A-Za-z]){each}(?![0-9])") for each in reversed(_GROUPED))
_NUMBERS = re.compile(r"(?<![0-9,./-])(?<![0-9]:)[0-9]+(?:,[0-9]{3})*(?![0-9,]|[./:-][0-9])")
_GROUPS = {"hits": "([0-9][0-9,]*)", "writer": "(.+?)", "title": "(.+?)"}
_HITS, _SHARE = 5, 0.03  # by so many hits, or by this share, a page may differ from its row
_CONTEXT = 40  # characters
_APART = re.compile(r"[|/·•,;()\[\]<>–—]")


def value(row: RowValues, name: FieldName) -> str | int | None:
    """What the row says of a field."""
    value: str | int | None = getattr(row, name)
    return value


def fits(row: RowValues, name: FieldName, text: str) -> bool:
    """Whether a whole text is the value that the row gives."""
    if name == "date":
        return row.date is not None and day(text) == row.date
    if name == "hits":
        return _is_near(count(text), row.hits)
    expected = row.title if name == "title" else row.writer
    return bool(text) and expected is not None and alike(text, expected)


def spans(row: RowValues, name: FieldName, text: str) -> list[Bounds]:
    """Where in a text the value of the row stands."""
    if name == "date":
        return _days(row.date, text)
    if name == "hits":
        return [match.span() for match in _NUMBERS.finditer(text) if _is_near(count(match[0]), row.hits)]
    expected = line(row.title if name == "title" else row.writer or "")
    if name == "title" and row.cut:
        expected = expected.rstrip(".… ")
        return [(at, len(text)) for at in _places(text, expected)]
    return [(at, at + len(expected)) for at in _places(text, expected)]


def days(text: str) -> list[Bounds]:
    """Where in a text any day stands, each place once, with the weekday and the time beside it."""
    places = _places_of_days(text, lambda found: found is not None)
    return [(start, after.end() if (after := _AFTER.match(text, end)) else end) for start, end in places]


def _days(wanted: str | None, text: str) -> list[Bounds]:
    return _places_of_days(text, lambda found: found == wanted)


def _places_of_days(text: str, is_wanted: Callable[[str | None], bool]) -> list[Bounds]:
    """Where in a text such days stand, each place once, with the weekday or the time that is before it."""
    places: list[Bounds] = []
    for each in (match for shape in _DATES for match in shape.finditer(text) if is_wanted(day(match[0]))):
        if not any(start < each.end() and each.start() < end for start, end in places):
            places.append(each.span())
    return sorted(places)


def _places(text: str, wanted: str) -> list[int]:
    if not wanted:
        return []
    return [match.start() for match in re.finditer(re.escape(wanted), text)]


def _is_near(number: int | None, wanted: int | None) -> bool:
    return number is not None and wanted is not None and abs(number - wanted) <= max(_HITS, _SHARE * wanted)


def pattern(name: FieldName, texts: Sequence[str], places: Sequence[Bounds], values: frozenset[str]) -> str:
    """A pattern that takes the values at these places out of the texts; "" if the words around them say
    nothing. `values` are those of all fields: no pattern may depend on one."""
    lefts = [text[:start] for text, (start, _) in zip(texts, places, strict=True)]
    rights = [text[end:] for text, (_, end) in zip(texts, places, strict=True)]
    before = _before(lefts, values)
    days = [text[start:end] for text, (start, end) in zip(texts, places, strict=True)]
    group = _group_of_days(days) if name == "date" else _GROUPS[name]
    if before is None and name in ("date", "hits"):
        return _between_marks(lefts, group, _after(rights, values))
    after = "" if name in ("date", "hits") else _after(rights, values)
    if before is None and name == "writer" and after and _APART.fullmatch(after.strip()):
        return _between_marks(lefts, group, after)
    if before is None or after is None or (name in ("writer", "title") and not after):
        return ""
    return f"{before}{group}{after}"


def _between_marks(lefts: Sequence[str], group: str, after: str | None) -> str:
    """A pattern for a value without a label, as in "Kim · 2024-01-02 · 87": the mark before it, and what is
    after it; "" if the pages have no such mark."""
    marks = {left.rstrip()[-1:] for left in lefts}
    mark = marks.pop() if len(marks) == 1 else ""
    return rf"{_escaped(mark)}\s*{group}{after}" if after and _APART.fullmatch(mark) else ""


def _group_of_days(days: Sequence[str]) -> str:
    """The group that takes these days: the simplest shape of all of them, else one for each shape."""
    for each in _GROUPED:
        if all(re.fullmatch(each, text) for text in days):
            return f"({each})"
    first = {next(each for each in _GROUPED if re.fullmatch(each, text)): None for text in days}
    return f"({'|'.join(first)})"


def _before(lefts: Sequence[str], values: frozenset[str]) -> str | None:
    """The words that are before the value on all pages, as a pattern; None if there are none."""
    shared = _shared_end(lefts)
    is_start = all(left == shared for left in lefts)
    words = shared[-_CONTEXT:]
    digits = [match.end() for match in re.finditer("[0-9]", words)]
    words = words[digits[-1] :] if digits else words
    for each in sorted(values):
        at = words.rfind(each)
        words = words[at + len(each) :] if at >= 0 else words
    if is_start and words == shared:
        return "^" + _escaped(words)
    is_all = len(words) == len(shared) and is_start
    if not is_all:  # it may begin within a word
        words = re.sub(r"^\w+", "", words) if not _begins_apart(lefts, words) else words
    words = _last_label(words)
    if not any(each.isalpha() for each in words):
        return None
    return (r"\b" if re.match(r"\w", words) else "") + _escaped(words)


def _begins_apart(lefts: Sequence[str], words: str) -> bool:
    """Whether on all pages a word begins where the shared words begin."""
    return all(
        len(left) == len(words) or not re.match(r"\w", words) or not re.search(r"\w$", left[: -len(words)])
        for left in lefts
    )


def _last_label(words: str) -> str:
    """The last label of the words: what is after the last mark between two fields."""
    core = words.rstrip(" :：|/·•,;()[]<>-")
    cuts = [match.end() for match in _APART.finditer(core)]
    start = cuts[-1] if cuts else 0
    return words[start:].lstrip()


def _after(rights: Sequence[str], values: frozenset[str]) -> str | None:
    """The words after the value on all pages, as a pattern; None if there are none."""
    if all(not right for right in rights):
        return "$"
    shared = _shared_end([right[::-1] for right in rights])[::-1][:_CONTEXT]
    for each in sorted(values):
        at = shared.find(each)
        shared = shared[:at] if at >= 0 else shared
    words = re.split("[0-9]", shared)[0]
    if not _ends_apart(rights, words):
        words = re.sub(r"\w+$", "", words)
    match = re.match(r"\s*[^\w\s]+\s*|\s*\w+", words)
    return _escaped(match[0]) if match and match[0].strip() else None


def _ends_apart(rights: Sequence[str], words: str) -> bool:
    return all(not re.match(r"\w", right[len(words) :]) for right in rights) or not re.search(r"\w$", words)


def _shared_end(texts: Sequence[str]) -> str:
    shared = texts[0]
    for text in texts[1:]:
        size = 0
        while size < min(len(shared), len(text)) and shared[-size - 1] == text[-size - 1]:
            size += 1
        shared = shared[len(shared) - size :]
    return shared


def _escaped(words: str) -> str:
    return re.sub(r"\\([ \-#&~:,])", r"\1", re.escape(words))
