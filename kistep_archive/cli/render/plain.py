"""What every command prints: JSON, and tables for people."""

import json
from typing import TYPE_CHECKING

from kistep_archive import display
from kistep_archive.display import printable
from kistep_archive.model.documents import Document

if TYPE_CHECKING:
    pass


def as_json(document: object) -> str:
    """One JSON document, readable and in the script of the text."""
    return json.dumps(document, ensure_ascii=False, indent=2)


def table(rows: list[Document], columns: dict[str, str]) -> str:
    """Rows as aligned columns (key -> heading); "nothing" if there are no rows."""
    if not rows:
        return "nothing"
    lines = [
        list(columns.values()),
        *([printable(row[key]).replace("\n", " ") for key in columns] for row in rows),
    ]
    widths = [max(display.cells(line[i]) for line in lines) for i in range(len(columns))]
    return "\n".join("  ".join(map(display.pad, line, widths)).rstrip() for line in lines)
