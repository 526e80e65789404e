"""What a site writes before the name of a file in one text with it: a label, the file's number on the page,
its size or its downloads. A writer's file may be named so too, if its link, title or address says so."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from urllib.parse import unquote

from kistep_archive.model.items import ParsedFile
from kistep_archive.parse.files import file_names
from kistep_archive.parse.files.file_names import FILE
from kistep_archive.parse.files.files import Offer
from kistep_archive.parse.text import Element, content, line

_SIGN = r"(?:\s?[|/·:,–-]\s?|\s)"
_WORDS = r"(?:첨부\s?파일|첨부|attach(?:ed\sfiles?|ments?))"
_LABEL = re.compile(rf"(?:{_WORDS}{_SIGN}|[(\[<]{_WORDS}[)\]>]{_SIGN}?+)(?=\S)", re.I)
_NUMBER = rf"(?:{_WORDS}|붙임|files?)\s?(?:no\.?\s?)?(?P<number>[0-9]{{1,3}}+)"
_NUMBERED = re.compile(rf"[(\[<]?{_NUMBER}(?:[.)\]>]\s?|{_SIGN})(?=\S)", re.I)
_MEASURE = r"[0-9][0-9.,]{0,12}\s?(?:[KMGT]?bytes?|[KMGT]i?B)"
# a round size without a sign behind it may well begin a name: "5MB limits.pdf"
_SIZE = re.compile(
    rf"(?:[(\[]\s?(?P<boxed>{_MEASURE})\s?[)\]]{_SIGN}?+|(?P<parted>{_MEASURE})\s?[|/·:,–-]\s?"
    r"|(?P<measured>(?:[0-9]{1,6}\.[0-9]{1,3}|[0-9]{1,3}(?:,[0-9]{3})+)\s?(?:[KMGT]?bytes?|[KMGT]i?B))\s)(?=\S)",
    re.I,
)
_COUNT = re.compile(
    rf"[(\[]?(?:(?:다운로드|내려받기|downloads?)\s?:?\s?)?[0-9][0-9,]{{0,9}}+\s?(?:회|downloads?|times)[)\]]?{_SIGN}(?=\S)",
    re.I,
)
_LABEL_END = re.compile(rf"(?:{_WORDS}|붙임|files?)\s?[:：]?\s?\Z", re.I)
_BOXES, _ITEMS, _NEAR, _LONG = ("li", "dd", "td", "tr", "p", "div"), ("li", "dd", "tr"), 4, 1000
_BULLET = re.compile(r"[•·▪◦‣]\s?(?=\S)")


def strip_leads(offers: Sequence[Offer]) -> list[Offer]:
    """The files with their names alone. A number behind a label counts only if all files have theirs in the
    order of the page."""
    numbers = [_NUMBERED.match(file.name) for file, _ in offers]
    is_counted = all(match and int(match["number"]) == at for at, match in enumerate(numbers, start=1))
    return [(_strip_lead(file, links, numbered=is_counted), links) for file, links in offers]


def _strip_lead(file: ParsedFile, links: Sequence[Element], *, numbered: bool) -> ParsedFile:
    """A file without what stands before its name. `numbered`: a label with a number is the site's."""
    name, size = file.name, file.size_text
    is_label = (numbered or not _NUMBERED.match(name)) and not _is_labelled(name, links)
    patterns = (_BULLET, *((_NUMBERED, _LABEL) if is_label else ()), *(() if size else (_SIZE, _COUNT)))
    for pattern in patterns:
        match = pattern.match(name)
        if match is None or not FILE.search(name[match.end() :]):
            continue
        name = name[match.end() :]
        if pattern is _SIZE:
            size = line(next(filter(None, match.groups())))
    return (
        file
        if name == file.name or _has_witness(file.name, links)
        else replace(file, name=name, size_text=size)
    )


def _is_labelled(name: str, links: Sequence[Element]) -> bool:
    """Whether a label stands right before a name, so that what the name begins with is its own."""
    for box in islice(links[0].iterancestors(*_BOXES), _NEAR):
        before, shown_name, _ = content(box)[:_LONG].partition(name)
        if shown_name and before:
            return _LABEL_END.search(before) is not None
        if box.tag in _ITEMS:
            return False
    return False


def _has_witness(name: str, links: Sequence[Element]) -> bool:
    """Whether something besides the words of a file's links has its name."""
    titles = (line(link.get(key) or "") for link in links for key in ("download", "title"))
    addresses = (unquote((link.get("href") or "").replace("+", " ")) for link in links)
    wanted = file_names.pack(name)
    return any(file_names.pack(text) == wanted for text in titles) or any(
        wanted in file_names.pack(text) for text in addresses
    )
