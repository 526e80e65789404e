"""One WARC record: its parts, its end, and the HTTP response in it. For our own records and those of other
tools.

A payload is not kept in memory while it is read. This module does not use warcio, which returns truncated and
damaged records without an error and does not know status lines such as `HTTP/2 200`."""

from dataclasses import dataclass
from typing import NamedTuple

from kistep_archive.display import plural
from kistep_archive.warc.heads import Head, Headers, RecordError, http_fields

END = b"\r\n\r\n"  # closes a record


class Record(NamedTuple):
    """A complete record. `offset` and `length` are those of its gzip member, or its own if it is not
    compressed; `size` is the payload's.

    `sha256` is the payload's; a revisit declares it for the payload elsewhere ("" if it declares another
    digest). `unchunked` is the same without the chunks of a transfer coding, "" if there are none. `raw` is
    the whole record with its closing line ends, b"" if the caller does not want it. In it the block goes from
    `begin` to `end`, and the payload begins at `payload`."""

    offset: int
    length: int
    type: str
    head: dict[str, str]
    status: int | None
    size: int
    sha256: str
    unchunked: str
    http: bytes
    begin: int
    payload: int
    end: int
    raw: bytes

    def field(self, name: str) -> str:
        """The first value of a named field, or an empty string."""
        return self.head.get(name.lower(), "")

    @property
    def id(self) -> str:
        """The WARC-Record-ID, in its angle brackets."""
        return self.field("WARC-Record-ID")

    @property
    def url(self) -> str:
        """The target's address."""
        return address(self.field("WARC-Target-URI"))

    @property
    def date(self) -> str:
        """The WARC-Date."""
        return self.field("WARC-Date")

    @property
    def block(self) -> bytes:
        """What follows the record's head."""
        return self.raw[self.begin : self.end]

    @property
    def media_type(self) -> str:
        """The Content-Type of the HTTP message, without parameters."""
        types = [value for name, value in http_fields(self.http) if name.lower() == "content-type"]
        return types[0].partition(";")[0].strip() if types else ""


def record(offset: int, length: int, head: Head, sha256: str, unchunked: str, raw: bytes) -> Record:
    """A record whose head, end and digests were checked."""
    size = head.end - head.payload
    place = head.block, head.payload, head.end
    return Record(
        offset, length, head.type, head.fields, head.status, size, sha256, unchunked, head.http, *place, raw
    )


@dataclass(frozen=True, slots=True)
class Response:
    """The HTTP response in a record's block; header values are latin-1, byte for byte; the body is as the
    record holds it."""

    status: int
    headers: Headers
    body: bytes


def address(value: str) -> str:
    """An address in a record, without the brackets that wget 1.x puts around it."""
    return (value[1:-1] if value.startswith("<") and value.endswith(">") else value).replace(" ", "%20")


def response(record: Record) -> Response:
    """The HTTP response in a response or revisit record. Raises RecordError if its head is incomplete."""
    is_complete = record.http.endswith(b"\n") and len(record.http) == record.payload - record.begin
    if record.payload == record.end and not is_complete:
        raise RecordError("damaged", "the HTTP head in the record does not end")
    if record.status is None:
        first = record.http.split(b"\n", 1)[0].rstrip(b"\r")
        raise RecordError(
            "damaged", f"the record begins with {first[:40]!r}, which is not an HTTP status line"
        )
    return Response(record.status, http_fields(record.http), record.raw[record.payload : record.end])


def info_fields(record: Record) -> dict[str, str]:
    """The fields of a warcinfo record."""
    lines = [line.partition(":") for line in record.block.decode("utf-8", "replace").splitlines()]
    return {name.strip(): value.strip() for name, _, value in lines}


def check_end(head: Head, size: int, tail: bytes) -> None:
    """Raises RecordError unless a record of this size ends where its head says, with two line ends."""
    if size < head.end:
        raise RecordError(
            "damaged", f"the record is {plural(head.end - size, 'byte')} shorter than its head says"
        )
    if tail != END:
        raise RecordError("damaged", "the record does not end where its head says")
