"""One post from the archive: read-only, from the views, while a crawl may be writing. Imports only what
starts fast."""

import json
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from kistep_archive.display import plural
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.columns import CONTENT
from kistep_archive.model.documents import Document
from kistep_archive.query.validation import replace_surrogates

if TYPE_CHECKING:
    from kistep_archive.model.boards import Catalogue


_T = TypeVar("_T")


def find_post(conn: sqlite3.Connection, reference: str, catalogue: "Catalogue") -> Document:
    """One post by its id, `board/number` or any spelling of its URL, with its revisions, sources, files and
    hits.

    Raises ArchiveError (2) if the archive has no such post.
    """
    row = post_row(conn, reference, catalogue)
    related = {
        view: [dict(r) for r in conn.execute(f"SELECT * FROM {view} WHERE post_id = ?", (row["id"],))]
        for view in ("revisions", "sources", "attachments", "hits")
    }
    for revision in related["revisions"]:
        revision["changed"] = json.loads(revision["changed"])
    for related_row in (*related["revisions"], *related["attachments"]):
        related_row["evidence"] = evidence_of(conn, related_row)
    return {
        **dict(row),
        "revisions": related["revisions"],
        "sources": related["sources"],
        "attachments": related["attachments"],
        "hits_series": [
            {name: hit[name] for name in ("seen_at", "hits", "seen_in")} for hit in related["hits"]
        ],
    }


def evidence_of(conn: sqlite3.Connection, row: Document) -> Document | None:
    """Where the bytes of a revision or a file are; None for a file without bytes. `pages.with_record_ids`
    adds the record's id."""
    if row["warc_file"] is None:
        return None
    place = row["warc_file"], row["warc_offset"]
    page = conn.execute(
        "SELECT url, fetched_at, warc_length FROM pages WHERE warc_file = ? AND warc_offset = ?", place
    ).fetchone()
    url, fetched_at, length = page or (None, None, None)
    return {
        "file": place[0],
        "offset": place[1],
        "length": length,
        "record_id": None,
        "sha256": row["sha256"],
        "url": url,
        "fetched_at": fetched_at,
    }


def post_row(conn: sqlite3.Connection, reference: str, catalogue: "Catalogue") -> sqlite3.Row:
    """The row of `posts` with this id, `board/number` or any spelling of its URL. A number that is no id may
    be the site's number, if only one post has it.

    Raises ArchiveError (2) if the archive has no such post.
    """
    text = replace_surrogates(reference).strip()
    named = _Named.by(text, catalogue)
    row = _row(conn, named and _post_id(conn, named))
    if row is None and named and named.may_be_id:
        row = _row(conn, _id_by_number(conn, text, named))
    if row is None:
        advice = (
            "use its id, board/number, number on the site or URL, or find it with 'kistep-archive search'"
        )
        advice = nothing_yet(conn) or advice
        raise ArchiveError(f"no post {reference!r} in this archive; {advice}", ExitCode.USAGE)
    return row


def _row(conn: sqlite3.Connection, post_id: int | None) -> sqlite3.Row | None:
    row: sqlite3.Row | None = conn.execute("SELECT * FROM posts WHERE id = ?", (post_id,)).fetchone()
    return row


def nothing_yet(conn: sqlite3.Connection) -> str:
    """A remark for an archive that is shown as of an instant before its first post, "" for any other."""
    if not conn.execute("SELECT 1 FROM temp.sqlite_master WHERE name = 'horizon'").fetchone():
        return ""
    seen = "SELECT 1 FROM main.sighting JOIN horizon WHERE seen_at < at OR seen_at = second LIMIT 1"
    if conn.execute(seen).fetchone():
        return ""
    first = conn.execute("SELECT min(first_seen_at) FROM main.source").fetchone()[0]
    words = "the archive's first post was seen on {day}: choose that day or a later one for --as-of"
    return words.format(day=first[:10]) if first else ""


def last_page(conn: sqlite3.Connection, url: str, catalogue: "Catalogue") -> sqlite3.Row:
    """The row of `pages` of the last response from an address, whatever its outcome. Raises ArchiveError
    (2)."""
    row: sqlite3.Row | None = conn.execute(
        "SELECT * FROM pages WHERE url IN (?, ?) ORDER BY run_id DESC, fetched_at DESC, warc_offset DESC "
        "LIMIT 1",
        (replace_surrogates(url), catalogue.canonical(replace_surrogates(url))),
    ).fetchone()
    if row is None:
        raise ArchiveError(
            f"no page of {url!r} in this archive; give the address of a page that was fetched (the "
            "view 'pages' lists them all)",
            ExitCode.USAGE,
        )
    return row


