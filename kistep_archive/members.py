"""A strict walk over a WARC file: every gzip member unpacked to its end and taken for one whole record, or named as damage.

Nothing is believed: zlib checks each member's CRC and length, the record's own length and end are checked here, and so is every digest
that a record declares. After damage the walk goes on at the next place where a gzip member with a WARC record begins. Memory stays at a
few MiB, whatever a record holds. Source of the formats: RFC 1952, ISO 28500:2017 (WARC 1.1). warcio is too lenient and too slow for it.
"""

import hashlib
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

_BLOCK = 1 << 20  # bytes read from the file at once
_FIRST, _NEXT = 1 << 14, 1 << 16  # packed bytes handed to zlib at once: it copies what lies behind a member's end
_PIECE = 1 << 20  # unpacked bytes held at once
_HEADS = 1 << 20  # bytes of the heads of a record; more is not a record
_MAGIC = b"\x1f\x8b\x08"
_FLAGS = 0xE1  # of gzip: reserved bits, and "is text", which no writer of WARC sets
_END = b"\r\n\r\n"
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/[\d.]+ +(\d{3})\b")
_CHUNKED = re.compile(rb"^transfer-encoding[ \t]*:.*\bchunked\b", re.M)
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[^\r\n]*\r\n")
_BASE32 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV")
_HTTP = ("response", "request", "revisit")
_ALGORITHMS = {"sha256": hashlib.sha256, "sha1": hashlib.sha1, "md5": hashlib.md5, "sha512": hashlib.sha512}


class Member(NamedTuple):
    """A whole record. `length` is the gzip member's, `size` the payload's, in bytes; `head` has its names in lower case.

    `sha256` is the payload's, of a revisit that which it declares for the payload elsewhere ("" where it declares another digest);
    `unchunked` the same without the chunks of a transfer coding, "" where there is none. `block` is kept of a warcinfo record alone.
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


class _RecordError(Exception):
    """What is wrong with the record in a gzip member that is whole itself."""


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
        cause = f"the gzip member is damaged ({str(error).rpartition(': ')[2]})"
    except EOFError:
        cause = "the file ends inside this gzip member"
    except OSError as error:
        return Damage(at, source.size - at, f"cannot be read ({error.strerror})")
    try:
        length = _resume(source, at + 1) - at
        return Damage(at, length, "zero bytes where a record should be" if _only_zeros(source, at, length) else cause)
    except OSError as error:
        return Damage(at, source.size - at, f"{cause}, and behind it cannot be read ({error.strerror})")


def _whole(source: _Source, at: int) -> Member | Damage:
    """The record, or damage to a record alone. Raises zlib.error, EOFError and OSError where the gzip member itself is not whole."""
    unpacked = _Unpacked(source, at)
    pieces = iter(unpacked)
    try:
        start, heads = _heads(pieces)
        digests = _Digests(heads)
        _run_through(start, heads, pieces, digests)
        unchunked = _unchunked(source, at, heads) if heads.chunked else ""
        digests.check(unchunked)
    except _RecordError as error:
        for _ in pieces:  # to its end, which may be damaged too
            pass
        return Damage(at, unpacked.length, str(error))
    block = start[heads.block : heads.end] if heads.type == "warcinfo" else b""
    size = max(0, heads.end - heads.payload)
    return Member(at, unpacked.length, heads.type, heads.fields, heads.status, size, digests.payload(), unchunked, block)


class _Unpacked:
    """The unpacked bytes of the member at `at`, in pieces; `length` is known at the end. Raises zlib.error, EOFError, OSError."""

    def __init__(self, source: _Source, at: int) -> None:
        self._source, self._at = source, at
        self.length = 0

    def __iter__(self) -> Iterator[bytes]:
        unpacker, at, take = zlib.decompressobj(31), self._at, _FIRST
        if len(flags := self._source.view(at + 3, 1)) and flags[0] & _FLAGS:
            raise zlib.error("gzip: unknown flags set")
        while not unpacker.eof:
            packed = self._source.view(at, take)
            if not packed:
                raise EOFError
            at, take = at + len(packed), _NEXT
            yield unpacker.decompress(packed, _PIECE)
            while unpacker.unconsumed_tail:
                yield unpacker.decompress(unpacker.unconsumed_tail, _PIECE)
        self.length = at - len(unpacker.unused_data) - self._at


class _Heads(NamedTuple):
    """What stands before a record's payload. `block`, `payload` and `end` are offsets in the unpacked bytes."""

    type: str
    fields: dict[str, str]
    block: int
    payload: int
    end: int
    status: int | None
    chunked: bool


def _heads(pieces: Iterator[bytes]) -> tuple[bytes, _Heads]:
    """The record's first bytes, with both heads in them."""
    start = b""
    for piece in pieces:
        start += piece
        if (heads := _parsed(start)) or len(start) > _HEADS:
            break
    heads = heads or _parsed(start, ended=True)
    if heads is None:
        raise _RecordError("holds no WARC record")
    return start, heads


