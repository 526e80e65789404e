"""The command lines that the program advises.

Messages name a command as `kistep-archive COMMAND`, because what writes them does not know how the user
reached the archive, and what is stored of them must stay right if the archive moves. Whatever shows a message
to the user adds the global options here, and nowhere else.
"""

import os
import re
import shlex
from pathlib import Path

from kistep_archive.cli.examples import EXAMPLES

DEFAULT = Path("data")
VARIABLE = "KISTEP_ARCHIVE"
_PROGRAM = "kistep-archive"
_ADVISED = re.compile(rf"\b{_PROGRAM} (?=(?:{'|'.join(filter(None, EXAMPLES))})\b)")


def call(archive: Path, boards_file: Path | None) -> str:
    """How a command line begins that reaches this archive. It needs no `--archive` for the default one."""
    words = [_PROGRAM]
    if archive != DEFAULT or os.environ.get(VARIABLE):
        words += ["--archive", str(archive)]
    if boards_file is not None:
        words += ["--boards", str(boards_file)]
    return " ".join(map(_quoted, words))


def with_call(text: str, begin: str) -> str:
    """The text, in which each advised command line begins so."""
    return _ADVISED.sub(lambda _: f"{begin} ", text)


def _quoted(word: str) -> str:
    """The word for a shell, in double quotes if possible: messages put command lines in single ones."""
    plain = shlex.quote(word)
    return plain if plain == word or set(word) & set('"$`\\!') else f'"{word}"'
