"""`metadata.json` for Datasette, beside an exported database: what its tables and columns hold, what to
choose rows by, and questions to begin with."""

import json
from pathlib import Path
from typing import Any

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model import view_words

NAME = "metadata.json"
_SOURCE = "kistep-archive"

_QUERIES = {
    "posts-per-year": (
        "Posts per year",
        "SELECT substr(date, 1, 4) AS year, count(*) AS posts FROM posts GROUP BY year ORDER BY year",
    ),
    "removed": (
        "Posts that the site removed",
        "SELECT id, board, number, date, title, removed_at FROM posts WHERE removed_at IS NOT NULL "
        "ORDER BY removed_at DESC",
    ),
    "edited": (
        "Posts that were edited",
        "SELECT p.id, p.title, r.seen_at, r.changed FROM revisions r JOIN posts p ON p.id = r.post_id "
        "WHERE r.changed <> '[]' ORDER BY r.seen_at DESC",
    ),
    "most-read": (
        "The posts with the most hits",
        "SELECT id, date, title, hits FROM posts WHERE hits IS NOT NULL ORDER BY hits DESC LIMIT 50",
    ),
    "search": (
        "Find posts, best first",
        "SELECT posts.id, posts.date, posts.title FROM posts_fts JOIN posts ON posts.id = posts_fts.rowid "
        "WHERE posts_fts MATCH :words ORDER BY rank LIMIT 100",
    ),
}


def write(database: Path, columns: dict[str, list[str]]) -> None:
    """Writes the file beside the database, whose tables have these columns; what it says of other exported
    databases stays. Raises ArchiveError as `check` does."""
    before = check(database)
    place = database.with_name(NAME)
    databases = {**before.get("databases", {}), database.stem: _described(columns)}
    document = {
        "title": "kistep-archive",
        "description": "Posts of a board as they were archived.",
        "source": _SOURCE,
        **before,
        "databases": dict(sorted(databases.items())),
    }
    place.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def check(database: Path) -> Any:
    """The file that an export wrote beside the database before, {} if there is none. Raises ArchiveError (2)
    if somebody else wrote it."""
    place = database.with_name(NAME)
    if not place.exists():
        return {}
    try:
        before = json.loads(place.read_text(encoding="utf-8"))
        if before["source"] == _SOURCE and isinstance(before.get("databases", {}), dict):
            return before
    except (OSError, ValueError, TypeError, KeyError):
        pass
    raise ArchiveError(
        f"{place}: no export wrote this file, so it is not replaced; export the database to another folder",
        ExitCode.USAGE,
    )


def _described(columns: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "tables": {table: _table(table, names) for table, names in columns.items()},
        "queries": {name: {"title": title, "sql": sql} for name, (title, sql) in _QUERIES.items()},
    }


def _table(table: str, names: list[str]) -> dict[str, Any]:
    words = view_words.views()[table]
    units = view_words.units(names)
    return {
        "title": words.title,
        "description": view_words.plain(words.description),
        "columns": {
            name: view_words.plain(said) for name in names if (said := view_words.column(table, name))
        },
        **({"label_column": words.label} if words.label else {}),
        **({"units": units} if units else {}),
        **({"facets": list(words.facets)} if words.facets else {}),
        **({"sort_desc": words.newest} if words.newest else {}),
    }
