"""File names that every file system takes, made of the names that a site gives its files.

There is no library for it: pathvalidate lets `..`, an empty name and text that turns its direction pass, and
cuts off the suffix of a long name.
"""

import re
import unicodedata
from pathlib import Path

from kistep_archive.model.documents import Document

MOST_BYTES = 255  # of a name, in UTF-8: the limit of ext4, and for Hangul also of HFS+
_FORBIDDEN = re.compile(r'[/\\:*?"<>|]')  # by Windows
_NO_TEXT = {"Cc", "Cs", "Co", "Cn"}  # controls, halves of letters, and what has no meaning
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\Z", re.I)
_SUFFIX = re.compile(r"(?:\.tar)?\.[a-z0-9]{1,10}\Z", re.I)
_NAMELESS = "file"


class FolderNames:
    """The names in one folder: each is new, also where capitals do not count, in Unicode's composed form, and
    stays in the folder."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._last: dict[str, int] = {}  # the last number that was given to such a name

    def new(self, name: str) -> str:
        """A name like this one that the folder does not have yet."""
        plain = made = safe(name)
        while _key(made) in self._used:
            number = self._last[_key(plain)] = self._last.get(_key(plain), 1) + 1
            made = _shorten(plain, f" ({number})")
        self._used.add(_key(made))
        return made


def post_path(folder: Path, post: Document, suffix: str) -> Path:
    """The place of a post's file or folder in `folder`. Each layout numbers its posts separately: a second
    post with the same day and number also has its layout in the name."""
    board = re.sub(r"[^\w-]", "_", post["board"])
    name = f"{post['date']}-{board}-{post['number']}"
    path = folder / f"{name}{suffix}"
    return folder / f"{name}-{post['layout']}{suffix}" if path.exists() else path


def safe(name: str) -> str:
    """The name as a file name: without what leads elsewhere, what a file system refuses, and what cannot be
    seen. It is never empty."""
    visible = "".join(map(_visible, unicodedata.normalize("NFC", name)))
    text = unicodedata.normalize("NFC", " ".join(_FORBIDDEN.sub("_", visible).split())).strip(". ")
    if text.startswith("-"):  # it would be an option of a command
        text = f"_{text[1:]}"
    if _RESERVED.match(text.partition(".")[0].rstrip()):
        text = f"_{text}"
    return _shorten(text or _NAMELESS, "")


def _visible(letter: str) -> str:
    """The letter if one can see it: nothing for marks of direction and the like."""
    category = unicodedata.category(letter)
    return "_" if category in _NO_TEXT and not letter.isspace() else "" if category == "Cf" else letter


def _shorten(name: str, number: str) -> str:
    """The name with a number before its suffix, short enough."""
    match = _SUFFIX.search(name, 1)
    suffix = match[0] if match else ""
    room = MOST_BYTES - len(f"{number}{suffix}".encode())
    stem = name[: len(name) - len(suffix)].encode()[:room].decode(errors="ignore").rstrip(". ")
    return f"{stem}{number}{suffix}"


def _key(name: str) -> str:
    """What two names share that a file system may take for one."""
    return unicodedata.normalize("NFC", name.upper().casefold())
