"""Captures of other tools: what they recorded is read back as they recorded it, from every packaging."""

import base64
import gzip
import hashlib
import os
import tracemalloc
import zlib
from pathlib import Path

import brotli
import pytest
import zstandard
from cost import ending
from hypothesis import given
from hypothesis import strategies as st
from recordings import (
    AT,
    HTML,
    KOREAN,
    PACKAGINGS,
    URL,
    by_hand,
    by_member,
    other,
    packed,
    read,
    response,
    revisit,
    skipped,
    wacz,
)

from kistep_archive.http.response import text
from kistep_archive.warc.captures import Capture, captures, read_record

BODIES = st.lists(
    st.tuples(
        st.sampled_from([URL, "http://www.kistep.re.kr/en/c4/sub3.jsp", "http://x.kr/ a"]),
        st.binary(max_size=3000),
    )
)


@given(BODIES.filter(bool), st.sampled_from(PACKAGINGS), st.sampled_from(["WARC/1.0", "WARC/1.1"]))
def test_whatever_warcio_wrote_reads_back_equal_from_every_packaging(
    tmp_path_factory: pytest.TempPathFactory, pages: list[tuple[str, bytes]], packaging: str, version: str
) -> None:
    records = [response(url, body, version=version) for url, body in pages]
    found = list(captures(packed(tmp_path_factory.mktemp("c") / "x", records, packaging)))
    assert [item.record for item in found if isinstance(item, Capture)] == records
    assert len(found) == len(records)
    for item, (url, body) in zip(found, pages, strict=True):
        assert isinstance(item, Capture)
        assert (item.page.url, item.page.body, item.page.status) == (url.replace(" ", "%20"), body, 200)
        assert (item.page.fetched_at, item.page.header("content-type")) == (AT, "text/html")
        assert read_record(item.record) == item.page
        assert (item.payload_of, item.rewritten) == (None, False)


@pytest.mark.parametrize("packaging", PACKAGINGS)
def test_what_packs_well_is_read_from_every_packaging(tmp_path: Path, packaging: str) -> None:
    bodies = [b"\xff" * size for size in (1 << 20, 3 << 20)]
    with ending(20):
        found = read(packed(tmp_path / "x", [response(URL, body) for body in bodies], packaging))
    assert [item.page.body for item in found] == bodies


def one(tmp_path: Path, *records: bytes) -> Capture:
    """The last capture of a file with these records."""
    capture = read(packed(tmp_path / "x", records, "by member"))[-1]
    assert read_record(capture.record, capture.payload_of) == capture.page
    return capture


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKED = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": raw_deflate,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "gzip, br": lambda data: brotli.compress(gzip.compress(data)),
    "identity": bytes,
}


