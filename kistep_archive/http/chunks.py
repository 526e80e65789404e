"""HTTP's chunked transfer coding. Rejects incomplete data."""

import re
from collections.abc import Iterable, Iterator

from kistep_archive.http.pieces import ByteSource, CodingError

_CHUNK_LINE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,4096})?\r\n")
_CUT_LINE = re.compile(rb"[ \t]*[0-9A-Fa-f]{0,8}[ \t]*(?:;[^\r\n]{0,4096})?\r?")
_TRAILER = re.compile(rb"(?:[^\r\n:]{1,256}:[^\r\n]{0,8192}\r\n){0,64}\r\n")
_LINE_END = re.compile(rb"\r\n")
_LONGEST_LINE, _LONGEST_TRAILER = 1 << 13, 1 << 20  # bytes that may have to be at hand for the two


def dechunk(body: bytes) -> bytes:
    """The content of a chunked body. Raises CodingError if it is cut, damaged, or continues after its end."""
    return b"".join(dechunk_pieces([body]))


def dechunk_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same piece by piece. Raises CodingError."""
    source = ByteSource(pieces)
    while size := source.match(_CHUNK_LINE, _LONGEST_LINE):
        if (left := int(size[1], 16)) == 0:
            if source.match(_TRAILER, _LONGEST_TRAILER) and not source.peek(1):
                return
            break
        while left and (piece := source.take(left)):
            left -= len(piece)
            yield piece
        if left or not source.match(_LINE_END, 2):
            break
    raise CodingError("the chunked body is cut or damaged")


def is_chunked(body: bytes) -> bool:
    """Whether the bytes are chunked, complete or cut: the first chunk ends where its size says, or after the
    end."""
    line = _CHUNK_LINE.match(body)
    if line is None:
        return _CUT_LINE.fullmatch(body, 0, _LONGEST_LINE) is not None
    end = line.end() + int(line[1], 16)
    return int(line[1], 16) == 0 or end + 2 > len(body) or body[end : end + 2] == b"\r\n"
