"""The form of a page: its encoding, and the skin that its marks name."""

import re
from collections.abc import Iterator

from kistep_archive.http import charsets
from kistep_archive.http.response import Page, PageError, content
from kistep_archive.model.items import Listing, ParsedPost
from kistep_archive.operate.doctor.findings import DoctorFinding, ok, warn
from kistep_archive.parse import trace

_SKIN_MARKS = {  # what identifies the known skins of a listing
    "table (tstyle_list)": rb"tstyle_list",
    "publication list": rb"publication_list",
    "report list": rb"report_list",
    "newer skin (goPage)": rb"board-list",
    "legacy table (board_wrap_bbs)": rb"board_wrap_bbs",
    "gallery": rb"gallery_list",
    "legacy, later (tbl_list)": rb"tbl_list",
}
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_TAG = re.compile(r"<[^>]{1,120}>")


def encoding(area: str, page: Page) -> Iterator[DoctorFinding]:
    """Compares the encoding that a page declares with its bytes."""
    try:
        body = content(page)
    except PageError as error:
        yield warn(area, f"cannot be decompressed: {error}", "try again; if it happens again, report it")
        return
    header, meta = _HEADER.search(page.header("Content-Type")), _META.search(body, 0, 4096)
    declared = {
        "header": header[1] if header else "",
        "meta": meta[1].decode("ascii", "replace") if meta else "",
    }
    names = {place: name for place, name in declared.items() if name}
    fits = [name for name in (charsets.UTF8, charsets.KOREAN) if charsets.decode(body, name) is not None]
    places = " and ".join(f"{name} in the {place}" for place, name in names.items())
    actual = "plain ASCII" if body.isascii() else " or ".join(fits) or "neither UTF-8 nor cp949"
    words = f"encoding {f'declared {places}' if names else 'not declared'}; the bytes are {actual}"
    if all(charsets.codec(name) in fits for name in names.values()) and names:
        yield ok(area, words)
    else:
        yield warn(area, words, "nothing to do: the parser uses the encoding that fits, or refuses the page")


def skin(area: str, page: Page, item: Listing | ParsedPost) -> Iterator[DoctorFinding]:
    """Names the skin by its marks; the parser does not need them."""
    if isinstance(item, ParsedPost):
        _, spots = trace.read(page, "data-none")
        tags = {
            field: _TAG.match(places[0][-1].html)
            for field, places in spots.items()
            if places and places[0] and field != "attachments"
        }
        yield ok(area, "skin: " + ", ".join(f"{field} in {tag[0]}" for field, tag in tags.items() if tag))
        return
    names = [name for name, mark in _SKIN_MARKS.items() if re.search(mark, content(page))]
    if names:
        yield ok(area, f"skin: {', '.join(names)}")
    else:
        words = "skin: unknown; the parser found the rows by their links"
        yield warn(area, words, "compare the rows below with the page in a browser")
