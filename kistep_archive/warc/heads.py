"""One WARC record while its bytes run through: its heads are read, its length and its digests checked. Nothing is kept of the payload.

Other tools' records are as welcome as ours: heads may end lines with \\n alone, digests be SHA-1 in base 32, or missing.
Source of the format: ISO 28500:2017 (WARC 1.1).
"""

import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

_HEADS = 1 << 20  # bytes of a record's heads; more is not a record
_END = b"\r\n\r\n"
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/[\d.]+ +(\d{3})\b")
_CHUNKED = re.compile(rb"^transfer-encoding[ \t]*:.*\bchunked\b", re.M)
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[^\r\n]*\r\n")
_BASE32 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV")
_HTTP = ("response", "request", "revisit")
_ALGORITHMS = {"sha256": hashlib.sha256, "sha1": hashlib.sha1, "md5": hashlib.md5, "sha512": hashlib.sha512}


class RecordError(Exception):
    """What is wrong with the record in a gzip member that is whole itself."""


class Heads(NamedTuple):
    """What stands before a record's payload. `block`, `payload` and `end` are offsets in the unpacked bytes."""

    type: str
    fields: dict[str, str]
    block: int
    payload: int
    end: int
    status: int | None
    chunked: bool


def read_heads(pieces: Iterator[bytes]) -> tuple[bytes, Heads]:
    """The record's first bytes, with both heads in them."""
    start = b""
    for piece in pieces:
        start += piece
        if (heads := _parsed(start)) or len(start) > _HEADS:
            break
    heads = heads or _parsed(start, ended=True)
    if heads is None:
        raise RecordError("holds no WARC record")
    return start, heads


def _parsed(start: bytes, ended: bool = False) -> Heads | None:
    """None while more bytes are needed."""
    if (blank := start.find(_END)) < 0 or not start.startswith(b"WARC/"):
        return None
    fields = _fields(start[:blank])
    kind, length = fields.get("warc-type", ""), fields.get("content-length", "")
    if not (length.isascii() and length.isdecimal()):
        raise RecordError("its record has no Content-Length")
    block = payload = blank + len(_END)
    end = block + int(length)
    if kind not in _HTTP:
        return Heads(kind, fields, block, payload, end, None, False)
    if (blank := start.find(_END, block, end)) >= 0:
        payload = blank + len(_END)
    elif not ended and len(start) < end:
        return None
    else:  # others end lines with \n alone, or keep a head and nothing else
        payload = found.end() if (found := _BLANK_LINE.search(start, block, end)) else end
    head = start[block:payload]
    status = _STATUS.match(head)
    return Heads(kind, fields, block, payload, end, int(status[1]) if status else None, kind == "response" and _is_chunked(head))


def _is_chunked(head: bytes) -> bool:
    lower = head.lower()
    return b"chunked" in lower and _CHUNKED.search(lower) is not None


def _fields(head: bytes) -> dict[str, str]:
    """Names in lower case -> values, of repeated ones the last."""
    lines = head.decode("utf-8", "replace").replace("\r\n ", " ").replace("\r\n\t", " ").split("\r\n")[1:]
    parts = [line.partition(":") for line in lines]
    return {name.lower(): value.strip() for name, _, value in parts}


def run_through(start: bytes, heads: Heads, pieces: Iterator[bytes], digests: "Digests") -> None:
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
        raise RecordError(f"its record is {heads.end - seen} bytes shorter than it says")
    if tail != _END:
        raise RecordError("its record does not end where it says")


class Digests:
    """The digests of one record while its bytes run through; the payload's sha256 is taken of responses, declared or not."""

    def __init__(self, heads: Heads) -> None:
        fields = heads.fields
        self._chunked = heads.chunked
        self._of_payload, self._of_block = fields.get("warc-payload-digest", ""), fields.get("warc-block-digest", "")
        self._block = _hash(self._of_block)
        self._sha256 = hashlib.sha256() if heads.type == "response" else None
        self._other = _hash(self._of_payload) if self._sha256 and _algorithm(self._of_payload) != "sha256" else None

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
        """The payload's sha256 in hex: of a response as taken, else as declared, "" where it is not."""
        if self._sha256:
            return self._sha256.hexdigest()
        return self._of_payload.partition(":")[2].lower() if _algorithm(self._of_payload) == "sha256" else ""

    def check(self) -> None:
        """Raises RecordError where a digest is not the declared one. Tools differ in whether the chunks of a transfer coding count."""
        if self._block and not _agrees(self._block, self._of_block):
            raise RecordError("the record does not have the digest that it declares")
        taken = self._sha256 if _algorithm(self._of_payload) == "sha256" else self._other
        if taken and not self._chunked and not _agrees(taken, self._of_payload):
            raise RecordError("the payload does not have the digest that its record declares")


def _algorithm(declared: str) -> str:
    return declared.partition(":")[0].lower()


def _hash(declared: str) -> "hashlib._Hash | None":
    """A hash of the declared algorithm, None where it is not known here."""
    make = _ALGORITHMS.get(_algorithm(declared))
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


def unchunked_sha256(body: bytes) -> str:
    """The sha256 of a payload without the chunks of its transfer coding, "" where it has none in truth."""
    taken, start = hashlib.sha256(), 0
    while size := _CHUNK_SIZE.match(body, start):
        start, length = size.end(), int(size[1], 16)
        if length == 0:
            return taken.hexdigest()
        taken.update(body[start : start + length])
        start += length + 2
    return ""
