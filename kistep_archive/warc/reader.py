"""Records in WARC files, found by file and offset."""

import zlib
from pathlib import Path

from kistep_archive.errors import ArchiveError

_PIECE = 1 << 16


class WarcError(ArchiveError):
    """A WARC file does not hold what was looked for; the message names file, offset and cause. Exit code 5."""

    def __init__(self, message: str) -> None:
        super().__init__(message, 5)


def unreadable(path: Path, error: OSError) -> WarcError:
    """What the system says of a file that it does not let us read: that is no damage."""
    return WarcError(f"{path}: cannot be read ({error.strerror or error}); see that you may read it and that its disk is well")


def record_bytes(folder: Path, file: str, offset: int) -> tuple[bytes, int]:
    """(the record that starts there, unpacked, the length of its gzip member). Raises WarcError."""
    unpacker, pieces, taken = zlib.decompressobj(31), list[bytes](), 0
    try:
        with locate(folder, file).open("rb") as stream:
            stream.seek(offset)
            while not unpacker.eof and (chunk := stream.read(_PIECE)):
                pieces.append(unpacker.decompress(chunk))
                taken += len(chunk)
    except OSError as error:
        raise unreadable(folder / file, error) from error
    except zlib.error as error:
        raise WarcError(f"{file} at {offset}: {error}; the file is damaged there, see 'kistep-archive verify'") from error
    if not unpacker.eof:
        raise WarcError(f"{file} at {offset}: the file ends inside the record; see 'kistep-archive verify'")
    return b"".join(pieces), taken - len(unpacker.unused_data)


def locate(folder: Path, file: str) -> Path:
    """The file's path, under its final name or, while its run goes on, with `.open`. Raises WarcError."""
    for path in (folder / file, folder / f"{file}.open"):
        if path.is_file():
            return path
    raise WarcError(f"{folder / file} is missing")


def is_kept(folder: Path, file: str) -> bool:
    """Whether the file is there at all, under either of its names."""
    return any((folder / name).is_file() for name in (file, f"{file}.open"))
