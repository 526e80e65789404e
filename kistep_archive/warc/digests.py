"""Computes the digests of one WARC record while it reads its bytes, and compares them with those that the
record declares.

Tools spell digests in different ways, and compute them from different forms of the payload: as stored,
without its chunks, or decompressed. A match in any form is a proof. Of several digests each may be of another
form."""

import hashlib
import re
from base64 import b32decode, b64encode, urlsafe_b64decode
from collections.abc import Callable, Iterable, Iterator

from kistep_archive.http import chunks, content_coding
from kistep_archive.http.pieces import CodingError
from kistep_archive.warc.heads import Head, RecordError, codings, read_head
from kistep_archive.warc.record import Record, check_end, record

_ROOM = 128 << 20  # bytes of a decompressed payload at most
_SAMPLE = 1 << 16  # bytes of a payload that show its codings
_BASE32 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV")
_ALGORITHMS: "dict[str, Callable[[], hashlib._Hash]]" = {
    "sha256": hashlib.sha256, "sha1": hashlib.sha1, "md5": hashlib.md5, "sha512": hashlib.sha512,
    "sha384": hashlib.sha384,
}  # fmt: skip
_BLANKS = re.compile(r":[ \t]+")
_BETWEEN = re.compile(r"[ \t,]+")

Pieces = Iterable["bytes | memoryview"]
Wanted = list[tuple[str, str]]  # algorithm, value


class Digests:
    """The digests of one record. For a response this includes the payload's sha256, declared or not."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._of_block = declared_digests(head.fields.get("warc-block-digest", ""))
        self._of_payload = declared_digests(head.fields.get("warc-payload-digest", ""))
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
        """The payload's sha256 in hex: computed for a response, else as declared, "" if it is not
        declared."""
        if self._payload:
            return self._payload["sha256"].hexdigest()
        return (
            next((in_hex(value, 32) for name, value in self._of_payload if name == "sha256"), "")
            if self._of_payload
            else ""
        )

    def check(self, again: Callable[[], Pieces]) -> None:
        """Raises RecordError if a digest does not match the declared one. `again` gives the payload once
        more, to try its other forms."""
        if not _agree(self._block, self._of_block) and not self._of_nothing():
            raise RecordError("digest", "the record does not match its WARC-Block-Digest, so it is damaged")
        left = _unmatched(self._payload, self._of_payload) if self._payload else []
        if left and not self._otherwise(again, left):
            raise RecordError(
                "digest",
                "the payload does not match the record's WARC-Payload-Digest, so it is damaged",
            )

    def _of_nothing(self) -> bool:
        """Whether the digest is that of no bytes: wget 1.x declares it for every revisit."""
        return self._head.type == "revisit" and _agree(_hashes(self._of_block), self._of_block)

    def _otherwise(self, again: Callable[[], Pieces], left: Wanted) -> bool:
        """Whether the digests that are left match the payload without its codings. They also pass if the
        recording tool undid codings that the headers still name, and the block's digest proves the bytes."""
        if _fits_unpacked(self._head.http, again, left):
            return True
        return bool(self._of_block) and _was_unpacked(self._head.http, again)


def sound(raw: bytes, head: Head, offset: int, length: int) -> Record:
    """The record in these bytes. Raises RecordError if they do not match its digests."""
    digests, view = Digests(head), memoryview(raw)
    payload = view[head.payload : head.end]
    digests.head(view[head.block : head.payload])
    digests.body(payload)
    digests.check(lambda: [payload])
    return record(
        offset, length, head, digests.sha256(), unchunked_sha256([payload]) if head.chunked else "", raw
    )


def parse_record(raw: bytes) -> Record:
    """The record that these bytes contain, and nothing else. Raises RecordError."""
    _, head = read_head(iter([raw]))
    check_end(head, len(raw), raw[head.end :])
    return sound(raw, head, 0, len(raw))


