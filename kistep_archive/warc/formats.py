"""Recognises a file by its first bytes: a WARC, a WACZ, or something else, named in one line."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.warc import wacz_reader
from kistep_archive.warc.extent import Extent, beginning

_FOREIGN = (
    (b"filedesc://", "an ARC file; convert it with 'warcio recompress FILE.arc.gz FILE.warc.gz'"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd; unpack it with 'zstd -d' first"),
    # a .warc.zst begins with its dictionary
    (b"\x5d\x2a\x4d\x18", "packed with zstd; unpack it with 'zstd -d' first"),
)


def check(path: Path) -> None:
    """Raises ArchiveError (2) if a file is not a WARC or WACZ, or cannot be read. Reads only its start."""
    with disk_errors(path), path.open("rb") as file:
        if is_zip(Extent(file, 0, path.stat().st_size, str(path))):
            wacz_reader.open_wacz(path, file)[0].close()


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turns an OSError about a file into an ArchiveError: 5 if there is no room to decompress it, else 2."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise ArchiveError(
                f"{path}: no room to unpack it ({error}); set TMPDIR to a folder with more room",
                ExitCode.STORE_UNHEALTHY,
            ) from error
        raise ArchiveError(
            f"{path}: {error.strerror or error}; give a WARC or WACZ file", ExitCode.USAGE
        ) from error


def is_zip(extent: Extent) -> bool:
    """Whether a file is a zip. Raises ArchiveError (2) if it is neither a zip nor a WARC."""
    if extent.size == 0:
        raise ArchiveError(f"{extent.name}: the file is empty; give a WARC or WACZ file", ExitCode.USAGE)
    if bytes(extent.view(0, 4)) in (b"PK\3\4", b"PK\5\6"):
        return True
    if other := foreign(extent):
        raise ArchiveError(f"{extent.name}: {other}", ExitCode.USAGE)
    return False


def foreign(extent: Extent) -> str:
    """What the file is instead of a WARC; "" for a WARC, even if its first record is truncated or damaged."""
    head = beginning(extent)
    for mark, name in _FOREIGN:
        if head.startswith(mark):
            return name
    words = f"not a WARC or WACZ file: it begins with {head!r}; give a WARC or WACZ file"
    return "" if b"WARC/".startswith(head[:5]) else words
