"""The format of a WACZ file: a zip of WARC records, an index of them, a list of pages and a manifest with the
sha256 of each part.

Source of the format: WACZ 1.1.1, https://specs.webrecorder.net/wacz/1.1.1/. The index is CDXJ with the keys
that pywb and ReplayWeb.page look up; it is written here because what makes it elsewhere is under the AGPL.
Same parts, same bytes: nothing depends on the clock."""

import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from kistep_archive.http.response import uri
from kistep_archive.warc import reader
from kistep_archive.warc.record import Record
from kistep_archive.warc.replay_urls import instant

VERSION = "1.1.1"
RECORDS = "archive/data.warc.gz"

_SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_WWW = re.compile(r"www\d*\.")
_SESSION = re.compile(r"(?:jsessionid|phpsessid|sid)=[0-9a-z]{32}(?:&|$)", re.I)
_PORTS = {"http": 80, "https": 443}

Resource = dict[str, Any]
Placed = dict[tuple[str, int], Record]  # by file and offset


class Container:
    """A WACZ being written: parts one after another, the manifest last. `at` (UTC, ISO 8601) is the time that
    its parts bear."""

    def __init__(self, out: IO[bytes], at: str) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_STORED)
        year, month, day, hour, minute, second = map(int, re.split(r"[-T:]", at[:19]))
        self._time = max(year, 1980), month, day, hour, minute, second  # a zip knows no earlier year
        self._parts: list[Resource] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def records(self, folder: Path, records: Placed) -> dict[tuple[str, int], int]:
        """Copies records into one file, untouched. Returns (file, offset) -> offset in the copy. Raises
        WarcError."""
        offsets, at = {}, 0
        for place, record in records.items():
            offsets[place] = at
            at += record.length

        def fill(out: IO[bytes]) -> None:
            for (file, offset), record in records.items():
                for piece in reader.packed_bytes(folder, file, offset, record.length):
                    out.write(piece)

        self._part(RECORDS, at, fill)
        return offsets

    def text(self, path: str, lines: Iterable[str]) -> None:
        """A part of lines."""
        self._bytes(path, "".join(f"{line}\n" for line in lines).encode())

    def index(self, lines: list[str]) -> None:
        """The index, compressed, and beside it the index of the index that readers of large files begin
        with."""
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        packed = packer.compress("".join(f"{line}\n" for line in lines).encode()) + packer.flush()
        self._bytes("indexes/index.cdx.gz", packed)
        meta = _json({"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"})
        key = " ".join(lines[0].split(" ", 2)[:2])
        self.text(
            "indexes/index.idx", [f"!meta 0 {meta}", f"{key} {_json({'offset': 0, 'length': len(packed)})}"]
        )

    def manifest(self, about: Resource) -> None:
        """The last part: what the others are, with `about` before them; and its own digest."""
        package = {"profile": "data-package", "wacz_version": VERSION, **about, "resources": self._parts}
        manifest = json.dumps(package, ensure_ascii=False, indent=2).encode()
        self._put("datapackage.json", len(manifest), lambda out: out.write(manifest))
        proof = _json({"path": "datapackage.json", "hash": f"sha256:{sha256(manifest).hexdigest()}"}).encode()
        self._put("datapackage-digest.json", len(proof), lambda out: out.write(proof))

    def _bytes(self, path: str, content: bytes) -> None:
        self._part(path, len(content), lambda out: out.write(content))

    def _part(self, path: str, size: int, fill: Callable[[IO[bytes]], object]) -> None:
        digest = self._put(path, size, fill)
        self._parts.append(
            {"name": path.rsplit("/", 1)[-1], "path": path, "hash": f"sha256:{digest}", "bytes": size}
        )

    def _put(self, path: str, size: int, fill: Callable[[IO[bytes]], object]) -> str:
        """Adds an entry; its sha256."""
        info = zipfile.ZipInfo(path, self._time)
        info.external_attr, info.create_system, info.file_size = 0o644 << 16, 3, size
        with self._zip.open(info, "w") as out:
            hashed = _HashingFile(out)
            fill(hashed)  # type: ignore[arg-type]
        return hashed.sha256.hexdigest()


class _HashingFile:
    """Passes on what is written and takes its sha256 on the way."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self.sha256 = out, sha256()

    def write(self, content: bytes) -> int:
        self.sha256.update(content)
        return self._out.write(content)


def index_lines(records: Placed, offsets: dict[tuple[str, int], int]) -> list[str]:
    """The index of the responses among the records, sorted: key, time, and where the record lies in the
    copy."""
    return sorted(
        f"{key(uri(record.url))} {''.join(re.findall(r'[0-9]', instant(record.date)[:19]))} "
        f"{_json(_entry(record, offsets[place]))}"
        for place, record in records.items()
        if record.type in ("response", "revisit")
    )


def _entry(record: Record, offset: int) -> dict[str, str]:
    return {
        "url": uri(record.url),
        "mime": "warc/revisit" if record.type == "revisit" else record.media_type or "unk",
        "status": str(record.status or ""),
        "digest": record.field("WARC-Payload-Digest"),
        "length": str(record.length),
        "offset": str(offset),
        "filename": RECORDS.rsplit("/", 1)[-1],
    }


def key(url: str) -> str:
    """The address as an index is sorted by: host reversed and without www, path and query escaped alike and
    in lower case."""
    parts = urlsplit(re.sub(r"[\r\n\t]", "", url.strip()))
    host = (
        _WWW.sub("", parts.hostname or "", count=1)
        if _WWW.match(parts.hostname or "")
        else parts.hostname or ""
    )
    port = f":{parts.port}" if parts.port and parts.port != _PORTS.get(parts.scheme) else ""
    path = _escape(_plain_path(unquote_fully(parts.path))).lower()
    query = _SESSION.sub("", _escape(unquote_fully(parts.query))).lower()
    search = (
        f"?{'&'.join('='.join(pair) for pair in sorted(pair.split('=', 1) for pair in query.split('&')))}"
        if query
        else ""
    )
    return f"{','.join(reversed(host.split('.')))}{port}){path.rstrip('/') or '/'}{search}"


def unquote_fully(text: str) -> bytes:
    """The bytes behind percent signs, however often they were quoted."""
    raw = text.encode()
    while (plain := unquote_to_bytes(raw)) != raw:
        raw = plain
    return raw


def _plain_path(path: bytes) -> bytes:
    """Without empty steps and without `.` and `..`."""
    steps: list[bytes] = []
    for step in path.split(b"/")[1:]:
        if step == b"..":
            steps = steps[:-1]
        elif step not in (b"", b"."):
            steps.append(step)
    return b"/" + b"/".join(steps)


def _escape(raw: bytes) -> str:
    return quote_from_bytes(raw, safe=_SAFE)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
