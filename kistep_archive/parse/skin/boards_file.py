"""The boards file: TOML with boards to add or replace, and with their skins."""

import tomllib
from collections.abc import Container
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.http import charsets
from kistep_archive.model import archive_toml, skins
from kistep_archive.model.boards import BUILT_IN, Board, BoardKey, Catalogue
from kistep_archive.parse.skin import idle, known

NAME = "boards.toml"  # of an archive's own boards file, in its folder

_NEEDED = ("name", "title", "layout", "address", "language")
_FLAGS = ("retired", "named_only", "requires_cookies")
_KEYS = (*_NEEDED, *_FLAGS, "skin", "encoding", "total")


def of_archive(folder: Path, path: Path | None) -> Catalogue:
    """The catalogue of a boards file; without one, of the archive's own, if it has one. The archive's
    settings say which built-in boards it leaves out. Raises ArchiveError (2)."""
    try:
        return load(path or own_file(folder), archive_toml.read(folder).without)
    except ValueError as error:
        raise ArchiveError(str(error), ExitCode.USAGE) from error


def own_file(folder: Path) -> Path | None:
    """The archive's own boards file: the one that `archive.toml` names, else `boards.toml` if it is there.
    Raises ArchiveError (2)."""
    if named := archive_toml.read(folder).boards:
        if not (folder / named).exists():
            raise archive_toml.refusal(folder, "boards", f"no such file in this folder: {named}")
        return folder / named
    return folder / NAME if (folder / NAME).is_file() else None


def load(path: Path | None, without: Container[str] = ()) -> Catalogue:
    """The built-in catalogue `without` the boards of some names. Rows of a TOML file replace all built-in
    rows with the same name, in both layouts.

    Raises ValueError with one line that names the file, the entry and what to change.
    """
    built_in = tuple(row for row in BUILT_IN if row.name not in without)
    if path is None:
        return Catalogue(built_in)
    rows = tuple(_row(path, at, entry) for at, entry in enumerate(entries(path), start=1))
    names = {row.name for row in rows}
    positions = dict[BoardKey, int]()
    for position, row in enumerate(rows, start=1):
        if (first := positions.setdefault(row.key, position)) != position:
            raise ValueError(
                f"{path}: boards {first} and {position} are both {row.name!r} with layout "
                f"{row.layout!r}; remove one"
            )
    others = tuple(row for row in built_in if row.name not in names)
    try:
        idle.check_addresses(rows, others)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return Catalogue(others + rows)


def entries(path: Path) -> list[Any]:
    """The [[board]] entries as they are in the file. Raises ValueError."""
    table = _toml(path, "a boards file is TOML with [[board]] entries")
    boards = table.pop("board", None)
    if not isinstance(boards, list) or not boards:
        raise ValueError(f"{path}: no [[board]] entry; it needs the keys {', '.join(_NEEDED)}")
    if table:
        key = next(iter(table))
        advice = "write it below its [[board]], a skin's tables as [board.skin.post] or [board.skin.listing]"
        raise ValueError(f"{path}: {key!r} belongs to no board; {advice}")
    return boards


def find_skin(path: Path, name: str) -> skins.Skin:
    """The skin in a TOML file of its own; without the file, the shipped skin with this name. Raises
    ValueError with one line, FileNotFoundError if there is neither."""
    if path.is_file():
        table = _toml(path, "a skin is TOML with the tables [post] and [listing]")
        skin = replace(skins.read(table, str(path)), name=str(table.get("name") or path.stem))
        return check_skin(skin, str(path))
    if name in known.names():
        return known.skin(name)
    raise FileNotFoundError(path)


def _toml(path: Path, what: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # some editors begin it with a mark
    except OSError as error:
        is_missing = isinstance(error, FileNotFoundError)
        words = "no such file" if is_missing else f"cannot be read ({error.strerror})"
        raise ValueError(f"{path}: {words}; check its name: {what}") from error
    except RecursionError as error:
        raise ValueError(f"{path}: its arrays or tables are nested too deep; {what}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: {archive_toml.not_utf8(error)}") from error
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: {error}; {what}") from error


def _row(path: Path, position: int, entry: object) -> Board:
    where = f"{path}: board {position}"
    if not isinstance(entry, dict):
        raise ValueError(f"{where} is not a table; write [[board]]")
    if isinstance(entry.get("name"), str):
        where = f"{where} ({entry['name']!r})"
    wrong = [key for key in _NEEDED if not isinstance(entry.get(key), str) or not entry[key]]
    unknown = sorted(set(entry) - set(_KEYS))
    if wrong or unknown:
        problem = f"needs text for {', '.join(wrong)}" if wrong else f"has unknown keys {', '.join(unknown)}"
        raise ValueError(f"{where} {problem}; the keys are {', '.join(_KEYS)}")
    if entry["layout"] not in ("es", "jsp"):
        raise ValueError(f"{where} has layout {entry['layout']!r}; it is 'es' or 'jsp'")
    for key in _FLAGS:
        if not isinstance(entry.get(key, False), bool):
            raise ValueError(f"{where}: {key} is {entry[key]!r}; it is true or false")
    _check_reading(where, entry)
    values = {key: entry[key] for key in _KEYS if key in entry and key != "skin"}
    board = Board(**values, skin=_skin(path, where, entry.get("skin")))
    try:
        board.location()
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    if what := idle.of_board(board):
        raise ValueError(f"{where}: {what}")
    return board


def _check_reading(where: str, entry: dict[str, Any]) -> None:
    if entry.get("total", "ignore") != "ignore":
        raise ValueError(f'{where}: total is {entry["total"]!r}; the only value is "ignore"')
    encoding = entry.get("encoding", "utf-8")
    if not isinstance(encoding, str) or not charsets.codec(encoding):
        raise ValueError(f'{where}: encoding {encoding!r} is unknown; for example "euc-kr"')


def _skin(path: Path, where: str, value: object) -> skins.Skin | None:
    """The skin of an entry: a table, or a file beside the boards file."""
    if value is None:
        return None
    if isinstance(value, dict):
        return check_skin(skins.read(value, f"{where}: skin"), f"{where}: skin")
    if not isinstance(value, str) or not value:
        raise ValueError(f"{where}: skin is neither a name, nor a file, nor a table")
    try:
        return find_skin(path.parent / value, value)
    except FileNotFoundError as error:
        names = ", ".join(known.names())
        raise ValueError(
            f"{where}: skin {value!r} is no file beside the boards file, and none of {names}"
        ) from error


def check_skin(skin: skins.Skin, where: str) -> skins.Skin:
    """The skin, whose selectors compile. Raises ValueError with one line that names the key."""
    from kistep_archive.parse.skin import selectors  # a command that only asks must not load lxml

    for part, selections in (("post", skin.post), ("listing", skin.listing)):
        values = (
            {each.name: getattr(selections, each.name) for each in fields(selections)} if selections else {}
        )
        if wrong := selectors.problem(values):
            raise ValueError(f"{where}: {part}.{wrong[0]}: {wrong[1]}")
    if what := idle.of_skin(skin):
        raise ValueError(f"{where}: {what}")
    return skin
