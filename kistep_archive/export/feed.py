"""The entries of a feed: new posts, revisions, removals and returns, the latest first."""

import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from html import escape
from pathlib import Path

from kistep_archive.display import some_of
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.export import feed_formats
from kistep_archive.export.destination import STDOUT, check_destination, replacing, send
from kistep_archive.export.diff_html import as_html
from kistep_archive.export.feed_formats import Enclosure, Feed, FeedEntry, tag
from kistep_archive.export.formats import FEEDS
from kistep_archive.model.boards import Board, Catalogue
from kistep_archive.model.documents import Document
from kistep_archive.query import history, latest
from kistep_archive.query.diff import compare
from kistep_archive.query.filters import Filters

_PRESENCE = {
    "removed": ("Removed", "The site does not show this post any more. The archive keeps it."),
    "returned": ("Back again", "The site shows this post again."),
}
_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")
_KOREA = timezone(timedelta(hours=9))


@dataclass(frozen=True, slots=True)
class FeedResult:
    """The number of entries of a feed, and whether it was `written`: an identical file is left alone."""

    entries: int
    written: bool


def read(
    conn: sqlite3.Connection, filters: Filters, limit: int, catalogue: Catalogue, address: str = ""
) -> Feed:
    """The feed of the latest changes of the matching posts. Begins a transaction, so that a crawl can keep
    writing. Raises ArchiveError (2) for a wrong `address`."""
    if address and not _ADDRESS.fullmatch(address):
        raise ArchiveError(
            f"--url {address}: not a complete address; write it as https://example.org/kistep.atom",
            ExitCode.USAGE,
        )
    entries = tuple(_entry(conn, row, catalogue) for row in latest.changes(conn, filters, limit))
    boards = _boards(conn, filters.board, catalogue)
    hosts = sorted({board.location().host for board in boards})
    titles = dict.fromkeys(board.title for board in [row for row in boards if not row.retired] or boards)
    name = f"{some_of(titles, 3)} ({', '.join(hosts)})" if titles else "kistep-archive"
    return Feed(
        tag("feed", *hosts, *(part for pair in filters.conditions.items() for part in pair)),
        ", ".join([name, *(" ".join(pair) for pair in filters.conditions.items() if pair[0] != "board")]),
        next((board.address for board in sorted(boards, key=lambda board: board.retired)), ""),
        address,
        entries,
    )


def _boards(conn: sqlite3.Connection, wanted: str | None, catalogue: Catalogue) -> list[Board]:
    """The known boards that the feed is of: the one that is wanted, or all with posts in the archive."""
    has_posts = "SELECT 1 FROM sources WHERE board = ? AND layout = ? LIMIT 1"
    return [
        row
        for row in catalogue.rows
        if (row.name == wanted if wanted else conn.execute(has_posts, row.key).fetchone())
    ]


def _entry(conn: sqlite3.Connection, row: Document, catalogue: Catalogue) -> FeedEntry:
    revisions = history.revisions(conn, row["post_id"])
    if row["kind"] != "revision":
        board = catalogue.row((row["board"], row["layout"]))
        return _presence(row, revisions[-1], board.address if board else row["url"])
    place = [revision["id"] for revision in revisions].index(row["revision"])
    return _first(revisions[0]) if place == 0 else _revised(revisions[place - 1], revisions[place], place + 1)


def _first(revision: Document) -> FeedEntry:
    """A new post. Its id is made of its address only: an earlier capture of the post is still the same
    entry."""
    return FeedEntry(
        id=tag(*_address(revision)),
        kind="new",
        title=revision["title"],
        url=revision["url"],
        author=revision["writer"],
        updated=revision["seen_at"],
        published=_published(revision),
        html=revision["body_html"],
        files=_enclosures(revision),
        facts=_facts(revision, 1),
    )


