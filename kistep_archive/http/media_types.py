"""The media type of a file: as its server declares it, or, if that is only the server's default, as its first
bytes say. Pure, and the same on every machine: no list of the system's counts."""

import re
from collections.abc import Iterable

from kistep_archive.http.file_types import certain_type, suffix

UNKNOWN = "application/octet-stream"
_DEFAULTS = re.compile(
    r"(?:application|binary)/(?:octet-stream|(?:x-|force-)?download|unknown|x-msdownload)?"
)
_MARKS = tuple(
    (re.compile(mark, re.S), kind)
    for mark, kind in (
        (rb"\x89PNG\r\n", "image/png"),
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"GIF8[79]a", "image/gif"),
        (rb"RIFF.{4}WEBP", "image/webp"),
        (rb"II\*\0|MM\0\*", "image/tiff"),
        (rb"BM.{4}\0{4}", "image/bmp"),
        (rb"\{\\rtf", "application/rtf"),
        (rb"HWP Document File", "application/x-hwp"),
        (rb"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
        (rb"Rar!\x1a\x07", "application/vnd.rar"),
        (rb"\x1f\x8b\x08", "application/gzip"),
        (rb"ID3[\x02-\x04]", "audio/mpeg"),
        (rb".{4}ftyp", "video/mp4"),
    )
)
_OPEN_DOCUMENT = re.compile(rb"PK\x03\x04.{26}mimetype([a-z]+/[a-z0-9.+-]+)", re.S)  # also of HWPX and EPUB
_OFFICE = "application/vnd.openxmlformats-officedocument."
_IN_ZIP = {
    b"word/document.xml": f"{_OFFICE}wordprocessingml.document",
    b"xl/workbook.xml": f"{_OFFICE}spreadsheetml.sheet",
    b"ppt/presentation.xml": f"{_OFFICE}presentationml.presentation",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IN_OLE = {  # names of a document's parts
    "HwpSummaryInformation".encode("utf-16-le"): "application/x-hwp",
    "WordDocument".encode("utf-16-le"): "application/msword",
    "Workbook".encode("utf-16-le"): "application/vnd.ms-excel",
    "PowerPoint Document".encode("utf-16-le"): "application/vnd.ms-powerpoint",
}
_BY_SUFFIX = {"hwp": "application/x-hwp", "doc": "application/msword", "xls": "application/vnd.ms-excel"}
_SUFFIXES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/tiff": ".tif",
    "image/bmp": ".bmp",
    "image/svg+xml": ".svg",
}


def media_type(declared: str, names: Iterable[str], body: bytes) -> str:
    """The type of a file that a server declares so, without parameters. `names` are its names."""
    kind = declared.partition(";")[0].strip().lower()
    return kind if kind and not _DEFAULTS.fullmatch(kind) else sniff(names, body)


def sniff(names: Iterable[str], body: bytes) -> str:
    """The type that the bytes have; the names count where the bytes are not of one type only."""
    if kind := next((kind for mark, kind in _MARKS if mark.match(body)), None):
        return kind
    if body.startswith(_OLE):
        known = (_BY_SUFFIX.get(suffix(name)) for name in names)
        return _part(body, _IN_OLE) or next(filter(None, known), "application/x-ole-storage")
    match certain_type(body):
        case "pdf":
            return "application/pdf"
        case "zip":
            return _in_zip(body)
        case "picture":
            return "image/svg+xml"
        case "page":
            return "text/html"
        case "text":
            return "text/csv" if "csv" in map(suffix, names) else "text/plain"
        case "office":  # Hancom's or Microsoft's XML
            return "application/x-hwp" if b"<HWPML" in body[:1024] else "application/xml"
    return UNKNOWN


def image_suffix(body: bytes) -> str:
    """The suffix of a picture's file name, with the dot; "" if the bytes are none."""
    return _SUFFIXES.get(sniff((), body), "")


def _in_zip(body: bytes) -> str:
    if match := _OPEN_DOCUMENT.match(body):
        return match[1].decode("ascii")
    return _part(body, _IN_ZIP) or "application/zip"


def _part(body: bytes, parts: dict[bytes, str]) -> str | None:
    return next((kind for part, kind in parts.items() if part in body), None)
