"""Runs of bytes in files, and the gzip members in them: the one place where WARC files are unpacked. Memory
stays at a few MiB.

Source of the format: RFC 1952.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

GZIP = b"\x1f\x8b"

_BLOCK = 1 << 20  # bytes read from the file at once
# Packed bytes handed to zlib at once: it copies what lies behind a member's end.
_FIRST, _NEXT = 1 << 14, 1 << 16
_PIECE = 1 << 20  # unpacked bytes held at once
_MEMBER = b"\x1f\x8b\x08"
_BEGINNING = b"WARC/"
_IS_TEXT = 0x01  # a flag of gzip's that no writer of WARC sets


class Extent:
    """A run of bytes in a file by offset: `start` and `size` in bytes, `name` for messages. With a `path` it
    may be closed and is opened again when it is read."""

    def __init__(self, file: IO[bytes], start: int, size: int, name: str, path: Path | None = None) -> None:
        self._file, self._start, self.size, self.name, self._path = file, start, size, name, path
        self._base, self._bytes, self._view = 0, b"", memoryview(b"")

    def close(self) -> None:
        """Lets go of the file until it is read again, and of what was read ahead."""
        self._base, self._bytes, self._view = 0, b"", memoryview(b"")
        if self._path is not None:
            self._file.close()

    def fill(self, at: int) -> bytes:
        """The block of bytes that begins at `at`; empty at the end."""
        if self._path is not None and self._file.closed:
            self._file = self._path.open("rb", buffering=0)
        self._file.seek(self._start + at)
        self._base, self._bytes = at, self._file.read(max(0, min(_BLOCK, self.size - at)))
        self._view = memoryview(self._bytes)
        return self._bytes

    def view(self, at: int, length: int) -> memoryview:
        """Some bytes from `at` on, at most `length`, none only at the end."""
        start = at - self._base
        if not 0 <= start < len(self._bytes):
            self.fill(at)
            start = 0
        return self._view[start : start + length]

    def at(self, at: int, length: int) -> bytes:
        """All bytes from `at` on, fewer than `length` only at the end."""
        return b"".join(self.pieces(at, at + length))

    def pieces(self, at: int, end: int, step: int = _BLOCK) -> Iterator[memoryview]:
        """The bytes up to `end`, at most `step` at a time."""
        while at < end and (piece := self.view(at, min(step, end - at))):
            at += len(piece)
            yield piece

    def find(self, wanted: bytes, at: int) -> int:
        """Where these bytes stand next; the end's offset if nowhere."""
        while block := self.fill(at):
            if (position := block.find(wanted)) >= 0:
                return at + position
            at += max(1, len(block) - len(wanted) + 1)
        return self.size

    def ends_in_zeros(self, at: int) -> bool:
        """Whether there is nothing but zero bytes from here to the end, one at least."""
        return at < self.size and not any(any(piece) for piece in self.pieces(at, self.size))


class Unpacked:
    """The unpacked bytes of the gzip member at `at`, in pieces; `length` is known at the end. Raises
    zlib.error, EOFError, OSError."""

    def __init__(self, extent: Extent, at: int) -> None:
        self._extent, self._at = extent, at
        self.length = 0

    def __iter__(self) -> Iterator[bytes]:
        unpacker, at, take = zlib.decompressobj(31), self._at, _FIRST
        while not unpacker.eof:
            packed = self._extent.view(at, take)
            if not packed:
                raise EOFError
            piece = unpacker.decompress(packed, _PIECE)
            if at == self._at:
                self._check_flags()
            at, take = at + len(packed), _NEXT
            yield piece
            # At the end zlib keeps what follows the member in it.
            while unpacker.unconsumed_tail and not unpacker.eof:
                yield unpacker.decompress(unpacker.unconsumed_tail, _PIECE)
        self.length = at - len(unpacker.unused_data) - self._at

    def _check_flags(self) -> None:
        """zlib lets one pass that would then be a bit that flips unseen."""
        flags = self._extent.view(self._at + 3, 1)
        if len(flags) and flags[0] & _IS_TEXT:
            raise zlib.error("gzip: unknown header flags set")


def beginning(extent: Extent, at: int = 0, size: int = 16) -> bytes:
    """The first bytes there, unpacked and without the blank lines before them; fewer than `size` where it is
    cut or damaged, or where that is more than a few thousand."""
    head = bytes(extent.view(at, _FIRST))
    try:
        start = zlib.decompressobj(31).decompress(head, _FIRST) if head.startswith(GZIP) else head
    except zlib.error:
        return b""
    return (start.lstrip(b"\r\n") or start)[:size]


def next_member(extent: Extent, at: int) -> int:
    """The next offset where a gzip member begins that holds a record; the extent's size where there is
    none."""
    while (at := extent.find(_MEMBER, at)) < extent.size:
        extent.fill(at)  # so that enough of it is in one view
        if beginning(extent, at).startswith(_BEGINNING):
            return at
        at += 1
    return extent.size


def intact_length(path: Path) -> int:
    """The length in bytes of the file up to the end of its last whole gzip member; a damaged one before that
    is no torn end. Raises OSError."""
    intact = at = 0
    with path.open("rb", buffering=0) as file:
        extent = Extent(file, 0, path.stat().st_size, path.name)
        while at < extent.size:
            unpacked = Unpacked(extent, at)
            try:
                for _ in unpacked:
                    pass
            except (zlib.error, EOFError):
                at = next_member(extent, at + 1)
            else:
                intact = at = at + unpacked.length
    return intact
