"""The list of the files in a folder that an export wrote, each with its digest, as `sha256sum --check` reads
it. What is not in it is somebody else's, and no export replaces it."""

import os
from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path

NAME = "SHA256SUMS"


def write(folder: Path) -> None:
    """Writes the list of all files in a folder, those in its folders too."""
    with (folder / NAME).open("w", encoding="utf-8", newline="\n") as sums:
        for name in paths(folder):
            path = folder / name
            if name != NAME and path.is_file():
                with path.open("rb") as file:
                    sums.write(f"{file_digest(file, 'sha256').hexdigest()}  {name}\n")


def foreign(folder: Path) -> str | None:
    """The first file or link in a folder that its list does not name; None if there is none."""
    with (folder / NAME).open(encoding="utf-8", errors="surrogateescape") as sums:
        known = {line.rstrip("\n").partition("  ")[2] for line in sums}
    files = (name for name in paths(folder) if (folder / name).is_symlink() or not (folder / name).is_dir())
    return next((name for name in files if name != NAME and name not in known), None)


def paths(folder: Path, within: str = "") -> Iterator[str]:
    """The paths of everything in a folder, one at a time: `Path.rglob` would load those of a million posts at
    once."""
    with os.scandir(folder / within) as entries:
        for entry in entries:
            yield f"{within}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from paths(folder, f"{within}{entry.name}/")
