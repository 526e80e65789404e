"""Files and images of posts as text and as rows."""

from collections.abc import Sequence
from dataclasses import asdict, fields

from kistep_archive.cli.render import plain
from kistep_archive.cli.render.rows import Columns
from kistep_archive.display import plural
from kistep_archive.model.documents import Document
from kistep_archive.query.files import PostFile

COLUMNS = Columns(
    tuple(field.name for field in fields(PostFile)),
    ("post_id", "board", "number", "kind", "size", "media_type", "name", "path"),
)
_TEXT = ("post_id", "kind", "size", "media_type", "name")


def as_document(files: Sequence[PostFile]) -> Document:
    """The files as plain data."""
    return {"total": len(files), "results": [asdict(file) for file in files]}


def as_text(files: Sequence[PostFile]) -> str:
    """A table, and how many there are."""
    if not files:
        return how_many(files)
    headings = {name: name.upper().replace("_", " ") for name in _TEXT}
    table = plain.table([asdict(file) for file in files], headings, plain.terminal_room())
    return f"{table}\n{how_many(files)}"


def how_many(files: Sequence[PostFile]) -> str:
    """`3 files and 1 image of 2 posts, 8,192 bytes; 1 was never fetched`."""
    kinds = [file.kind for file in files]
    posts = plural(len({file.post_id for file in files}), "post")
    size = plural(sum(file.size or 0 for file in files), "byte")
    unknown = sum(file.sha256 is None for file in files)
    missing = f"; {unknown:,} {'was' if unknown == 1 else 'were'} never fetched" if unknown else ""
    counted = f"{plural(kinds.count('file'), 'file')} and {plural(kinds.count('image'), 'image')}"
    return f"{counted} of {posts}, {size}{missing}"
