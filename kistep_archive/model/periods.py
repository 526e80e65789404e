"""Periods and instants as people write them: `2024`, `2024-05`, `2024-05-01`, `7d`, `3 months ago`, or an
instant. This is the only reader of them, for every option and every argument in Python that takes one.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from kistep_archive.model.instants import Before, spell_instant

FORMS = "2024, 2024-05, 2024-05-01, 7d, '3 months ago' or 2024-05-01T09:00:00Z"
_MOMENT = timedelta(microseconds=1)
_MONTH = re.compile(r"(\d{4})(?:-(\d\d))?", re.ASCII)
_AGO = re.compile(
    r"(\d{1,5})\s*(?:(h|hours?)|(d|days?)|(w|weeks?)|(mo|months?)|(y|years?))(?:\s+ago)?",
    re.ASCII | re.IGNORECASE,
)
_DAYS = {"today": 0, "yesterday": 1}


class Period(NamedTuple):
    """From `begin` to `end`, both included, to the microsecond. An instant begins and ends at once."""

    begin: datetime
    end: datetime

    def first_day(self) -> str:
        """Its first day, where it was written."""
        return self.begin.date().isoformat()

    def last_day(self) -> str:
        """Its last day, where it was written."""
        return self.end.date().isoformat()

    def since(self) -> str:
        """Its first instant."""
        return spell_instant(self.begin)

    def before(self) -> Before:
        """The first instant after it."""
        end = self.end.astimezone(UTC)
        return Before(spell_instant(min(end, datetime.max.replace(tzinfo=UTC) - _MOMENT) + _MOMENT))


def read(value: object, now: str) -> Period:
    """The period that a text, a date or a datetime means at the instant `now`. What has no zone is in UTC.
    Raises ValueError, which shows the forms."""
    try:
        period = _period(value, datetime.fromisoformat(now))
        spell_instant(period.begin)  # a zone may lead out of the calendar
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"not a date; write {FORMS}") from error
    return period


def _period(value: object, now: datetime) -> Period:
    match value:
        case datetime():
            return _instant(value)
        case date():
            return _days(value, value)
        case str():
            return _parse_text(" ".join(value.split()), now)
    raise TypeError(value)


def _parse_text(text: str, now: datetime) -> Period:
    if month := _MONTH.fullmatch(text):
        first, last = (int(month[2]),) * 2 if month[2] else (1, 12)
        return _months(int(month[1]), first, last)
    if ago := _AGO.fullmatch(text):
        hours, days, weeks, months, years = (int(ago[1]) if unit else 0 for unit in ago.groups()[1:])
        at = now - timedelta(hours=hours, days=days, weeks=weeks)
        return _instant(_months_before(at, months + 12 * years))
    if text.lower() in _DAYS:
        day = now.date() - timedelta(days=_DAYS[text.lower()])
        return _days(day, day)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _instant(datetime.fromisoformat(text))
    return _days(day, day)


def _days(first: date, last: date) -> Period:
    return Period(datetime.combine(first, time.min, UTC), datetime.combine(last, time.max, UTC))


def _months(year: int, first: int, last: int) -> Period:
    return _days(date(year, first, 1), date(year, last, _last_day(year, last)))


def _instant(at: datetime) -> Period:
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Period(at, at)


def _months_before(at: datetime, months: int) -> datetime:
    """So many months earlier, on the same day; on the last one of a month that has no such day."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    if year < 1:
        raise ValueError(year)
    return at.replace(year=year, month=month + 1, day=min(at.day, _last_day(year, month + 1)))


def _last_day(year: int, month: int) -> int:
    from calendar import monthrange

    return monthrange(year, month)[1]
