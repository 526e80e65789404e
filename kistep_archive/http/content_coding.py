"""Decodes HTTP's codings: chunked, gzip, deflate, br, zstd. Rejects incomplete data, and uses bounded memory:
a decompression bomb stops at the limit.

brotli and zstandard are loaded only if a body needs them.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence

_STEP = 1 << 20  # bytes unpacked at a time
_ZSTD_STEP = 256  # bytes per step: at most 64 blocks of 128 KiB, so at most 8 MiB beyond the limit
_ZSTD_WINDOW = 8 << 20  # bytes: the most that RFC 9659 allows for zstd over HTTP
_GZIP = b"\x1f\x8b"
_ZSTD = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")
_CHUNK_LINE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,4096})?\r\n")
_TRAILER = re.compile(rb"(?:[^\r\n:]{1,256}:[^\r\n]{0,8192}\r\n){0,64}\r\n")
# How documents begin that are not compressed: markup and JSON, PDF, zip (hwpx, docx), PNG, JPEG, GIF, OLE
# (hwp, doc).
_DOCUMENT = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,256}[<{\[]|%PDF-|PK\x03\x04|\x89PNG|\xff\xd8\xff|GIF8|\xd0\xcf\x11\xe0")


class CodingError(ValueError):
    """The body cannot be decoded: it is cut, damaged, compressed twice, too large, or in an unknown coding."""


def listed(values: Iterable[str]) -> list[str]:
    """The codings in header values, in the order in which the server applied them. A repeated header line
    counts once."""
    names = (name.strip().lower() for value in dict.fromkeys(values) for name in value.split(","))
    return [name.removeprefix("x-") for name in names if name not in ("", "identity")]


def decode(body: bytes, codings: Sequence[str], limit: int) -> bytes:
    """The decoded body; the last coding is decoded first. Never holds much more than `limit` bytes. Raises
    CodingError."""
    for coding in reversed(codings):
        unpack = _UNPACKERS.get(coding)
        if unpack is None:
            raise CodingError(f"the coding {coding!r} is unknown")
        pieces, left = list[bytes](), limit
        for piece in unpack(body):
            left -= len(piece)
            if left < 0:
                raise CodingError(f"unpacks to more than {limit} bytes")
            pieces.append(piece)
        body = b"".join(pieces)
        if coding in ("gzip", "zstd") and packed(body, coding):
            raise CodingError("the page is compressed twice")
    return body


def dechunk(body: bytes) -> bytes:
    """The content of a chunked body. Raises CodingError if it is cut, damaged, or continues after its end."""
    pieces, position = list[bytes](), 0
    while line := _CHUNK_LINE.match(body, position):
        start, size = line.end(), int(line[1], 16)
        if size == 0:
            end = _TRAILER.fullmatch(body, start)
            if end is None:
                break
            return b"".join(pieces)
        position = start + size + 2
        if body[position - 2 : position] != b"\r\n":
            break
        pieces.append(body[start : start + size])
    raise CodingError("the chunked body is cut or damaged")


def chunked(body: bytes) -> bool:
    """Whether the bytes are chunked, complete or cut: the first chunk ends where its size says, or after the
    end."""
    line = _CHUNK_LINE.match(body)
    if line is None:
        return False
    end = line.end() + int(line[1], 16)
    return int(line[1], 16) == 0 or end + 2 > len(body) or body[end : end + 2] == b"\r\n"


def packed(body: bytes, coding: str) -> bool:
    """Whether the bytes are still in the coding. False only if that is certain: gzip and zstd begin with a
    mark; bytes that begin like a document and cannot be decoded are not br or deflate."""
    if coding == "gzip":
        return body.startswith(_GZIP)
    if coding == "zstd":
        return _ZSTD.match(body) is not None
    return coding not in _UNPACKERS or _DOCUMENT.match(body) is None or _unpacks(body, coding)


def _unpacks(body: bytes, coding: str) -> bool:
    try:
        for _ in _UNPACKERS[coding](body):
            pass
    except CodingError:
        return False
    return True


def _gunzip(body: bytes) -> Iterator[bytes]:
    """Decodes all members; allows zero padding after the last one."""
    rest = body
    while rest:
        stream = zlib.decompressobj(wbits=31)
        yield from _inflate(stream, rest, "gzip")
        rest = stream.unused_data.lstrip(b"\0")


def _undeflate(body: bytes) -> Iterator[bytes]:
    """Decodes deflate with the zlib header of the standard, or raw as some servers send it."""
    zlib_head = len(body) > 1 and body[0] & 15 == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    stream = zlib.decompressobj(wbits=15 if zlib_head else -15)
    yield from _inflate(stream, body, "deflate")
    if stream.unused_data:
        raise CodingError("damaged deflate (bytes after its end)")


def _inflate(stream: "zlib._Decompress", rest: bytes, name: str) -> Iterator[bytes]:
    while not stream.eof:
        try:
            piece = stream.decompress(rest, _STEP)
        except zlib.error as error:
            raise CodingError(f"damaged {name} ({error})") from error
        if not piece and not rest and not stream.eof:
            raise CodingError(f"the {name} stream is cut")
        yield piece
        rest = stream.unconsumed_tail


def _unbrotli(body: bytes) -> Iterator[bytes]:
    import brotli

    stream = brotli.Decompressor()
    rest = body
    while not stream.is_finished():
        try:
            piece = stream.process(rest, output_buffer_limit=_STEP)
        except brotli.error as error:
            raise CodingError(f"damaged br ({error})") from error
        if not piece and not rest and not stream.is_finished():
            raise CodingError("the br stream is cut")
        yield piece
        rest = b""


def _unzstd(body: bytes) -> Iterator[bytes]:
    """Decodes all frames."""
    import zstandard

    unpacker = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    position = 0
    while position < len(body):
        frame = unpacker.decompressobj()
        while not frame.eof:
            chunk = body[position : position + _ZSTD_STEP]
            if not chunk:
                raise CodingError("the zstd stream is cut")
            try:
                yield frame.decompress(chunk)
            except zstandard.ZstdError as error:
                raise CodingError(f"damaged zstd ({error})") from error
            position += len(chunk)
        position -= len(frame.unused_data)


_UNPACKERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {"gzip": _gunzip, "deflate": _undeflate, "br": _unbrotli, "zstd": _unzstd}
