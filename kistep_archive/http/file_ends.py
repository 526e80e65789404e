"""Files without their end: transfers that broke off, with nothing in their headers that says so. Pure.

Only what the format's own end shows counts. What follows the end is no matter; a format without a certain end
passes.
"""

import re
from struct import iter_unpack, unpack_from

_END_OF_ZIP = b"PK\x05\x06"
_ZIP_TAIL = 22 + 0xFFFF  # a zip's last record has a comment of 64 KiB at the most
_FIRST_7Z = 32  # bytes of a 7z archive's first header
_PDF_TAIL = 4096  # readers look in the last 1 KiB; servers append some bytes of their own
_LINEARIZED = re.compile(
    rb"/Linearized\b[^>]{0,200}?/L\s{1,4}([0-9]{1,12})|/L\s{1,4}([0-9]{1,12})[^>]{0,200}?/Linearized\b"
)
_FREE = 0xFFFFFFFF
_HEADER = 512  # bytes of an OLE file's header
_HEADER_FATS = 109  # so many places of sector tables are in an OLE file's header


def missing(body: bytes) -> str:
    """What a file's bytes lack at their end; "" if nothing does or the format has no certain end."""
    if body.startswith(b"PK\x03\x04"):
        return "" if _has_directory(body) else _message("a zip archive without its directory")
    if body.startswith(b"\x89PNG\r\n"):
        return "" if b"IEND" in body[-4096:] else _message("a PNG picture without its last chunk")
    if body.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "" if _has_sectors(body) else _message("an office document without its last sectors")
    if body.startswith(b"7z\xbc\xaf\x27\x1c"):
        return "" if _has_last_header(body) else _message("a 7z archive without its last header")
    if b"%PDF-" in body[:1024]:
        return "" if _ends_as_pdf(body) else _message("a PDF without its %%EOF")
    return ""


def _message(what: str) -> str:
    return f"the file is incomplete: it is {what}, so the transfer broke off"


def _has_directory(body: bytes) -> bool:
    """Whether a zip's last record leads to a directory that stands right before it. A zip inside the zip has
    such a record too, whose directory counts from another start."""
    at = body.rfind(_END_OF_ZIP, max(0, len(body) - _ZIP_TAIL))
    while at >= 0:
        if at + 22 <= len(body):
            size, offset = unpack_from("<II", body, at + 12)
            if body[at - 20 : at - 16] == b"PK\x06\x07":  # a large zip has a second last record before it
                return True
            if size + offset == at and (not size or body[offset : offset + 4] == b"PK\x01\x02"):
                return True
        at = body.rfind(_END_OF_ZIP, max(0, len(body) - _ZIP_TAIL), at)
    return False


def _has_last_header(body: bytes) -> bool:
    """Whether a 7z archive has the header at its end to which its first one leads."""
    if len(body) < _FIRST_7Z:
        return False
    offset, size = unpack_from("<QQ", body, 12)
    return bool(_FIRST_7Z + offset + size <= len(body))


def _ends_as_pdf(body: bytes) -> bool:
    """Whether a PDF has its end mark, and the length that it says it has."""
    match = _LINEARIZED.search(body[:2048])
    length = int(match[1] or match[2]) if match else 0
    return b"%%EOF" in body[-_PDF_TAIL:] and length <= len(body)


def _has_sectors(body: bytes) -> bool:
    """Whether an OLE file holds the sectors that its sector tables say are in use."""
    if len(body) < _HEADER:
        return True  # too little to tell
    shift, tables = unpack_from("<H", body, 30)[0], unpack_from("<I", body, 44)[0]
    if shift not in (9, 12) or tables > _HEADER_FATS:
        return True
    places = [place for (place,) in iter_unpack("<I", body[76 : 76 + 4 * tables])]
    size = 1 << shift
    if any((place + 2) * size > len(body) for place in places):
        return False
    entries = [
        entry
        for place in places
        for (entry,) in iter_unpack("<I", body[(place + 1) * size : (place + 2) * size])
    ]
    last = max((at for at, entry in enumerate(entries) if entry != _FREE), default=-1)
    return bool((last + 1) * size < len(body))
