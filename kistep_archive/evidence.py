"""From a revision or a file to its exact bytes: what the database does not hold of the way there is read from the record itself."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from kistep_archive import kept, warc
from kistep_archive.errors import ArchiveError
from kistep_archive.page import Page, PageError, content, digest
from kistep_archive.warc import WarcError

Answer = dict[str, Any]


def named(post: Answer, folder: Path) -> Answer:
    """The post with the id of each record that it was read from; null where the WARC file is not there. Raises WarcError for damage."""
    return {**post, **{rows: [named_row(row, folder) for row in post[rows]] for rows in ("revisions", "attachments")}}


def named_row(row: Answer, folder: Path) -> Answer:
    """A row that has evidence, with the id of its record. Raises WarcError for damage."""
    evidence = row["evidence"]
    if evidence is None or evidence["offset"] is None or not warc.is_kept(folder, evidence["file"]):
        return row
    return {**row, "evidence": {**evidence, "record_id": kept.record_id(folder, evidence["file"], evidence["offset"])}}


def page(post: Answer, revision: int | None, folder: Path) -> Page:
    """The page behind a post's Nth revision (1 is the oldest), or behind its last one. Raises WarcError."""
    evidence = post["revisions"][(revision or 0) - 1]["evidence"]
    return warc.read(folder, evidence["file"], evidence["offset"])


def proven(folder: Path, file: str, offset: int, sha256: str) -> Page:
    """The page kept there, held against the digest that the database names. Raises WarcError."""
    kept_page = warc.read(folder, file, offset)
    if digest(kept_page.body) != sha256:
        raise WarcError(f"{file} at {offset}: the payload is not the one that the database names")
    return kept_page


def explained(post: Answer, field: str, revision: int | None, folder: Path) -> Answer:
    """From which piece of its page a revision's field was read: `pieces` of the source, the `value` that the parser reads there now, the
    value `stored` (null for what no revision holds), where the page is kept. Raises ArchiveError (2, 4) and WarcError."""
    from kistep_archive.explain import FIELDS, explain

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


def unpacked(of: Page) -> bytes:
    """The page's bytes without their content encoding. Raises ArchiveError (4) where they cannot be unpacked."""
    try:
        return content(of)
    except PageError as error:
        raise ArchiveError(f"{error}; its bytes as they came: --raw", 4) from error
