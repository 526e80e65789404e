"""Days as pages write them: in numbers or with an English month, with or without a weekday, a time and its
zone. Every pattern here is linear in its input."""

import re
from datetime import date
from functools import lru_cache

from kistep_archive.parse.text import line

_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"))
_WORD = r"\(?[A-Za-z가-힣]{1,9}\)?"  # a weekday, or a half of the day
_ZONE = r"(?:[+-][0-9]{1,2}(?::?[0-9]{2})?|\(?[A-Za-z]{1,5}(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?\)?)"
_HALF = r"(?:[AaPp]\.?[Mm]\.?|오전|오후)"
_CLOCK = (
    r"(?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?|"
    r"[0-9]{1,2}시(?:\s?[0-9]{1,2}분(?:\s?[0-9]{1,2}초)?)?)"
)
_TIME = rf"{_CLOCK}(?:\s?{_HALF})?(?:\s?{_ZONE}){{0,2}}"
_DAYNAME = "(?:(?i:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?i:day)?)"
_WEEKDAY = rf"(?:{_DAYNAME}|[월화수목금토일]요일)"
_BEFORE = (
    rf"(?:(?:{_HALF}\s?)?{_CLOCK}(?:\s?{_HALF})?,?\s)?"
    rf"(?:(?:{_WEEKDAY}\.?|\((?:{_DAYNAME}|[월화수목금토일])\)),?\s)?"
)
_AFTER = rf"(?:,?[\sT]?\s?(?:{_WORD},?\s?)?{_TIME}|,?\s?\([A-Za-z가-힣]{{1,9}}\)|,?\s{_WEEKDAY})?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    "(?i:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_NTH = "(?:st|nd|rd|th)?"
_APART = r"(?:\s?[-.,/]\s?|\s)"
_FORMS = (
    r"(?P<y>[0-9]{4})\s?[-./년]\s?(?P<m>[0-9]{1,2})\s?[-./월]\s?(?P<d>[0-9]{1,2})(?![0-9])\s?[.일]?" + _AFTER,
    # Mar 5, 2021; 5 Mar 2021; 2021-Mar-05. In numbers 03/05/2021 is March or May, so it is no date.
    rf"(?P<m>{_MONTH})\.?{_APART}(?P<d>[0-9]{{1,2}}){_NTH}{_APART}(?P<y>[0-9]{{4}})(?![0-9])\.?{_AFTER}",
    rf"(?P<d>[0-9]{{1,2}}){_NTH}(?:\sof)?{_APART}(?P<m>{_MONTH})\.?{_APART}(?P<y>[0-9]{{4}})(?![0-9])\.?"
    + _AFTER,
    rf"(?P<y>[0-9]{{4}}){_APART}(?P<m>{_MONTH})\.?{_APART}(?P<d>[0-9]{{1,2}})(?![0-9])\.?{_AFTER}",
    # Fri Mar 05 15:07:00 KST 2021, as Java prints it
    rf"(?P<m>{_MONTH})\s(?P<d>[0-9]{{1,2}})\s{_CLOCK}(?:\s{_ZONE})?\s(?P<y>[0-9]{{4}})",
)
_DATES = tuple(re.compile(_BEFORE + form) for form in _FORMS)
_DIGITS = re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?:[0-9]{4}|[0-9]{6})?")
_YEARS = range(1990, 2100)  # no site is older; 2553 is a year of the Buddhist era, 4357 of the Korean one
_SHORT = re.compile(rf"['’]?([0-9]{{2}}[./-][0-9]{{2}}[./-][0-9]{{2}})(?P<rest>\.?{_AFTER})")

# How a date begins that begins with a word: to tell "Date Mar 5, 2021" from "Date may change".
WORDY_START = (
    rf"(?:{_HALF}\s?[0-9]|(?:\(?{_DAYNAME}\)?|[월화수목금토일]요일|\([월화수목금토일]\))\.?,?\s"
    rf"(?:[0-9]|{_MONTH}\b)|{_MONTH}\.?{_APART}[0-9])"
)


def day(text: str) -> str | None:
    """YYYY-MM-DD for a text that is one date, with or without a time and its zone, as the page says it; None
    for anything else, impossible dates and eras included."""
    return _day(text[:200])


def listed_day(text: str) -> str | None:
    """The same for a text of a listing row, where 23.04.05 is a day too: the year stands first on such sites,
    and the page of the post says whether it does."""
    return day(text) or _listed_day(text[:40])


@lru_cache(maxsize=1024)
def _listed_day(text: str) -> str | None:
    match = _SHORT.fullmatch(line(text).translate(_HYPHENS))
    return None if match is None else day(f"{19 if match[1][0] == '9' else 20}{match[1]}{match['rest']}")


@lru_cache(maxsize=1024)  # several rules ask about the same cell, and rows have the same days
def _day(text: str) -> str | None:
    value = line(text).translate(_HYPHENS)
    if not any(map(str.isdigit, value)):
        return None
    match = next((match for form in _DATES if (match := form.fullmatch(value))), _DIGITS.fullmatch(value))
    if match is None or int(match["y"]) not in _YEARS:
        return None
    try:
        return date(int(match["y"]), _month(match["m"]), int(match["d"])).isoformat()
    except ValueError:
        return None


def _month(word: str) -> int:
    return int(word) if word.isdigit() else _MONTHS.index(word[:3].lower()) + 1