def _parsed(start: bytes, ended: bool = False) -> _Heads | None:
    """None while more bytes are needed."""
    if (blank := start.find(_END)) < 0 or not start.startswith(b"WARC/"):
        return None
    fields = _fields(start[:blank])
    kind, length = fields.get("warc-type", ""), fields.get("content-length", "")
    if not (length.isascii() and length.isdecimal()):
        raise _RecordError("its record has no Content-Length")
    block = payload = blank + len(_END)
    end = block + int(length)
    if kind not in _HTTP:
        return _Heads(kind, fields, block, payload, end, None, False)
    if (blank := start.find(_END, block, end)) >= 0:
        payload = blank + len(_END)
    elif not ended and len(start) < end:
        return None
    else:  # others end lines with \n alone, or keep a head and nothing else
        payload = found.end() if (found := _BLANK_LINE.search(start, block, end)) else end
    head = start[block:payload]
    status = _STATUS.match(head)
    return _Heads(kind, fields, block, payload, end, int(status[1]) if status else None, kind == "response" and _is_chunked(head))


def _is_chunked(head: bytes) -> bool:
    lower = head.lower()
    return b"chunked" in lower and _CHUNKED.search(lower) is not None


def _fields(head: bytes) -> dict[str, str]:
    """Names in lower case -> values, of repeated ones the last."""
    lines = head.decode("utf-8", "replace").replace("\r\n ", " ").replace("\r\n\t", " ").split("\r\n")[1:]
    parts = [line.partition(":") for line in lines]
    return {name.lower(): value.strip() for name, _, value in parts}


def _run_through(start: bytes, heads: _Heads, pieces: Iterator[bytes], digests: "_Digests") -> None:
    """Hands the block to the digests, and sees to it that the record ends where it says and with two line breaks."""
    view = memoryview(start)
    digests.head(view[heads.block : heads.payload])
    digests.body(view[heads.payload : heads.end])
    seen, tail = len(start), start[heads.end :]
    for piece in pieces:
        body = memoryview(piece)[: max(0, heads.end - seen)]
        digests.body(body)
        tail = (tail + piece[len(body) :])[:_HEADS]
        seen += len(piece)
    if seen < heads.end:
        raise _RecordError(f"its record is {heads.end - seen} bytes shorter than it says")
    if tail != _END:
        raise _RecordError("its record does not end where it says")


class _Digests:
    """The digests of one record while its bytes run through; the payload's sha256 is taken of responses, declared or not."""

    def __init__(self, heads: _Heads) -> None:
        fields = heads.fields
        self._is_response, self._chunked = heads.type == "response", heads.chunked
        self._of_payload = fields.get("warc-payload-digest", "")
        self._of_block = fields.get("warc-block-digest", "")
        self._sha256 = hashlib.sha256() if self._is_response else None
        self._block = _hash(self._of_block)
        self._other = _hash(self._of_payload) if self._is_response and not self._of_payload.startswith("sha256:") else None

    def head(self, view: memoryview) -> None:
        """Bytes of the block before the payload."""
        if self._block:
            self._block.update(view)

    def body(self, view: memoryview) -> None:
        """Bytes of the payload."""
        for one in (self._block, self._sha256, self._other):
            if one:
                one.update(view)

    def payload(self) -> str:
        """The payload's sha256 in hex."""
        if self._sha256:
            return self._sha256.hexdigest()
        algorithm, _, value = self._of_payload.partition(":")
        return value.lower() if algorithm == "sha256" else ""

    def check(self, unchunked: str) -> None:
        """Raises _RecordError where a digest is not the declared one. Tools differ in whether the chunks of a transfer coding count."""
        if self._block and not _agrees(self._block, self._of_block):
            raise _RecordError("the record does not have the digest that it declares")
        taken = self._other or self._sha256
        if taken and self._of_payload and not self._chunked and not _agrees(taken, self._of_payload):
            raise _RecordError("the payload does not have the digest that its record declares")


def _hash(declared: str) -> "hashlib._Hash | None":
    """A hash of the declared algorithm, None where it is not known here."""
    make = _ALGORITHMS.get(declared.partition(":")[0].lower())
    return make() if make else None


def _agrees(taken: "hashlib._Hash", declared: str) -> bool:
    """Whether a digest, declared in hex or in base 32, is the one that was taken."""
    value = declared.partition(":")[2].strip()
    if len(value) == 2 * taken.digest_size:
        return value.lower() == taken.hexdigest()
    try:
        number = int(value.upper().rstrip("=").translate(_BASE32), 32)  # base64.b32decode takes as long as a whole small record
    except ValueError:
        return False
    return number >> (-8 * taken.digest_size % 5) == int.from_bytes(taken.digest(), "big")


def _unchunked(source: _Source, at: int, heads: _Heads) -> str:
    """The sha256 of the payload without its chunks, "" where it has none in truth. The one place that holds a payload whole."""
    body = b"".join(_Unpacked(source, at))[heads.payload : heads.end]
    taken, start = hashlib.sha256(), 0
    while size := _CHUNK_SIZE.match(body, start):
        start, length = size.end(), int(size[1], 16)
        if length == 0:
            return taken.hexdigest()
        taken.update(body[start : start + length])
        start += length + 2
    return ""


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


def _only_zeros(source: _Source, at: int, length: int) -> bool:
    end = at + length
    while at < end:
        some = bytes(source.view(at, min(_BLOCK, end - at)))
        if not some or some.count(0) < len(some):
            return False
        at += len(some)
    return True
