"""A body that comes in pieces, and the error of one that cannot be decoded."""

import re
from collections.abc import Iterable

STEP = 1 << 20  # bytes at a time


class CodingError(ValueError):
    """The body cannot be decoded: it is cut, damaged, compressed twice, too large, or in an unknown
    coding."""


class ByteSource:
    """Bytes that come in pieces; reads only as many as the caller needs."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._bytes, self._at = iter(pieces), b"", 0

    def peek(self, size: int) -> int:
        """How many bytes are available now: at least `size`, unless the end is near."""
        while len(self._bytes) - self._at < size and (piece := next(self._pieces, None)) is not None:
            self._bytes, self._at = self._bytes[self._at :] + piece, 0
        return len(self._bytes) - self._at

    def take(self, most: int) -> bytes:
        """Some bytes; none only at the end."""
        size = min(self.peek(1), most, STEP)
        self._at += size
        return self._bytes[self._at - size : self._at]

    def match(self, pattern: re.Pattern[bytes], longest: int) -> "re.Match[bytes] | None":
        """Takes the bytes that the pattern matches here, at most `longest`; takes nothing if it does not
        match."""
        self.peek(longest)
        if match := pattern.match(self._bytes, self._at):
            self._at = match.end()
        return match
