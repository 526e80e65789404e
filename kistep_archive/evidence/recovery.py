"""Recovery: a killed run's evidence file is cut to its last whole record and closed."""

import os
import zlib
from collections.abc import Iterable
from pathlib import Path

from kistep_archive.warc.writer import close_file

_CHUNK = 1 << 20


def seal(path: Path) -> Path:
    """A `.open` file that a killed run left: cut to its last whole member, the tail kept as `.torn`, renamed to its final name.

    Returns the final path, or the removed path when not even one member was whole.
    """
    whole = _whole_length(path)
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


def _whole_length(path: Path) -> int:
    """The length in bytes of the whole gzip members from the file's start."""
    whole = position = 0
    with path.open("rb") as stream:
        unpacker = zlib.decompressobj(31)
        while chunk := stream.read(_CHUNK):
            while chunk:
                try:
                    unpacker.decompress(chunk)
                except zlib.error:
                    return whole
                position += len(chunk) - len(unpacker.unused_data)
                chunk = unpacker.unused_data
                if unpacker.eof:
                    whole, unpacker = position, zlib.decompressobj(31)
    return whole
