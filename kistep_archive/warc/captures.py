"""Reads captures made by other tools: their records become pages; a revisit gets the payload of another
record.

`captures` reads files; `read_record` reads one record again later. Both give the same Page, which depends on
the record's bytes alone. Damage is never skipped silently: this checks gzip checksums, digests, lengths and
ends."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from kistep_archive import progress
from kistep_archive.http.response import Page
from kistep_archive.warc import replay_urls, revisits
from kistep_archive.warc.digests import parse_record
from kistep_archive.warc.heads import Headers, Kind, RecordError, http_fields
from kistep_archive.warc.record import Record, Response, response
from kistep_archive.warc.recordings import BrokenRecord, ExtentPlace, Files
from kistep_archive.warc.revisits import Candidate, Known, Originals

_NO_CAPTURES: tuple[Kind, ...] = ("request", "metadata", "warcinfo", "resource", "conversion", "continuation")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")

Skipped = BrokenRecord  # a record that is not a usable capture


@dataclass(frozen=True, slots=True)
class Capture:
    """One captured response.

    `record` is the whole WARC record, decompressed and unchanged, with two closing line ends; `sha256` is
    that of the page's body. For a revisit, `payload_of` is the record that has its payload, and `payload` the
    place of that record. `rewritten`: a replay server may have changed the page. `file` and `offset` are its
    place: the offset of the record, or of its gzip member."""

    record: bytes
    page: Page
    sha256: str
    payload_of: bytes | None
    payload: Candidate | None
    rewritten: bool
    place: ExtentPlace

    def without_bytes(self) -> "Capture":
        """The same without its bytes; `Captures.again` reads them again."""
        return replace(self, record=b"", page=replace(self.page, body=b""), payload_of=None)

    @property
    def file(self) -> str:
        return self.place.extent.name

    @property
    def offset(self) -> int:
        return self.place.offset


class Captures:
    """The captures in some files, read once: first all responses, then the revisits, whose payload may be
    anywhere in the files or in `known`. Raises ArchiveError like `recordings.Files.records`."""

    def __init__(self, paths: Sequence[Path], known: Known | None = None) -> None:
        self._paths, self._files = paths, Files()
        self._originals = Originals(self._files.again)
        self._sources = (*([known] if known else []), self._originals)
        self._revisits: list[tuple[ExtentPlace, Record]] = []

    def close(self) -> None:
        """Closes the files."""
        self._files.close()

    def __iter__(self) -> Iterator[Capture | Skipped]:
        sizes = [path.stat().st_size if path.is_file() else 0 for path in self._paths]
        progress.expect(sum(sizes), progress.Unit.BYTES)
        for path, size in zip(self._paths, sizes, strict=True):
            done = 0
            for item in self._files.records(path):
                offset = item.offset if isinstance(item, BrokenRecord) else item[0].offset
                progress.advance(max(0, min(offset, size) - done))
                done = max(done, min(offset, size))
                judged = item if isinstance(item, BrokenRecord) else self._judged(*item)
                if judged is not None:
                    yield judged
            progress.advance(size - done)
        for place, record in self._revisits:
            yield self._revisited(place, record)

    def again(self, capture: Capture) -> Capture:
        """A capture with its bytes again. Raises RecordError if they are no longer there."""
        record, payload = self._files.again(capture.place), capture.payload
        return _capture(capture.place, record, payload.read() if payload else None, payload)

    def _judged(self, place: ExtentPlace, record: Record) -> Capture | Skipped | None:
        """The capture; None for a revisit, which waits for the end."""
        try:
            _check_kind(record)
            if record.type == "revisit":
                self._revisits.append((place, record))
                return None
            capture = _capture(place, record, None, None)
            self._originals.keep(record, place)
        except RecordError as error:
            return _skip(place, record, error)
        return capture

    def _revisited(self, place: ExtentPlace, record: Record) -> Capture | Skipped:
        failure = RecordError(
            "unresolved",
            "a revisit of a page that is in none of the files; import it together with the page's file",
        )
        for original in revisits.candidates(record, self._sources):
            try:
                return _capture(place, record, original.read(), original)
            except RecordError as error:
                failure = error if original.sure else failure
        return _skip(place, record, failure)


def captures(*paths: Path) -> Iterator[Capture | Skipped]:
    """All captures in some files. Raises ArchiveError: 2 if one is not a WARC or WACZ or cannot be read, 5 if
    there is no room to decompress it."""
    source = Captures(paths)
    try:
        yield from source
    finally:
        source.close()


def read_record(raw: bytes, payload_of: bytes | None = None) -> Page:
    """The page of one unchanged record, the same as at its capture. Raises RecordError."""
    return page(parse_record(raw), parse_record(payload_of) if payload_of is not None else None)


def page(record: Record, original: Record | None) -> Page:
    """The page of a record; a revisit needs the record of its payload too. The address loses the prefix of a
    replay, the date gets our format. Raises RecordError if it is not a usable capture."""
    _check_kind(record)
    http = _revisited(record, original) if record.type == "revisit" else _response_of(record)
    if replay_urls.is_wrapped(record.url) and not replay_urls.is_archived_page(http.status, http.headers):
        raise RecordError("replay", f"the replay server's own response ({http.status}), not the page")
    url, at = _unwrap(record, http.headers)
    return Page(url, at, http.status, http.headers, http.body)


def check(record: Record) -> None:
    """Raises RecordError if the heads of a record show that it is not a usable capture; needs no payload."""
    _check_kind(record)
    _unwrap(record, http_fields(record.http))


def _unwrap(record: Record, headers: Headers) -> tuple[str, str]:
    """(address, instant) of the page without those of a replay. Raises RecordError."""
    try:
        url, at = replay_urls.unwrap(record.url, record.date, headers)
    except ValueError as error:
        raise RecordError("damaged", f"the record's WARC-Date cannot be read ({error})") from error
    _check_address(url)
    return url, at


def _capture(
    place: ExtentPlace, record: Record, original: Record | None, payload: Candidate | None
) -> Capture:
    changed = replay_urls.is_rewritten(record.url) or (
        original is not None and replay_urls.is_rewritten(original.url)
    )
    holder = original or record
    return Capture(
        record.raw, page(record, original), holder.sha256, original and original.raw, payload, changed, place
    )


def _skip(place: ExtentPlace, record: Record, error: RecordError) -> Skipped:
    return Skipped(place.extent.name, place.offset, error.kind, str(error), record.url)


def _check_kind(record: Record) -> None:
    for known in _NO_CAPTURES:
        if record.type == known:
            raise RecordError(known, f"a {known} record is not a capture of a page")
    if record.type not in ("response", "revisit"):
        raise RecordError("other", f"a record of type {record.type[:40]!r} is not a capture of a page")
    if not record.url.lower().startswith(("http://", "https://")):
        raise RecordError("not-http", f"{record.url[:80] or 'no address'}: not an http or https address")
    _check_address(record.url)
    if record.type == "response" and (cut := record.field("WARC-Truncated")):
        raise RecordError("truncated", f"the recording tool truncated the page (WARC-Truncated: {cut})")
    if record.field("WARC-Segment-Number"):
        raise RecordError("continuation", "the page is split over several records, which cannot be imported")


def _check_address(url: str) -> None:
    """Raises RecordError for an impossible address, such as one with half an IPv6 host."""
    try:
        parts = urlsplit(url)
        if parts.hostname and not _CONTROLS.search(url) and (parts.port is None or parts.port >= 0):
            return
    except ValueError:
        pass
    raise RecordError("damaged", f"{url[:80]!r} is not an address")


def _response_of(record: Record) -> Response:
    http = response(record)
    names = {key.lower(): value for key, value in http.headers}
    length = names.get("content-length", "")
    if (
        http.status == 200
        and length.isdecimal()
        and len(http.body) < int(length[:19])
        and "content-encoding" not in names
    ):
        raise RecordError(
            "truncated",
            f"the recording is truncated: it has {len(http.body)} of the {length} bytes of the page",
        )
    return http


def _revisited(record: Record, original: Record | None) -> Response:
    """The response of a revisit: its own head if it has one, with the payload of the record that it refers
    to. If the server said "not modified", it is the earlier response."""
    if original is None:
        raise RecordError("unresolved", "a revisit without the record that has its payload")
    earlier = _response_of(original)
    if revisits.is_not_modified(record):
        return earlier
    if not revisits.fits(record, original):
        raise RecordError(
            "digest",
            "the payload does not match the record's WARC-Payload-Digest, so it is damaged",
        )
    if not record.http.strip():
        return earlier
    own = response(record)
    return Response(own.status, own.headers, earlier.body)
