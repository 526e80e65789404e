"""The digests of one WARC record, taken while its bytes run through and held against those that it declares.

Tools differ in how they spell a digest, and in what they take it of: the payload as the record keeps it, or
without its chunks, or unpacked. Each is a proof."""

import hashlib
import re
from base64 import b32decode, b64encode, urlsafe_b64decode
from collections.abc import Callable, Iterable, Iterator

from kistep_archive.http import content_coding
from kistep_archive.http.content_coding import CodingError
from kistep_archive.warc.record import Head, Record, RecordError, check_end, codings, read_head, record

_ROOM = 128 << 20  # bytes that a payload may unpack to
_SAMPLE = 1 << 16  # bytes of a payload that tell which codings it is in
_BASE32 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV")
_ALGORITHMS: "dict[str, Callable[[], hashlib._Hash]]" = {
    "sha256": hashlib.sha256, "sha1": hashlib.sha1, "md5": hashlib.md5, "sha512": hashlib.sha512,
    "sha384": hashlib.sha384,
}  # fmt: skip
_BLANKS = re.compile(r":[ \t]+")

Pieces = Iterable["bytes | memoryview"]
Wanted = list[tuple[str, str]]  # algorithm, value


class Digests:
    """The digests of one record; the payload's sha256 is taken of responses, declared or not."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._of_block = declared(head.fields.get("warc-block-digest", ""))
        self._of_payload = declared(head.fields.get("warc-payload-digest", ""))
        self._block = _hashes(self._of_block)
        self._payload = (
            {"sha256": hashlib.sha256()} | _hashes(self._of_payload) if head.type == "response" else {}
        )
        self._in_head = list(self._block.values())
        self._in_body = [*self._in_head, *self._payload.values()]

    def head(self, view: "bytes | memoryview") -> None:
        """Bytes of the block before the payload."""
        for one in self._in_head:
            one.update(view)

    def body(self, view: "bytes | memoryview") -> None:
        """Bytes of the payload."""
        for one in self._in_body:
            one.update(view)

    def sha256(self) -> str:
        """The payload's sha256 in hex: of a response as taken, else as declared, "" where it is not."""
        if self._payload:
            return self._payload["sha256"].hexdigest()
        return (
            next((in_hex(value, 32) for name, value in self._of_payload if name == "sha256"), "")
            if self._of_payload
            else ""
        )

    def check(self, again: Callable[[], Pieces]) -> None:
        """Raises RecordError where a digest is not the declared one; `again` gives the payload once more, for
        other readings of it."""
        if not _agree(self._block, self._of_block) and not self._of_nothing():
            raise RecordError(
                "digest", "the record does not have the WARC-Block-Digest that it declares; it is damaged"
            )
        if self._payload and not _agree(self._payload, self._of_payload) and not self._otherwise(again):
            raise RecordError(
                "digest",
                "the payload does not have the WARC-Payload-Digest that its record declares; it is damaged",
            )

    def _of_nothing(self) -> bool:
        """wget 1.x declares the digest of nothing for a revisit, whatever its block is."""
        return self._head.type == "revisit" and _agree(_hashes(self._of_block), self._of_block)

    def _otherwise(self, again: Callable[[], Pieces]) -> bool:
        """Whether the digest is of the payload without its codings; or of one that only the recording tool
        had, where it undid codings that the headers still name, and the block's digest proves the rest."""
        if _fits_unpacked(self._head.http, again, self._of_payload):
            return True
        return bool(self._of_block) and _was_unpacked(self._head.http, again)


def sound(raw: bytes, head: Head, offset: int, length: int) -> Record:
    """The record that these bytes are. Raises RecordError where they do not have the digests that it
    declares."""
    digests, view = Digests(head), memoryview(raw)
    payload = view[head.payload : head.end]
    digests.head(view[head.block : head.payload])
    digests.body(payload)
    digests.check(lambda: [payload])
    return record(
        offset, length, head, digests.sha256(), unchunked_sha256([payload]) if head.chunked else "", raw
    )


def parsed(raw: bytes) -> Record:
    """The record that these bytes are from the first to the last. Raises RecordError."""
    _, head = read_head(iter([raw]))
    check_end(head, len(raw), raw[head.end :])
    return sound(raw, head, 0, len(raw))


