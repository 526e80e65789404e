"""Where records lie in a file: runs of bytes, gzip members, whole records; each with its offset, and damage said aloud.

Nothing here holds more than one record in memory. A gzip member is unpacked to its end, its checksum included, before a record of it
is given out; what is longer than a few megabytes goes to a temporary file (TMPDIR says where).
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO

from kistep_archive.warc.record import HEAD_END, MAX_BLOCK, Kind, RecordError, block_length, named_fields

GZIP = b"\x1f\x8b"

_MEMBER = b"\x1f\x8b\x08"
_BEGINNING = b"WARC/"
_STEP = 1 << 16  # bytes read and unpacked at a time
_SPOOL = 16 << 20  # bytes of one member that stay in memory
_ROOM = 16 << 30  # bytes that one member may unpack to
_HEADS = (1 << 13, 1 << 18)  # bytes in which a record's head must end: first try, last try


@dataclass(frozen=True, slots=True)
class Extent:
    """A run of bytes in an open file: `start` and `size` in bytes, `name` for messages."""

    file: IO[bytes]
    start: int
    size: int
    name: str

    def at(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset` on, fewer at the end."""
        self.file.seek(self.start + offset)
        return self.file.read(max(0, min(size, self.size - offset)))


@dataclass(frozen=True, slots=True)
class Member:
    """A part of `extent` that is packed by itself, and its bytes unpacked: a gzip member, or all of an extent that is not packed.
    With `damage`, the records before a cut are good; where bytes may be wrong there is nothing unpacked at all."""

    extent: Extent
    offset: int
    packed: bool
    unpacked: Extent
    damage: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a whole record can be read again: a member's extent and offset, the record's position in it and its size in bytes."""

    extent: Extent
    offset: int
    packed: bool
    position: int
    size: int


@dataclass(frozen=True, slots=True)
class Whole:
    """A record from its first byte to the two line ends that close it; `position` counts in the member."""

    position: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that cannot be given out."""

    position: int
    kind: Kind
    reason: str


def members(extent: Extent) -> Iterator[Member]:
    """The members of an extent, each to be read before the next is asked for. After a damaged one, reading goes on at the next place
    where a member with a WARC record begins."""
    if extent.at(0, 2) != GZIP:
        yield Member(extent, 0, False, extent)
        return
    offset: int | None = 0
    while offset is not None and offset < extent.size:
        with SpooledTemporaryFile(max_size=_SPOOL) as spool:
            end, damage = _unpack(extent, offset, spool)
            yield Member(extent, offset, True, Extent(spool, 0, spool.tell(), extent.name), damage)
        offset = _next_member(extent, offset + 1) if damage else end


def again(place: Place, member: Member) -> bytes:
    """The bytes of a record that was read before; `member` is the one being read now, whose bytes are at hand."""
    if member.extent is place.extent and member.offset == place.offset:
        return member.unpacked.at(place.position, place.size)
    if not place.packed:
        return place.extent.at(place.position, place.size)
    with SpooledTemporaryFile(max_size=_SPOOL) as spool:
        _unpack(place.extent, place.offset, spool)
        return Extent(spool, 0, spool.tell(), place.extent.name).at(place.position, place.size)


def beginning(extent: Extent) -> bytes:
    """The first bytes of the extent, unpacked; fewer than 16 where it is cut or damaged there."""
    head = extent.at(0, _STEP)
    if not head.startswith(GZIP):
        return head[:16]
    try:
        return zlib.decompressobj(31).decompress(head, 16)
    except zlib.error:
        return b""


def records(member: Member) -> Iterator[Whole | Broken]:
    """The records of a member, in order. Where it is not known any more where a record begins, the last item says so."""
    extent, position = member.unpacked, 0
    while (position := _past_line_ends(extent, position)) < extent.size:
        try:
            start, length = _head(extent, position)
        except RecordError as error:
            rest = extent.size - position
            yield Broken(position, error.kind, f"{error}; {rest} bytes from there on were not read")
            return
        end = start + length
        if end + 4 > extent.size:
            yield Broken(position, "damaged", f"the file is cut in this record, {end + 4 - extent.size} bytes before its end")
            return
        if length > MAX_BLOCK:
            yield Broken(position, "large", f"the record has {length} bytes, more than the {MAX_BLOCK} that are read")
        elif extent.at(end, 4) == b"\r\n\r\n":
            yield Whole(position, extent.at(position, end + 4 - position))
        elif _goes_on(extent, end):
            yield Broken(position, "damaged", "the record is not closed by two line ends")
        else:
            yield Broken(position, "damaged", f"the record does not end where it says; {extent.size - position} bytes were not read")
            return
        position = end


def _head(extent: Extent, position: int) -> tuple[int, int]:
    """Where the record's block starts, and its length."""
    for size in _HEADS:
        head = extent.at(position, size)
        if len(head) < len(_BEGINNING) and _BEGINNING.startswith(head):
            raise RecordError("damaged", "the file is cut where a record begins")
        if not head.startswith(_BEGINNING):
            raise RecordError("damaged", "no WARC record begins here")
        if end := HEAD_END.search(head):
            return position + end.end(), block_length(named_fields(head[: end.start()]))
    raise RecordError("damaged", "the record's head does not end")


def _past_line_ends(extent: Extent, position: int) -> int:
    while (chunk := extent.at(position, 64)) and not chunk.strip(b"\r\n"):
        position += len(chunk)
    return position + len(chunk) - len(chunk.lstrip(b"\r\n"))


def _goes_on(extent: Extent, position: int) -> bool:
    following = _past_line_ends(extent, position)
    return following >= extent.size or extent.at(following, len(_BEGINNING)) == _BEGINNING


def _unpack(extent: Extent, offset: int, spool: IO[bytes]) -> tuple[int, str]:
    """Unpacks the member at `offset`; returns where it ends, and what is wrong with it."""
    stream, position, room, chunk = zlib.decompressobj(31), offset, _ROOM, b""
    while not stream.eof:
        if not chunk:
            chunk = extent.at(position, _STEP)
            position += len(chunk)
        try:
            piece = stream.decompress(chunk, _STEP)
        except zlib.error as error:
            spool.seek(0)
            spool.truncate()
            return position, f"damaged gzip ({error}); nothing of what is packed together there can be trusted"
        if not chunk and not piece and not stream.eof:
            return position, "the file is cut: its gzip stream does not end"
        room -= spool.write(piece)
        if room < 0:
            return position, f"the gzip stream unpacks to more than {_ROOM} bytes"
        chunk = stream.unconsumed_tail
    return position - len(stream.unused_data), ""


def _next_member(extent: Extent, offset: int) -> int | None:
    """Where the next gzip member with a WARC record begins."""
    while chunk := extent.at(offset, _STEP):
        found = chunk.find(_MEMBER)
        if found == -1:
            offset += max(1, len(chunk) - len(_MEMBER) + 1)
        elif beginning(Extent(extent.file, extent.start + offset + found, extent.size - offset - found, "")).startswith(_BEGINNING):
            return offset + found
        else:
            offset += found + 1
    return None
