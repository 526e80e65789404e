"""SQLite's functions on texts whose time grows with the product of two lengths, in Python's way, which is
linear: `instr` of one megabyte in two took a minute, and nothing can stop SQLite inside of a function."""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

_Value: TypeAlias = str | bytes | int | float | None


def replace_slow(conn: sqlite3.Connection) -> None:
    """Puts ours in their place, for this connection. `replace` stays: the views need a fast one."""
    conn.create_function("instr", 2, _instr, deterministic=True)
    for name, strip in (("trim", str.strip), ("ltrim", str.lstrip), ("rtrim", str.rstrip)):
        conn.create_function(name, 1, partial(_trim, strip), deterministic=True)
        conn.create_function(name, 2, partial(_trim, strip), deterministic=True)


def _instr(text: _Value, part: _Value) -> int | None:
    if text is None or part is None:
        return None
    if isinstance(text, bytes) and isinstance(part, bytes):
        return text.find(part) + 1
    return _text(text).find(_text(part)) + 1


def _trim(strip: Callable[[str, str], str], text: _Value, letters: _Value = " ") -> str | None:
    if text is None or letters is None:
        return None
    return strip(_text(text), "".join(set(_text(letters))))


def _text(value: _Value) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
