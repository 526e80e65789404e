"""Small real files, built the same way each time: `png`, `pdf`, `hwpx`.

Each function takes words or numbers and returns the bytes of a whole file that ordinary programs open.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from functools import lru_cache
from xml.sax.saxutils import escape

HWPX_TYPE = "application/hwp+zip"


@lru_cache(maxsize=256)
def png(seed: int, width: int = 160, height: int = 90) -> bytes:
    """An RGB picture of `height` one-coloured lines; another seed gives other bytes."""
    lines = bytearray()
    for y in range(height):
        colour = bytes(((seed * 37 + y) % 256, (seed * 91 + 2 * y) % 256, (seed * 13 + 3 * y) % 256))
        lines += b"\0" + colour * width
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(bytes(lines), 9)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pdf(lines: Sequence[str]) -> bytes:
    """One A4 page with a line of text for each of `lines`; letters outside Latin-1 become question marks."""
    shown = b"".join(b"(" + _pdf_text(line) + b") Tj T*\n" for line in lines)
    stream = b"BT /F1 11 Tf 14 TL 60 780 Td\n" + shown + b"ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 "
        b"0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    return _numbered(objects)


def _pdf_text(line: str) -> bytes:
    return (
        line.encode("latin-1", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    )


def _numbered(objects: Sequence[bytes]) -> bytes:
    """The objects of a PDF in order, with the cross-reference table that names their offsets."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def hwpx(lines: Sequence[str]) -> bytes:
    """A Hangul word processor document: a zip whose first member is its own media type, not compressed."""
    paragraphs = "".join(f"<hp:p><hp:run><hp:t>{escape(line)}</hp:t></hp:run></hp:p>" for line in lines)
    section = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>'
        '<hs:sec xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section" '
        'xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph">'
        f"{paragraphs}</hs:sec>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        _member(archive, "mimetype", HWPX_TYPE, zipfile.ZIP_STORED)
        _member(archive, "Contents/section0.xml", section, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _member(archive: zipfile.ZipFile, name: str, text: str, compression: int) -> None:
    # A fixed time, or the same document would have other bytes on each run.
    info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
    info.compress_type = compression
    archive.writestr(info, text)
