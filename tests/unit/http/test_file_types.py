"""What is kept as a file is that file: what certainly is something else is refused, and nothing that could be
right."""

import io
import struct
import zipfile

import pytest
from cost import least_seconds
from hypothesis import given
from hypothesis import strategies as st

from kistep_archive.http.file_types import contradiction, suffix
from kistep_archive.replica.media import hwpx, pdf, png

PAGE = b"<!DOCTYPE html>\n<html><head><title>Error</title></head><body>Please try again later.</body></html>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
HWP3 = b"HWP Document File V3.00 \x1a\x01\x02\x03\x04\x05" + bytes(200)
HWPML = b'<?xml version="1.0" encoding="UTF-8"?>\n<HWPML Style="embed"><HEAD/></HWPML>'
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'
LOCKED = b"<DOCUMENT SAFER V2>\x00\x01\x02" + bytes(range(256))  # encrypted by an office's own program
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"


def zipped_pdf() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.pdf", pdf(["inside"]))
    return buffer.getvalue()


def problem(
    body: bytes, *names: str, kind: str = "file", media_type: str = "application/octet-stream"
) -> str:
    return contradiction(body, kind, names, media_type)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (pdf(["one"]), "report.pdf"), (b"\r\n" + pdf(["one"]), "report.PDF"), (hwpx(["one"]), "보고서.hwpx"),
        (hwpx(["one"]), "보고서.hwp"),
        (OLE, "보고서.hwp"), (OLE, "locked.docx"), (HWP3, "old.hwp"), (HWPML, "old.hwp"), (b"{\\rtf1 words}",
        "letter.doc"),
        (png(1), "chart.png"), (png(1), "chart.jpg"), (JPEG, "chart.png"), (SVG, "chart.svg"), (zipped_pdf(),
        "all.zip"),
        (b"BMW and GIF8 are words\n", "words.txt"), (b"a,b\n1,2\n", "table.csv"), (PAGE, "page.html"), (PAGE,
        "mail.mht"),
        (LOCKED, "report.pdf"), (b"\x00\x01 unknown", "film.mp4"), (b'{"a": 1}', "data.json"), (PAGE,
        "template.foo"),
        (b"any words", ""), (pdf(["one"]), ""),
    ],
)  # fmt: skip
def test_bytes_that_are_what_their_name_says_or_cannot_be_told_pass(body: bytes, name: str) -> None:
    assert problem(body, name) == ""


@pytest.mark.parametrize(
    ("body", "name", "says"),
    [
        (PAGE, "report.pdf", "a web page"), (b"\xef\xbb\xbf\n<!-- a --><!-- b --> "
                                             b"<HTML><body>", "report.hwp", "a web page"),
        (b"<script>alert('no such file');history.back();</script>", "report.zip", "a web page"), (PAGE,
        "words.txt", "a web page"),
        (PAGE, "film.mp4", "a web page"), (PAGE, "", "a web page"), (PAGE, "Summary of vol. 3", "a web page"),
        (b"ERROR: the file server is "
         b"down\n", "report.pdf", "plain text"), ("파일이 없습니다".encode("cp949"), "report.hwp",
         "plain text"),
        (b'{"error": "no such file"}', "report.pdf", "plain text"), (b"<Error><Code>NoSuchKey</Code></Error>",
        "report.hwpx", "plain text"),
        (png(2), "report.pdf", "a picture"), (png(2), "report.hwp", "a picture"), (pdf(["one"]), "chart.png",
        "a PDF"),
        (OLE, "report.pdf", "an office document"), (hwpx(["one"]), "report.pdf", "a zip archive"),
    ],
)  # fmt: skip
def test_fault_f03_bytes_that_are_certainly_something_else_are_told_of(
    body: bytes, name: str, says: str
) -> None:
    assert problem(body, name) == f"the response is {says} instead of the file"


def test_fault_f03_of_the_name_that_a_post_lists_and_the_one_that_the_server_gives_either_may_be_right() -> (
    None
):
    assert problem(hwpx(["one"]), "report.pdf", "report.hwpx") == ""
    assert problem(PAGE, "report.pdf", "error.jsp") != ""


def test_the_declared_type_counts_where_no_name_has_a_suffix() -> None:
    assert problem(b"no such file", "Report", media_type="application/pdf") == (
        "the response is plain text instead of the file"
    )
    assert problem(pdf(["one"]), "report.pdf", media_type="text/html") == ""
    assert problem(PAGE, "template.foo", media_type="text/html") == (
        "the response is a web page instead of the file"
    )


