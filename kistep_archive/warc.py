"""Evidence: one WARC file a run, one gzip member a record, written before anything reads the response.

`Writer` appends, `read` gives a page back by (file, offset), `seal` cuts the torn tail that a kill left behind. Records are built
by warcio; compression is ours because warcio always packs at level 9, which costs three times the time for 7 % of the size.
Source of the format: ISO 28500:2017 (WARC 1.1).
"""

import json
import os
import zlib
from collections.abc import Iterable, Mapping
from http.client import responses as reason_phrases
from io import BytesIO
from pathlib import Path
from typing import IO
from urllib.parse import quote

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from kistep_archive.errors import ArchiveError
from kistep_archive.page import Evidence, Page, digest

_LEVEL = 3  # zlib: a third of level 9's time, 7 % larger (the replica's posts)
_CHUNK = 1 << 20
_REVISIT = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_SPELLED = "Kistep-Archive-URL"  # the address as the board's pages spell it, where that is no URI
_TRANSFER = {"transfer-encoding", "connection", "keep-alive"}  # of the hop, not of the payload as kept

Headers = tuple[tuple[str, str], ...]


class WarcError(ArchiveError):
    """A WARC file does not hold what was looked for; the message names file, offset and cause. Exit code 5."""

    def __init__(self, message: str) -> None:
        super().__init__(message, 5)


class Writer:
    """Appends records to `<name>.warc.gz.open` in `folder`; `close` makes it durable under its final name."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = f"{name}.warc.gz"
        self._final = folder / self.file
        self._open = folder / f"{self.file}.open"
        self._out: IO[bytes] = self._open.open("xb", buffering=0)
        self._builder = WARCWriter(BytesIO(), gzip=False, warc_version="WARC/1.1")
        self._offset = 0
        self._dirty = False

    def info(self, fields: Mapping[str, str], at: str) -> None:
        """The warcinfo record, first in the file."""
        payload = "".join(f"{key}: {_one_line(value)}\r\n" for key, value in fields.items()).encode()
        headers = {"WARC-Filename": self.file, "WARC-Date": at}
        record = self._builder.create_warc_record("", "warcinfo", payload=BytesIO(payload), length=len(payload), warc_headers_dict=headers)
        self._append(self._pack(record))

    def metadata(self, url: str, fields: Mapping[str, object], at: str) -> None:
        """A metadata record of JSON, such as the run's verdict."""
        payload = json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()
        record = self._builder.create_warc_record(
            url,
            "metadata",
            payload=BytesIO(payload),
            length=len(payload),
            warc_content_type="application/json",
            warc_headers_dict={"WARC-Date": at},
        )
        self._append(self._pack(record))

    def response(self, page: Page, sha256: str, *, protocol: str, ip: str, asked: bytes, twin: Evidence | None = None) -> Evidence:
        """The response and its request; where `twin` holds the same payload already, a revisit record that refers to it."""
        status = StatusAndHeaders(f"{page.status} {reason_phrases.get(page.status, '')}".rstrip(), _kept(page.headers), protocol=protocol)
        headers = {"WARC-Date": page.fetched_at, "WARC-Payload-Digest": f"sha256:{sha256}"}
        url = uri(page.url)
        if url != page.url:
            headers[_SPELLED] = page.url
        if ip:
            headers["WARC-IP-Address"] = ip
        body = BytesIO(page.body)
        if twin is None:
            record = self._builder.create_warc_record(
                url, "response", payload=body, length=len(page.body), http_headers=status, warc_headers_dict=headers
            )
        else:
            headers |= {
                "WARC-Profile": _REVISIT,
                "WARC-Refers-To-Target-URI": uri(twin.url),
                "WARC-Refers-To-Date": twin.fetched_at,
                "WARC-Refers-To-Filename": twin.file,
                "WARC-Refers-To-File-Offset": str(twin.offset),
            }
            record = self._builder.create_warc_record(url, "revisit", http_headers=status, warc_headers_dict=headers)
        member = self._pack(record)
        concurrent = {"WARC-Concurrent-To": record.rec_headers.get_header("WARC-Record-ID"), "WARC-Date": page.fetched_at}
        request = self._builder.create_warc_record(
            url,
            "request",
            payload=BytesIO(asked),
            length=len(asked),
            warc_content_type="application/http; msgtype=request",
            warc_headers_dict=concurrent,
        )
        offset = self._append(member + self._pack(request))
        return Evidence(self.file, offset, len(member), sha256, page.url, page.fetched_at, page.status)

    def sync(self) -> None:
        """Make all that was written durable; call it before a row that refers to it commits."""
        if self._dirty:
            os.fsync(self._out.fileno())
            self._dirty = False

    def close(self) -> None:
        """Durable, then renamed from `.open` to its final name."""
        self.sync()
        self._out.close()
        _finish(self._open, self._final)

    def _pack(self, record: ArcWarcRecord) -> bytes:
        plain = BytesIO()
        self._builder.out = plain
        self._builder.write_record(record)
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
        return packer.compress(plain.getbuffer()) + packer.flush()

    def _append(self, members: bytes) -> int:
        offset, view = self._offset, memoryview(members)
        self._dirty = True
        while view:  # a raw file may write less than it was given
            view = view[self._out.write(view) :]
        self._offset += len(members)
        return offset