def fits(http: bytes, again: Callable[[], Pieces], declaring: str) -> bool:
    """Whether a payload matches the declared digests, as stored or without the codings that `http` names."""
    left = _remaining(again(), declared_digests(declaring))
    return not left or _fits_unpacked(http, again, left)


def _fits_unpacked(http: bytes, again: Callable[[], Pieces], wanted: Wanted) -> bool:
    """Whether each digest matches it without chunks, decompressed, or both."""
    packing = codings(http, "content-encoding")
    ways: list[Callable[[], Iterator[bytes]]] = [lambda: chunks.dechunk_pieces(map(bytes, again()))]
    if packing:
        ways.append(lambda: content_coding.decode_pieces(map(bytes, again()), packing, _ROOM))
        ways.append(
            lambda: content_coding.decode_pieces(chunks.dechunk_pieces(map(bytes, again())), packing, _ROOM)
        )
    for way in ways:
        wanted = wanted and _remaining(way(), wanted)
    return not wanted


def _remaining(pieces: Pieces, wanted: Wanted) -> Wanted:
    """The digests that do not match these bytes; all of them if the bytes have another coding."""
    hashes = _hashes(wanted)
    try:
        for piece in pieces:
            for one in hashes.values():
                one.update(piece)
    except CodingError:
        return wanted
    return _unmatched(hashes, wanted)


def _was_unpacked(http: bytes, again: Callable[[], Pieces]) -> bool:
    names = codings(http, "transfer-encoding"), codings(http, "content-encoding")
    return content_coding.actual_codings(*names, bytes(next(iter(again()), b"")[:_SAMPLE])) != names


def unchunked_sha256(pieces: Pieces) -> str:
    """The sha256 of a payload without the chunks of its transfer coding, "" if it is not really chunked."""
    computed = hashlib.sha256()
    try:
        for piece in chunks.dechunk_pieces(map(bytes, pieces)):
            computed.update(piece)
    except CodingError:
        return ""
    return computed.hexdigest()


def declared_digests(text: str) -> Wanted:
    """(algorithm, value) of each declared digest, without those of unknown algorithms, which prove
    nothing."""
    if text.startswith("sha256:") and " " not in text and "," not in text:  # as our own do
        return [("sha256", text[7:])]
    if not text:
        return []
    if _BETWEEN.search(text):
        return [each for one in _BETWEEN.split(_BLANKS.sub(":", text)) for each in declared_digests(one)]
    name, _, value = text.partition(":")
    algorithm = name.lower().replace("-", "")
    return [(algorithm, value)] if algorithm in _ALGORITHMS else []


def keys(declaring: str) -> Wanted:
    """(algorithm, hex) of each declared digest: two spellings of one digest are the same."""
    return [
        (name, digest)
        for name, value in declared_digests(declaring)
        if (digest := in_hex(value, _ALGORITHMS[name]().digest_size))
    ]


def in_hex(value: str, size: int) -> str:
    """A digest of `size` bytes in hex, "" if its spelling is unknown."""
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


def _agree(hashes: "dict[str, hashlib._Hash]", wanted: Wanted) -> bool:
    return not _unmatched(hashes, wanted)


def _unmatched(hashes: "dict[str, hashlib._Hash]", wanted: Wanted) -> Wanted:
    return [(name, value) for name, value in wanted if not _equals(hashes[name], value)]


def _equals(computed: "hashlib._Hash", value: str) -> bool:
    """Whether a digest in hex, base32 or base64 equals the computed one."""
    digest = computed.hexdigest()
    if value == digest:
        return True
    plain, size = value.strip().rstrip("="), computed.digest_size
    if len(plain) == 2 * size:
        return plain.lower() == digest
    if len(plain) != -(-8 * size // 5):
        return _urlsafe(plain) == _urlsafe(b64encode(computed.digest()).decode().rstrip("="))
    try:
        # Base64.b32decode takes as long as a whole small record.
        number = int(plain.upper().translate(_BASE32), 32)
    except ValueError:
        return False
    return number >> (-8 * size % 5) == int.from_bytes(computed.digest(), "big")
