"""Records in WARC files that hold one a gzip member, as all of an archive do: walked through, or found by
file and offset.

A strict reader: every gzip member is unpacked to its end and taken for one whole record, or named as damage.
Nothing is believed: zlib checks each member's CRC and length, the record's own length and end are checked
here, and so is every digest that a record declares. After damage the walk goes on at the next place where a
gzip member with a WARC record begins. Memory stays at a few MiB, whatever a record holds, but for records
that are asked for whole. warcio is too lenient and too slow for it."""

import os
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.warc.digests import Digests, unchunked_sha256
from kistep_archive.warc.extent import Extent, Unpacked, next_member
from kistep_archive.warc.record import Head, Record, RecordError, check_end, read_head, record

SMALL = frozenset({"warcinfo", "metadata"})
PAGES = SMALL | {"response", "revisit"}
ALL = PAGES | {"request"}

_PIECE = 1 << 16
_ZEROS = 64  # bytes, all of them 0, that tell a hole from other damage
_TAIL = 5  # bytes behind a record that are looked at: more than its two line ends


class WarcError(ArchiveError):
    """A WARC file does not hold what was looked for; the message names file, offset and cause. Exit code
    5."""

    def __init__(self, message: str) -> None:
        super().__init__(message, ExitCode.STORE_UNHEALTHY)


class Damage(NamedTuple):
    """Bytes of a file that are no whole record, and why."""

    offset: int
    length: int
    cause: str


def walk(path: Path, whole: Collection[str] = SMALL) -> Iterator[Record | Damage]:
    """Every byte of the file, as it is now, belongs to one of what is yielded; records of the types `whole`
    come with their bytes. Raises OSError where the file cannot be opened."""
    with path.open("rb", buffering=0) as file:
        extent = Extent(file, 0, os.fstat(file.fileno()).st_size, path.name)
        at = 0
        while at < extent.size:
            found = _member(extent, at, whole)
            yield found
            at += found.length


def record_at(path: Path, offset: int, whole: Collection[str] = SMALL) -> Record | Damage:
    """What stands at one place. Raises OSError where the file cannot be opened."""
    with path.open("rb", buffering=0) as file:
        extent = Extent(file, 0, os.fstat(file.fileno()).st_size, path.name)
        if 0 <= offset < extent.size:
            return _member(extent, offset, whole)
        return Damage(offset, 0, f"the file ends at {extent.size}")


def kept_record(folder: Path, file: str, offset: int, whole: Collection[str] = SMALL) -> Record:
    """The record there, sound. Raises WarcError."""
    try:
        found = record_at(locate(folder, file), offset, whole)
    except OSError as error:
        raise unreadable(folder / file, error) from error
    if isinstance(found, Damage):
        raise WarcError(
            f"{file} at {offset}: {found.cause}; the file is damaged there, see 'kistep-archive verify'"
        )
    return found


def next_record(folder: Path, file: str, record: Record, whole: Collection[str] = SMALL) -> Record | None:
    """The record that follows in the file, None behind the last one. Raises WarcError."""
    at = record.offset + record.length
    return kept_record(folder, file, at, whole) if at < locate(folder, file).stat().st_size else None


def packed(folder: Path, file: str, offset: int, length: int) -> Iterator[bytes]:
    """The gzip member's bytes as they lie in the file, piece by piece. Raises WarcError."""
    try:
        with locate(folder, file).open("rb") as stream:
            stream.seek(offset)
            while length and (chunk := stream.read(min(length, _PIECE))):
                length -= len(chunk)
                yield chunk
    except OSError as error:
        raise unreadable(folder / file, error) from error
    if length:
        raise WarcError(f"{file} at {offset}: the file became shorter while it was read")


def locate(folder: Path, file: str) -> Path:
    """The file's path, under its final name or, while its run goes on, with `.open`. Raises WarcError."""
    for path in (folder / file, folder / f"{file}.open"):
        if path.is_file():
            return path
    raise WarcError(f"{folder / file} is missing")


def is_kept(folder: Path, file: str) -> bool:
    """Whether the file is there at all, under either of its names."""
    return any((folder / name).is_file() for name in (file, f"{file}.open"))


def unreadable(path: Path, error: OSError) -> WarcError:
    """What the system says of a file that it does not let us read: that is no damage."""
    return WarcError(
        f"{path}: cannot be read ({error.strerror or error}); see that you may read it and that "
        "its disk is well"
    )


def _member(extent: Extent, at: int, whole: Collection[str]) -> Record | Damage:
    try:
        return _whole(extent, at, whole)
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
        return Damage(at, extent.size - at, f"is damaged, and what follows cannot be read ({error.strerror})")


def _damage(extent: Extent, at: int, cause: str) -> Damage:
    """Damage up to where a record begins again; without a cause the member had no end in the file."""
    after = next_member(extent, at + 1)
    if not any(extent.view(at, min(_ZEROS, after - at))):
        cause = "zero bytes where a record should be"
    elif not cause:
        cause = (
            ("the file ends inside this gzip member")
            if after == extent.size
            else "the gzip member is damaged (it has no end)"
        )
    return Damage(at, after - at, cause)


def _whole(extent: Extent, at: int, whole: Collection[str]) -> Record | Damage:
    """The record, or damage to a record alone. Raises zlib.error, EOFError and OSError where the gzip member
    itself is not whole."""
    unpacked = Unpacked(extent, at)
    pieces = iter(unpacked)
    try:
        start, head = read_head(pieces)
        digests = Digests(head)
        raw = _run_through(start, head, pieces, digests, head.type in whole)

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


def _run_through(start: bytes, head: Head, pieces: Iterator[bytes], digests: Digests, whole: bool) -> bytes:
    """Hands the block to the digests, and sees to it that the record ends where it says. Returns its bytes if
    they are wanted."""
    view = memoryview(start)
    digests.head(view[head.block : head.payload])
    digests.body(view[head.payload : head.end])
    seen, tail, kept = len(start), start[head.end : head.end + _TAIL], [start] if whole else []
    for piece in pieces:
        body = memoryview(piece)[: max(0, head.end - seen)]
        digests.body(body)
        tail = (tail + piece[len(body) : len(body) + _TAIL])[:_TAIL]
        seen += len(piece)
        if whole:
            kept.append(piece)
    check_end(head, seen, tail)
    return b"".join(kept)


def _payload(pieces: Unpacked, head: Head) -> Iterator[bytes]:
    """The payload in the pieces of a record."""
    at = 0
    for piece in pieces:
        if part := piece[max(0, head.payload - at) : max(0, head.end - at)]:
            yield part
        at += len(piece)
