"""What a file is, where its server says only "some bytes"."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistep_archive.http.media_types import UNKNOWN, image_suffix, media_type
from kistep_archive.replica.media import hwpx, pdf, png

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "words")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("body", "name", "said"),
    [
        (pdf(["one"]), "report", "application/pdf"),
        (png(1), "report.pdf", "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "", "image/jpeg"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "", "image/svg+xml"),
        (hwpx(["one"]), "보고서.hwp", "application/hwp+zip"),
        (zipped("[Content_Types].xml", "word/document.xml"), "", WORD),
        (zipped("a.txt"), "a.docx", "application/zip"),
        (OLE + "HwpSummaryInformation".encode("utf-16-le"), "", "application/x-hwp"),
        (OLE + "Workbook".encode("utf-16-le"), "", "application/vnd.ms-excel"),
        (OLE, "보고서.hwp", "application/x-hwp"),
        (OLE, "report", "application/x-ole-storage"),
        (b"HWP Document File V3.00 \x1a\x01\x02\x03\x04\x05", "", "application/x-hwp"),
        (b'<?xml version="1.0" encoding="UTF-8"?>\n<HWPML Style="embed"/>', "", "application/x-hwp"),
        (b"a,b\n1,2\n", "table.csv", "text/csv"),
        (b"a,b\n1,2\n", "table", "text/plain"),
        (b"<!DOCTYPE html>\n<html>", "page.html", "text/html"),
        (b"\x00\x00\x00\x18ftypmp42", "", "video/mp4"),
        (b"<DOCUMENT SAFER V2>\x00\x01\x02", "report.pdf", UNKNOWN),
        (b"", "", UNKNOWN),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "declared",
    ["application/octet-stream", "", "application/download; x=y", "binary/octet-stream",
     "application/x-download", "application/force-download", "application/unknown"],
)  # fmt: skip
def test_bytes_say_what_a_default_does_not(body: bytes, name: str, said: str, declared: str) -> None:
    assert media_type(declared, (name, ""), body) == said


@pytest.mark.parametrize(
    "declared", ["application/pdf", "Image/PNG; charset=x", "application/x-hwp", "text/html"]
)
def test_a_server_that_says_a_type_is_believed(declared: str) -> None:
    assert media_type(declared, ("a.png",), png(1)) == declared.partition(";")[0].lower()


@given(st.binary())
def test_any_bytes_have_a_type(body: bytes) -> None:
    kind, _, rest = media_type("", ("",), body).partition("/")
    assert kind
    assert rest


def test_a_picture_has_a_suffix_and_nothing_else_has() -> None:
    assert [image_suffix(body) for body in (png(1), b"GIF89a", pdf(["one"]), b"")] == [".png", ".gif", "", ""]
