"""What the tests of reading captures share: records by warcio, and the packagings in which tools hand them
out."""

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from kistep_archive.warc.captures import Capture, Skipped, captures

AT = "2017-07-08T12:34:56Z"
URL = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no=1"
Pairs = Sequence[tuple[str, str]]


def response(
    url: str, body: bytes, http: Pairs = (("Content-Type", "text/html"),), *, warc: Mapping[str,
    str] | None = None,
    status: str = "200 OK", version: str = "WARC/1.1",
) -> bytes:  # fmt: skip
    """A response record by warcio, not packed."""
    return _write_record("response", url, body, http, {"WARC-Date": AT} | dict(warc or {}), status, version)


def revisit(url: str, http: Pairs, warc: Mapping[str, str], status: str = "200 OK") -> bytes:
    """A revisit record by warcio, not packed."""
    return _write_record("revisit", url, b"", http, {"WARC-Date": AT} | dict(warc), status, "WARC/1.1")


def other(kind: str, url: str, block: bytes, media_type: str = "text/plain") -> bytes:
    """A record of another type by warcio, not packed."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False)
    stream, date = io.BytesIO(block), {"WARC-Date": AT}
    writer.write_record(
        writer.create_warc_record(
            url, kind, payload=stream, length=len(block), warc_content_type=media_type, warc_headers_dict=date
        )
    )
    return out.getvalue()


def _write_record(
    kind: str, url: str, body: bytes, http: Pairs, warc: dict[str, str], status: str, version: str
) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version=version)
    head = StatusAndHeaders(status, list(http), protocol="HTTP/1.1")
    payload = {} if kind == "revisit" else {"payload": io.BytesIO(body), "length": len(body)}
    writer.write_record(
        writer.create_warc_record(url, kind, http_headers=head, warc_headers_dict=warc, **payload)
    )
    return out.getvalue()


def by_hand(
    block: bytes, fields: Pairs = (), kind: str = "response", url: str = URL, version: str = "WARC/1.0"
) -> bytes:
    """A record written by hand, for what warcio would not write."""
    head = [
        ("WARC-Type", kind),
        ("WARC-Target-URI", url),
        ("WARC-Date", AT),
        *fields,
        ("Content-Length", str(len(block))),
    ]
    lines = "".join(f"{key}: {value}\r\n" for key, value in head)
    return f"{version}\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def wacz(
    path: Path, entries: Mapping[str, bytes], *, stored: bool = True, hashes: Mapping[str, str] | None = None
) -> Path:
    """A WACZ with a data package, built as the specification says."""
    resources = [
        {
            "name": name,
            "path": f"archive/{name}",
            "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
            "bytes": len(data),
        }
        for name, data in entries.items()
    ]
    for resource in resources:
        resource["hash"] = (hashes or {}).get(str(resource["name"]), resource["hash"])
    package = json.dumps(
        {"profile": "data-package", "wacz_version": "1.1.1", "resources": resources}
    ).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as out:
        for name, data in entries.items():
            out.writestr(f"archive/{name}", data)
        out.writestr("datapackage.json", package)
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
        out.writestr("datapackage-digest.json", json.dumps(digest))
    return path


def by_member(records: Sequence[bytes]) -> bytes:
    return b"".join(gzip.compress(record, mtime=0) for record in records)


PACKAGINGS = ("plain", "by member", "whole", "wacz", "wacz, packed", "wacz of plain")


def packed(path: Path, records: Sequence[bytes], packaging: str) -> Path:
    """The records in a file of one of the PACKAGINGS. Its name says nothing about what is in it."""
    if packaging.startswith("wacz"):
        data = b"".join(records) if packaging == "wacz of plain" else by_member(records)
        return wacz(path, {"data.warc": data}, stored=packaging == "wacz")
    plain = b"".join(records)
    path.write_bytes(
        plain
        if packaging == "plain"
        else by_member(records)
        if packaging == "by member"
        else gzip.compress(plain, mtime=0)
    )
    return path


def read(path: Path) -> list[Capture]:
    return [item for item in captures(path) if isinstance(item, Capture)]


def skipped(path: Path) -> list[Skipped]:
    return [item for item in captures(path) if isinstance(item, Skipped)]


KOREAN = "<html>과학기술혁신정책</html>"


HTML = (("Content-Type", "text/html;charset=UTF-8"),)
