"""The settings of an archive, in the file `archive.toml` in its folder. An archive without the file has the
defaults. Options of the command line and the environment go before it."""

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.http.urls import split_web_url
from kistep_archive.model import command_line

NAME = "archive.toml"
STALE = timedelta(days=8)  # without a complete crawl: a weekly one may be a day late

_AGE = re.compile(r"(\d{1,4})\s*([hdw])", re.ASCII)
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
_HEADER = re.compile(r"\s*\[\[?\s*([\w-]+)\s*(?:\.\s*([\w-]+)\s*)?\]")
_KEY = re.compile(r"\s*[\"']?([\w-]+)[\"']?\s*[.=]")
_MOST_DELAY, _MOST_RECHECKS = 3600, 1_000_000


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """What `archive.toml` says. `boards` is the path of a boards file, relative to the archive's folder;
    `without` are built-in boards that the archive does not have; `delay` is in seconds; `contact` goes into
    the User-Agent; `recheck` is the number of requests that a crawl spends on revisits; without `files` it
    fetches neither attachments nor images. None and "" leave the default."""

    boards: str = ""
    without: tuple[str, ...] = ()
    origin: str = ""
    delay: float | None = None
    contact: str = ""
    max_age: timedelta = STALE
    recheck: int | None = None
    files: bool = True
    hooks: Mapping[str, str] = field(default_factory=dict)


DEFAULTS = ArchiveSettings()


