"""Evidence: one WARC file a run, one gzip member a record, written before anything reads the response.

`Writer` appends, `read` gives a page back by (file, offset), `seal` cuts the torn tail that a kill left
behind. Records are written by hand: warcio re-encodes header values, and copies a large payload
several times. Source of the format: ISO 28500:2017 (WARC 1.1)."""

import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256 as new_sha256
from http.client import responses as reason_phrases
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO
from uuid import uuid4

from kistep_archive.http.response import Page, uri
from kistep_archive.warc.location import Evidence

_LEVEL = 6  # zlib: 7 % smaller than 3, for 0.08 ms a page; 9 takes half as long again and gains nothing
_PIECE = 1_000_000  # bytes that are packed at once and then written: a large file is never copied as a whole
_REVISIT = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_TRANSFER = {"transfer-encoding", "connection", "keep-alive"}  # of the hop, not of the payload as kept


class _Disk:
    """A thread that has the disk write a file while the program goes on: two queues, since an executor's
    futures cost ten times as much."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._orders: SimpleQueue[bool] = SimpleQueue()
        self._done: SimpleQueue[OSError | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="fsync", daemon=True)
        self._thread.start()

    def begin(self) -> None:
        """One fsync, for which `end` waits."""
        self._orders.put(True)

    def end(self) -> None:
        """Raises the OSError of the fsync that was begun."""
        if error := self._done.get():
            raise error

    def stop(self) -> None:
        """Once what was begun is done."""
        self._orders.put(False)
        self._thread.join()

    def _work(self) -> None:
        while self._orders.get():
            try:
                os.fsync(self._number)
                self._done.put(None)
            except OSError as error:
                self._done.put(error)


class Writer:
    """Appends records to `<name>.warc.gz.open` in `folder`; `close` makes it durable under its final name."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = f"{name}.warc.gz"
        self._final = folder / self.file
        self._open = folder / f"{self.file}.open"
        self._out: IO[bytes] = self._open.open("xb", buffering=0)
        self._offset = 0
        self._durable = 0  # bytes known to be on the disk
        self._syncing: int | None = None  # the bytes that an fsync under way covers
        self._disk = _Disk(self._out.fileno())

    def info(self, fields: Mapping[str, str], at: str) -> None:
        """The warcinfo record, first in the file."""
        block = "".join(f"{key}: {_one_line(value)}\r\n" for key, value in fields.items()).encode()
        head = {"WARC-Filename": self.file, "Content-Type": "application/warc-fields"}
        self._append(_pack("warcinfo", _record_id(), at, head, block))

    def metadata(self, url: str, fields: Mapping[str, object], at: str) -> int:
        """A metadata record of JSON, such as the run's verdict. Returns its offset."""
        text = json.dumps(fields, ensure_ascii=False, sort_keys=True)
        # Half a letter, as in the name of a file, is an escape in JSON too.
        block = text.encode("utf-8", "backslashreplace")
        head = {"WARC-Target-URI": uri(url), "Content-Type": "application/json"}
        return self._append(_pack("metadata", _record_id(), at, head, block))[0]

    def response(
        self,
        page: Page,
        sha256: str,
        *,
        protocol: str,
        ip: str,
        request: bytes,
        metadata: Mapping[str, str],
        twin: Evidence | None = None,
    ) -> Evidence:
        """The response and its request; where `twin` holds the same payload already, a revisit record that
        refers to it. `metadata` goes into the record's WARC-JSON-Metadata."""
        record_id, url = _record_id(), uri(page.url)
        head = {
            "WARC-Target-URI": url,
            "WARC-Payload-Digest": f"sha256:{sha256}",
            "WARC-JSON-Metadata": json.dumps(metadata),
            "Content-Type": "application/http; msgtype=response",
        }
        if ip:
            head["WARC-IP-Address"] = ip
        if twin is not None:
            head |= _refers(twin)
        kind, body = ("response", page.body) if twin is None else ("revisit", b"")
        member = _pack(kind, record_id, page.fetched_at, head, _http_head(page, protocol), body)
        asking = {
            "WARC-Target-URI": url,
            "WARC-Concurrent-To": record_id,
            "Content-Type": "application/http; msgtype=request",
        }
        offset, length = self._append(member)
        self._append(_pack("request", _record_id(), page.fetched_at, asking, request))
        return Evidence(self.file, offset, length, sha256, url, page.fetched_at, page.status)

    def copy(self, record: bytes) -> tuple[int, int]:
        """Another tool's record, untouched, as one gzip member; two line ends close it. Returns its offset
        and length."""
        return self._append(_member(record))

    def members(self, pieces: Iterable[bytes]) -> None:
        """Whole gzip members of another file of ours, as they are."""
        self._append(pieces)

    def begin_sync(self) -> None:
        """Has the disk begin to write, so that the page can be parsed meanwhile; `sync` waits for it."""
        if self._syncing is None:
            self._disk.begin()
            self._syncing = self._offset

    def sync(self) -> None:
        """Make all that was written durable; call it before a row that refers to it commits."""
        if self._syncing is not None:
            covered, self._syncing = self._syncing, None
            self._disk.end()
            self._durable = covered
        if self._durable < self._offset:
            os.fsync(self._out.fileno())
            self._durable = self._offset

    def close(self) -> None:
        """Durable, then renamed from `.open` to its final name."""
        self.sync()
        self.leave()
        close_file(self._open, self._final)

    def leave(self) -> None:
        """Lets go of a file that cannot be finished; it stays `.open`, for the next run to seal."""
        self._disk.stop()
        self._out.close()

    def _append(self, member: Iterable[bytes]) -> tuple[int, int]:
        """Writes the pieces of a member. Returns its offset and length."""
        offset, pieces, size = self._offset, list[bytes](), 0
        for piece in member:
            pieces.append(piece)
            size += len(piece)
            if size >= _PIECE:
                self._write(b"".join(pieces))
                pieces, size = [], 0
        self._write(b"".join(pieces))
        return offset, self._offset - offset

    def _write(self, packed: bytes) -> None:
        view = memoryview(packed)
        while view:  # a raw file may write less than it was given
            view = view[self._out.write(view) :]
        self._offset += len(packed)


