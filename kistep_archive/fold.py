"""The parts of the fold: how a post that was read becomes source, revision, observation and files. Functions over an open transaction.

A post is a group of sources. Two sources of one board are one post when they are the only ones, one in each layout, that had this title
and date at first sight; where more fit, all stay apart.
"""

import json
import sqlite3
import unicodedata
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from kistep_archive.items import Post
from kistep_archive.page import Evidence
from kistep_archive.search import words

Outcome = Literal["new", "revised", "restored", "unchanged"]
_FIELDS = ("title", "writer", "date", "body_text", "body_html", "files")
_TEXT_FIELDS = _FIELDS[:4]


def source(conn: sqlite3.Connection, board: str, layout: str, number: int) -> sqlite3.Row | None:
    found = conn.execute("SELECT * FROM source WHERE board = ? AND layout = ? AND number = ?", (board, layout, number))
    row: sqlite3.Row | None = found.fetchone()
    return row


def first_sight(
    conn: sqlite3.Connection, board: str, url: str, post: Post, evidence: Evidence, parser_version: int, row: str | None
) -> None:
    """A post that was never seen under this address: its source, first revision, hits, files and words."""
    at, key = evidence.fetched_at, match_key(post.title, post.date)
    post_id, mate = _post_for(conn, board, post.layout, key)
    source_id = new_id(
        conn.execute(
            "INSERT INTO source (post_id, board, layout, number, url, match_key, listed, hits, first_seen_at, last_seen_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (post_id, board, post.layout, post.number, url, key, row, post.hits, at, at),
        )
    )
    conn.execute("UPDATE post SET source_id = ? WHERE id = ? AND (source_id IS NULL OR ? = 'es')", (source_id, post_id, post.layout))
    _first_revision(conn, source_id, mate, post, evidence, parser_version)
    if post.hits is not None:
        conn.execute("INSERT INTO hit (source_id, seen_at, hits) VALUES (?, ?, ?)", (source_id, at, post.hits))
    names = [name for _, _, name, _ in list_files(conn, source_id, post)]
    if mate is None:
        _feed(conn, post_id, post.title, post.writer, post.body_text, names)
    else:
        index(conn, source_id)


def seen_again(
    conn: sqlite3.Connection, before: sqlite3.Row, url: str, post: Post, evidence: Evidence, parser_version: int, row: str | None
) -> Outcome:
    """A post under an address that is known: an edit, a return, or nothing but another observation."""
    changed = _revise(conn, before["id"], post, evidence, parser_version)
    observe(conn, before["id"], post.hits, evidence.fetched_at)
    conn.execute(
        "UPDATE source SET url = ?, listed = coalesce(?, listed), last_seen_at = max(last_seen_at, ?), strikes = 0, strike_run = NULL, "
        "removed_at = NULL WHERE id = ?",
        (url, row, evidence.fetched_at, before["id"]),
    )
    if changed:
        list_files(conn, before["id"], post)
        index(conn, before["id"])
    return "restored" if before["removed_at"] is not None else "revised" if changed else "unchanged"


def _post_for(conn: sqlite3.Connection, board: str, layout: str, key: str) -> tuple[int, int | None]:
    """(post, the source it is shared with) for a new source: the one source of the other layout with this key makes them one post;
    where two or more fit, all stay apart, also those that were joined while only one was known."""
    mates = conn.execute("SELECT * FROM source WHERE board = ? AND match_key = ?", (board, key)).fetchall()
    if len(mates) == 1 and mates[0]["layout"] != layout:
        return mates[0]["post_id"], mates[0]["id"]
    for mate in mates:
        _part(conn, mate)
    return new_id(conn.execute("INSERT INTO post (source_id) VALUES (NULL)")), None


def _part(conn: sqlite3.Connection, source: sqlite3.Row) -> None:
    """Takes a legacy source out of a post that it was joined to; the current one keeps the post's id."""
    joined = conn.execute("SELECT count(*) FROM source WHERE post_id = ?", (source["post_id"],)).fetchone()[0] > 1
    if not joined or source["layout"] != "jsp":
        return
    post_id = new_id(conn.execute("INSERT INTO post (source_id) VALUES (?)", (source["id"],)))
    conn.execute("UPDATE source SET post_id = ? WHERE id = ?", (post_id, source["id"]))
    rest = conn.execute("SELECT id FROM source WHERE post_id = ?", (source["post_id"],)).fetchall()
    for source_id in [source["id"], *(row["id"] for row in rest)]:
        conn.execute(
            "UPDATE revision SET repeats = 0, changed = '[]' WHERE id = (SELECT min(id) FROM revision WHERE source_id = ?)", (source_id,)
        )
        index(conn, source_id)


def _revise(conn: sqlite3.Connection, source_id: int, post: Post, evidence: Evidence, parser_version: int) -> list[str]:
    """The fields that changed; a revision is made of them where there are any."""
    content = _content(post)
    changed = [field for field in _FIELDS if _last_revision(conn, source_id)[field] != content[field]]
    if changed:
        _revision(conn, source_id, content, changed, False, evidence, parser_version)
    return changed


