"""A copy of the archive for publishing: the tables that people need, without internals, in one compact SQLite
file."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from kistep_archive.export.tables.substrings import add_substrings
from kistep_archive.model.columns import POST, REVISION, Column

_KEYS = {"id": " PRIMARY KEY", "post_id": " NOT NULL REFERENCES posts (id)"}


def _table(name: str, listed: Iterable[Column]) -> str:
    """The statement that creates a table of these columns."""
    rules = {column.name: _KEYS.get(column.name, "" if column.nullable else " NOT NULL") for column in listed}
    defined = ", ".join(f"{column.name} {column.sql_type}{rules[column.name]}" for column in listed)
    return f"CREATE TABLE {name} ({defined}) STRICT"


_TABLES = f"""
{_table("posts", POST)};
{_table("revisions", REVISION)};
CREATE TABLE hits (post_id INTEGER NOT NULL REFERENCES posts (id), seen_at TEXT NOT NULL,
  hits INTEGER NOT NULL, seen_in TEXT NOT NULL) STRICT;
CREATE TABLE attachments (post_id INTEGER NOT NULL REFERENCES posts (id), seq INTEGER NOT NULL,
  name TEXT NOT NULL, url TEXT NOT NULL,
  media_type TEXT, size INTEGER, sha256 TEXT, fetched_at TEXT, warc_file TEXT, warc_offset INTEGER,
    kind TEXT NOT NULL) STRICT;
CREATE TABLE sources (post_id INTEGER NOT NULL REFERENCES posts (id), layout TEXT NOT NULL,
  board TEXT NOT NULL,
  number INTEGER NOT NULL, url TEXT NOT NULL, first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL) STRICT;
CREATE TABLE removals (post_id INTEGER NOT NULL REFERENCES posts (id), layout TEXT NOT NULL,
  number INTEGER NOT NULL,
  removed_at TEXT NOT NULL, returned_at TEXT) STRICT;
"""
_INDEXES = """
CREATE INDEX posts_board ON posts (board, number);
CREATE INDEX posts_date ON posts (date);
CREATE INDEX revisions_post ON revisions (post_id);
CREATE INDEX hits_post ON hits (post_id);
CREATE INDEX attachments_post ON attachments (post_id);
CREATE INDEX sources_post ON sources (post_id);
CREATE INDEX removals_post ON removals (post_id);
CREATE VIRTUAL TABLE [posts_fts] USING FTS5 (title, writer, body_text, content="posts", content_rowid="id",
  tokenize="unicode61 remove_diacritics 2");
INSERT INTO posts_fts (rowid, title, writer, body_text)
  SELECT id, indexed(title), indexed(writer), indexed(body_text) FROM posts;
INSERT INTO posts_fts (posts_fts) VALUES ('optimize');
"""
_FOLLOWING = ("revisions", "hits", "attachments", "sources", "removals")


def write_copy(conn: sqlite3.Connection, path: Path) -> None:
    """Writes the chosen posts, and their rows of the other views, to a database at `path`."""
    draft = path.with_name("draft")
    with closing(sqlite3.connect(draft, isolation_level=None)) as out:
        out.create_function("indexed", 1, lambda text: text and add_substrings(text), deterministic=True)
        out.execute("PRAGMA synchronous = OFF")
        out.execute("PRAGMA journal_mode = OFF").fetchone()
        out.execute("BEGIN")
        _run(out, _TABLES)
        _copy(
            conn,
            out,
            "SELECT posts.* FROM chosen CROSS JOIN posts ON posts.id = chosen.id ORDER BY chosen.id",
            "posts",
        )
        for view in _FOLLOWING:
            _copy(conn, out, f"SELECT * FROM {view} WHERE post_id IN (SELECT id FROM chosen)", view)
        _run(out, _INDEXES)
        out.execute("COMMIT")
        out.execute("VACUUM INTO ?", (str(path),))
    draft.unlink()


def tables(database: Path) -> dict[str, list[str]]:
    """The tables of a copy with their columns."""
    with closing(sqlite3.connect(database)) as conn:
        return {
            table: [name for (name,) in conn.execute("SELECT name FROM pragma_table_info(?)", (table,))]
            for table in ("posts", *_FOLLOWING)
        }


def _run(out: sqlite3.Connection, script: str) -> None:
    for statement in script.split(";"):
        out.execute(statement)


def _copy(conn: sqlite3.Connection, out: sqlite3.Connection, query: str, table: str) -> None:
    """Copies rows one at a time: an archive as of a day exists only as temporary views, which cannot be
    attached."""
    rows = conn.execute(query)
    names = [name for name, *_ in rows.description]
    out.executemany(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", map(tuple, rows)
    )
