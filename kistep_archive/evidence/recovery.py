"""Recovery: a killed run's evidence file is cut to its last whole record and closed."""

import os
from collections.abc import Iterable
from pathlib import Path

from kistep_archive.warc.extent import whole_length
from kistep_archive.warc.writer import close_file


def seal(path: Path) -> Path:
    """A `.open` file that a killed run left: cut to its last whole member, the tail kept as `.torn`, renamed
    to its final name.

    Returns the final path, or the removed path when not even one member was whole.
    """
    whole = whole_length(path)
    final = path.with_suffix("")
    if whole < path.stat().st_size:
        with path.open("r+b") as torn:
            torn.seek(whole)
            tail = final.with_name(f"{final.name}.torn")
            tail.write_bytes(torn.read())
            torn.truncate(whole)
            os.fsync(torn.fileno())
    if whole == 0:
        path.unlink()
    else:
        close_file(path, final)
    return final


def leftovers(folder: Path) -> Iterable[Path]:
    """The `.open` files in the folder, oldest first."""
    return sorted(folder.glob("*.warc.gz.open"))
