"""Records as they lie in a WARC file: one gzip member each, found by (file, offset), copied without being packed again.

`pages.read` gives a page back; this gives the record itself: its headers, its length in the file, the record that follows it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kistep_archive.http.response import digest, uri
from kistep_archive.warc import record as warc_record
from kistep_archive.warc.reader import WarcError, locate, record_bytes, unreadable
from kistep_archive.warc.record import Record, RecordError

_CHUNK = 1 << 16


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
    """The WARC-Record-ID of the record there. Raises WarcError."""
    return _record(folder, file, offset)[0].field("WARC-Record-ID")


def member(folder: Path, file: str, offset: int) -> Member:
    """The record there, read to its end. Raises WarcError where it is not whole, or not what its own digest declares."""
    record, length = _record(folder, file, offset)
    headers = {name.lower(): value for name, value in record.fields}
    try:
        status, media_type, payload = _http(record)
    except RecordError as error:
        raise WarcError(f"{file} at {offset}: {error}; the file is damaged there") from error
    return Member(file, offset, length, headers, status, media_type, digest(payload))


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
        raise unreadable(folder / record.file, error) from error
    if left:
        raise WarcError(f"{record.file} at {record.offset}: the file became shorter while it was read")


def _record(folder: Path, file: str, offset: int) -> tuple[Record, int]:
    raw, length = record_bytes(folder, file, offset)
    try:
        return warc_record.parse(raw), length
    except RecordError as error:
        raise WarcError(f"{file} at {offset}: {error}; the file is damaged there") from error


def _http(record: Record) -> tuple[str, str, bytes]:
    """(status, media type, payload) of a response or revisit; the whole block of any other record."""
    kind = record.field("WARC-Type").lower()
    if kind not in ("response", "revisit"):
        return "", "", record.block
    http = warc_record.response(record.block)
    if kind == "response":
        warc_record.check_payload(record, http.body)
    types = [value for name, value in http.headers if name.lower() == "content-type"]
    return str(http.status), types[0].partition(";")[0].strip() if types else "", http.body
