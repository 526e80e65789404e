"""Reads records and their places, and all damage, from files made by other tools: WARC, gzipped by record or
as a whole, and WACZ.

It has at most one record in memory. It decompresses a gzip member to its end and checks its checksum before
it returns a record of it; a member of more than a few megabytes goes to a temporary file (in TMPDIR)."""

import re
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

from kistep_archive.display import plural
from kistep_archive.warc.digests import sound
from kistep_archive.warc.extent import GZIP, Extent, Unpacked, next_member
from kistep_archive.warc.formats import disk_errors, foreign, is_zip
from kistep_archive.warc.heads import Head, Kind, RecordError, read_head
from kistep_archive.warc.record import END, Record, address
from kistep_archive.warc.wacz_reader import BadEntry, entries

MAX_BLOCK = 128 << 20  # bytes of one record's block; longer ones are skipped

_SPOOL = 16 << 20  # bytes of one member that stay in memory
_ROOM = 16 << 30  # bytes of one decompressed member at most
_HEAD = 1 << 13  # bytes read at a time to find the end of a head
_CLOSING = re.compile(rb"(?:\r?\n){0,2}")
_FIRST_LINE = re.compile(rb"\nWARC/(?:0\.17|0\.18|1\.0|1\.1)[ \t]*\r?\n")


@dataclass(frozen=True, slots=True)
class ExtentPlace:
    """The place of a record: the extent, the offset of its gzip member or of itself, and its position in the
    decompressed bytes."""

    extent: Extent
    offset: int
    position: int


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A record that cannot be used, or a place where none can be read."""

    file: str
    offset: int
    kind: Kind
    reason: str
    url: str = ""

    @property
    def is_loss(self) -> bool:
        """Whether damage may have lost a capture here."""
        return self.kind in ("damaged", "digest")


class Files:
    """The files of one import, read one after another. A record can be read again by its place."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._member: tuple[Extent, int, Extent, int] | None = None  # the gzip member in the spool
        self._spool: IO[bytes] | None = None
        self._reopened: Extent | None = None

    def close(self) -> None:
        """Closes all files."""
        self._close_reopened()
        self._stack.close()
        if self._spool is not None:
            self._spool.close()

    def records(self, path: Path) -> Iterator[tuple[ExtentPlace, Record] | BrokenRecord]:
        """All records of a file in order, one at a time. Raises ArchiveError: 2 if it is not a WARC or WACZ
        or cannot be read, 5 if there is no room to decompress it."""
        with disk_errors(path):
            for entry in self._extents(path):
                if isinstance(entry, BrokenRecord):
                    yield entry
                else:
                    yield from self._records(entry)
                    entry.close()

    def again(self, place: ExtentPlace) -> Record:
        """Reads a record again. Raises RecordError if it is no longer there, and ArchiveError."""
        extent = place.extent
        if self._reopened is not extent:  # so at most one file is open again
            self._close_reopened()
            self._reopened = extent
        with disk_errors(Path(extent.name)):
            unpacked = self._unpack(extent, place.offset)[0] if extent.view(0, 2) == GZIP else extent
            return _record(unpacked, place.position, place.offset, _bounds(unpacked, place.position)[0])

    def _close_reopened(self) -> None:
        if self._reopened is not None:
            self._reopened.close()

    def _extents(self, path: Path) -> Iterator[Extent | BrokenRecord]:
        extent = Extent(self._stack.enter_context(path.open("rb")), 0, path.stat().st_size, str(path), path)
        if not is_zip(extent):
            yield extent
            return
        file, damaged = self._stack.enter_context(path.open("rb")), ""
        for entry in entries(path, file, self._stack):
            if isinstance(entry, BadEntry):
                damaged = f"{path}/{entry.entry}"
                yield BrokenRecord(damaged, entry.offset, "damaged", entry.reason)
            elif other := foreign(entry):
                yield BrokenRecord(entry.name, 0, "damaged", other)
            # in a damaged entry only gzip shows which records are intact
            elif entry.name != damaged or entry.view(0, 2) == GZIP:
                yield entry

    def _records(self, extent: Extent) -> Iterator[tuple[ExtentPlace, Record] | BrokenRecord]:
        if extent.view(0, 2) != GZIP:
            yield from _in_member(extent, extent, None)
            return
        offset = 0
        while offset < extent.size and not extent.ends_in_zeros(offset):
            unpacked, length, damage = self._unpack(extent, offset)
            for item in _in_member(extent, unpacked, offset):
                if not (damage and isinstance(item, BrokenRecord)):
                    yield item
            if damage:
                yield BrokenRecord(extent.name, offset, "damaged", damage)
            offset = next_member(extent, offset + 1) if damage else offset + length

    def _unpack(self, extent: Extent, offset: int) -> tuple[Extent, int, str]:
        """(decompressed bytes, length, what is wrong) of the member there; the bytes stay until the next
        call. If the member is truncated, the records before the cut are good; if bytes may be wrong, there
        are none."""
        if self._member is not None and self._member[:2] == (extent, offset):
            return *self._member[2:], ""
        if self._spool is not None:
            self._spool.close()
        self._member = None
        self._spool = spool = SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115 (closed with the next, or with all)
        length, damage = _fill(spool, extent, offset)
        unpacked = Extent(spool, 0, spool.tell(), extent.name)
        if not damage:
            self._member = extent, offset, unpacked, length
        return unpacked, length, damage


