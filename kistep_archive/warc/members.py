"""A strict walk over a WARC file: every gzip member unpacked to its end and taken for one whole record, or named as damage.

Nothing is believed: zlib checks each member's CRC and length, the record's own length and end are checked here, and so is every digest
that a record declares. After damage the walk goes on at the next place where a gzip member with a WARC record begins. Memory stays at a
few MiB, whatever a record holds. Source of the formats: RFC 1952, ISO 28500:2017 (WARC 1.1). warcio is too lenient and too slow for it.
"""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from kistep_archive.warc.heads import Digests, Heads, RecordError, read_heads, run_through, unchunked_sha256

_BLOCK = 1 << 20  # bytes read from the file at once
_FIRST, _NEXT = 1 << 14, 1 << 16  # packed bytes handed to zlib at once: it copies what lies behind a member's end
_PIECE = 1 << 20  # unpacked bytes held at once
_MAGIC = b"\x1f\x8b\x08"
_ZEROS = 64  # bytes, all of them 0, that tell a hole from other damage
_IS_TEXT = 0x01  # a flag of gzip's that no writer of WARC sets


class Member(NamedTuple):
    """A whole record. `length` is the gzip member's, `size` the payload's, in bytes; `head` has its names in lower case.

    `sha256` is the payload's, of a revisit that which it declares for the payload elsewhere ("" where it declares another digest);
    `unchunked` the same without the chunks of a transfer coding, "" where there is none. `block` is kept of warcinfo and
    metadata records alone.
    """

    offset: int
    length: int
    type: str
    head: dict[str, str]
    status: int | None
    size: int
    sha256: str
    unchunked: str
    block: bytes


class Damage(NamedTuple):
    """Bytes of a file that are no whole record, and why."""

    offset: int
    length: int
    cause: str


def walk(path: Path) -> Iterator[Member | Damage]:
    """Every byte of the file, as it is now, belongs to one of what is yielded. Raises OSError where the file cannot be opened."""
    with path.open("rb", buffering=0) as file:
        source = _Source(file)
        at = 0
        while at < source.size:
            found = _member(source, at)
            yield found
            at += found.length


def member_at(path: Path, offset: int) -> Member | Damage:
    """What stands at one place. Raises OSError where the file cannot be opened."""
    with path.open("rb", buffering=0) as file:
        source = _Source(file)
        return _member(source, offset) if 0 <= offset < source.size else Damage(offset, 0, f"the file ends at {source.size}")


class _Source:
    """The file's bytes by offset, up to the length it had when it was opened."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = os.fstat(file.fileno()).st_size
        self._base, self._bytes, self._view = 0, b"", memoryview(b"")

    def fill(self, at: int) -> bytes:
        """The block of bytes that begins at `at`; empty at the end."""
        self._file.seek(at)
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

    def find(self, wanted: bytes, at: int) -> int:
        """Where these bytes stand next; the end's offset if nowhere."""
        while block := self.fill(at):
            if (found := block.find(wanted)) >= 0:
                return at + found
            at += max(1, len(block) - len(wanted) + 1)
        return self.size


def _member(source: _Source, at: int) -> Member | Damage:
    try:
        return _whole(source, at)
    except zlib.error as error:
        what = str(error).rpartition(": ")[2]
        cause = "no gzip member begins here" if what == "incorrect header check" else f"the gzip member is damaged ({what})"
    except EOFError:
        cause = ""
    except OSError as error:
        return Damage(at, source.size - at, f"cannot be read ({error.strerror})")
    try:
        return _damage(source, at, cause)
    except OSError as error:
        return Damage(at, source.size - at, f"is damaged, and what follows cannot be read ({error.strerror})")


def _damage(source: _Source, at: int, cause: str) -> Damage:
    """Damage up to where a record begins again; without a cause the member had no end in the file."""
    after = _resume(source, at + 1)
    if not any(source.view(at, min(_ZEROS, after - at))):
        cause = "zero bytes where a record should be"
    elif not cause:
        cause = "the file ends inside this gzip member" if after == source.size else "the gzip member is damaged (it has no end)"
    return Damage(at, after - at, cause)


def _whole(source: _Source, at: int) -> Member | Damage:
    """The record, or damage to a record alone. Raises zlib.error, EOFError and OSError where the gzip member itself is not whole."""
    unpacked = _Unpacked(source, at)
    pieces = iter(unpacked)
    try:
        start, heads = read_heads(pieces)
        digests = Digests(heads)
        run_through(start, heads, pieces, digests)
        unchunked = _unchunked(source, at, heads) if heads.chunked else ""
        digests.check()
    except RecordError as error:
        for _ in pieces:  # to its end, which may be damaged too
            pass
        return Damage(at, unpacked.length, str(error))
    block = start[heads.block : heads.end] if heads.type in ("warcinfo", "metadata") else b""
    size = max(0, heads.end - heads.payload)
    return Member(at, unpacked.length, heads.type, heads.fields, heads.status, size, digests.payload(), unchunked, block)


def _unchunked(source: _Source, at: int, heads: Heads) -> str:
    """Unpacks the member again, whole: chunks are rare, and only in what others have captured."""
    return unchunked_sha256(b"".join(_Unpacked(source, at))[heads.payload : heads.end])


class _Unpacked:
    """The unpacked bytes of the member at `at`, in pieces; `length` is known at the end. Raises zlib.error, EOFError, OSError."""

    def __init__(self, source: _Source, at: int) -> None:
        self._source, self._at = source, at
        self.length = 0

    def __iter__(self) -> Iterator[bytes]:
        unpacker, at, take = zlib.decompressobj(31), self._at, _FIRST
        while not unpacker.eof:
            packed = self._source.view(at, take)
            if not packed:
                raise EOFError
            piece = unpacker.decompress(packed, _PIECE)
            if at == self._at:
                self._check_flags()
            at, take = at + len(packed), _NEXT
            yield piece
            while unpacker.unconsumed_tail and not unpacker.eof:  # at the end zlib keeps what follows the member in it
                yield unpacker.decompress(unpacker.unconsumed_tail, _PIECE)
        self.length = at - len(unpacker.unused_data) - self._at

    def _check_flags(self) -> None:
        """zlib lets one pass that would then be a bit that flips unseen."""
        flags = self._source.view(self._at + 3, 1)
        if len(flags) and flags[0] & _IS_TEXT:
            raise zlib.error("gzip: unknown header flags set")


def _resume(source: _Source, at: int) -> int:
    """The next offset where a gzip member begins that holds a record; the file's size where there is none."""
    while (at := source.find(_MAGIC, at)) < source.size:
        source.fill(at)  # so that enough of it is in one view
        try:
            if zlib.decompressobj(31).decompress(source.view(at, _FIRST), 5) == b"WARC/":
                return at
        except zlib.error:
            pass
        at += 1
    return source.size
