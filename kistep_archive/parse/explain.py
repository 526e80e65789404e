"""Which piece of a page's source a value comes from.

The parser reads elements, which do not know their place in the source: menus, control characters and second
frames are removed before lxml sees the page. So this module first numbers each start tag with its own offset
in the source, as an attribute. Then the page is parsed as always, and the elements that the parser uses have
numbers. A piece counts as exact only if the numbered page gives the same item and the piece has the element's
text. Otherwise the piece is the element as the parser had it, and is marked so.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from html import unescape
from typing import Any

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.http.response import Page, PageError, content, text
from kistep_archive.model.boards import Board
from kistep_archive.model.items import ParsedPost
from kistep_archive.parse import parser, trace

# field on the command line -> (field of the trace, field of the item)
FIELDS = {
    "title": ("title", "title"),
    "writer": ("writer", "writer"),
    "date": ("date", "date"),
    "hits": ("hits", "hits"),
    "body": ("body", "body_text"),
    "body_text": ("body", "body_text"),
    "body_html": ("body", "body_html"),
    "attachments": ("attachments", "attachments"),
    "number": ("number", "number"),
}

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\s/>])(?P"
    r"<head>(?:[^>\"']|\"[^\"]*+\"|'[^']*+')*+>)"
    r"(?P<inside>.*?)</(?P=raw)\s*+>|<(?P<open>[a-z][^\s/>]*+)(?:[^>\"']|\"[^\"]*+\"|'[^']*+')*+>|</(?P"
    r"<close>[a-z][^\s/>]*+)[^>]*+>|<[!?][^>]*+>",
    re.S | re.I,
)
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a page: its source, and if it is `exact` its line and column (from 1, in characters) and its
    offset and length in bytes in the decompressed page. If it is not `exact`, `source` is the element as the
    parser had it, and the places are None."""

    source: str
    exact: bool
    line: int | None
    column: int | None
    byte_offset: int | None
    byte_length: int | None


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page of a post, read once for all of its fields: its source, the item, and the places of each
    field."""

    page: Page
    source: str
    item: ParsedPost
    places: dict[str, list[trace.TracedPlace]]
    board: Board | None


def read(page: Page, board: Board | None = None) -> ReadPage:
    """Reads a page. Raises ArchiveError (4) if the parser cannot read it."""
    try:
        source = text(page, board.encoding if board else "")
        return ReadPage(page, source, *_read(page, source, board), board)
    except (parser.ParseError, PageError) as error:
        raise ArchiveError(str(error), ExitCode.SITE_CHANGED) from error


def explain(of: ReadPage, field: str) -> tuple[Any, list[Piece], str | None]:
    """(the value of a post's field, the pieces of the page that it comes from: one for each file of
    attachments, none for a number that only the address has; the selector of the board's skin, if it gives
    the field). Raises ArchiveError (2) for an unknown field or one that the page leaves empty."""
    if field not in FIELDS:
        raise ArchiveError(f"{field}: unknown field; known are {', '.join(FIELDS)}", ExitCode.USAGE)
    traced, name = FIELDS[field]
    value = getattr(of.item, name)
    if value is None or value == ():
        raise ArchiveError(f"{field}: the page at {of.page.url} leaves it empty", ExitCode.USAGE)
    shown = [asdict(each) for each in value] if name == "attachments" else value
    pieces = [_piece(of.page, of.source, place) for place in of.places.get(traced, [])]
    return shown, pieces, trace.selector(of.page, traced, of.board)


def _read(
    page: Page, source: str, board: Board | None
) -> tuple[ParsedPost, dict[str, list[trace.TracedPlace]]]:
    """The item and the places of its fields; the places have no numbers if numbering the tags would change
    the item."""
    mark = "data-at"
    while mark in source:
        mark += "x"
    plain, places = trace.read(page, mark, board)
    numbered = Page(
        page.url,
        page.fetched_at,
        page.status,
        (("Content-Type", "text/html;charset=utf-8"),),
        _number_tags(source, mark).encode(),
    )
    try:
        item, exact = trace.read(numbered, mark, board and replace(board, encoding=""))
    except parser.ParseError:
        return plain, places
    return plain, exact if item == plain else places


def _number_tags(source: str, mark: str) -> str:
    """The source with its own offset in each start tag."""
    pieces, at = [], 0
    for token in _TOKEN.finditer(source):
        if name := token["open"] or token["raw"]:
            end = token.start() + 1 + len(name)
            pieces.append(f'{source[at:end]} {mark}="{token.start()}"')
            at = end
    return "".join([*pieces, source[at:]])


def _piece(page: Page, source: str, place: trace.TracedPlace) -> Piece:
    spans = [_span(source, spot) for spot in place]
    if any(span is None for span in spans):
        return Piece("".join(spot.html for spot in place), False, None, None, None, None)
    start, end = min(span[0] for span in spans if span), max(span[1] for span in spans if span)
    line, column = source.count("\n", 0, start) + 1, start - source.rfind("\n", 0, start)
    offset, length = _in_bytes(page, source, start, end)
    return Piece(source[start:end], True, line, column, offset, length)


def _span(source: str, spot: trace.Spot) -> tuple[int, int] | None:
    """Where the element starts and ends in the source; None if that is uncertain."""
    if spot.at is None:
        return None
    end = _end(source, spot.at, len(source) if spot.until is None else spot.until)
    return (spot.at, end) if "".join("".join(_words(source[spot.at : end])).split()) == spot.text else None


def _end(source: str, start: int, until: int) -> int:
    """The end of the element that starts there: after its end tag, or where its parent or the next element
    ends it."""
    inside: list[str] = []
    for token in _TOKEN.finditer(source, start, until):
        if (name := token["open"]) and name.lower() not in _VOID:
            inside.append(name.lower())
        elif (name := token["close"]) and name.lower() in inside:
            while inside.pop() != name.lower():
                pass
        elif token["close"]:
            return token.start()
        if not inside:
            return token.end()
    return until


def _words(piece: str) -> Iterator[str]:
    """The text of a piece of source."""
    at = 0
    for token in _TOKEN.finditer(piece):
        yield unescape(piece[at : token.start()])
        yield token["inside"] or ""
        at = token.end()
    yield unescape(piece[at:])


def _in_bytes(page: Page, source: str, start: int, end: int) -> tuple[int | None, int | None]:
    """(offset, length) of a piece of text in the decompressed page's own encoding; None if that is
    uncertain."""
    unpacked, piece = content(page), source[start:end]
    for encoding, before in (("utf-8", unpacked.startswith(b"\xef\xbb\xbf") * 3), ("cp949", 0)):
        try:
            offset = before + len(source[:start].encode(encoding))
            if unpacked[offset:].startswith(wanted := piece.encode(encoding)):
                return offset, len(wanted)
        except UnicodeEncodeError:
            continue
    return None, None
