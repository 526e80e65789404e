"""The search of a published site: SQLite's own build for browsers, and a database with the tokens of the
program's full-text index. Everything is a script, because a page from a disk may load nothing else."""

import json
import sqlite3
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from kistep_archive.api import Archive
from kistep_archive.model.tokens import words
from kistep_archive.query.rows import Post
from kistep_archive.web import addresses
from kistep_archive.web.links import Links

_PER_CHUNK = 20  # as in static/search.js
_SCHEMA = """
PRAGMA page_size = 4096;
CREATE TABLE post (id INTEGER PRIMARY KEY, href TEXT, board TEXT, number INTEGER, title TEXT, writer TEXT,
  date TEXT, removed INTEGER) STRICT;
CREATE VIRTUAL TABLE search USING fts5 (title, writer, body, files, content = '',
  tokenize = 'unicode61 remove_diacritics 2');
"""
_EXPORT = "export { sqlite3InitModule as default"


def search_files(archive: Archive) -> Iterator[tuple[str, bytes]]:
    """(path, content) of each file of the search."""
    source = files("kistep_archive.web.publish").joinpath("sqlite_wasm")
    yield "search/sqlite3.js", _classic(source.joinpath("index.mjs").read_text(encoding="utf-8"))
    yield "search/wasm.js", _assigned("kistepWasm", source.joinpath("sqlite3.wasm").read_bytes())
    yield "search/database.js", _assigned("kistepDatabase", _database(archive))
    for chunk, posts in groupby(sorted(archive.posts(), key=_id), key=lambda post: post.id // _PER_CHUNK):
        entries = json.dumps([(post.id, post.body_text) for post in posts], ensure_ascii=False)
        yield f"search/texts/{chunk}.js", f"kistepTexts({entries});\n".encode("utf-8", "replace")


def _id(post: Post) -> int:
    return post.id


def _classic(module: str) -> bytes:
    """A module as a classic script, which browsers load from a disk too."""
    body = module[: module.index(_EXPORT)].replace("import.meta.url", "document.baseURI")
    return f"(() => {{\n{body}\nglobalThis.kistepSqlite = sqlite3InitModule;\n}})();\n".encode()


def _assigned(name: str, content: bytes) -> bytes:
    return f'globalThis.{name} = "{b64encode(content).decode()}";\n'.encode()


def _database(archive: Archive) -> bytes:
    """The database of the search: what a list of results shows, and the index."""
    links = Links("", published=True)
    with tempfile.TemporaryDirectory(prefix="kistep-archive-") as folder:
        path = Path(folder, "search.db")
        with closing(sqlite3.connect(path, isolation_level=None)) as conn:
            conn.executescript(_SCHEMA)
            conn.execute("BEGIN")
            for post in archive.posts():
                _add(conn, archive, post, links)
            conn.execute("INSERT INTO search (search) VALUES ('optimize')")
            conn.execute("COMMIT")
            conn.execute("VACUUM")
        return path.read_bytes()


def _add(conn: sqlite3.Connection, archive: Archive, post: Post, links: Links) -> None:
    names = " ".join(file.name for file in archive.attachments(post))
    href = links.page(addresses.post(post))
    facts = (post.id, href, post.board, post.number, post.title, post.writer, post.date)
    conn.execute("INSERT INTO post VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*facts, post.removed_at is not None))
    indexed = map(words, (post.title, post.writer or "", post.body_text, names))
    conn.execute(
        "INSERT INTO search (rowid, title, writer, body, files) VALUES (?, ?, ?, ?, ?)", (post.id, *indexed)
    )
