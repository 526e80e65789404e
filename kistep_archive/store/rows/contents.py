"""Contents of posts: each content is stored once, however often it is seen, and its words go into the
full-text index. Functions over an open transaction."""

import json
import sqlite3
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import unquote, urlsplit

from kistep_archive.http.response import uri
from kistep_archive.model.columns import CONTENT
from kistep_archive.model.items import ParsedPost
from kistep_archive.model.revisions import Content
from kistep_archive.model.tokens import words
from kistep_archive.store.rows import bodies
from kistep_archive.store.transaction import new_id

Listed = list[tuple[str, int, str, str]]  # files and images as a page lists them: kind, seq, name, address

_INSERT = f"INSERT INTO content (source_id, digest, {', '.join(CONTENT)}) VALUES (?, ?{', ?' * len(CONTENT)})"
_HTML = f"{bodies.unpack_sql('content')} AS body_html"
_READ = (
    f"SELECT {', '.join({'body_html': _HTML}.get(name, name) for name in CONTENT)} FROM content WHERE id = ?"
)
_FIRST = ("title", "writer", "date", "body_text", "body_html")  # the columns of version 0.1.0
_WANT = "INSERT OR IGNORE INTO wanted SELECT :url WHERE NOT EXISTS (SELECT 1 FROM file WHERE url = :url)"
# of a listed file: as the server called it last, otherwise as the page does
_NAME = (
    "coalesce((SELECT name FROM file WHERE url = l.url AND name <> '' ORDER BY ordered_at DESC, id DESC "
    "LIMIT 1), l.name)"
)
_LATER = tuple(name for name in CONTENT if name not in _FIRST)


@dataclass(frozen=True, slots=True)
class Draft:
    """A content read from a page; its digest shows whether the archive has it already."""

    content: Content
    files: Listed
    digest: str


def draft(post: ParsedPost) -> Draft:
    """The draft of a post that was read."""
    values = {name: getattr(post, name) for name in CONTENT}
    files = [("file", file.seq, file.name, uri(file.url)) for file in post.attachments]
    files += [("image", seq, _file_name(url), uri(url)) for seq, url in enumerate(post.images, start=1)]
    content = Content(values, tuple((file.seq, file.name, file.url) for file in post.attachments))
    return Draft(content, files, digest(content, files))


def digest(content: Content, files: Listed) -> str:
    """The sha256 of a content, in hex. A column that was added later counts only if it has a value, so older
    digests stay the same."""
    later = {name: content.fields[name] for name in _LATER if content.fields[name] is not None}
    values = (*(content.fields[name] for name in _FIRST), files, *([later] if later else []))
    return sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()


def read(conn: sqlite3.Connection, content_id: int) -> Content:
    """A stored content."""
    row = conn.execute(_READ, (content_id,)).fetchone()
    files = conn.execute(
        "SELECT seq, name, url FROM listed_file WHERE content_id = ? AND kind = 'file' ORDER BY seq",
        (content_id,),
    )
    return Content({name: row[name] for name in CONTENT}, tuple(tuple(file) for file in files))


def keep(conn: sqlite3.Connection, source_id: int, draft: Draft) -> int:
    """The id of a source's content; stores it if the source did not show it before."""
    stored = conn.execute(
        "SELECT id FROM content WHERE source_id = ? AND digest = ?", (source_id, draft.digest)
    ).fetchone()
    return stored["id"] if stored else add(conn, source_id, draft)


def add(conn: sqlite3.Connection, source_id: int, draft: Draft) -> int:
    """Stores a content that the source did not show before; returns its id."""
    values = draft.content.fields
    stored = {**values, "body_html": bodies.pack(values["body_text"] or "", values["body_html"] or "")}
    content_id = new_id(conn.execute(_INSERT, (source_id, draft.digest, *(stored[name] for name in CONTENT))))
    for file in draft.files:
        conn.execute(
            "INSERT INTO listed_file (content_id, kind, seq, name, url) VALUES (?, ?, ?, ?, ?)",
            (content_id, *file),
        )
        conn.execute(_WANT, {"url": file[-1]})
    names = _names(conn, content_id) if draft.files else []
    _put_in(conn, content_id, _words(values["title"], values["writer"], values["body_text"], names))
    return content_id


def index_all(conn: sqlite3.Connection) -> None:
    """Writes all contents to the full-text index, which is empty."""
    for (content_id,) in conn.execute("SELECT id FROM content ORDER BY id"):
        index(conn, content_id)


def index(conn: sqlite3.Connection, content_id: int) -> None:
    """Writes a content to the full-text index, with the file names that the server gave last."""
    _put_in(conn, content_id, _index_words(conn, content_id))


def unindex(conn: sqlite3.Connection, content_id: int) -> None:
    """Takes a content out of the full-text index, before anything changes that it was written from. The index
    has no copy of the texts: it takes out the words that it is told, and they must be the same."""
    conn.execute(
        "INSERT INTO content_text (content_text, rowid, title, writer, body, files) "
        "VALUES ('delete', ?, ?, ?, ?, ?)",
        (content_id, *_index_words(conn, content_id)),
    )


def contents_naming(conn: sqlite3.Connection, url: str, name: str) -> list[int]:
    """The contents that list a file, and that show it under another name than this one."""
    query = f"SELECT DISTINCT content_id FROM listed_file l WHERE url = ? AND {_NAME} <> ?"
    return [content_id for (content_id,) in conn.execute(query, (url, name))]


_Words = tuple[str, str, str, str]  # of the title, the writer, the body, the names of files and images


def _index_words(conn: sqlite3.Connection, content_id: int) -> _Words:
    query = "SELECT title, writer, body_text FROM content WHERE id = ?"
    title, writer, body = conn.execute(query, (content_id,)).fetchone()
    return _words(title, writer, body, _names(conn, content_id))


def _names(conn: sqlite3.Connection, content_id: int) -> list[str]:
    query = f"SELECT {_NAME} FROM listed_file l WHERE content_id = ? ORDER BY id"
    return [name for (name,) in conn.execute(query, (content_id,))]


def _words(title: str | None, writer: str | None, body: str | None, files: list[str]) -> _Words:
    return words(title or ""), words(writer or ""), words(body or ""), words(" ".join(files))


def _put_in(conn: sqlite3.Connection, content_id: int, words: _Words) -> None:
    query = "INSERT INTO content_text (rowid, title, writer, body, files) VALUES (?, ?, ?, ?, ?)"
    conn.execute(query, (content_id, *words))


def _file_name(url: str) -> str:
    return unquote(urlsplit(url).path.rpartition("/")[2]) or "image"


def listed_as(conn: sqlite3.Connection, url: str) -> tuple[str, str]:
    """(kind, name) of this address as a post lists it: a file or an image; empty if no post lists it."""
    row = conn.execute(
        "SELECT kind, name FROM listed_file WHERE url = ? ORDER BY id DESC LIMIT 1", (url,)
    ).fetchone()
    return (row["kind"], row["name"]) if row else ("", "")
