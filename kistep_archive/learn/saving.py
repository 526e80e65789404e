"""Writes a learnt skin beside a boards file and names it there: the other boards stay as they are."""

import os
import re
import tempfile
from collections.abc import Container
from dataclasses import replace
from pathlib import Path
from typing import Any

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model import skins
from kistep_archive.model.boards import BUILT_IN, Board, as_record
from kistep_archive.parse.skin import boards_file

_HEADER = re.compile(r"^\s*\[\[\s*board\s*\]\]\s*(?:#.*)?$")
_SKIN_KEY = re.compile(r"^\s*skin(?:\.[\w.\"'-]+)?\s*=")
_SKIN_TABLE = re.compile(r"^\s*\[\s*board\s*\.\s*skin\b")
_TABLE = re.compile(r"^\s*\[")


def in_the_way(boards: Path, board: Board, skin: skins.Skin) -> str:
    """Why saving would lose something: the skin's file is there and says something else, perhaps by hand. ""
    if it would not. Raises OSError."""
    file = _file(boards, skin)
    if not file.is_file() or file.read_text(encoding="utf-8") == _text(board, skin):
        return ""
    return f"{file} is there already and says something else"


def _file(boards: Path, skin: skins.Skin) -> Path:
    return boards.with_name(re.sub(r"[^\w.-]+", "-", skin.name) + ".toml")


def _text(board: Board, skin: skins.Skin) -> str:
    return f"# Learnt by 'kistep-archive learn {board.name}'.\n{skins.as_toml(skin)}"


def save(boards: Path, board: Board, skin: skins.Skin, without: Container[str] = ()) -> Path:
    """Writes the skin's file, then the boards file, each at once. `without` names the built-in boards that
    the archive leaves out. Returns the skin's path. Raises OSError, and ArchiveError (2) if the boards file
    cannot be changed line by line."""
    file = _file(boards, skin)
    text = boards.read_text(encoding="utf-8-sig") if boards.is_file() else ""
    changed = _with_skin(text, board, file.name)
    _write(file, _text(board, skin))
    if text:
        _check(boards, changed, board, file.name, without)
    _write(boards, changed)
    return file


def _with_skin(text: str, board: Board, skin: str) -> str:
    """The boards file's text with the skin in the board's entry, or with entries for the board."""
    lines = text.splitlines()
    starts = [at for at, line in enumerate(lines) if _HEADER.match(line)]
    entries = _entries(text)
    for position, entry in enumerate(entries):
        if (entry.get("name"), entry.get("layout")) == board.key and position < len(starts):
            end = [*starts, len(lines)][position + 1]
            return "\n".join(_replace_skin(lines, starts[position], end, skin)) + "\n"
    own = [row for row in BUILT_IN if row.name == board.name]
    rows = [board if row.key == board.key else row for row in own] or [board]
    added = [_entry(row, skin if row.key == board.key else "") for row in rows]
    return "\n".join([*([text.rstrip("\n"), ""] if text.strip() else []), *added])


def _entries(text: str) -> list[dict[str, Any]]:
    import tomllib

    entries = tomllib.loads(text).get("board", []) if text.strip() else []
    return [each for each in entries if isinstance(each, dict)]


def _replace_skin(lines: list[str], start: int, end: int, skin: str) -> list[str]:
    """The lines, with the skin as the first key of the entry between two lines instead of any other."""
    rest, is_skin = [], False
    for line in lines[start + 1 : end]:
        is_skin = bool(_SKIN_TABLE.match(line)) or (is_skin and not _TABLE.match(line))
        if not is_skin and not _SKIN_KEY.match(line):
            rest.append(line)
    return [*lines[: start + 1], f"skin = {_quoted(skin)}", *rest, *lines[end:]]


def _entry(board: Board, skin: str) -> str:
    values = as_record(replace(board, skin=None)) | {"skin": skin}
    lines = [
        f"{key} = {'true' if value is True else _quoted(str(value))}"
        for key, value in values.items()
        if value
    ]
    return "\n".join(["[[board]]", *lines, ""])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _check(boards: Path, changed: str, board: Board, skin: str, without: Container[str]) -> None:
    """Whether the new text says the same of all boards, but for this skin."""
    before = boards_file.load(boards, without)
    advice = f'add the line skin = "{skin}" to the board {board.name!r} yourself'
    with tempfile.NamedTemporaryFile("w", dir=boards.parent, suffix=".toml", encoding="utf-8") as file:
        file.write(changed)
        file.flush()
        try:
            after = boards_file.load(Path(file.name), without)
        except ValueError as error:
            raise ArchiveError(
                f"{boards}: cannot be changed line by line; {advice}", ExitCode.USAGE
            ) from error
    others = [row for row in before.rows if row.key != board.key]
    same = [row for row in after.rows if row.key != board.key]
    own = after.row(board.key)
    if others != same or own is None or replace(own, skin=None) != replace(board, skin=None):
        raise ArchiveError(f"{boards}: cannot be changed line by line; {advice}", ExitCode.USAGE)


def _write(path: Path, text: str) -> None:
    """Writes a file at once: a kill leaves the old one or the new one."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        new = Path(folder, path.name)
        with new.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
