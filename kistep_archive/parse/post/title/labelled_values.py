"""Words that are a label beside those of a post with a date or a count behind it, such as "Likes 28": no
title of a post."""

import re

from kistep_archive.parse.dates import day
from kistep_archive.parse.text import is_count, label

_DIGITS = re.compile(r"\d")
_LONG = 60  # characters at most
_BETWEEN = ":： ()[]"  # what may stand between label and value


def is_labelled(words: str) -> bool:
    """Whether the words are a label, none of those that a post is read by, and its value."""
    first = _DIGITS.search(words) if len(words) <= _LONG else None
    if first is None:
        return False
    name, value = words[: first.start()], words[first.start() :].rstrip(_BETWEEN)
    before, _, month = name.rstrip().rpartition(" ")  # "Updated May 3, 2024"
    pairs = ((name, value), (before, f"{month} {value}"))
    return any(
        label(name.strip(_BETWEEN)) in ("other", "file") and (day(value) is not None or is_count(value))
        for name, value in pairs
    )
