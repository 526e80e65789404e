"""Records as they lie in a WARC file: one gzip member each, found by (file, offset), copied without being packed again.

`warc.read` gives a page back; this gives the record itself: its headers, its length in the file, the record that follows it.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kistep_archive.page import digest, uri
from kistep_archive.warc import WarcError, locate

_CHUNK = 1 << 16
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Member:
    """One record: where it lies, its WARC headers with their names in lower case, and the HTTP status and media type of a response or
    revisit ("" where there is none). `sha256` is that of what follows the HTTP head, in hex."""

    file: str
    offset: int
    length: int
    headers: dict[str, str]
    status: str
    media_type: str
    sha256: str

    @property
    def kind(self) -> str:
        """The WARC-Type."""
        return self.headers.get("warc-type", "")

    @property
    def id(self) -> str:
        """The WARC-Record-ID, in its angle brackets."""
        return self.headers.get("warc-record-id", "")

    @property
    def url(self) -> str:
        """The WARC-Target-URI."""
        return uri(self.headers.get("warc-target-uri", "").strip("<>"))

    @property
    def at(self) -> str:
        """The WARC-Date."""
        return self.headers.get("warc-date", "")


def record_id(folder: Path, file: str, offset: int) -> str:
    """The WARC-Record-ID of the record there, read from its first bytes. Raises WarcError."""
    head = b""
    for plain, _ in _pieces(folder, file, offset):
        head += plain
        if _END in head:
            break
    return _headers(file, offset, head).get("warc-record-id", "")


def member(folder: Path, file: str, offset: int) -> Member:
    """The record there, read to its end. Raises WarcError where it is not whole, or not what its own digest declares."""
    pieces = list(_pieces(folder, file, offset))
    plain = b"".join(piece for piece, _ in pieces)
    headers = _headers(file, offset, plain)
    start = plain.index(_END) + len(_END)
    block = plain[start : start + int(headers["content-length"])]
    if len(block) != int(headers["content-length"]):
        raise WarcError(f"{file} at {offset}: the record is shorter than it declares; the file is damaged there")
    status, media_type, payload = _http(block) if headers.get("warc-type") in ("response", "revisit") else ("", "", block)
    sha256, declared = digest(payload), headers.get("warc-payload-digest", "")
    if headers.get("warc-type") == "response" and declared.startswith("sha256:") and declared != f"sha256:{sha256}":
        raise WarcError(f"{file} at {offset}: the payload does not have the digest that its record declares; the file is damaged there")
    return Member(file, offset, pieces[-1][1], headers, status, media_type, sha256)


def following(folder: Path, record: Member) -> Member | None:
    """The next record of the file, None behind the last one. Raises WarcError."""
    at = record.offset + record.length
    return member(folder, record.file, at) if at < locate(folder, record.file).stat().st_size else None


def packed(folder: Path, record: Member) -> Iterator[bytes]:
    """The record's bytes as they lie in the file, piece by piece. Raises WarcError."""
    left = record.length
    try:
        with locate(folder, record.file).open("rb") as stream:
            stream.seek(record.offset)
            while left and (chunk := stream.read(min(left, _CHUNK))):
                left -= len(chunk)
                yield chunk
    except OSError as error:
        raise WarcError(f"{record.file} at {record.offset}: {error}") from error
    if left:
        raise WarcError(f"{record.file} at {record.offset}: the file became shorter while it was read")


def _pieces(folder: Path, file: str, offset: int) -> Iterator[tuple[bytes, int]]:
    """What the member at `offset` unpacks to, piece by piece, each with how many bytes of the file it took so far."""
    unpacker, taken = zlib.decompressobj(31), 0
    try:
        with locate(folder, file).open("rb") as stream:
            stream.seek(offset)
            while not unpacker.eof:
                if not (chunk := stream.read(_CHUNK)):
                    raise WarcError(f"{file} at {offset}: the file ends inside the record")
                plain = unpacker.decompress(chunk)
                taken += len(chunk)
                yield plain, taken - len(unpacker.unused_data)
    except (OSError, zlib.error) as error:
        raise WarcError(f"{file} at {offset}: {error}") from error


def _headers(file: str, offset: int, plain: bytes) -> dict[str, str]:
    head, end, _ = plain.partition(_END)
    first, *lines = head.decode("utf-8", "replace").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    found = {name.strip().lower(): value.strip() for name, _, value in pairs}
    if not end or not first.startswith("WARC/") or not found.get("content-length", "").isdecimal():
        raise WarcError(f"{file} at {offset}: not a record")
    return found


def _http(block: bytes) -> tuple[str, str, bytes]:
    """(status, media type, payload) of an HTTP response."""
    head, _, payload = block.partition(_END)
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    types = [value.strip() for name, _, value in pairs if name.strip().lower() == "content-type"]
    return first.partition(" ")[2][:3], types[0].partition(";")[0].strip() if types else "", payload
