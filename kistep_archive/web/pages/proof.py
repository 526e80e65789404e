"""The proof of a post: where each field was read from in the page's own HTML, the exchange that brought it,
and how to check it with other tools."""

from dataclasses import dataclass
from typing import Any

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.evidence import pages
from kistep_archive.http.response import PageError, text
from kistep_archive.model.documents import Document
from kistep_archive.parse import explain
from kistep_archive.query.exchanges import exchange
from kistep_archive.query.explain import explained
from kistep_archive.web import addresses
from kistep_archive.web.pages import post as post_page
from kistep_archive.web.pages.page import Page, PageNotFoundError, Visit

_FIELDS = ("title", "writer", "date", "hits", "body_text", "attachments")
_AROUND = 120  # characters of the page shown on each side of a piece
_MOST = 4_000  # characters of a piece that are shown


@dataclass(frozen=True, slots=True)
class ShownPiece:
    """A piece of a page's source with what stands around it, and where it is: None if that is uncertain."""

    before: str
    source: str
    after: str
    is_cut: bool
    line: int | None
    column: int | None
    byte_offset: int | None
    byte_length: int | None


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field, the value that the parser reads in the page, the pieces that it comes from, and the selector
    of the skin that found it; `problem` says why there is none."""

    name: str
    value: Any
    pieces: tuple[ShownPiece, ...]
    selector: str | None = None
    problem: str = ""


def proof(visit: Visit, board: str, name: str, number: str = "") -> Page:
    """The proof of a revision, of the last one if none is named. Raises PageNotFoundError; ArchiveError (5)
    if the evidence is damaged."""
    found = post_page.find(visit, board, name)
    revisions = list(visit.archive.revisions(found))
    chosen = int(number or len(revisions))
    if chosen > len(revisions):
        raise PageNotFoundError(visit.texts("This post has {revisions} revisions.", revisions=len(revisions)))
    revision, document = revisions[chosen - 1], visit.archive.document(found)
    fields = _fields(document, chosen, visit)
    path = addresses.post(found)
    evidence = document["revisions"][chosen - 1]["evidence"]
    return Page(
        path=f"{path}/proof/{number}" if number else f"{path}/proof",
        template="proof.html",
        title=visit.texts("Proof: {title}", title=revision.title),
        values={
            "post": found,
            "post_path": path,
            "revision": revision,
            "number": chosen,
            "count": len(revisions),
            "fields": fields,
            "exchange": exchange(visit.archive.warc, revision.warc_file, revision.warc_offset),
            "evidence": evidence,
        },
        document={
            "post": found.id,
            "revision": chosen,
            "evidence": evidence,
            "fields": [_plain(field) for field in fields],
        },
    )


def source(visit: Visit, post: int, number: int) -> str:
    """The source of a revision's page as the browser decodes it. Raises ArchiveError (4) if it cannot."""
    revision = visit.archive.revision(post, number)
    page = pages.read(visit.archive.warc, revision.warc_file, revision.warc_offset)
    board = visit.archive.catalogue.board(page.url)
    try:
        return text(page, board.encoding if board else "")
    except PageError as error:
        raise ArchiveError(str(error), ExitCode.SITE_CHANGED) from error


def _fields(document: Document, number: int, visit: Visit) -> list[ShownField]:
    page = pages.page(document, number, visit.archive.warc)
    try:
        read = explain.read(page, visit.archive.catalogue.board(page.url))
    except ArchiveError as error:
        return [ShownField(name, None, (), problem=str(error)) for name in _FIELDS]
    return [_field(document, name, number, read) for name in _FIELDS]


def _field(document: Document, name: str, number: int, read: explain.ReadPage) -> ShownField:
    try:
        told = explained(document, name, number, read)
    except ArchiveError as error:  # the page leaves it empty
        return ShownField(name, None, (), problem=str(error))
    pieces = tuple(_piece(piece, read.source) for piece in told["pieces"])
    return ShownField(name, told["value"], pieces, told["selector"])


def _piece(piece: Document, source: str) -> ShownPiece:
    before, after = "", ""
    if piece["exact"]:
        lines = source.split("\n", piece["line"] - 1)
        start = len(source) - len(lines[-1]) + piece["column"] - 1
        end = start + len(piece["source"])
        before, after = source[max(0, start - _AROUND) : start], source[end : end + _AROUND]
    places = {name: piece[name] for name in ("line", "column", "byte_offset", "byte_length")}
    shown = piece["source"][:_MOST]
    return ShownPiece(before, shown, after, len(piece["source"]) > _MOST, **places)


def _plain(field: ShownField) -> Document:
    return {
        "field": field.name,
        "value": field.value,
        "selector": field.selector,
        "problem": field.problem,
        "pieces": [
            {"source": piece.source, "line": piece.line, "column": piece.column}
            | {"byte_offset": piece.byte_offset, "byte_length": piece.byte_length}
            for piece in field.pieces
        ],
    }
