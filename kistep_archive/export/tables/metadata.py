"""`metadata.json` for Datasette, beside an exported database: what its tables and columns hold, what to
choose rows by, and questions to begin with."""

import json
from pathlib import Path
from typing import Any

from kistep_archive.errors import ArchiveError, ExitCode

NAME = "metadata.json"
_SOURCE = "kistep-archive"

_TABLES = {
    "posts": ("Posts", "One row for each post, in its latest state."),
    "revisions": ("Revisions", "One row for each state of a post: the first one, and one for each edit."),
    "hits": ("Hits", "How often a post had been read, each time that the number had changed."),
    "attachments": ("Files and images", "The files of each post, and the images of its body."),
    "sources": ("Addresses", "The addresses under which a post was seen; a moved post has two."),
    "removals": ("Removals", "When a post was missing on the site."),
}
_SHARED = {
    "id": "The number of the row.",
    "post_id": "The post's id.",
    "board": "The board's name.",
    "number": "The post's number in the site's address.",
    "layout": "How the site looked: es is today's, jsp the one before 2022.",
    "url": "The address.",
    "title": "The title.",
    "writer": "Who wrote it, as the page says.",
    "date": "The post's own day.",
    "body_text": "The text of the body.",
    "body_html": "The body as sanitised HTML.",
    "seen_at": "When it was seen (UTC).",
    "first_seen_at": "When the archive first saw it (UTC).",
    "last_seen_at": "When the archive last saw it (UTC).",
    "removed_at": "Since when it is missing on the site (UTC); empty while it is there.",
    "returned_at": "When the site showed it again (UTC).",
    "sha256": "The digest of the bytes as they came.",
    "warc_file": "The evidence file with the bytes.",
    "warc_offset": "Where their record begins in that file, in bytes.",
    "parser_version": "The version of the parser that read it.",
    "hits": "How often it had been read.",
    "seen_in": "What showed the number: post or listing; that of a listing may be older.",
    "revisions": "How many states it had.",
    "changed": "The fields that differ from the state before, as JSON.",
    "seq": "The file's place on the page, counted from 1.",
    "name": "The name of the file.",
    "media_type": "The type of the file.",
    "size": "Its size in bytes.",
    "fetched_at": "When it was fetched (UTC).",
    "kind": "file or image.",
}
_FACETS = {
    "posts": ["board", "writer", {"date": "date"}],
    "revisions": ["writer"],
    "hits": ["seen_in"],
    "attachments": ["kind", "media_type"],
    "sources": ["board", "layout"],
}
_ORDER = {"posts": "date", "revisions": "seen_at", "hits": "seen_at", "removals": "removed_at"}
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
    title, description = _TABLES[table]
    return {
        "title": title,
        "description": description,
        "columns": {name: _SHARED[name] for name in names if name in _SHARED},
        **({"label_column": "title"} if table == "posts" else {}),
        **({"units": {"size": "byte"}} if "size" in names else {}),
        **({"facets": _FACETS[table]} if table in _FACETS else {}),
        **({"sort_desc": _ORDER[table]} if table in _ORDER else {}),
    }
