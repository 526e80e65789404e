"""From a value in the archive to the piece of the page that it was read from (`explain`)."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from kistep_archive.evidence.pages import page, row_with_record_id
from kistep_archive.model.boards import Catalogue
from kistep_archive.model.documents import Document

if TYPE_CHECKING:
    from kistep_archive.parse.explain import ReadPage


def explain_field(
    post: Document, field: str, revision: int | None, folder: Path, catalogue: Catalogue
) -> Document:
    """Where a revision's field was read from. Raises ArchiveError (2, 4) and WarcError."""
    from kistep_archive.parse import explain

    number = revision or len(post["revisions"])
    evidence_page = page(post, number, folder)
    read = explain.read(evidence_page, catalogue.board(evidence_page.url))
    answer = explained(post, field, number, read)
    return answer | {"evidence": row_with_record_id(post["revisions"][number - 1], folder)["evidence"]}


def explained(post: Document, field: str, number: int, read: "ReadPage") -> Document:
    """The `pieces` of the page's source that a field of the Nth revision was read from, the `value` that the
    parser reads there now, the `selector` of the board's skin (null if the field is read by labels), and the
    value `stored` in the archive (null if revisions do not store it). Raises ArchiveError (2)."""
    from kistep_archive.parse.explain import FIELDS, explain

    value, pieces, selector = explain(read, field)
    row = post["revisions"][number - 1]
    return {
        "post": post["id"],
        "revision": number,
        "field": field,
        "value": value,
        "selector": selector,
        "stored": row.get(FIELDS[field][1]),
        "parser_version": row["parser_version"],
        "pieces": [asdict(piece) for piece in pieces],
    }
