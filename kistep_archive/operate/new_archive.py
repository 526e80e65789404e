"""Makes the settings of a new archive: `archive.toml`, and beside it the boards file with its skins."""

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model import archive_toml
from kistep_archive.model.boards import BUILT_IN
from kistep_archive.parse.skin import boards_file

_HEAD = """\
# The settings of this archive. Options of the command line and the environment go before them.
# All keys: docs/archive.md. A line that begins with # is not in force.
"""
_EXAMPLES = {
    "contact": "who runs this archive: the site's staff sees it in the User-Agent of every request",
    "boards": "a boards file in this folder",
    "without": "built-in boards that this archive does not have",
    "origin": "a server that stands in for the site itself",
    "delay": "seconds between two requests",
    "max_age": "how long the last complete crawl may be ago, for 'status --check'",
    "recheck": "requests that a crawl spends on posts that are due for a revisit",
    "files": "whether attachments and images are fetched",
}
_EXAMPLE_VALUES = {
    "contact": "you@example.org",
    "boards": boards_file.NAME,
    "without": ["newsletter"],
    "origin": "http://127.0.0.1:8000",
    "delay": 2,
    "max_age": "8d",
    "recheck": 10,
    "files": True,
}
_HOOKS = """\
# [hooks]
# ping = "https://hc-ping.com/UUID"
# on_news = "/usr/local/bin/tell-me"
# on_trouble = "/usr/local/bin/tell-me"
"""


@dataclass(frozen=True, slots=True)
class NewSettings:
    """The values with which an archive begins; None and empty ones are left to the defaults."""

    contact: str = ""
    boards: str = ""
    without: tuple[str, ...] = ()
    origin: str = ""
    delay: float | None = None
    max_age: str = ""

    def value(self, key: str) -> object:
        """The value of a key, None if it has none."""
        value = getattr(self, key, None)
        return list(value) or None if isinstance(value, tuple) else None if value == "" else value


def make(folder: Path, values: NewSettings, boards: Path | None) -> list[Path]:
    """Writes the settings, and copies the boards file `boards` with its skins into the archive. Returns the
    files that it made. Raises ArchiveError: 2 if one of them is there already or cannot be copied, 5 if the
    folder cannot be written."""
    copies = list(_copies(folder, boards)) if boards else []
    made = [folder / archive_toml.NAME, *(target for _, target in copies)]
    if there := next((path for path in made if path.exists() or path.is_symlink()), None):
        raise ArchiveError(f"{there} is there already; edit it, or choose another --archive", ExitCode.USAGE)
    text = as_text(values)
    try:
        archive_toml.parse(text)
    except ValueError as error:
        words = str(error).partition(": ")[2]  # the line is one that the user never wrote
        raise ArchiveError(words, ExitCode.USAGE) from error
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for source, target in copies:
            shutil.copyfile(source, target)
        with made[0].open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        words = f"{folder}: cannot be written ({error.strerror}). Choose another folder with --archive DIR."
        raise ArchiveError(words, ExitCode.STORE_UNHEALTHY) from error
    return made


def after_crawl(
    folder: Path, names: tuple[str, ...], origin: str, delay: float | None, boards: Path | None
) -> list[Path]:
    """As `make`, with what the first crawl was called with. It crawled the boards of these `names`; without
    any, all."""
    left_out = without(names) if boards and names else ()
    name = boards_file.NAME if boards else ""
    values = NewSettings(boards=name, without=left_out, origin=origin, delay=delay)
    return make(folder, values, boards)


def without(names: Iterable[str]) -> tuple[str, ...]:
    """The built-in boards without those of these names."""
    excluded = set(names)
    return tuple(dict.fromkeys(board.name for board in BUILT_IN if board.name not in excluded))


def as_text(values: NewSettings) -> str:
    """The file's text: every key with its meaning; those without a value are commented out."""
    lines = [_HEAD]
    for key, meaning in _EXAMPLES.items():
        value = values.value(key)
        mark = "# " if value is None else ""
        shown = _EXAMPLE_VALUES[key] if value is None else value
        lines.append(f"# {meaning}\n{mark}{key} = {json.dumps(shown, ensure_ascii=False)}\n")
    return "\n".join([*lines, _HOOKS])


def _copies(folder: Path, boards: Path) -> Iterator[tuple[Path, Path]]:
    """(file, its place in the archive) of a boards file and the skins that it names. Raises ArchiveError
    (2)."""
    yield boards, folder / boards_file.NAME
    try:
        entries = boards_file.entries(boards)
    except ValueError as error:
        raise ArchiveError(str(error), ExitCode.USAGE) from error
    skins = (entry.get("skin") for entry in entries if isinstance(entry, dict))
    for skin in dict.fromkeys(each for each in skins if isinstance(each, str)):
        if not (boards.parent / skin).is_file():
            continue  # a shipped one
        if Path(skin).name != skin or skin in (boards_file.NAME, archive_toml.NAME):
            words = f"{boards}: skin {skin!r} is in another folder, so it cannot be copied into the archive"
            raise ArchiveError(f"{words}; move it beside the boards file", ExitCode.USAGE)
        yield boards.parent / skin, folder / skin
