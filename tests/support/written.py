"""Evidence files of as many pages as a test wants."""

from pathlib import Path

from kistep_archive.http.response import Page, digest
from kistep_archive.warc.location import Evidence
from kistep_archive.warc.writer import Writer

NOW = "2026-01-02T03:04:05.678901Z"
REQUEST = b"GET / HTTP/1.1\r\nHost: www.kistep.re.kr\r\n\r\n"


def page(body: bytes, number: int = 1) -> Page:
    headers = (("Content-Type", "text/html;charset=UTF-8"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    return Page(f"https://www.kistep.re.kr/board.es?list_no={number}", NOW, 200, headers, body)


def write(folder: Path, pages: list[Page], twin: Evidence | None = None) -> list[Evidence]:
    writer = Writer(folder, "000001-crawl")
    writer.info({"software": "kistep-archive", "run": "1"}, NOW)
    evidence = [
        writer.response(
            p, digest(p.body), protocol="HTTP/1.1", ip="127.0.0.1", request=REQUEST, metadata={}, twin=twin
        )
        for p in pages
    ]
    writer.metadata("urn:kistep-archive:run:1", {"verdict": "complete"}, NOW)
    writer.close()
    return evidence
