"""Changes as text and as rows."""

from dataclasses import asdict, fields

from kistep_archive.cli.render.rows import Columns
from kistep_archive.display import plural, printable
from kistep_archive.model.documents import Document
from kistep_archive.query.changes import Change

COLUMNS = Columns(
    tuple(field.name for field in fields(Change)), ("at", "kind", "board", "number", "title", "title_before")
)


def as_document(changes: list[Change]) -> Document:
    """The changes as plain data."""
    rows = [asdict(change) | {"changed": list(change.changed)} for change in changes]
    return {"total": len(rows), "results": rows}


def as_text(changes: list[Change]) -> str:
    """A line per change; below a revision what changed, with the title that it had before."""
    lines = [f"{plural(len(changes), 'change')}{':' if changes else ''}"]
    for change in changes:
        lines += [
            f"{change.at[:19]}Z  {change.kind:<8}  {change.board}/{change.number}  {change.title}",
            *([f"    {_difference(change)}"] if change.changed else []),
        ]
    return printable("\n".join(lines))


def _difference(change: Change) -> str:
    names = ", ".join(change.changed)
    return names if change.title_before is None else f"{names}; the title before: {change.title_before}"
