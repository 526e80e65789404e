"""Reads the archive's own WARC files, in which each gzip member is one record: all records in order, or one
by file and offset.

A strict reader: it decompresses every gzip member to its end and returns one complete record, or damage. zlib
checks each member's CRC and length; this module checks the record's length and end, and every digest that it
declares. After damage it continues where the next gzip member with a WARC record begins. It needs a few MiB
of memory, except for records that the caller wants whole. warcio is too lenient and too slow for this."""

import os
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.warc.digests import Digests, unchunked_sha256
from kistep_archive.warc.extent import Extent, Unpacked, next_member
from kistep_archive.warc.heads import Head, RecordError, read_head
from kistep_archive.warc.location import is_file_name
from kistep_archive.warc.record import Record, check_end, record

LOG_TYPES = frozenset({"warcinfo", "metadata"})
PAGES = LOG_TYPES | {"response", "revisit"}
ALL = PAGES | {"request"}

_PIECE = 1 << 16
_ZEROS = 64  # zero bytes that mark a hole and not other damage
_TAIL = 5  # bytes to check after a record: more than its two line ends


DAMAGED = "The file is damaged; run 'kistep-archive verify'."


class WarcError(ArchiveError):
    """A WARC file does not have the expected record. `damage` names file, offset and cause; the message adds
    the advice. Exit code 5."""

    def __init__(self, damage: str, advice: str = "") -> None:
        super().__init__(f"{damage}. {advice}" if advice else damage, ExitCode.STORE_UNHEALTHY)
        self.damage = damage


class Damage(NamedTuple):
    """Bytes of a file that are not a complete record, and why."""

    offset: int
    length: int
    cause: str


def walk(path: Path, with_bytes: Collection[str] = LOG_TYPES, at: int = 0) -> Iterator[Record | Damage]:
    """The records and the damage of the file as it is now, from an offset on; together they cover every byte.
    Records of the types `with_bytes` have their bytes. Raises OSError if the file cannot be opened."""
    with path.open("rb", buffering=0) as file:
        extent = Extent(file, 0, os.fstat(file.fileno()).st_size, path.name)
        while at < extent.size:
            item = _member(extent, at, with_bytes)
            yield item
            at += item.length


def first_at(path: Path, start: int, stop: int) -> int:
    """Where the first record from `start` on begins, as far as a search can tell; `stop` if none begins
    before it. Raises OSError if the file cannot be opened."""
    with path.open("rb", buffering=0) as file:
        return next_member(Extent(file, 0, stop, path.name), start)


def record_at(path: Path, offset: int, with_bytes: Collection[str] = LOG_TYPES) -> Record | Damage:
    """The record or the damage at one place. Raises OSError if the file cannot be opened."""
    with path.open("rb", buffering=0) as file:
        extent = Extent(file, 0, os.fstat(file.fileno()).st_size, path.name)
        if 0 <= offset < extent.size:
            return _member(extent, offset, with_bytes)
        return Damage(offset, 0, f"the file ends at {extent.size}")


def read_record(folder: Path, file: str, offset: int, with_bytes: Collection[str] = LOG_TYPES) -> Record:
    """The intact record at this place. Raises WarcError."""
    try:
        record = record_at(locate(folder, file), offset, with_bytes)
    except OSError as error:
        raise unreadable(folder / file, error) from error
    if isinstance(record, Damage):
        raise WarcError(f"{file} at {offset}: {record.cause}", DAMAGED)
    return record


def next_record(
    folder: Path, file: str, record: Record, with_bytes: Collection[str] = LOG_TYPES
) -> Record | None:
    """The next record in the file, None after the last one. Raises WarcError."""
    at = record.offset + record.length
    return read_record(folder, file, at, with_bytes) if at < locate(folder, file).stat().st_size else None


def packed_bytes(folder: Path, file: str, offset: int, length: int) -> Iterator[bytes]:
    """The gzip member's compressed bytes, piece by piece. Raises WarcError."""
    try:
        with locate(folder, file).open("rb") as stream:
            stream.seek(offset)
            while length and (chunk := stream.read(min(length, _PIECE))):
                length -= len(chunk)
                yield chunk
    except OSError as error:
        raise unreadable(folder / file, error) from error
    if length:
        raise WarcError(f"{file} at {offset}: the file became shorter during the reading")