def chunks(data: bytes, size: int = 11) -> bytes:
    pieces = [data[i : i + size] for i in range(0, len(data), size)]
    return (
        b"".join(b"%x;name=value\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
        + b"0\r\nTrailer: x\r\n\r\n"
    )


@pytest.mark.parametrize("coding", PACKED)
@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_kept_as_it_came_over_the_wire_is_unpacked(tmp_path: Path, coding: str, chunked: bool) -> None:
    body = PACKED[coding](KOREAN.encode())
    body = chunks(body) if chunked else body
    headers = [*HTML, ("Content-Encoding", coding), *([("Transfer-Encoding", "chunked")] if chunked else [])]
    page = one(tmp_path, response(URL, body, headers)).page
    assert (page.body, page.headers) == (body, tuple(headers))
    assert text(page) == KOREAN


@pytest.mark.parametrize("coding", PACKED)
def test_a_body_that_the_tool_unpacked_is_read_though_its_headers_still_say_that_it_is_packed(
    tmp_path: Path, coding: str
) -> None:
    headers = (
        ("Content-Encoding", coding),
        ("Transfer-Encoding", "chunked"),
        *HTML,
        ("content-encoding", coding),
    )
    page = one(tmp_path, response(URL, KOREAN.encode(), headers)).page
    assert text(page) == KOREAN


def test_a_body_of_which_the_tool_undid_one_of_two_codings_is_read(tmp_path: Path) -> None:
    page = one(
        tmp_path, response(URL, gzip.compress(KOREAN.encode()), (*HTML, ("Content-Encoding", "gzip, zstd")))
    ).page
    assert text(page) == KOREAN


def test_a_capture_of_common_crawl_is_kept_as_it_stands(tmp_path: Path) -> None:
    headers = (
        *HTML,
        ("X-Crawler-Content-Encoding", "br"),
        ("X-Crawler-Transfer-Encoding", "chunked"),
        ("Content-Length", str(len(KOREAN.encode()))),
    )
    found = {"WARC-Identified-Payload-Type": "text/html", "WARC-Date": "2017-07-08T12:34:56Z"}
    page = one(tmp_path, response(URL, KOREAN.encode(), headers, warc=found, version="WARC/1.0")).page
    assert (page.body, text(page)) == (KOREAN.encode(), KOREAN)


@pytest.mark.parametrize(
    "line",
    ["HTTP/2 200", "HTTP/2 200 ", "HTTP/2.0 200 OK", "HTTP/1.0 200 OK", "HTTP/1.1 200", "HTTP/3 200 OK"],
)
def test_status_lines_as_browsers_and_servers_write_them_are_read(tmp_path: Path, line: str) -> None:
    fields = [
        ("WARC-JSON-Metadata", '{"ipType": "Public"}'),
        ("WARC-Page-ID", "x"),
        ("WARC-Resource-Type", "document"),
    ]
    page = one(tmp_path, by_hand(f"{line}\r\ncontent-type: text/html\r\n\r\n{KOREAN}".encode(), fields)).page
    assert (page.status, text(page)) == (200, KOREAN)


@pytest.mark.parametrize("version", ["WARC/0.17", "WARC/0.18", "WARC/1.0", "WARC/1.1"])
def test_each_version_is_read_with_folded_lines_and_bracketed_addresses(tmp_path: Path, version: str) -> None:
    record = by_hand(
        b"HTTP/1.1 200 OK\r\nX-Long: a\r\n b\r\n\r\n<p>",
        [("Folded", "a\r\n\tb")],
        url=f"<{URL}>",
        version=version,
    )
    page = one(tmp_path, record).page
    assert (page.url, page.header("X-Long")) == (URL, "a b")


def test_header_values_are_kept_byte_for_byte(tmp_path: Path) -> None:
    raw = "attachment; filename=보도.hwp".encode("cp949")
    page = one(tmp_path, by_hand(b"HTTP/1.1 200 OK\r\nContent-Disposition: " + raw + b"\r\n\r\nx")).page
    assert page.header("Content-Disposition").encode("latin-1") == raw


REVISIT = {
    "WARC-Profile": "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
    "WARC-Date": "2018-01-01T00:00:00Z",
}
REFERS = {"WARC-Refers-To-Target-URI": URL, "WARC-Refers-To-Date": AT}
SHA1 = {"WARC-Payload-Digest": f"sha1:{base64.b32encode(hashlib.sha1(KOREAN.encode()).digest()).decode()}"}


@pytest.mark.parametrize(
    "refers", [REFERS, SHA1, REFERS | SHA1], ids=["by address and date", "by digest", "by both"]
)
@pytest.mark.parametrize("packaging", PACKAGINGS)
def test_a_revisit_has_the_payload_of_the_earlier_record(
    tmp_path: Path, packaging: str, refers: dict[str, str]
) -> None:
    original = response(URL, KOREAN.encode(), HTML)
    again = revisit(f"{URL}&again=1", (*HTML, ("X-Own", "yes")), REVISIT | refers)
    first, between, second = read(
        packed(tmp_path / "x", [original, response("http://x.kr/", b"other"), again], packaging)
    )
    assert between.page.body == b"other"
    assert (second.record, second.payload_of) == (again, first.record)
    assert (second.page.url, second.page.fetched_at, second.page.body) == (
        f"{URL}&again=1",
        "2018-01-01T00:00:00Z",
        KOREAN.encode(),
    )
    assert second.page.header("X-Own") == "yes"
    assert read_record(second.record, second.payload_of) == second.page


def test_a_revisit_finds_its_payload_in_another_file_of_the_same_wacz(tmp_path: Path) -> None:
    original, again = response(URL, KOREAN.encode(), HTML), revisit(URL, HTML, REVISIT | REFERS)
    for stored in (True, False):
        path = wacz(
            tmp_path / "x.wacz",
            {"a.warc.gz": by_member([original]), "b.warc.gz": by_member([again])},
            stored=stored,
        )
        assert [item.payload_of for item in read(path)] == [None, original]


def test_a_server_that_said_not_modified_means_the_page_that_it_sent_before(tmp_path: Path) -> None:
    profile = {
        "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
        "WARC-Date": "2018-01-01T00:00:00Z",
    }
    packed_body = gzip.compress(KOREAN.encode())
    original = response(URL, packed_body, (*HTML, ("Content-Encoding", "gzip")))
    page = one(tmp_path, original, revisit(URL, [("ETag", "x")], profile | REFERS, "304 Not Modified")).page
    assert (page.status, page.fetched_at, text(page)) == (200, "2018-01-01T00:00:00Z", KOREAN)


def test_a_revisit_without_a_head_of_its_own_has_the_earlier_one(tmp_path: Path) -> None:
    fields = [*REVISIT.items(), *REFERS.items()]
    original = response(URL, KOREAN.encode(), HTML)
    again = by_hand(b"", [pair for pair in fields if pair[0] != "WARC-Date"], kind="revisit")
    assert one(tmp_path, original, again).page.header("Content-Type") == HTML[0][1]


def test_a_revisit_whose_payload_is_another_or_nowhere_is_skipped_with_the_reason(tmp_path: Path) -> None:
    wrong = {"WARC-Payload-Digest": f"sha1:{'A' * 32}"}
    path = packed(
        tmp_path / "x", [response(URL, b"x"), revisit(URL, HTML, REVISIT | REFERS | wrong)], "plain"
    )
    assert [(item.kind, "WARC-Payload-Digest" in item.reason) for item in skipped(path)] == [("digest", True)]
    path = packed(tmp_path / "x", [revisit(URL, HTML, REVISIT | REFERS)], "plain")
    assert [(item.kind, "import it together with the page" in item.reason) for item in skipped(path)] == [
        ("unresolved", True)
    ]


def test_what_is_no_capture_of_a_page_is_named_by_its_kind(tmp_path: Path) -> None:
    records = [
        other("warcinfo", "", b"software: x\r\n"),
        other("request", URL, b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request"),
        other("metadata", URL, b"x: y\r\n"),
        other("resource", URL, b"<html>"),
        other("conversion", URL, b"text"),
        other("continuation", URL, b"rest"),
        by_hand(b"20170708\r\n1.2.3.4\r\n", url="dns:www.kistep.re.kr"),
        by_hand(b"x", kind="screenshot"),
        response(URL, b"<html>", warc={"WARC-Truncated": "length"}),
        response(URL, b"<html>", (*HTML, ("Content-Length", "1000"))),
        response(URL, b"<html>", warc={"WARC-Segment-Number": "1"}),
    ]
    kinds = ["warcinfo", "request", "metadata", "resource", "conversion", "continuation", "not-http", "other"]
    path = packed(tmp_path / "x", records, "by member")
    assert [item.kind for item in captures(path) if not isinstance(item, Capture)] == [
        *kinds,
        "truncated",
        "truncated",
        "continuation",
    ]
    assert not any(item.is_loss for item in skipped(path))


@pytest.mark.parametrize(
    ("modifier", "rewritten"), [("id_", False), ("", True), ("mp_", True), ("if_", True)]
)
def test_a_page_taken_through_a_web_archive_is_the_page_itself(
    tmp_path: Path, modifier: str, rewritten: bool
) -> None:
    url = f"https://web.archive.org/web/20170708123456{modifier}/{URL}"
    memento = (*HTML, ("Memento-Datetime", "Sat, 08 Jul 2017 12:34:57 GMT"))
    capture = one(
        tmp_path, response(url, KOREAN.encode(), memento, warc={"WARC-Date": "2026-01-01T00:00:00Z"})
    )
    assert (capture.page.url, capture.page.fetched_at, capture.rewritten) == (
        URL,
        "2017-07-08T12:34:57Z",
        rewritten,
    )


def test_what_a_web_archive_says_for_itself_is_not_taken_for_the_page(tmp_path: Path) -> None:
    url = f"https://web.archive.org/web/20170708123456id_/{URL}"
    gone = response(url, b"<p>not archived", HTML, status="404 Not Found")
    was_gone = response(
        url,
        b"<p>gone",
        (*HTML, ("Memento-Datetime", "Sat, 08 Jul 2017 12:34:57 GMT")),
        status="404 Not Found",
    )
    path = packed(tmp_path / "x", [gone, was_gone], "plain")
    assert [item.kind for item in skipped(path)] == ["replay"]
    assert [item.page.status for item in read(path)] == [404]


@pytest.mark.slow
def test_a_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    record = response(URL, b"x" * 4_000_000)
    path = tmp_path / "x"
    with gzip.open(path, "wb", compresslevel=1) as out:
        for _ in range(50):
            out.write(record)
    tracemalloc.start()
    count = sum(isinstance(item, Capture) for item in captures(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 50
    assert peak < 64_000_000  # of 200 MB


def test_a_record_of_more_than_128_mib_is_skipped_and_the_next_one_read(tmp_path: Path) -> None:
    path, size = tmp_path / "x", (128 << 20) + 1
    head, rest = (
        by_hand(b"").replace(b"Content-Length: 0", b"Content-Length: %d" % size).split(b"\r\n\r\n", 1)
    )
    with path.open("wb") as out:
        out.write(head + b"\r\n\r\n")
        out.seek(size, os.SEEK_CUR)  # a hole
        out.write(rest + response(URL, b"next"))
    [large] = skipped(path)
    assert (large.kind, large.offset) == ("large", 0)
    assert [item.page.body for item in read(path)] == [b"next"]