def close_file(path: Path, final: Path) -> None:
    os.rename(path, final)
    folder = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _record_id() -> str:
    return f"<{uuid4().urn}>"


def _pack(kind: str, record_id: str, at: str, fields: Mapping[str, str], *block: bytes) -> Iterator[bytes]:
    """One record, whose block is in parts, as one gzip member."""
    digested = new_sha256()
    for part in block:
        digested.update(part)
    head = [f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {record_id}\r\nWARC-Date: {at}\r\n"]
    head += [f"{name}: {value}\r\n" for name, value in fields.items()]
    head.append(f"WARC-Block-Digest: sha256:{digested.hexdigest()}\r\n")
    head.append(f"Content-Length: {sum(map(len, block))}\r\n\r\n")
    return _member("".join(head).encode(), *block, b"\r\n\r\n")


def _member(*record: bytes) -> Iterator[bytes]:
    """A record, which is in parts, as a gzip member, piece by piece. The window is no larger than the record:
    to make ready a full one takes seven times as long as to pack the record of a request."""
    window = min(max(sum(map(len, record)).bit_length(), 9), 15)
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + window, min(window - 5, 8))
    for part in record:
        for start in range(0, len(part), _PIECE):
            yield packer.compress(memoryview(part)[start : start + _PIECE])
    yield packer.flush()


def _refers(twin: Evidence) -> dict[str, str]:
    return {
        "WARC-Profile": _REVISIT,
        "WARC-Refers-To-Target-URI": uri(twin.url),
        "WARC-Refers-To-Date": twin.fetched_at,
        "WARC-Refers-To-Filename": twin.file,
        "WARC-Refers-To-File-Offset": str(twin.offset),
    }


def _http_head(page: Page, protocol: str) -> bytes:
    """The response's head as it came: header values are latin-1, byte for byte."""
    lines = [f"{protocol} {page.status} {reason_phrases.get(page.status, '')}".rstrip()]
    lines += [f"{key}: {value}" for key, value in page.headers if key.lower() not in _TRANSFER]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _one_line(value: str) -> str:
    return " ".join(value.split())
