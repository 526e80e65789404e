"""The parts of the fold: how a post that was read becomes source, content, sighting, observation and words. Functions over an open
transaction.

A post is a group of sources. Two sources of one board are one post when they are the only ones, one in each layout, that had this title
and date at first sight; where more fit, all stay apart.

Pages of a crawl come in the order of the archive's runs, whatever the clock says; captures that others made come in any order and
are put where their date belongs (`live` is False for those).
"""

import json
import sqlite3
import unicodedata
from hashlib import sha256
from typing import Literal
from urllib.parse import unquote, urlsplit

from kistep_archive.http.response import uri
from kistep_archive.model.items import Post
from kistep_archive.model.revisions import Content, Sight, Told, differing, further, said, told
from kistep_archive.model.tokens import words
from kistep_archive.warc.location import Evidence

Effect = Literal["new", "revised", "restored", "unchanged"]
Listed = list[tuple[str, int, str, str]]  # files and images as a page lists them: kind, seq, name, address


def source(conn: sqlite3.Connection, board: str, layout: str, number: int) -> sqlite3.Row | None:
    found = conn.execute(
        "SELECT s.*, c.digest FROM source s LEFT JOIN content c ON c.id = s.content_id WHERE board = ? AND layout = ? AND number = ?",
        (board, layout, number),
    )
    row: sqlite3.Row | None = found.fetchone()
    return row


def order(evidence: Evidence, before: str | None, live: bool) -> str:
    """Where a sighting belongs among the others: by its date, and what a crawl sees is never older than what is known."""
    return max(evidence.fetched_at, before) if live and before else evidence.fetched_at


def first_sight(
    conn: sqlite3.Connection, board: str, url: str, post: Post, evidence: Evidence, parser_version: int, row: str | None, live: bool
) -> None:
    """A post that was never seen under this address."""
    at, key = evidence.fetched_at, match_key(post.title, post.date)
    post_id, mate = _post_for(conn, board, post.layout, key)
    ordered = order(evidence, mate["ordered_at"] if mate else None, live)
    source_id = new_id(
        conn.execute(
            "INSERT INTO source (post_id, board, layout, number, url, match_key, listed, hits, hits_at, first_seen_at, last_seen_at, "
            "ordered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (post_id, board, post.layout, post.number, url, key, row, post.hits, None if post.hits is None else at, at, at, ordered),
        )
    )
    content, files = _content(post), _listed(post)
    content_id = _new_content(conn, source_id, content, files, _digest(content, files))
    conn.execute("UPDATE source SET content_id = ? WHERE id = ?", (content_id, source_id))
    conn.execute("UPDATE post SET source_id = ? WHERE id = ? AND (source_id IS NULL OR ? = 'es')", (source_id, post_id, post.layout))
    if post.hits is not None:
        _hit(conn, source_id, at, ordered, post.hits)
    if mate is None:
        sighting(conn, source_id, content_id, ordered, Told([]), evidence, parser_version)
    elif ordered >= mate["ordered_at"]:
        says = further(content_of(conn, mate["content_id"]), content)
        sighting(conn, source_id, content_id, ordered, says, evidence, parser_version)
    else:
        sighting(conn, source_id, content_id, ordered, Told(None), evidence, parser_version)
        settle(conn, post_id)


def seen_again(
    conn: sqlite3.Connection,
    before: sqlite3.Row,
    url: str,
    post: Post,
    evidence: Evidence,
    parser_version: int,
    row: str | None,
    live: bool,
) -> Effect:
    """A post under an address that is known: an edit, a return, or nothing but another observation."""
    ordered = order(evidence, before["ordered_at"], live)
    observe(conn, before, post.hits, evidence, ordered)
    revised = _sight(conn, before, post, evidence, parser_version, ordered)
    newest = ordered >= before["ordered_at"]
    conn.execute(
        "UPDATE source SET url = iif(?, ?, url), listed = coalesce(?, listed), first_seen_at = min(first_seen_at, ?), "
        "last_seen_at = max(last_seen_at, ?), ordered_at = max(ordered_at, ?) WHERE id = ?",
        (newest, url, row, evidence.fetched_at, evidence.fetched_at, ordered, before["id"]),
    )
    if _returned(conn, before, evidence, live):
        return "restored"
    return "revised" if revised else "unchanged"


