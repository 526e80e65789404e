"""The records of an evidence file one after the other, strictly: what is damaged is named and skipped, never handed out."""

import mmap
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kistep_archive.page import Evidence, digest

_START = re.compile(rb"\x1f\x8b\x08")
_STATUS = re.compile(rb"HTTP/[0-9.]+ ([0-9]{3})")


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record: place and length of its gzip member, its named fields (names in lower case), its block."""

    offset: int
    length: int
    head: dict[str, str]
    block: bytes

    @property
    def type(self) -> str:
        """response, revisit, request, metadata, warcinfo, …"""
        return self.head.get("warc-type", "")


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes in which no whole record stands."""

    offset: int
    length: int
    cause: str


def records(path: Path) -> Iterator[Record | Damage]:
    """All records of a file, and between them what is damaged. Raises OSError."""
    with _mapped(path) as data:
        position = 0
        while position < len(data):
            found = _record(data, position)
            if isinstance(found, str):
                end = _next_record(data, position + 1)
                yield Damage(position, end - position, found)
                position = end
            else:
                yield found
                position += found.length


def record_at(path: Path, offset: int) -> Record | Damage:
    """What starts at an offset. Raises OSError."""
    with _mapped(path) as data:
        found = _record(data, offset) if 0 <= offset < len(data) else f"the file ends at {len(data)}"
    return Damage(offset, 0, found) if isinstance(found, str) else found


def evidence(file: str, record: Record) -> Evidence:
    """The evidence that a response or revisit record is."""
    head, _, payload = record.block.partition(b"\r\n\r\n")
    status = _STATUS.match(head)
    declared = record.head.get("warc-payload-digest", "")
    sha256 = declared.removeprefix("sha256:") if declared.startswith("sha256:") else digest(payload)
    return Evidence(
        file,
        record.offset,
        record.length,
        sha256,
        record.head.get("warc-target-uri", "").strip("<>"),
        record.head.get("warc-date", ""),
        int(status[1]) if status else 0,
    )


@contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap | bytes]:
    with path.open("rb") as stream:
        if path.stat().st_size == 0:
            yield b""
            return
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


def _record(data: mmap.mmap | bytes, position: int) -> Record | str:
    """The record whose member starts here, or why there is none."""
    plain, length = _member(data, position)
    if isinstance(plain, str):
        return plain
    head, found, rest = plain.partition(b"\r\n\r\n")
    version, *lines = head.decode("utf-8", "replace").split("\r\n")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    size = fields.get("content-length", "")
    if not found or not version.startswith("WARC/") or not size.isdecimal():
        return "not a WARC record"
    if rest[int(size) :] != b"\r\n\r\n":
        return "the record's length is not the one it declares"
    return Record(position, length, fields, rest[: int(size)])


def _member(data: mmap.mmap | bytes, position: int) -> tuple[bytes | str, int]:
    """(its plain bytes, its length) of the gzip member that starts here; text in place of the bytes is why it cannot be read."""
    unpacker, pieces, at = zlib.decompressobj(31), [], position
    try:
        while not unpacker.eof and at < len(data):
            chunk = data[at : at + 65536]
            pieces.append(unpacker.decompress(chunk))
            at += len(chunk)
    except zlib.error as error:
        return str(error).rpartition(": ")[2], 0
    return (b"".join(pieces), at - len(unpacker.unused_data) - position) if unpacker.eof else ("cut short", 0)


def _next_record(data: mmap.mmap | bytes, position: int) -> int:
    """The next offset at which a whole record starts, or the end."""
    for start in _START.finditer(data, position):
        if isinstance(_record(data, start.start()), Record):
            return start.start()
    return len(data)
