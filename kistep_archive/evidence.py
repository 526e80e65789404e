"""From a revision or a file to its exact bytes: what the database does not hold of the way there is read from the record itself."""

from pathlib import Path
from typing import Any

from kistep_archive import members, warc
from kistep_archive.errors import ArchiveError
from kistep_archive.page import Page, PageError, content

Answer = dict[str, Any]


def named(post: Answer, folder: Path) -> Answer:
    """The post with the id of each record that it was read from; null where the WARC file is not there. Raises WarcError for damage."""
    return {**post, **{rows: [_named(row, folder) for row in post[rows]] for rows in ("revisions", "attachments")}}


def _named(row: Answer, folder: Path) -> Answer:
    evidence = row["evidence"]
    if evidence is None or not warc.is_kept(folder, evidence["file"]):
        return row
    return {**row, "evidence": {**evidence, "record_id": members.record_id(folder, evidence["file"], evidence["offset"])}}


def page(post: Answer, revision: int | None, folder: Path) -> Page:
    """The page behind a post's Nth revision (1 is the oldest), or behind its last one. Raises WarcError."""
    evidence = post["revisions"][(revision or 0) - 1]["evidence"]
    return warc.read(folder, evidence["file"], evidence["offset"])


def unpacked(of: Page) -> bytes:
    """The page's bytes without their content encoding. Raises ArchiveError (4) where they cannot be unpacked."""
    try:
        return content(of)
    except PageError as error:
        raise ArchiveError(f"{error}; its bytes as they came: --raw", 4) from error
