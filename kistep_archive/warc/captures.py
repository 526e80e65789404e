"""Captures made by other tools: their records become pages, revisits with the payload of another record.

`captures` goes through files; `read_record` reads one record again later; both come to the same Page, which
depends on the record's bytes alone. What is damaged is said, never passed over: gzip checksums, digests,
lengths and ends are all checked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from kistep_archive.http.response import Page
from kistep_archive.warc import replay_urls, revisits
from kistep_archive.warc.digests import parsed
from kistep_archive.warc.record import Kind, Record, RecordError, Response, response
from kistep_archive.warc.recordings import Broken, Files, Place
from kistep_archive.warc.revisits import Candidate, Known, Originals

_NO_CAPTURES: tuple[Kind, ...] = ("request", "metadata", "warcinfo", "resource", "conversion", "continuation")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")

Skipped = Broken  # a record that is no usable capture


@dataclass(frozen=True, slots=True)
class Capture:
    """One response as it was captured.

    `record` is the whole WARC record, unpacked and untouched, closed by two line ends; `sha256` is that of
    the page's body. `payload_of` is, for a revisit, the same of the record that holds its payload, and
    `payload` where that one is. `rewritten` says that a replay server may have changed the page. `file` and
    `offset` say where it was: the offset of the record, or of the gzip member that it is in."""

    record: bytes
    page: Page
    sha256: str
    payload_of: bytes | None
    payload: Candidate | None
    rewritten: bool
    place: Place

    def without_bytes(self) -> "Capture":
        """The same without what takes room; `Captures.again` gives it back."""
        return replace(self, record=b"", page=replace(self.page, body=b""), payload_of=None)

    @property
    def file(self) -> str:
        return self.place.extent.name

    @property
    def offset(self) -> int:
        return self.place.offset


class Captures:
    """The captures in some files, read once: first each response, then the revisits, whose payload may be
    anywhere in the files, or in `known`. Raises ArchiveError as `recordings.Files.records` does."""

    def __init__(self, paths: Sequence[Path], known: Known | None = None) -> None:
        self._paths, self._files = paths, Files()
        self._originals = Originals(self._files.again)
        self._sources = (*([known] if known else []), self._originals)
        self._revisits: list[tuple[Place, Record]] = []

    def close(self) -> None:
        """Lets go of the files."""
        self._files.close()

    def __iter__(self) -> Iterator[Capture | Skipped]:
        for path in self._paths:
            for item in self._files.records(path):
                judged = item if isinstance(item, Broken) else self._judged(*item)
                if judged is not None:
                    yield judged
        for place, record in self._revisits:
            yield self._revisited(place, record)

    def again(self, capture: Capture) -> Capture:
        """A capture with the bytes that were let go of. Raises RecordError where they are not there any
        more."""
        record, payload = self._files.again(capture.place), capture.payload
        return _capture(capture.place, record, payload.read() if payload else None, payload)

    def _judged(self, place: Place, record: Record) -> Capture | Skipped | None:
        """None for a revisit, which waits for the end."""
        try:
            _check_kind(record)
            if record.type == "revisit":
                self._revisits.append((place, record))
                return None
            capture = _capture(place, record, None, None)
            self._originals.keep(record, place)
        except RecordError as error:
            return _skipped(place, record, error)
        return capture

    def _revisited(self, place: Place, record: Record) -> Capture | Skipped:
        said = RecordError(
            "unresolved",
            "a revisit of a page whose record is nowhere here; import it again with the file that has it",
        )
        for found in revisits.candidates(record, self._sources):
            try:
                return _capture(place, record, found.read(), found)
            except RecordError as error:
                said = error if found.sure else said
        return _skipped(place, record, said)


def captures(*paths: Path) -> Iterator[Capture | Skipped]:
    """All captures in some files. Raises ArchiveError (2) where one is no WARC or WACZ, or cannot be read;
    (5) where there is no room to unpack it."""
    found = Captures(paths)
    try:
        yield from found
    finally:
        found.close()


def read_record(raw: bytes, payload_of: bytes | None = None) -> Page:
    """The page of one untouched record: the same as when it was captured. Raises RecordError."""
    return page(parsed(raw), parsed(payload_of) if payload_of is not None else None)


def page(record: Record, original: Record | None) -> Page:
    """The page of a record, of a revisit with the record of its payload: a replay's address unwrapped, the
    date made uniform. Raises RecordError where it is no usable capture."""
    _check_kind(record)
    http = _revisited(record, original) if record.type == "revisit" else _responded(record)
    if replay_urls.wrapped(record.url) and not replay_urls.told_by_the_page(http.status, http.headers):
        raise RecordError("replay", f"the replay server's own answer ({http.status}), not the page's")
    try:
        url, at = replay_urls.unwrap(record.url, record.date, http.headers)
    except ValueError as error:
        raise RecordError("damaged", f"the record's WARC-Date cannot be read ({error})") from error
    _check_address(url)
    return Page(url, at, http.status, http.headers, http.body)


def _capture(place: Place, record: Record, original: Record | None, payload: Candidate | None) -> Capture:
    changed = replay_urls.rewritten(record.url) or (
        original is not None and replay_urls.rewritten(original.url)
    )
    holder = original or record
    return Capture(
        record.raw, page(record, original), holder.sha256, original and original.raw, payload, changed, place
    )


def _skipped(place: Place, record: Record, error: RecordError) -> Skipped:
    return Skipped(place.extent.name, place.offset, error.kind, str(error), record.url)


def _check_kind(record: Record) -> None:
    for known in _NO_CAPTURES:
        if record.type == known:
            raise RecordError(known, f"a {known} record is no capture of a page")
    if record.type not in ("response", "revisit"):
        raise RecordError("other", f"a record of type {record.type[:40]!r} is no capture of a page")
    if not record.url.lower().startswith(("http://", "https://")):
        raise RecordError("not-http", f"{record.url[:80] or 'no address'}: only http and https are read")
    _check_address(record.url)
    if record.type == "response" and (cut := record.field("WARC-Truncated")):
        raise RecordError("truncated", f"the recording tool cut the page (WARC-Truncated: {cut})")
    if record.field("WARC-Segment-Number"):
        raise RecordError("continuation", "the page is split over several records, which is not read")


def _check_address(url: str) -> None:
    """Raises RecordError for what no program can take for an address, such as one with half an IPv6 host."""
    try:
        parts = urlsplit(url)
        if parts.hostname and not _CONTROLS.search(url) and (parts.port is None or parts.port >= 0):
            return
    except ValueError:
        pass
    raise RecordError("damaged", f"{url[:80]!r} is no address")


def _responded(record: Record) -> Response:
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
            f"the recording is cut: {len(http.body)} of the {length} bytes that the server announced",
        )
    return http


def _revisited(record: Record, original: Record | None) -> Response:
    """The response of a revisit: its own head where it has one, with the payload of the record that it refers
    to. Where the server said "not modified", the response is the earlier one."""
    if original is None:
        raise RecordError("unresolved", "a revisit whose payload is in another record")
    earlier = _responded(original)
    if revisits.is_not_modified(record):
        return earlier
    if not revisits.fits(record, original):
        raise RecordError(
            "digest",
            "the payload does not have the WARC-Payload-Digest that its record declares; it is damaged",
        )
    if not record.http.strip():
        return earlier
    own = response(record)
    return Response(own.status, own.headers, earlier.body)