def _revised(before: Document, after: Document, number: int) -> FeedEntry:
    """An edit. Its id is made of its address, the instant when it was seen, and the digest of the page."""
    changes = compare(before, after)
    names = ", ".join([change.field for change in changes] or after["changed"])
    return FeedEntry(
        id=tag(*_address(after), after["seen_at"], after["sha256"][:16]),
        kind="revised",
        title=f"Revised ({names}): {after['title']}",
        url=after["url"],
        author=after["writer"],
        updated=after["seen_at"],
        published=None,
        html=as_html(changes) or "<p>The text did not change.</p>",
        files=_enclosures(after),
        facts=_facts(after, number) | {"changed": after["changed"]},
    )


def _presence(row: Document, last: Document, listing: str) -> FeedEntry:
    """A removal or a return of a post, under one of its addresses; `last` is its last revision. A removal has
    the text that the archive keeps, and leads to the board's listing: the post's own address answers no
    more."""
    heading, sentence = _PRESENCE[row["kind"]]
    is_gone = row["kind"] == "removed"
    last_state = f"\n<p>Its address was {escape(row['url'])}</p>\n{last['body_html']}" if is_gone else ""
    return FeedEntry(
        id=tag(*_address(row), row["kind"], row["at"]),
        kind=row["kind"],
        title=f"{heading}: {last['title']}",
        url=listing if is_gone else row["url"],
        author=last["writer"],
        updated=row["at"],
        published=None,
        html=f"<p>{sentence}</p>{last_state}",
        facts={key: row[key] for key in ("board", "layout", "number")},
    )


def _address(row: Document) -> tuple[object, ...]:
    return row["board"], row["layout"], row["number"]


def _facts(revision: Document, number: int) -> Document:
    evidence = {key: revision["evidence"][key] for key in ("file", "offset", "sha256")}
    return {
        **{key: revision[key] for key in ("board", "layout", "number")},
        "revision": number,
        "evidence": evidence,
    }


def _published(revision: Document) -> str | None:
    """The beginning of the post's own day, in Korea; None if it is not a day, or is later than the post was
    seen."""
    try:
        day = datetime.fromisoformat(revision["date"]).replace(tzinfo=_KOREA)
    except ValueError:
        return None
    return day.isoformat() if day <= datetime.fromisoformat(revision["seen_at"]) else None


def _enclosures(revision: Document) -> tuple[Enclosure, ...]:
    files = (file for file in revision["attachments"] if file["kind"] == "file")
    return tuple(
        Enclosure(file["name"], file["url"], feed_formats.media_type(file["media_type"]), file["size"])
        for file in files
    )


# to a file


def write(archive: Path, out: Path, feed: Feed, form: str | None, *, force: bool) -> bool:
    """Writes the feed to `out` ("-" is stdout), also over an earlier feed. Returns whether it wrote anything:
    an identical file keeps its modification time, for HTTP caches. Raises ArchiveError (2)."""
    form = form_of(out, form)
    document = (feed_formats.json_feed(feed) if form == "json" else feed_formats.atom(feed)).encode(
        "utf-8", "replace"
    )
    if out == STDOUT:
        send([document])
        return True
    check_destination(archive, out, form, force or _is_feed(out))
    if out.is_file() and out.read_bytes() == document:
        return False
    with replacing(out) as part:
        part.write_bytes(document)
    return True


def form_of(out: Path, form: str | None) -> str:
    """The format (atom, xml or json): the given one, or else the suffix. Raises ArchiveError (2)."""
    form = form or out.suffix.lower().removeprefix(".")
    if not form and out == STDOUT:
        raise ArchiveError("'-' has no suffix: add --format atom or --format json", ExitCode.USAGE)
    if form not in FEEDS:
        raise ArchiveError(
            f"{out}: unknown format; use one of the suffixes .atom .xml .json, or --format", ExitCode.USAGE
        )
    return form


def _is_feed(out: Path) -> bool:
    """Whether the file is a feed made by this program; the next one may replace it."""
    if not out.is_file():
        return False
    with out.open("rb") as file:
        return f"{feed_formats.TAG}feed".encode() in file.read(4096)
