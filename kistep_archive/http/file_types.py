"""File types, recognised by the first bytes, and whether they fit a file name and have their end. Pure.

Only bytes of a certainly different type are rejected: a server's error page, a picture instead of a report.
Bytes of an unknown type pass (offices encrypt files in their own ways), and so do names with an unknown
suffix and a wrong Content-Type.
"""

import re
from collections.abc import Iterable
from typing import Literal

from kistep_archive.http import file_ends

Format = Literal["page", "text", "pdf", "zip", "office", "picture"]

_HEAD = 1024  # bytes to look at: a PDF's mark may come after other bytes
_PAGE = re.compile(
    rb"(?:<\?xml[^>]{0,200}>|<!--(?:(?!-->).){0,500}-->|\s)*+<(?:!doctype\s{1,20}html|html|head|body|script|"
    rb"meta|title)\b",
    re.I | re.S,
)
_TEXT = re.compile(rb"[^\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]{1,1024}")
_PICTURE = re.compile(rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|II\*\0|MM\0\*|RIFF.{4}WEBP", re.S)
_OFFICE = re.compile(
    rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|\{\\rtf|\s{0,20}<\?xml.{0,600}?(?:<HWPML|<\?mso-application)", re.S
)
_SUFFIX = re.compile(r"\.(?=[0-9]{0,4}[a-z])([a-z0-9]{1,5})\Z", re.I)

PICTURES = ("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "svg")  # suffixes
_WORDS: dict[Format, str] = {
    "page": "a web page",
    "text": "plain text",
    "pdf": "a PDF",
    "zip": "a zip archive",
    "office": "an office document",
    "picture": "a picture",
}
_SUFFIXES: dict[str, frozenset[Format]] = {
    **dict.fromkeys(("pdf",), frozenset({"pdf"})),
    **dict.fromkeys(
        (
            "hwp",
            "hwpx",
            "hwt",
            "doc",
            "docx",
            "rtf",
            "xls",
            "xlsx",
            "ppt",
            "pptx",
            "pps",
            "ppsx",
            "odt",
            "ods",
            "odp",
        ),
        frozenset({"office", "zip"}),  # for any suffix: new files are zip, old or encrypted ones OLE
    ),
    **dict.fromkeys(("zip", "epub"), frozenset({"zip"})),
    **dict.fromkeys(PICTURES, frozenset[Format]({"picture"})),
    **dict.fromkeys(("7z", "rar", "alz", "egg", "gz", "mp3", "mp4", "avi", "mov", "wmv"), frozenset()),
    **dict.fromkeys(("txt", "csv", "md", "json", "ics"), frozenset({"text"})),
    **dict.fromkeys(("htm", "html", "xhtml", "mht", "mhtml", "xml"), frozenset({"page", "text"})),
}


def suffix(name: str) -> str:
    """A file name's suffix in lower case, without the dot; "" if it has none: "Vol. 3" has none."""
    match = _SUFFIX.search(name.strip())
    return match[1].lower() if match else ""


def contradiction(body: bytes, kind: str, names: Iterable[str], media_type: str) -> str:
    """Why these bytes cannot be the file or image (`kind`); "" if they can. `names` are its names;
    `media_type` is the declared one, which counts if no name has a suffix."""
    if not body:
        return "the file is empty"
    actual = certain_type(body)
    if actual is not None and actual not in _expected(kind, [suffix(name) for name in names], media_type):
        return f"the response is {_WORDS[actual]} instead of the {kind}"
    return file_ends.missing(body)


def _expected(kind: str, suffixes: list[str], media_type: str) -> frozenset[Format]:
    """The types that the bytes may have."""
    if kind == "image" or (media_type.startswith("image/") and not any(suffixes)):
        return _SUFFIXES["png"]
    if known := [_SUFFIXES[each] for each in suffixes if each in _SUFFIXES]:
        return frozenset[Format]().union(*known)
    if any(suffixes) and media_type != "text/html":
        return frozenset(_WORDS)
    return _SUFFIXES["pdf"] if media_type == "application/pdf" else frozenset(_WORDS) - {"page"}


def certain_type(body: bytes) -> Format | None:
    """The type of the bytes, if it is certain."""
    head = body[:_HEAD]
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    marks: dict[Format, bool] = {
        "zip": head.startswith((b"PK\x03\x04", b"PK\x05\x06")),
        "office": _OFFICE.match(text) is not None,
        "page": _PAGE.match(text) is not None,
        "picture": _PICTURE.match(head) is not None or (text.startswith(b"<") and b"<svg" in text),
        "pdf": b"%PDF-" in head,
        "text": _TEXT.fullmatch(head) is not None,
    }
    return next((name for name, so in marks.items() if so), None)
