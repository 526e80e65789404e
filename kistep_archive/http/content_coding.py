"""Decodes HTTP's content codings: gzip, deflate, br, zstd. Rejects incomplete data, and uses bounded memory:
a decompression bomb stops at the limit.

brotli and zstandard are loaded only if a body needs them.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain

from kistep_archive.http.chunks import dechunk, is_chunked
from kistep_archive.http.pieces import STEP, ByteSource, CodingError

_ZSTD_STEP = 256  # bytes per step: at most 64 blocks of 128 KiB, so at most 8 MiB beyond the limit
_ZSTD_WINDOW = 8 << 20  # bytes: the most that RFC 9659 allows for zstd over HTTP
_GZIP = b"\x1f\x8b"
_ZSTD = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")
_MARK = 8  # bytes that tell how something begins
# How documents begin that are not compressed: markup and JSON, PDF, zip (hwpx, docx), PNG, JPEG, GIF, OLE
# (hwp, doc).
_DOCUMENT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,256}[<{\[]|%PDF-|PK\x03\x04|\x89PNG|\xff\xd8\xff|GIF8|\xd0\xcf\x11\xe0"
)


def list_codings(values: Iterable[str]) -> list[str]:
    """The codings in header values, in the order in which the server applied them. A repeated header line
    counts once."""
    names = (name.strip().lower() for value in dict.fromkeys(values) for name in value.split(","))
    return [name.removeprefix("x-") for name in names if name not in ("", "identity")]


def decode(body: bytes, codings: Sequence[str], limit: int) -> bytes:
    """The decoded body; the last coding is decoded first. Never holds much more than `limit` bytes. Raises
    CodingError."""
    # each step of a decoder copies what is left of its piece
    pieces = (body[at : at + STEP] for at in range(0, len(body), STEP))
    return b"".join(decode_pieces(pieces, codings, limit))


def decode_pieces(pieces: Iterable[bytes], codings: Sequence[str], limit: int) -> Iterator[bytes]:
    """The same piece by piece: memory has only one piece for each coding. Raises CodingError."""
    for coding in reversed(codings):
        unpack = _UNPACKERS.get(coding)
        if unpack is None:
            raise CodingError(f"the coding {coding!r} is unknown")
        pieces = _check_once(_limit(unpack(pieces), limit), coding)
    yield from pieces


def _limit(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    left = limit
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise CodingError(f"unpacks to more than {limit} bytes")
        yield piece


def _check_once(pieces: Iterator[bytes], coding: str) -> Iterator[bytes]:
    """The pieces. Raises CodingError if the decoded bytes begin with the mark of the same coding again."""
    start = b""
    while len(start) < _MARK and (piece := next(pieces, None)) is not None:
        start += piece
    if coding in ("gzip", "zstd") and len(start) >= _MARK and is_packed(start, coding):
        raise CodingError("the page is compressed twice")
    yield start
    yield from pieces


def is_packed(body: bytes, coding: str) -> bool:
    """Whether the bytes are still in the coding. False only if that is certain: gzip and zstd begin with a
    mark; bytes that begin like a document and cannot be decoded are not br or deflate."""
    if coding == "gzip":
        return body.startswith(_GZIP) or _GZIP.startswith(body)
    if coding == "zstd":
        return _ZSTD.match(body) is not None or len(body) < 4
    return coding not in _UNPACKERS or _DOCUMENT.match(body) is None or _unpacks(body, coding)


def actual_codings(transfer: list[str], packing: list[str], body: bytes) -> tuple[list[str], list[str]]:
    """Of the transfer and content codings that headers declare, those that the body is in. Some servers and
    recording tools undo a coding and leave its header; only what is certainly not there is left out."""
    if transfer == ["chunked"] and not is_chunked(body):
        transfer = []
    if not packing:
        return transfer, packing
    try:
        content = dechunk(body) if transfer == ["chunked"] else body
    except CodingError:
        return transfer, packing  # cut or damaged: reading the content will say so
    while packing and not is_packed(content, packing[-1]):
        packing = packing[:-1]
    return transfer, packing


def _unpacks(body: bytes, coding: str) -> bool:
    try:
        for _ in _UNPACKERS[coding]([body]):
            pass
    except CodingError:
        return False
    return True


def _gunzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Decodes all members; allows zero padding after the last one."""
    more = iter(pieces)
    rest = next(filter(None, more), b"")
    while rest:
        stream = zlib.decompressobj(wbits=31)
        yield from _inflate(stream, chain((rest,), more), "gzip")
        behind = chain((stream.unused_data,), more)
        rest = next((left for piece in behind if (left := piece.lstrip(b"\0"))), b"")


def _undeflate(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Decodes deflate with the zlib header of the standard, or raw as some servers send it."""
    source = ByteSource(pieces)
    head = source.take(max(2, source.peek(2)))
    zlib_head = len(head) > 1 and head[0] & 15 == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    stream = zlib.decompressobj(wbits=15 if zlib_head else -15)
    yield from _inflate(stream, chain((head,), iter(partial(source.take, STEP), b"")), "deflate")
    if stream.unused_data or source.peek(1):
        raise CodingError("damaged deflate (bytes after its end)")


def _inflate(stream: "zlib._Decompress", pieces: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Decodes to the stream's end, and does not read the pieces after it."""
    try:
        for piece in pieces:
            rest = piece
            while rest and not stream.eof:
                yield stream.decompress(rest, STEP)
                rest = stream.unconsumed_tail
            if stream.eof:
                return
        while not stream.eof and (last := stream.decompress(b"", STEP)):
            yield last
    except zlib.error as error:
        raise CodingError(f"damaged {name} ({error})") from error
    if not stream.eof:
        raise CodingError(f"the {name} stream is cut")


def _unbrotli(pieces: Iterable[bytes]) -> Iterator[bytes]:
    import brotli

    stream, more = brotli.Decompressor(), iter(pieces)
    rest: bytes | None = b""
    while not stream.is_finished():
        try:
            piece = stream.process(rest, output_buffer_limit=STEP)
        except brotli.error as error:
            raise CodingError(f"damaged br ({error})") from error
        if piece:
            yield piece
            rest = b""
        elif (rest := next(more, None)) is None and not stream.is_finished():
            raise CodingError("the br stream is cut")


def _unzstd(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Decodes all frames."""
    import zstandard

    unpacker, source = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW), ByteSource(pieces)
    rest = b""
    while rest or source.peek(1):
        frame = unpacker.decompressobj()
        while not frame.eof:
            chunk = rest or source.take(_ZSTD_STEP)
            if not chunk:
                raise CodingError("the zstd stream is cut")
            try:
                yield frame.decompress(chunk)
            except zstandard.ZstdError as error:
                raise CodingError(f"damaged zstd ({error})") from error
            rest = b""
        rest = frame.unused_data


_UNPACKERS: dict[str, Callable[[Iterable[bytes]], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