def _first_revision(
    conn: sqlite3.Connection, source_id: int, mate: int | None, post: Post, evidence: Evidence, parser_version: int
) -> None:
    """A source's first revision; where the post is known under another address, an edit if it says something else, else a repetition."""
    content, differs = _content(post), list[str]()
    if mate is not None:
        other = _last_revision(conn, mate)
        differs = [field for field in _TEXT_FIELDS if _spaceless(other[field]) != _spaceless(content[field])]
    _revision(conn, source_id, content, differs, mate is not None and not differs, evidence, parser_version)


def _last_revision(conn: sqlite3.Connection, source_id: int) -> dict[str, Any]:
    return dict(conn.execute("SELECT * FROM revision WHERE source_id = ? ORDER BY id DESC LIMIT 1", (source_id,)).fetchone())


def _revision(
    conn: sqlite3.Connection,
    source_id: int,
    content: dict[str, Any],
    changed: list[str],
    repeats: bool,
    evidence: Evidence,
    parser_version: int,
) -> None:
    names = ["attachments" if field == "files" else field for field in changed]
    conn.execute(
        "INSERT INTO revision (source_id, seen_at, title, writer, date, body_text, body_html, files, changed, repeats, sha256, "
        "warc_file, warc_offset, parser_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            source_id,
            evidence.fetched_at,
            *(content[field] for field in _FIELDS),
            as_json(names),
            int(repeats),
            evidence.sha256,
            evidence.file,
            evidence.offset,
            parser_version,
        ),
    )


def replaced_file(conn: sqlite3.Connection, source_id: int, evidence: Evidence, parser_version: int) -> None:
    """A file has other bytes under the same address: a revision, or part of the one that the same run has just made of the post."""
    last = _last_revision(conn, source_id)
    if last["warc_file"] != evidence.file:
        _revision(conn, source_id, last, ["files"], False, evidence, parser_version)
    elif "attachments" not in (changed := json.loads(last["changed"])):
        conn.execute("UPDATE revision SET changed = ? WHERE id = ?", (as_json([*changed, "attachments"]), last["id"]))


def observe(conn: sqlite3.Connection, source_id: int, hits: int | None, at: str) -> None:
    if hits is not None and conn.execute("UPDATE source SET hits = ? WHERE id = ? AND hits IS NOT ?", (hits, source_id, hits)).rowcount:
        conn.execute("INSERT INTO hit (source_id, seen_at, hits) VALUES (?, ?, ?)", (source_id, at, hits))


def list_files(conn: sqlite3.Connection, source_id: int, post: Post) -> list[tuple[str, int, str, str]]:
    """Makes the files and images those of the post, (kind, seq, name, address) each; what was fetched of one that stays is kept."""
    wanted = [("file", file.seq, file.name, file.url) for file in post.attachments]
    wanted += [("image", seq, _file_name(url), url) for seq, url in enumerate(post.images, start=1)]
    held = {(row["kind"], row["seq"], row["url"]) for row in conn.execute("SELECT * FROM attachment WHERE source_id = ?", (source_id,))}
    kept = held & {(kind, seq, url) for kind, seq, _, url in wanted}
    for kind, seq, _ in held - kept:
        conn.execute("DELETE FROM attachment WHERE source_id = ? AND kind = ? AND seq = ?", (source_id, kind, seq))
    for kind, seq, name, url in wanted:
        if (kind, seq, url) not in kept:
            conn.execute(
                "INSERT INTO attachment (source_id, kind, seq, name, url) VALUES (?, ?, ?, ?, ?)", (source_id, kind, seq, name, url)
            )
    return wanted


def index(conn: sqlite3.Connection, source_id: int) -> None:
    """Feeds the full-text index anew with the state of the source's post."""
    post = conn.execute(
        "SELECT post_id, p.source_id, title, writer, body_text FROM revision r JOIN post p ON p.source_id = r.source_id JOIN source s "
        "ON s.id = p.source_id WHERE p.id = (SELECT post_id FROM source WHERE id = ?) ORDER BY r.id DESC LIMIT 1",
        (source_id,),
    ).fetchone()
    names = conn.execute("SELECT name FROM attachment WHERE source_id = ? ORDER BY kind, seq", (post["source_id"],)).fetchall()
    conn.execute("DELETE FROM post_text WHERE rowid = ?", (post["post_id"],))
    _feed(conn, post["post_id"], post["title"], post["writer"], post["body_text"], [row["name"] for row in names])


def _feed(conn: sqlite3.Connection, post_id: int, title: str, writer: str | None, body_text: str, names: list[str]) -> None:
    conn.execute(
        "INSERT INTO post_text (rowid, title, writer, body, files) VALUES (?, ?, ?, ?, ?)",
        (post_id, words(title), words(writer or ""), words(body_text), words(" ".join(names))),
    )


def match_key(title: str, date: str) -> str:
    """What two addresses of one post have in common: the date, and the title's letters and digits, folded."""
    letters = unicodedata.normalize("NFKC", title).casefold()
    return f"{date} {''.join(c for c in letters if c.isalnum())}"


def _content(post: Post) -> dict[str, Any]:
    files = [{"seq": file.seq, "name": file.name, "url": file.url} for file in post.attachments]
    return {
        "title": post.title,
        "writer": post.writer,
        "date": post.date,
        "body_text": post.body_text,
        "body_html": post.body_html,
        "files": as_json(files),
    }


def _spaceless(text: str | None) -> str:
    return "".join((text or "").split())


def _file_name(url: str) -> str:
    return unquote(urlsplit(url).path.rpartition("/")[2]) or "image"


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def new_id(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None
    return cursor.lastrowid