def fits(http: bytes, again: Callable[[], Pieces], declaring: str) -> bool:
    """Whether a payload has the declared digests, as it is kept or without its codings, which `http`
    names."""
    wanted = declared(declaring)
    return _fits(again(), wanted) or _fits_unpacked(http, again, wanted)


def _fits_unpacked(http: bytes, again: Callable[[], Pieces], wanted: Wanted) -> bool:
    """Whether it has them without chunks, unpacked, or both."""
    packing = codings(http, "content-encoding")
    ways: list[Callable[[], Iterator[bytes]]] = [lambda: content_coding.dechunked(map(bytes, again()))]
    if packing:
        ways.append(lambda: content_coding.decoded(map(bytes, again()), packing, _ROOM))
        ways.append(
            lambda: content_coding.decoded(content_coding.dechunked(map(bytes, again())), packing, _ROOM)
        )
    return any(_fits(way(), wanted) for way in ways)


def _fits(pieces: Pieces, wanted: Wanted) -> bool:
    taken = _hashes(wanted)
    try:
        for piece in pieces:
            for one in taken.values():
                one.update(piece)
    except CodingError:
        return False
    return _agree(taken, wanted)


def _was_unpacked(http: bytes, again: Callable[[], Pieces]) -> bool:
    names = codings(http, "transfer-encoding"), codings(http, "content-encoding")
    return content_coding.true(*names, bytes(next(iter(again()), b"")[:_SAMPLE])) != names


def unchunked_sha256(pieces: Pieces) -> str:
    """The sha256 of a payload without the chunks of its transfer coding, "" where it has none in truth."""
    taken = hashlib.sha256()
    try:
        for piece in content_coding.dechunked(map(bytes, pieces)):
            taken.update(piece)
    except CodingError:
        return ""
    return taken.hexdigest()


def declared(text: str) -> Wanted:
    """(algorithm, value) of each declared digest; one by an algorithm that is not known here proves nothing
    and is left out."""
    if text.startswith("sha256:") and " " not in text:  # as our own do
        return [("sha256", text[7:])]
    if not text:
        return []
    if " " in text or "\t" in text:
        return [each for one in _BLANKS.sub(":", text).split() for each in declared(one)]
    name, _, value = text.partition(":")
    algorithm = name.lower().replace("-", "")
    return [(algorithm, value)] if algorithm in _ALGORITHMS else []


def keys(declaring: str) -> Wanted:
    """(algorithm, hex) of each declared digest: two spellings of one digest are the same."""
    return [
        (name, digest)
        for name, value in declared(declaring)
        if (digest := in_hex(value, _ALGORITHMS[name]().digest_size))
    ]


def in_hex(value: str, size: int) -> str:
    """A digest of so many bytes in hex, "" where its spelling cannot be read."""
    plain = value.strip().rstrip("=")
    try:
        if len(plain) == 2 * size:
            return bytes.fromhex(plain).hex()
        filled = plain + "=" * (-len(plain) % 8)
        raw = (
            b32decode(filled.upper())
            if len(plain) == -(-8 * size // 5)
            else urlsafe_b64decode(_urlsafe(plain) + "==")
        )
    except ValueError:
        return ""
    return raw.hex() if len(raw) == size else ""


def _urlsafe(plain: str) -> str:
    return plain.replace("+", "-").replace("/", "_")


def _hashes(wanted: Wanted) -> "dict[str, hashlib._Hash]":
    return {name: _ALGORITHMS[name]() for name, _ in wanted}


def _agree(taken: "dict[str, hashlib._Hash]", wanted: Wanted) -> bool:
    return False not in [_is(taken[name], value) for name, value in wanted]


def _is(taken: "hashlib._Hash", value: str) -> bool:
    """Whether a digest in hex, base32 or base64 is the one that was taken."""
    digest = taken.hexdigest()
    if value == digest:
        return True
    plain, size = value.strip().rstrip("="), taken.digest_size
    if len(plain) == 2 * size:
        return plain.lower() == digest
    if len(plain) != -(-8 * size // 5):
        return _urlsafe(plain) == _urlsafe(b64encode(taken.digest()).decode().rstrip("="))
    try:
        # Base64.b32decode takes as long as a whole small record.
        number = int(plain.upper().translate(_BASE32), 32)
    except ValueError:
        return False
    return number >> (-8 * size % 5) == int.from_bytes(taken.digest(), "big")
