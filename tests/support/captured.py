"""A post's page in the current layout, and files of captures by warcio."""

import gzip
from io import BytesIO
from pathlib import Path

import brotli
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from kistep_archive.replica import Site
from kistep_archive.replica.pages import render_es

POST = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no={}"
NUMBER = 42794


def page(title: str, hits: int = 1, number: int = NUMBER) -> bytes:
    """A post's page in the current layout, with these words in it."""
    entry = next(entry for entry in Site.standard().entries("es") if entry.number == NUMBER)
    return (
        render_es.post(entry)
        .replace(entry.title, title)
        .replace(f"{entry.hits:,}", f"{hits:,}")
        .replace(str(NUMBER), str(number))
        .encode()
    )


def pages(count: int) -> list[tuple[str, str, bytes]]:
    """Captures of so many posts."""
    one = page("Post", 1)
    numbers = range(NUMBER, NUMBER + count)
    return [
        (POST.format(number), "2026-01-01T00:00:00Z", one.replace(str(NUMBER).encode(), str(number).encode()))
        for number in numbers
    ]


def warc(path: Path, *captures: tuple[str, str, bytes], encoding: str = "") -> Path:
    """A file by warcio of (url, date, body) each."""
    packed = {
        "": bytes,
        "gzip": gzip.compress,
        "br": brotli.compress,
        "zstd": zstandard.ZstdCompressor().compress,
    }[encoding]
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for url, at, body in captures:
            headers = [
                ("Content-Type", "text/html;charset=UTF-8"),
                *([("Content-Encoding", encoding)] if encoding else []),
            ]
            http = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
            payload = packed(body)
            record = writer.create_warc_record(
                url,
                "response",
                payload=BytesIO(payload),
                length=len(payload),
                http_headers=http,
                warc_headers_dict={"WARC-Date": at},
            )
            writer.write_record(record)
    return path