def read(folder: Path) -> ArchiveSettings:
    """The settings of an archive. Raises ArchiveError (2) with one line that names the file and the line in
    it."""
    path = folder / NAME
    try:
        return parse(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return DEFAULTS
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read ({error.strerror})", ExitCode.USAGE) from error
    except UnicodeDecodeError as error:
        raise ArchiveError(f"{path}: {not_utf8(error)}", ExitCode.USAGE) from error
    except ValueError as error:
        raise ArchiveError(f"{path}: {error}", ExitCode.USAGE) from error


def refusal(folder: Path, key: str, what: str) -> ArchiveError:
    """The error (2) for a value that reads well and does not fit what else is in the folder."""
    path = folder / NAME
    wrong = _KeyLine(path.read_text(encoding="utf-8-sig"), "", key).wrong(what)
    return ArchiveError(f"{path}: {wrong}", ExitCode.USAGE)


def not_utf8(error: UnicodeDecodeError) -> str:
    """What to say of a file in another encoding: the line of the first byte that cannot be read."""
    line = error.object.count(b"\n", 0, error.start) + 1
    return f"line {line}: byte {error.object[error.start]:#x} is not UTF-8; save the file as UTF-8"


def parse(text: str) -> ArchiveSettings:
    """The settings that a text says. Raises ValueError with one line that says where the mistake is."""
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise ValueError("its arrays or tables are nested too deep") from None
    values: dict[str, Any] = {}
    for key, value in table.items():
        with_line = _KeyLine(text, "", key)
        values[key] = _hooks(text, value) if key == "hooks" else _value(with_line, _KEYS, value)
    return ArchiveSettings(**values)


@dataclass(frozen=True, slots=True)
class _KeyLine:
    """Where a key is in the text: tomllib does not say it."""

    text: str
    table: str
    key: str

    def wrong(self, what: str) -> ValueError:
        """The error that names the key and its line."""
        name = f"{self.table}.{self.key}" if self.table else self.key
        return ValueError(f"line {self.number()}: {name}: {what}")

    def number(self) -> int:
        """The line of the key, counted from 1; that of its table if the key is not at the start of a line."""
        table, first = "", 1
        for at, line in enumerate(self.text.splitlines(), start=1):
            if header := _HEADER.match(line):
                table = header[1]
                if (table, header[2]) == (self.table, self.key):
                    return at
                first = at if table in (self.table, self.key) else first
            if (key := _KEY.match(line)) and self._is_at(table, key[1], line):
                return at
        return first

    def _is_at(self, table: str, key: str, line: str) -> bool:
        if key == self.key and table == self.table:
            return True
        is_inline = not table and key == self.table  # hooks.ping = … or hooks = { ping = … }
        return is_inline and re.search(rf"\b{re.escape(self.key)}\b", line) is not None


def _value(line: _KeyLine, checks: "Mapping[str, Callable[[Any], Any]]", value: object) -> Any:
    if line.key not in checks:
        near = difflib.get_close_matches(line.key, checks, 1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise line.wrong(f"unknown key{hint}; the keys are {', '.join(checks)}")
    try:
        return checks[line.key](value)
    except ValueError as error:
        raise line.wrong(str(error)) from None


def _hooks(text: str, value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _KeyLine(text, "", "hooks").wrong("not a table; write [hooks], and below it ping, on_news …")
    return {key: _value(_KeyLine(text, "hooks", key), _HOOKS, each) for key, each in value.items()}


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError(f"{_shown(value)} is not a text in quotes, in one line and not empty")
    return value


def _names(value: object) -> tuple[str, ...]:
    from kistep_archive.model.boards import BUILT_IN  # most commands do without it

    known = list(dict.fromkeys(board.name for board in BUILT_IN))
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ValueError(f'{_shown(value)} is not a list of names; write for example ["{known[0]}"]')
    for name in value:
        if name not in known:
            raise ValueError(f"{name!r} is no built-in board; those are {', '.join(known)}")
    return tuple(value)


def _origin(value: object) -> str:
    parts = split_web_url(text := _text(value))
    if parts is None or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"{text!r} is not an origin; write http://HOST:PORT without a path")
    return f"{parts.scheme}://{parts.netloc}"


def _delay(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST_DELAY:
        raise ValueError(f"{_shown(value)} is not a number of seconds from 0 to {_MOST_DELAY}")
    return float(value)


def contact_of(value: object) -> str:
    """A contact for the User-Agent: a mail address or a web address. Raises ValueError."""
    text = _text(value).removeprefix("mailto:")
    if not (
        _MAIL.fullmatch(text) or (split_web_url(text) and text.isascii() and not set(text) & set(" ();"))
    ):
        raise ValueError(f"{text!r} is neither a mail address nor an http(s) address")
    return text


def age_of(value: object) -> timedelta:
    """How long a crawl may be ago, such as 36h, 8d or 2w. Raises ValueError."""
    match = _AGE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not int(match[1]):
        raise ValueError(f'{_shown(value)} is not an age; write "36h", "8d" or "2w"')
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_RECHECKS:
        raise ValueError(f"{_shown(value)} is not a whole number from 0 to {_MOST_RECHECKS:,}")
    return value


def _address(value: object) -> str:
    if split_web_url(text := _text(value)) is None:
        raise ValueError(f"{text!r} is not an address; write http(s)://HOST/PATH")
    return text


def _command(value: object) -> str:
    try:
        command_line.words_of(text := _text(value))
    except ValueError as error:
        raise ValueError(f"{text!r}: {error}") from None
    return text


def _form(value: object) -> str:
    if value not in ("json", "text"):
        raise ValueError(f'{_shown(value)} is neither "json" nor "text"')
    return str(value)


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{_shown(value)} is neither true nor false")
    return value


def _shown(value: object) -> str:
    return repr(value) if len(repr(value)) <= 60 else f"{repr(value)[:60]}…"


_KEYS: dict[str, Callable[[Any], Any]] = {
    "boards": _text,
    "without": _names,
    "origin": _origin,
    "delay": _delay,
    "contact": contact_of,
    "max_age": age_of,
    "recheck": _count,
    "files": _switch,
    "hooks": dict,
}
_HOOKS: dict[str, Callable[[Any], Any]] = {
    "ping": _address,
    "on_news": _command,
    "on_trouble": _command,
    "on_news_format": _form,
}
