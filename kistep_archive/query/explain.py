"""From a value in the archive to the piece of the page that it was read from."""

from dataclasses import asdict
from pathlib import Path

from kistep_archive.evidence.pages import Answer, named_row, page


def explained(post: Answer, field: str, revision: int | None, folder: Path) -> Answer:
    """From which piece of its page a revision's field was read: `pieces` of the source, the `value` that the parser reads there now, the
    value `stored` (null for what no revision holds), where the page is kept. Raises ArchiveError (2, 4) and WarcError."""
    from kistep_archive.parse.explain import FIELDS, explain

    number = revision or len(post["revisions"])
    revised = post["revisions"][number - 1]
    value, pieces = explain(page(post, revision, folder), field)
    return {
        "post": post["id"],
        "revision": number,
        "field": field,
        "value": value,
        "stored": revised.get(FIELDS[field][1]),
        "parser_version": revised["parser_version"],
        "pieces": [asdict(piece) for piece in pieces],
        "evidence": named_row(revised, folder)["evidence"],
    }