def read(folder: Path, file: str, offset: int) -> Page:
    """The page kept at (file, offset), a revisit with the payload that it refers to. Raises WarcError."""
    record, body = _record(folder, file, offset)
    if record.rec_type == "revisit":
        twin = record.rec_headers.get_header("WARC-Refers-To-Filename"), record.rec_headers.get_header("WARC-Refers-To-File-Offset")
        if not all(twin):
            raise WarcError(f"{file} at {offset}: a revisit that does not say where the payload is")
        body = _record(folder, twin[0], int(twin[1]))[1]
    declared = record.rec_headers.get_header("WARC-Payload-Digest") or ""
    if declared.startswith("sha256:") and declared != f"sha256:{digest(body)}":
        raise WarcError(f"{file} at {offset}: the payload does not have the digest that its record declares; the file is damaged there")
    head = record.http_headers
    if head is None or not head.get_statuscode().isdigit():
        raise WarcError(f"{file} at {offset}: the record's HTTP head cannot be read; the file is damaged there")
    return Page(
        record.rec_headers.get_header(_SPELLED) or record.rec_headers.get_header("WARC-Target-URI"),
        record.rec_headers.get_header("WARC-Date"),
        int(head.get_statuscode()),
        tuple(head.headers),
        body,
    )


def uri(url: str) -> str:
    """The address as a URI: spaces and letters that are not ASCII as percent signs; replay tools refuse records named otherwise."""
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~")


def locate(folder: Path, file: str) -> Path:
    """The file's path, under its final name or, while its run goes on, with `.open`. Raises WarcError."""
    for path in (folder / file, folder / f"{file}.open"):
        if path.is_file():
            return path
    raise WarcError(f"{folder / file} is missing")


def is_kept(folder: Path, file: str) -> bool:
    """Whether the file is there at all, under either of its names."""
    return any((folder / name).is_file() for name in (file, f"{file}.open"))


def seal(path: Path) -> Path:
    """A `.open` file that a killed run left: cut to its last whole member, the tail kept as `.torn`, renamed to its final name.

    Returns the final path, or the removed path when not even one member was whole.
    """
    whole = _whole_length(path)
    final = path.with_suffix("")
    if whole < path.stat().st_size:
        with path.open("r+b") as torn:
            torn.seek(whole)
            tail = final.with_name(f"{final.name}.torn")
            tail.write_bytes(torn.read())
            torn.truncate(whole)
            os.fsync(torn.fileno())
    if whole == 0:
        path.unlink()
    else:
        _finish(path, final)
    return final


def leftovers(folder: Path) -> Iterable[Path]:
    """The `.open` files in the folder, oldest first."""
    return sorted(folder.glob("*.warc.gz.open"))


def _record(folder: Path, file: str, offset: int) -> tuple[ArcWarcRecord, bytes]:
    try:
        with locate(folder, file).open("rb") as stream:
            stream.seek(offset)
            for record in ArchiveIterator(stream):
                if record.rec_type in ("response", "revisit"):
                    return record, record.raw_stream.read()
                break
    except (OSError, zlib.error, EOFError) as error:
        raise WarcError(f"{file} at {offset}: {error}") from error
    except Exception as error:  # warcio raises its own kinds for what is not a record
        raise error if isinstance(error, WarcError) else WarcError(f"{file} at {offset}: not a record ({error})") from error
    raise WarcError(f"{file} at {offset}: no response record starts there")


def _whole_length(path: Path) -> int:
    """The length in bytes of the whole gzip members from the file's start."""
    whole = position = 0
    with path.open("rb") as stream:
        unpacker = zlib.decompressobj(31)
        while chunk := stream.read(_CHUNK):
            while chunk:
                try:
                    unpacker.decompress(chunk)
                except zlib.error:
                    return whole
                position += len(chunk) - len(unpacker.unused_data)
                chunk = unpacker.unused_data
                if unpacker.eof:
                    whole, unpacker = position, zlib.decompressobj(31)
    return whole


def _finish(path: Path, final: Path) -> None:
    os.rename(path, final)
    folder = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _kept(headers: Headers) -> list[tuple[str, str]]:
    return [(key, value) for key, value in headers if key.lower() not in _TRANSFER]


def _one_line(value: str) -> str:
    return " ".join(value.split())