def test_fault_f03_an_image_is_a_picture_whatever_its_address_and_its_type_say() -> None:
    for body in (png(1), SVG, JPEG, b"\x00\x00\x00\x20ftypavif"):
        assert problem(body, "boardImgView.es", kind="image") == ""
    for body in (PAGE, b"no such image", pdf(["one"])):
        assert problem(body, "a.png", kind="image", media_type="image/png").endswith("instead of the image")


def test_fault_f03_an_empty_file_is_told_of() -> None:
    assert problem(b"", "words.txt") == "the file is empty"


@given(st.binary(), st.text(max_size=30), st.sampled_from(["file", "image"]))
def test_any_bytes_under_any_name_are_judged_without_an_exception(body: bytes, name: str, kind: str) -> None:
    assert isinstance(problem(body, name, kind=kind), str)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("a.PDF", "pdf"), ("a.7z", "7z"), ("v1.2", ""), ("a.b c", ""), ("보고서.hwp ", "hwp"), ("", "")],
)
def test_a_suffix_has_a_letter_and_stands_at_the_end(name: str, is_one: str) -> None:
    assert suffix(name) == is_one


@pytest.mark.parametrize(
    "piece", [b"<!---->", b"<!--", b"<?xml ", b" ", b"<?xml>", b"<?xml ?><HWPM", b"%PDF", b"<!doctype "]
)
def test_fault_f08_a_hostile_beginning_is_judged_at_once(piece: bytes) -> None:
    assert least_seconds(lambda: problem(piece * 20_000, "report.pdf"), 0.05) < 0.05


# --- files without their end ---


def nested() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.zip", zipped_pdf())
        archive.writestr("b.txt", "the end")
    return buffer.getvalue()


def ole(sectors: int = 4) -> bytes:
    """A compound file of so many sectors behind its header; the first holds the table of all."""
    header = OLE[:8] + bytes(16) + struct.pack("<HHHHHHIII", 62, 3, 0xFFFE, 9, 6, 0, 0, 0, 1)
    header += bytes(76 - len(header)) + struct.pack("<I", 0)
    used = [0xFFFFFFFD, *range(2, sectors), 0xFFFFFFFE]
    table = struct.pack("<128I", *used, *[0xFFFFFFFF] * (128 - len(used)))
    return header.ljust(512, b"\xff") + table + b"w" * 512 * (sectors - 1)


def seven_zip() -> bytes:
    """An archive of 200 packed bytes and a last header of 60."""
    first = b"7z\xbc\xaf\x27\x1c\0\4" + bytes(4) + struct.pack("<QQI", 200, 60, 0)
    return first + b"w" * 260


def linearized() -> bytes:
    body = pdf(["one", "two"])
    for _ in range(2):  # the length has as many digits in the first round as in the second
        head = b"%%PDF-1.4\n1 0 obj << /Linearized 1 /L %d /N 1 >> endobj %%%%EOF\n" % (len(body) + 62)
    return head + b" " * (62 - len(head)) + body


WHOLE = {
    "report.pdf": (pdf(["one"]), "a PDF without its %%EOF"),
    "fast.pdf": (linearized(), "a PDF without its %%EOF"),
    "report.hwpx": (hwpx(["one"]), "a zip archive without its directory"),
    "all.zip": (nested(), "a zip archive without its directory"),
    "old.hwp": (ole(40), "an office document without its last sectors"),
    "all.7z": (seven_zip(), "a 7z archive without its last header"),
    "chart.png": (png(1), "a PNG picture without its last chunk"),
}


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_file_that_broke_off_is_told_of(name: str, kept: float) -> None:
    body, lacks = WHOLE[name]
    assert problem(body, name) == ""
    assert problem(body[: int(len(body) * kept)], name) == (
        f"the file is incomplete: it is {lacks}, so the transfer broke off"
    )


@pytest.mark.parametrize("name", [name for name in WHOLE if name != "old.hwp"])
def test_a_file_that_lacks_its_last_bytes_is_told_of_under_any_name(name: str) -> None:
    assert "incomplete" in problem(WHOLE[name][0][:-8].rstrip(b"%EOF\r\n "), "")


@pytest.mark.parametrize("name", ["report.pdf", "all.zip", "chart.png", "old.hwp"])
def test_what_a_server_appends_to_a_file_is_no_matter(name: str) -> None:
    assert problem(WHOLE[name][0] + b"\r\n" * 20, name) == ""


@pytest.mark.slow
def test_a_zip_with_a_comment_and_one_of_many_members_are_whole() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.comment = b"PK\x05\x06 is the mark of the end"
        for number in range(70_000):
            archive.writestr(str(number), b"")
    assert problem(buffer.getvalue(), "all.zip") == ""
    assert "incomplete" in problem(buffer.getvalue()[:-3_000_000], "all.zip")