def locate(folder: Path, file: str) -> Path:
    """The file's path, under its final name or, while its run goes on, with `.open`. Raises WarcError."""
    if not is_file_name(file):
        raise WarcError(f"{file!r:.80} is not the name of an evidence file")
    for path in (folder / file, folder / f"{file}.open"):
        if path.is_file():
            return path
    raise WarcError(f"{folder / file} is missing")


def exists(folder: Path, file: str) -> bool:
    """Whether the file exists, under either of its names."""
    return is_file_name(file) and any((folder / name).is_file() for name in (file, f"{file}.open"))


def unreadable(path: Path, error: OSError) -> WarcError:
    """The error for a file that the system does not let us read; that is not damage."""
    return WarcError(
        f"{path}: cannot be read ({error.strerror or error}); check its permissions and its disk"
    )


def _member(extent: Extent, at: int, with_bytes: Collection[str]) -> Record | Damage:
    try:
        return _read_member(extent, at, with_bytes)
    except zlib.error as error:
        what = str(error).rpartition(": ")[2]
        cause = (
            "no gzip member begins here"
            if what == ("incorrect header check")
            else f"the gzip member is damaged ({what})"
        )
    except EOFError:
        cause = ""
    except OSError as error:
        return Damage(at, extent.size - at, f"cannot be read ({error.strerror})")
    try:
        return _damage(extent, at, cause)
    except OSError as error:
        return Damage(at, extent.size - at, f"damaged, and the rest cannot be read ({error.strerror})")


def _damage(extent: Extent, at: int, cause: str) -> Damage:
    """The damage up to the next record. Without a cause the member does not end in the file."""
    after = next_member(extent, at + 1)
    if not any(extent.view(at, min(_ZEROS, after - at))):
        cause = "zero bytes where a record should be"
    elif not cause:
        cause = (
            ("the file ends inside this gzip member")
            if after == extent.size
            else "the gzip member is damaged (it does not end)"
        )
    return Damage(at, after - at, cause)


def _read_member(extent: Extent, at: int, with_bytes: Collection[str]) -> Record | Damage:
    """The record, or damage inside an intact gzip member. Raises zlib.error, EOFError and OSError if the gzip
    member itself is damaged."""
    unpacked = Unpacked(extent, at)
    pieces = iter(unpacked)
    try:
        start, head = read_head(pieces)
        digests = Digests(head)
        raw = _run_through(start, head, pieces, digests, head.type in with_bytes)

        def again() -> Iterator[bytes | memoryview]:
            return (
                iter([memoryview(raw)[head.payload : head.end]])
                if raw
                else _payload(Unpacked(extent, at), head)
            )

        digests.check(again)
        unchunked = unchunked_sha256(again()) if head.chunked else ""
    except RecordError as error:
        for _ in pieces:  # to its end, which may be damaged too
            pass
        return Damage(at, unpacked.length, str(error))
    return record(at, unpacked.length, head, digests.sha256(), unchunked, raw)


def _run_through(start: bytes, head: Head, pieces: Iterator[bytes], digests: Digests, keep: bool) -> bytes:
    """Passes the block to the digests and checks that the record ends where its head says. Returns its bytes
    if the caller wants to `keep` them."""
    view = memoryview(start)
    digests.head(view[head.block : head.payload])
    digests.body(view[head.payload : head.end])
    position, tail, chunks = len(start), start[head.end : head.end + _TAIL], [start] if keep else []
    for piece in pieces:
        body = memoryview(piece)[: max(0, head.end - position)]
        digests.body(body)
        tail = (tail + piece[len(body) : len(body) + _TAIL])[:_TAIL]
        position += len(piece)
        if keep:
            chunks.append(piece)
    check_end(head, position, tail)
    return b"".join(chunks)


def _payload(pieces: Unpacked, head: Head) -> Iterator[bytes]:
    """The payload in the pieces of a record."""
    at = 0
    for piece in pieces:
        if part := piece[max(0, head.payload - at) : max(0, head.end - at)]:
            yield part
        at += len(piece)
