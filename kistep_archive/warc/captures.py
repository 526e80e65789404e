"""Captures made by other tools, read from their files: WARC, gzipped by record or as a whole, and WACZ.

`captures` goes through a file; `read_record` reads one record again later; both come to the same Page, which depends on the record's
bytes alone. What is damaged is said, never passed over: gzip checksums, digests, lengths and ends are all checked.
"""

import errno
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.http import content_coding
from kistep_archive.http.content_coding import CodingError
from kistep_archive.http.response import Page
from kistep_archive.warc import record as warc_record
from kistep_archive.warc import replay_urls
from kistep_archive.warc.extents import Broken, Extent, Member, Place, Whole, again, beginning, members
from kistep_archive.warc.extents import records as records_of
from kistep_archive.warc.record import Headers, Kind, Record, RecordError, Response
from kistep_archive.warc.wacz_reader import Damage, entries

_NO_CAPTURES: tuple[Kind, ...] = ("request", "metadata", "warcinfo", "resource", "conversion", "continuation")
_FOREIGN = (
    (b"filedesc://", "an ARC file; convert it with 'warcio recompress FILE.arc.gz FILE.warc.gz'"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd; unpack it with 'zstd -d' first"),
    (b"\x5d\x2a\x4d\x18", "packed with zstd; unpack it with 'zstd -d' first"),  # with the dictionary that .warc.zst begins with
)


@dataclass(frozen=True, slots=True)
class Capture:
    """One response as it was captured.

    `record` is the whole WARC record, unpacked and untouched, with the two line ends that close it. `payload_of` is, for a revisit, the
    same of the record that holds its payload. `rewritten` says that a replay server may have changed the page. `file` and `offset` say
    where it was: the offset of the record, or of the gzip member that it is in.
    """

    record: bytes
    page: Page
    payload_of: bytes | None
    rewritten: bool
    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that is no usable capture, or a place where none can be read: where, of which kind, and why."""

    file: str
    offset: int
    kind: Kind
    reason: str
    url: str = ""

    @property
    def is_loss(self) -> bool:
        """Whether a capture may have been lost to damage here."""
        return self.kind in ("damaged", "digest")


def captures(path: Path) -> Iterator[Capture | Skipped]:
    """All records of a file in order, one at a time. Raises ArchiveError (2) where it is no WARC or WACZ, or cannot be read; (5) where
    there is no room to unpack it."""
    with ExitStack() as held:
        try:
            file = held.enter_context(path.open("rb"))
            yield from _file(path, file, held)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise ArchiveError(
                    f"{path}: no room to unpack it ({error}); set TMPDIR to a folder with more", ExitCode.STORE_UNHEALTHY
                ) from error
            raise ArchiveError(f"{path}: {error.strerror or error}; a WARC or WACZ file was expected", ExitCode.USAGE) from error


def read_record(source: bytes | IO[bytes], payload_of: bytes | None = None) -> Page:
    """The page of one untouched record: the same as when it was captured. Raises RecordError."""
    record = warc_record.parse(source if isinstance(source, bytes) else source.read())
    return _page(record, warc_record.parse(payload_of) if payload_of is not None else None)


def as_captured(record: Headers, status: int, http: Headers, body: bytes) -> Page:
    """The page that a record says, from its named fields and its HTTP response: a replay's address unwrapped, the date made uniform, and
    codings no longer declared that the recording tool has undone already. Raises ValueError for an unreadable date."""
    fields = Record(record, b"", b"")
    url, at = replay_urls.unwrap(fields.url, fields.field("WARC-Date"), http)
    return Page(url, at, status, _still_true(http, body), body)


def _still_true(http: Headers, body: bytes) -> Headers:
    """The headers, without those transfer and content codings that the body is certainly not in."""
    page = Page("", "", 0, http, body)
    transfer, packing = (content_coding.listed(page.values(name)) for name in ("Transfer-Encoding", "Content-Encoding"))
    changed = dict[str, str]()
    if transfer == ["chunked"] and not content_coding.chunked(body):
        changed["transfer-encoding"] = ""
    elif transfer:
        try:
            body = content_coding.dechunk(body)
        except CodingError:
            return http  # cut or damaged: reading the content will say so
    left = list(packing)
    while left and not content_coding.packed(body, left[-1]):
        left.pop()
    if left != packing:
        changed["content-encoding"] = ", ".join(left)
    return _replaced(http, changed)


def _replaced(http: Headers, values: dict[str, str]) -> Headers:
    """The headers with new values under these lower-case names, one line each; none where the value is empty."""
    kept, left = list[tuple[str, str]](), dict(values)
    for key, value in http:
        name = key.lower()
        if name not in values:
            kept.append((key, value))
        elif new := left.pop(name, ""):
            kept.append((key, new))
    return tuple(kept)


def _file(path: Path, file: IO[bytes], held: ExitStack) -> Iterator[Capture | Skipped]:
    extent = Extent(file, 0, path.stat().st_size, str(path))
    if extent.size == 0:
        raise ArchiveError(f"{path}: the file is empty", ExitCode.USAGE)
    payloads = _Payloads()
    if extent.at(0, 4) not in (b"PK\3\4", b"PK\5\6"):
        if foreign := _foreign(extent):
            raise ArchiveError(f"{path}: {foreign}", ExitCode.USAGE)
        yield from _extent(extent, payloads)
        return
    damaged = ""
    for entry in entries(path, file, held):
        if isinstance(entry, Damage):
            damaged = f"{path}/{entry.entry}"
            yield Skipped(damaged, entry.offset, "damaged", entry.reason)
        elif foreign := _foreign(entry):
            yield Skipped(entry.name, 0, "damaged", foreign)
        elif entry.name != damaged or entry.at(0, 2) == b"\x1f\x8b":  # only gzip can tell then which of its records are good
            yield from _extent(entry, payloads)


def _foreign(extent: Extent) -> str:
    """What the file is instead of a WARC; empty for a WARC, also for one that is cut or damaged in its first record."""
    head = beginning(extent)
    for mark, name in _FOREIGN:
        if head.startswith(mark):
            return name
    return "" if b"WARC/".startswith(head[:5]) else f"not a WARC or WACZ file: it begins with {head!r}"


def _extent(extent: Extent, payloads: "_Payloads") -> Iterator[Capture | Skipped]:
    for member in members(extent):
        for item in records_of(member):
            if isinstance(item, Whole):
                yield _judged(member, item, payloads)
            elif not member.damage:
                yield Skipped(extent.name, _offset(member, item), item.kind, item.reason)
        if member.damage:
            yield Skipped(extent.name, member.offset, "damaged", member.damage)


def _judged(member: Member, whole: Whole, payloads: "_Payloads") -> Capture | Skipped:
    name, offset, url = member.extent.name, _offset(member, whole), ""
    try:
        record = warc_record.parse(whole.raw)
        url = record.url
        _check_kind(record)
        original = payloads.of(record, member) if _type(record) == "revisit" else None
        page = _page(record, original)
        payloads.keep(record, Place(member.extent, member.offset, member.packed, whole.position, len(whole.raw)))
    except RecordError as error:
        return Skipped(name, offset, error.kind, str(error), url)
    changed = replay_urls.rewritten(url) or (original is not None and replay_urls.rewritten(original.url))
    return Capture(whole.raw, page, original.raw if original else None, changed, name, offset)


def _offset(member: Member, item: Whole | Broken) -> int:
    return member.offset if member.packed else item.position


def _type(record: Record) -> str:
    return record.field("WARC-Type").lower()


def _check_kind(record: Record) -> None:
    warc_record.check_block(record)
    kind = _type(record)
    for known in _NO_CAPTURES:
        if kind == known:
            raise RecordError(known, f"a {kind} record is no capture of a page")
    if kind not in ("response", "revisit"):
        raise RecordError("other", f"a record of type {kind[:40]!r} is no capture of a page")
    if not record.url.lower().startswith(("http://", "https://")):
        raise RecordError("not-http", f"{record.url[:80] or 'no address'}: only http and https are read")
    if kind == "response" and (cut := record.field("WARC-Truncated")):
        raise RecordError("truncated", f"the recording tool cut the page (WARC-Truncated: {cut})")
    if record.field("WARC-Segment-Number"):
        raise RecordError("continuation", "the page is split over several records, which is not read")


def _page(record: Record, original: Record | None) -> Page:
    _check_kind(record)
    http = _revisited(record, original) if _type(record) == "revisit" else _responded(record)
    if replay_urls.wrapped(record.url) and not replay_urls.told_by_the_page(http.status, http.headers):
        raise RecordError("replay", f"the replay server's own answer ({http.status}), not the page's")
    try:
        return as_captured(record.fields, http.status, http.headers, http.body)
    except ValueError as error:
        raise RecordError("damaged", f"the record's WARC-Date cannot be read ({error})") from error


def _responded(record: Record) -> Response:
    http = warc_record.response(record.block)
    warc_record.check_payload(record, http.body)
    names = {key.lower(): value for key, value in http.headers}
    length = names.get("content-length", "")
    if http.status == 200 and length.isdecimal() and len(http.body) < int(length) and "content-encoding" not in names:
        raise RecordError("truncated", f"the recording is cut: {len(http.body)} of the {length} bytes that the server announced")
    return http


def _revisited(record: Record, original: Record | None) -> Response:
    """The response of a revisit: its own head where it has one, with the payload of the record that it refers to. Where the server said
    "not modified", the response is the earlier one."""
    if original is None:
        raise RecordError("unresolved", "a revisit of a page whose record is not in this file; import the file that has it, too")
    _check_kind(original)
    earlier = _responded(original)
    if "server-not-modified" in record.field("WARC-Profile"):
        return earlier
    warc_record.check_payload(record, earlier.body)
    own = warc_record.response(record.block) if record.block.strip() else earlier
    return Response(own.status, own.headers, earlier.body)


class _Payloads:
    """Where the payloads lie that a revisit may refer to. Only places are kept, no payloads."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, ...], Place] = {}

    def keep(self, record: Record, place: Place) -> None:
        """Notes a response that was read and found whole."""
        if _type(record) != "response":
            return
        self._places[self._at(record.url, record.field("WARC-Date"))] = place
        if digest := record.field("WARC-Payload-Digest"):
            self._places.setdefault((warc_record.same_digest(digest),), place)

    def of(self, revisit: Record, member: Member) -> Record | None:
        """The record that a revisit refers to, by address and date or else by digest."""
        refers = Record((("WARC-Target-URI", revisit.field("WARC-Refers-To-Target-URI")),), b"", b"").url
        place = self._places.get(self._at(refers, revisit.field("WARC-Refers-To-Date"))) if refers else None
        if place is None:
            place = self._places.get((warc_record.same_digest(revisit.field("WARC-Payload-Digest")),))
        return warc_record.parse(again(place, member)) if place else None

    @staticmethod
    def _at(url: str, date: str) -> tuple[str, ...]:
        try:
            return url, replay_urls.instant(date)
        except ValueError:
            return url, date