def _sight(conn: sqlite3.Connection, before: sqlite3.Row, post: Post, evidence: Evidence, parser_version: int, ordered: str) -> bool:
    """Keeps the sighting; True where it makes a revision."""
    content, files = _content(post), _listed(post)
    digest = _digest(content, files)
    content_id = before["content_id"] if digest == before["digest"] else _known_content(conn, before["id"], content, files, digest)
    if ordered < before["ordered_at"]:
        sighting_id = sighting(conn, before["id"], content_id, ordered, Told(None), evidence, parser_version)
        settle(conn, before["post_id"])
        told_now = conn.execute("SELECT changed FROM sighting WHERE id = ?", (sighting_id,)).fetchone()[0]
        return told_now is not None
    changed = differing(content_of(conn, before["content_id"]), content) if content_id != before["content_id"] else []
    sighting(conn, before["id"], content_id, ordered, Told(changed or None), evidence, parser_version)
    if content_id != before["content_id"]:
        conn.execute("UPDATE source SET content_id = ? WHERE id = ?", (content_id, before["id"]))
    return bool(changed)


def _returned(conn: sqlite3.Connection, before: sqlite3.Row, evidence: Evidence, live: bool) -> bool:
    """Clears strikes, and ends a removal that the sighting came after."""
    if not live and (before["removed_at"] is None or evidence.fetched_at <= before["removed_at"]):
        return False
    conn.execute("UPDATE source SET strikes = 0, strike_run = NULL, removed_at = NULL WHERE id = ?", (before["id"],))
    if before["removed_at"] is None:
        return False
    conn.execute("UPDATE removal SET returned_at = ? WHERE source_id = ? AND returned_at IS NULL", (evidence.fetched_at, before["id"]))
    return True


# joining and parting


def _post_for(conn: sqlite3.Connection, board: str, layout: str, key: str) -> tuple[int, sqlite3.Row | None]:
    """(post, the source it is shared with) for a new source: the one source of the other layout with this key makes them one post;
    where two or more fit, all stay apart, also those that were joined while only one was known."""
    mates = conn.execute("SELECT * FROM source WHERE board = ? AND match_key = ?", (board, key)).fetchall()
    if len(mates) == 1 and mates[0]["layout"] != layout:
        return mates[0]["post_id"], mates[0]
    for mate in mates:
        _part(conn, mate)
    return new_id(conn.execute("INSERT INTO post (source_id) VALUES (NULL)")), None


def _part(conn: sqlite3.Connection, mate: sqlite3.Row) -> None:
    """Takes a legacy source out of a post that it was joined to; the current one keeps the post's id."""
    joined = conn.execute("SELECT count(*) FROM source WHERE post_id = ?", (mate["post_id"],)).fetchone()[0] > 1
    if not joined or mate["layout"] != "jsp":
        return
    post_id = new_id(conn.execute("INSERT INTO post (source_id) VALUES (?)", (mate["id"],)))
    conn.execute("UPDATE source SET post_id = ? WHERE id = ?", (post_id, mate["id"]))
    settle(conn, post_id)
    settle(conn, mate["post_id"])


def settle(conn: sqlite3.Connection, post_id: int) -> None:
    """Tells anew which of the post's sightings are revisions, and what its sources say last, from all sightings in order."""
    rows = conn.execute(
        "SELECT g.* FROM sighting g JOIN source s ON s.id = g.source_id WHERE s.post_id = ? ORDER BY g.ordered_at, g.id", (post_id,)
    ).fetchall()
    ids = said([(row["source_id"], row["content_id"], row["file_url"] is not None) for row in rows])
    contents = {content_id: content_of(conn, content_id) for content_id in set(ids)}
    sights = [
        Sight(row["source_id"], contents[content_id], row["seen_at"], row["warc_file"], row["file_url"])
        for row, content_id in zip(rows, ids, strict=True)
    ]
    for row, content_id, says in zip(rows, ids, told(sights), strict=True):
        values = (content_id, _names(says), says.repeats, row["id"])
        conn.execute("UPDATE sighting SET content_id = ?, changed = ?, repeats = ? WHERE id = ?", values)
    for source_id, content_id in dict(zip([row["source_id"] for row in rows], ids, strict=True)).items():
        conn.execute("UPDATE source SET content_id = ? WHERE id = ?", (content_id, source_id))


# contents, sightings, observations


def content_of(conn: sqlite3.Connection, content_id: int) -> Content:
    row = conn.execute("SELECT * FROM content WHERE id = ?", (content_id,)).fetchone()
    files = conn.execute("SELECT seq, name, url FROM listed_file WHERE content_id = ? AND kind = 'file' ORDER BY seq", (content_id,))
    return Content(row["title"], row["writer"], row["date"], row["body_text"], row["body_html"], tuple(tuple(file) for file in files))


def _known_content(conn: sqlite3.Connection, source_id: int, content: Content, files: Listed, digest: str) -> int:
    """The content's id, also where it was said before and comes back."""
    held = conn.execute("SELECT id FROM content WHERE source_id = ? AND digest = ?", (source_id, digest)).fetchone()
    return held["id"] if held else _new_content(conn, source_id, content, files, digest)