def _fill(spool: IO[bytes], extent: Extent, offset: int) -> tuple[int, str]:
    """Decompresses the member at `offset`. Returns (its length, what is wrong with it)."""
    unpacked, room = Unpacked(extent, offset), _ROOM
    try:
        for piece in unpacked:
            if (room := room - spool.write(piece)) < 0:
                return 0, f"the gzip stream decompresses to more than {_ROOM} bytes"
    except EOFError:
        return 0, "the file is truncated: its gzip stream does not end"
    except zlib.error as error:
        spool.seek(0)
        spool.truncate()
        what = str(error).rpartition(": ")[2]  # before it stands a number of zlib's
        return 0, f"damaged gzip ({what}), so no record in this gzip member can be trusted"
    return unpacked.length, ""


def _in_member(
    extent: Extent, unpacked: Extent, member: int | None
) -> Iterator[tuple[ExtentPlace, Record] | BrokenRecord]:
    """The records in decompressed bytes, in order. If the end of one is unknown, reading continues at the
    start of the next."""
    position = 0
    while (position := _skip_line_ends(unpacked, position)) < unpacked.size and not unpacked.ends_in_zeros(
        position
    ):
        offset, url = position if member is None else member, ""
        try:
            head, after = _bounds(unpacked, position)
        except RecordError as error:
            after = _next_record(unpacked, position)
            yield BrokenRecord(
                extent.name,
                offset,
                error.kind,
                f"{error}; {plural(after - position, 'byte')} from there on were skipped",
            )
        else:
            url = address(head.fields.get("warc-target-uri", ""))
            try:
                item: tuple[ExtentPlace, Record] | BrokenRecord = (
                    ExtentPlace(extent, offset, position),
                    _record(unpacked, position, offset, head),
                )
            except RecordError as error:
                item = BrokenRecord(extent.name, offset, error.kind, str(error), url)
            yield item
        position = after


def _bounds(unpacked: Extent, position: int) -> tuple[Head, int]:
    """(the record's head, the position after its closing line ends). Raises RecordError if its end is
    unknown."""
    _, head = read_head(map(bytes, unpacked.pieces(position, unpacked.size, _HEAD)))
    end = position + head.end
    if end > unpacked.size:
        raise RecordError(
            "damaged",
            f"the file is truncated {plural(end - unpacked.size, 'byte')} before the end of this record",
        )
    behind = unpacked.at(end, 4)
    after = end + len(_CLOSING.match(behind)[0])  # type: ignore[index]
    following = _skip_line_ends(unpacked, after)
    if following < unpacked.size and not unpacked.ends_in_zeros(following):
        if not b"WARC/".startswith(unpacked.at(following, 5)):
            raise RecordError("damaged", "the record does not end where its head says")
        if behind[: after - end].count(b"\n") < 2:
            raise RecordError("damaged", "the record does not end with two line ends")
    return head, after


def _record(unpacked: Extent, position: int, offset: int, head: Head) -> Record:
    """The record there, with two closing line ends, whatever the file has. Raises RecordError if it is too
    large or does not match its digests."""
    if head.end - head.block > MAX_BLOCK:
        raise RecordError("large", f"the record has {head.end - head.block} bytes; the limit is {MAX_BLOCK}")
    raw = b"".join([*unpacked.pieces(position, position + head.end), END])
    return sound(raw, head, offset, len(raw))


def _skip_line_ends(extent: Extent, position: int) -> int:
    while (chunk := extent.at(position, 64)) and not chunk.strip(b"\r\n"):
        position += len(chunk)
    return position + len(chunk) - len(chunk.lstrip(b"\r\n"))


def _next_record(extent: Extent, position: int) -> int:
    """The position of the next record's first line; the end if there is none."""
    while (position := extent.find(b"\nWARC/", position)) < extent.size:
        if _FIRST_LINE.match(extent.at(position, 32)):
            return position + 1
        position += 1
    return extent.size
