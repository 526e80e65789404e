"""Recovery after a killed run: cuts its evidence file to the last complete record and closes it."""

import os
from collections.abc import Iterable
from pathlib import Path

from kistep_archive.warc.extent import intact_length
from kistep_archive.warc.writer import close_file


def seal(path: Path) -> Path:
    """Closes a `.open` file of a killed run: moves what follows the last complete member to a `.torn` file,
    and gives the file its final name.

    Returns the final path, even if no member is complete and there is no file.
    """
    intact = intact_length(path)
    final = path.with_suffix("")
    if intact < path.stat().st_size:
        with path.open("r+b") as torn:
            torn.seek(intact)
            tail = final.with_name(f"{final.name}.torn")
            tail.write_bytes(torn.read())
            torn.truncate(intact)
            os.fsync(torn.fileno())
    if intact == 0:
        path.unlink()
    else:
        close_file(path, final)
    return final


def leftovers(folder: Path) -> Iterable[Path]:
    """The `.open` files in the folder, oldest first."""
    return sorted(folder.glob("*.warc.gz.open"))