def _new_content(conn: sqlite3.Connection, source_id: int, content: Content, files: Listed, digest: str) -> int:
    content_id = new_id(
        conn.execute(
            "INSERT INTO content (source_id, digest, title, writer, date, body_text, body_html) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (source_id, digest, content.title, content.writer, content.date, content.body_text, content.body_html),
        )
    )
    for file in files:
        conn.execute("INSERT INTO listed_file (content_id, kind, seq, name, url) VALUES (?, ?, ?, ?, ?)", (content_id, *file))
    _feed(conn, content_id, content.title, content.writer, content.body_text, [name for _, _, name, _ in files])
    return content_id


def sighting(
    conn: sqlite3.Connection,
    source_id: int,
    content_id: int,
    ordered: str,
    says: Told,
    evidence: Evidence,
    parser_version: int,
    file_url: str | None = None,
) -> int:
    return new_id(
        conn.execute(
            "INSERT INTO sighting (source_id, content_id, seen_at, ordered_at, changed, repeats, file_url, sha256, warc_file, "
            "warc_offset, parser_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                source_id,
                content_id,
                evidence.fetched_at,
                ordered,
                _names(says),
                says.repeats,
                file_url,
                evidence.sha256,
                evidence.file,
                evidence.offset,
                parser_version,
            ),
        )
    )


def observe(conn: sqlite3.Connection, before: sqlite3.Row, hits: int | None, evidence: Evidence, ordered: str) -> None:
    """Hits that a page or a listing row shows, where they differ from those before."""
    if hits is None:
        return
    if before["hits"] is None or ordered >= before["ordered_at"]:
        if hits != before["hits"]:
            _hit(conn, before["id"], evidence.fetched_at, ordered, hits)
        conn.execute("UPDATE source SET hits = ?, hits_at = ? WHERE id = ?", (hits, evidence.fetched_at, before["id"]))
        return
    earlier, later = (
        conn.execute(f"SELECT hits FROM hit WHERE source_id = ? AND ordered_at {side}, id DESC LIMIT 1", (before["id"], ordered)).fetchone()
        for side in ("<= ? ORDER BY ordered_at DESC", "> ? ORDER BY ordered_at")
    )
    if earlier is None or earlier["hits"] != hits:
        _hit(conn, before["id"], evidence.fetched_at, ordered, hits)
        if later is None and hits != before["hits"]:  # the last observation made no row, being equal to what is now the one before
            _hit(conn, before["id"], before["hits_at"], before["ordered_at"], before["hits"])


def _hit(conn: sqlite3.Connection, source_id: int, at: str, ordered: str, hits: int) -> None:
    conn.execute("INSERT INTO hit (source_id, seen_at, ordered_at, hits) VALUES (?, ?, ?, ?)", (source_id, at, ordered, hits))


def index(conn: sqlite3.Connection, content_id: int) -> None:
    """Feeds the full-text index anew with a content, its files under the names that the server gave last."""
    content = conn.execute("SELECT * FROM content WHERE id = ?", (content_id,)).fetchone()
    names = conn.execute(
        "SELECT coalesce((SELECT name FROM file WHERE url = l.url AND name <> '' ORDER BY ordered_at DESC, id DESC LIMIT 1), name) "
        "FROM listed_file l WHERE content_id = ? ORDER BY id",
        (content_id,),
    ).fetchall()
    conn.execute("DELETE FROM content_text WHERE rowid = ?", (content_id,))
    _feed(conn, content_id, content["title"], content["writer"], content["body_text"], [name for (name,) in names])


def _feed(conn: sqlite3.Connection, content_id: int, title: str, writer: str | None, body_text: str, names: list[str]) -> None:
    conn.execute(
        "INSERT INTO content_text (rowid, title, writer, body, files) VALUES (?, ?, ?, ?, ?)",
        (content_id, words(title), words(writer or ""), words(body_text), words(" ".join(names))),
    )


# values


def match_key(title: str, date: str) -> str:
    """What two addresses of one post have in common: the date, and the title's letters and digits, folded."""
    letters = unicodedata.normalize("NFKC", title).casefold()
    return f"{date} {''.join(c for c in letters if c.isalnum())}"


def _content(post: Post) -> Content:
    files = tuple((file.seq, file.name, file.url) for file in post.attachments)
    return Content(post.title, post.writer, post.date, post.body_text, post.body_html, files)


def _listed(post: Post) -> Listed:
    files = [("file", file.seq, file.name, uri(file.url)) for file in post.attachments]
    return files + [("image", seq, _file_name(url), uri(url)) for seq, url in enumerate(post.images, start=1)]


def _digest(content: Content, files: Listed) -> str:
    values = (content.title, content.writer, content.date, content.body_text, content.body_html, files)
    return sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()


def _names(says: Told) -> str | None:
    return None if says.changed is None else as_json(says.changed)


def _file_name(url: str) -> str:
    return unquote(urlsplit(url).path.rpartition("/")[2]) or "image"


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def new_id(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None
    return cursor.lastrowid
