"""From a value in the archive to the piece of the page that it was read from (`explain`)."""

from dataclasses import asdict
from pathlib import Path

from kistep_archive.evidence.pages import page, row_with_record_id
from kistep_archive.model.boards import Catalogue
from kistep_archive.model.documents import Document


def explain_field(
    post: Document, field: str, revision: int | None, folder: Path, catalogue: Catalogue
) -> Document:
    """The `pieces` of the page's source that a revision's field was read from, the `value` that the parser
    reads there now, the `selector` of the board's skin (null if the field is read by labels), the value
    `stored` in the archive (null if revisions do not store it), and the page's `evidence`. Raises
    ArchiveError (2, 4) and WarcError."""
    from kistep_archive.parse.explain import FIELDS, explain

    number = revision or len(post["revisions"])
    row = post["revisions"][number - 1]
    evidence_page = page(post, revision, folder)
    value, pieces, selector = explain(evidence_page, field, catalogue.board(evidence_page.url))
    return {
        "post": post["id"],
        "revision": number,
        "field": field,
        "value": value,
        "selector": selector,
        "stored": row.get(FIELDS[field][1]),
        "parser_version": row["parser_version"],
        "pieces": [asdict(piece) for piece in pieces],
        "evidence": row_with_record_id(row, folder)["evidence"],
    }
