"""Reads the values of a run log's record by their types."""

import json
import re
from enum import StrEnum
from typing import Any, TypeVar

from kistep_archive.model.instants import is_instant
from kistep_archive.warc.location import LARGEST

Fields = dict[str, Any]
Word = TypeVar("Word", bound=StrEnum)
Typed = TypeVar("Typed")


class LogError(ValueError):
    """A record of the run log that cannot be read, and why."""


class UnknownWordError(LogError):
    """A word that a newer program wrote: what says it is skipped, but is not damaged."""


_WORD = re.compile("[a-z]+(?:_[a-z]+)*")
_NEEDED = object()
_NAMES: dict[type, str] = {
    str: "text",
    int: "a number",
    dict: "an object",
    list: "a list",
    bool: "true or false",
}
# an old version wrote NaN, which is not JSON; one decoder for all, for to make it takes longer than to read
_DECODER = json.JSONDecoder(parse_constant=lambda name: None)


def decode_json(text: str | bytes) -> Any:
    """Raises LogError."""
    try:
        return _DECODER.decode(text if isinstance(text, str) else text.decode(json.detect_encoding(text)))
    except RecursionError as error:
        raise LogError("not JSON (its lists are nested too deeply)") from error
    except ValueError as error:
        raise LogError(f"not JSON ({str(error)[:80]})") from error


def read_typed(values: Fields, key: str, wanted: type[Typed], default: Any = _NEEDED) -> Typed:
    """The value of a key. Raises LogError if it has another type, or is missing and there is no default."""
    value = values.get(key, default)
    if not isinstance(value, wanted):
        shown = json.dumps(value, ensure_ascii=False, default=str)[:40] if value is not _NEEDED else ""
        raise LogError(f"{key} is {shown}, not {_NAMES[wanted]}" if shown else f"{key} is missing")
    return value


def read_text(values: Fields, key: str, default: Any = _NEEDED) -> str:
    """A text without half characters. Raises LogError."""
    text = read_typed(values, key, str, default)
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise LogError(f"{key} is not text: it has half a character")
    return text


def read_instant(values: Fields, key: str) -> str:
    """An instant in UTC, so that texts compare like instants. Raises LogError."""
    if not is_instant(text := read_text(values, key)):
        raise LogError(f"{key} is {text!r:.40}, not an instant in UTC")
    return text


def read_number(values: Fields, key: str) -> int:
    """A count or an offset that SQLite can hold. Raises LogError."""
    number = read_typed(values, key, int)
    if isinstance(number, bool) or not 0 <= number <= LARGEST:
        raise LogError(f"{key} is {number!r:.40}, not a count or an offset")
    return number


def read_word(values: Fields, key: str, words: type[Word], unknown: Word | None = None) -> Word:
    """A word of a closed list. Another one becomes `unknown`, if that is given. Raises UnknownWordError for
    another word, LogError for what is no word."""
    text = read_text(values, key, *([""] if unknown is not None else []))
    try:
        return words(text)
    except ValueError:
        if unknown is not None:
            return unknown
        error = UnknownWordError if _WORD.fullmatch(text) else LogError
        raise error(f"{key} is {text[:40]!r}, a word that this program does not know") from None