def candidates(conn: sqlite3.Connection, reference: str, catalogue: "Catalogue") -> list[int]:
    """The ids of all posts that a reference may name, whatever the instant as of which the archive is
    asked."""
    named = _Named.by(replace_surrogates(reference).strip(), catalogue)
    if named is None:
        return []
    sql = f"SELECT post_id FROM main.source WHERE number = ? AND board IN ({_places(named.boards)})"
    rows = conn.execute(sql, (named.number, *named.boards))
    return [*(post_id for (post_id,) in rows), *([named.number] if named.may_be_id else [])]


def file_page(conn: sqlite3.Connection, sha256: str) -> sqlite3.Row:
    """The row of `pages` of the first response with the bytes of a file or an image. Raises ArchiveError
    (2)."""
    row: sqlite3.Row | None = conn.execute(
        "SELECT * FROM pages WHERE sha256 = ? AND kind IN ('file', 'image') AND outcome = 'saved' "
        "ORDER BY run_id, warc_offset LIMIT 1",
        (replace_surrogates(sha256),),
    ).fetchone()
    if row is None:
        raise ArchiveError(f"no file with the digest {sha256!r} in this archive", ExitCode.USAGE)
    return row


class _Named(NamedTuple):
    """What a reference says: a post's number on one of some boards, on one layout or on any; it `may_be_id`
    of a post too."""

    number: int
    boards: tuple[str, ...]
    layout: str | None = None
    may_be_id: bool = False

    @classmethod
    def by(cls, reference: str, catalogue: "Catalogue") -> "_Named | None":
        """What a text says; None if it can name no post."""
        if reference.isascii() and reference.isdecimal():
            boards = sorted({row.name for row in catalogue.rows})
            return cls(int(reference[:18]), tuple(boards), may_be_id=True)
        from kistep_archive.model.urls import locate

        board, _, number = reference.partition("/")
        layout = None
        if (location := locate(reference)) and location.kind == "post":
            row = catalogue.board(reference)
            board, number, layout = row.name if row else "", str(location.number), location.layout
        if not (number.isascii() and number.isdecimal()):
            return None
        return cls(int(number[:18]), (board,), layout)


def _places(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _post_id(conn: sqlite3.Connection, named: _Named) -> int | None:
    if named.may_be_id:
        return named.number
    source = conn.execute(
        "SELECT post_id FROM sources WHERE board = ? AND number = ? AND (? IS NULL OR layout = ?) "
        "ORDER BY layout = 'es' DESC, first_seen_at DESC LIMIT 1",  # the last one that had the number
        (*named.boards, named.number, named.layout, named.layout),
    ).fetchone()
    return source and int(source["post_id"])


def _id_by_number(conn: sqlite3.Connection, reference: str, named: _Named) -> int | None:
    """The one post that the site shows under this number. Raises ArchiveError (2) if there are several."""
    rows = conn.execute(
        "SELECT post_id, board, url, layout FROM sources WHERE number = ? "
        f"AND board IN ({_places(named.boards)}) ORDER BY board, layout = 'es' DESC, first_seen_at DESC",
        (named.number, *named.boards),
    ).fetchall()
    if len({row["post_id"] for row in rows}) < 2:
        return int(rows[0]["post_id"]) if rows else None
    names = [f"{row['board']}/{reference}" for row in rows]
    likely = dict.fromkeys(
        name if names.index(name) == place else row["url"]
        for place, (name, row) in enumerate(zip(names, rows, strict=True))
    )
    raise ArchiveError(
        f"{reference} is the number of several posts; did you mean {' or '.join(likely)}?", ExitCode.USAGE
    )


def at_revision(post: Document, revision: int | None) -> Document:
    """The post with the content of its Nth revision (1 is the oldest) and that number as `revision`; without
    a number the post as it is. Attachments are those of that revision if the revisions have them (see
    `history.revisions`). Raises ArchiveError (2) if there is no such revision."""
    if revision is None:
        return post
    then = nth(post["id"], post["revisions"], revision)
    content = {field: then[field] for field in CONTENT}
    return {
        **post,
        **content,
        "attachments": then.get("attachments", post["attachments"]),
        "revision": revision,
    }


def nth(post: int, revisions: list[_T], number: int) -> _T:
    """A post's revision by its number, 1 is the oldest. Raises ArchiveError (2) if there is no such
    revision."""
    if not 1 <= number <= len(revisions):
        raise ArchiveError(
            f"post {post} has {plural(len(revisions), 'revision')}; there is no revision {number}; "
            f"see 'kistep-archive history {post}'",
            ExitCode.USAGE,
        )
    return revisions[number - 1]
