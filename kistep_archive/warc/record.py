"""One WARC record read strictly: its fields, its digests, the HTTP response in it. Bytes in, values or RecordError out.

warcio is not used here: it hands out cut and damaged records without a word, and does not know status lines such as `HTTP/2 200`.
Sources of the format: ISO 28500:2009 and 2017 (WARC 1.0, 1.1), and the drafts 0.17 and 0.18.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from kistep_archive.http import content_coding
from kistep_archive.http.content_coding import CodingError

Headers = tuple[tuple[str, str], ...]
# Why a record is no capture. The first line is what any WARC file holds besides captures; the second, what a user may want to know of;
# the third, what is lost.
Kind = Literal[
    "request", "metadata", "warcinfo", "resource", "conversion", "continuation", "not-http", "other",
    "unresolved", "replay", "large", "truncated",
    "digest", "damaged",
]  # fmt: skip

HEAD_END = re.compile(rb"\r?\n\r?\n")
MAX_BLOCK = 128 << 20  # bytes of one record's block; a longer one is not read

_VERSION = re.compile(rb"WARC/(?:0\.17|0\.18|1\.0|1\.1)[ \t]*")
_STATUS = re.compile(rb"HTTP/[0-9](?:\.[0-9])?[ \t]+([1-9][0-9]{2})(?:[ \t].*)?", re.S)
_ALGORITHMS = {"md5", "sha1", "sha256", "sha384", "sha512"}


class RecordError(ValueError):
    """A record that is no usable capture: its kind, and the reason in words."""

    def __init__(self, kind: Kind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Record:
    """A record's named fields, its block, and `raw`: all of it as it stood, with the two line ends that close it."""

    fields: Headers
    block: bytes
    raw: bytes

    def field(self, name: str) -> str:
        """The first value of a named field, or an empty string."""
        return next((value for key, value in self.fields if key.lower() == name.lower()), "")

    @property
    def url(self) -> str:
        """The target's address, without the brackets that wget 1.x puts around it."""
        value = self.field("WARC-Target-URI")
        return (value[1:-1] if value.startswith("<") and value.endswith(">") else value).replace(" ", "%20")


@dataclass(frozen=True, slots=True)
class Response:
    """The HTTP response in a record's block; header values are latin-1, byte for byte; the body is as the record holds it."""

    status: int
    headers: Headers
    body: bytes


def parse(raw: bytes) -> Record:
    """A record from its bytes. Raises RecordError where they are not exactly one whole record."""
    head = HEAD_END.search(raw)
    if head is None:
        raise RecordError("damaged", "the record's head does not end")
    fields = named_fields(raw[: head.start()])
    length = block_length(fields)
    if len(raw) != head.end() + length + 4 or not raw.endswith(b"\r\n\r\n"):
        raise RecordError("damaged", "the record is not as long as it says")
    return Record(fields, raw[head.end() : head.end() + length], raw)


def named_fields(head: bytes) -> Headers:
    """The named fields of a record's head, given without the blank line that ends it. Raises RecordError."""
    version, *lines = _unfolded(head)
    if not _VERSION.fullmatch(version):
        raise RecordError("damaged", f"{version[:40]!r} is no version of WARC that is known (0.17, 0.18, 1.0, 1.1)")
    if not all(b":" in line for line in lines):
        raise RecordError("damaged", "a line of the record's head is no named field")
    return tuple((_text(key).strip(), _text(value).strip()) for key, _, value in (line.partition(b":") for line in lines))


def block_length(fields: Headers) -> int:
    """The length of the block in bytes, as the head says. Raises RecordError."""
    lengths = {value for key, value in fields if key.lower() == "content-length"}
    if len(lengths) != 1 or not re.fullmatch(r"[0-9]{1,15}", length := lengths.pop(), re.ASCII):
        raise RecordError("damaged", "the record's head does not say how long the record is")
    return int(length)


def response(block: bytes) -> Response:
    """The HTTP response in the block of a response or revisit record. Raises RecordError where its head is not whole."""
    end = HEAD_END.search(block)
    head, body = (block, b"") if end is None else (block[: end.start()], block[end.end() :])
    if end is None and not block.endswith(b"\n"):
        raise RecordError("damaged", "the HTTP head in the record does not end")
    first, *lines = _unfolded(head.rstrip(b"\r\n"))
    status = _STATUS.fullmatch(first)
    if status is None:
        raise RecordError("damaged", f"the record does not begin with an HTTP status line but with {first[:40]!r}")
    pairs = (line.decode("latin-1").partition(":") for line in lines if b":" in line)
    return Response(int(status[1]), tuple((key.strip(), value.strip()) for key, _, value in pairs), body)


def check_block(record: Record) -> None:
    """Raises RecordError where the block does not have the digest that the record declares."""
    declared = record.field("WARC-Block-Digest")
    if _has_digest(record.block, declared):
        return
    if record.field("WARC-Type").lower() == "revisit" and _has_digest(b"", declared):
        return  # wget 1.x declares the digest of nothing there, whatever the block is
    raise RecordError("digest", "the record does not have the WARC-Block-Digest that it declares; it is damaged")


def check_payload(record: Record, body: bytes) -> None:
    """Raises RecordError where the payload does not have the digest that the record declares: either of the bytes as they are kept, or of
    what they hold when they are chunked, for tools differ there."""
    declared = record.field("WARC-Payload-Digest")
    if _has_digest(body, declared):
        return
    try:
        if content_coding.chunked(body) and _has_digest(content_coding.dechunk(body), declared):
            return
    except CodingError:
        pass
    raise RecordError("digest", "the payload does not have the WARC-Payload-Digest that its record declares; it is damaged")


def same_digest(declared: str) -> str:
    """A spelling of a declared digest that can be compared: of base32 and hex, case and padding mean nothing."""
    return declared.strip().rstrip("=").lower()


def _has_digest(data: bytes, declared: str) -> bool:
    """Whether the bytes have the digest, in hex, base32 or base64; a digest by an algorithm that is not known proves nothing."""
    name, _, value = declared.strip().partition(":")
    algorithm = name.lower().replace("-", "")
    if algorithm not in _ALGORITHMS:
        return True
    digest = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    spellings = {digest.hex(), base64.b32encode(digest).decode().rstrip("=").lower()}
    return value.rstrip("=").lower() in spellings or value.rstrip("=") == base64.b64encode(digest).decode().rstrip("=")


def _unfolded(head: bytes) -> list[bytes]:
    """The lines of a head; a line that begins with a blank goes on the one before."""
    lines: list[bytes] = []
    for line in re.split(rb"\r?\n", head):
        if line[:1] in (b" ", b"\t") and lines:
            lines[-1] += b" " + line.strip()
        else:
            lines.append(line)
    return lines


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
