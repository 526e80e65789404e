"""What a feed tells, asked of the archive: new posts, revisions, removals and returns, the last ones first."""

import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from kistep_archive.errors import ArchiveError
from kistep_archive.export import feed_formats
from kistep_archive.export.destination import STDOUT, beside, check_place, send
from kistep_archive.export.diff_html import as_html
from kistep_archive.export.feed_formats import Entry, Feed, File, tag
from kistep_archive.export.formats import FEEDS
from kistep_archive.model.boards import Catalogue
from kistep_archive.query import history
from kistep_archive.query.diff import compare
from kistep_archive.query.filters import Filters, choose

Answer = dict[str, Any]

_PRESENCE = {
    "removed": ("Removed", "The site does not show this post any more. What it said is kept."),
    "returned": ("Back again", "The site shows this post again."),
}
_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")
_KOREA = timezone(timedelta(hours=9))
# A first crawl sees years of posts in an hour, in no order that says anything: so the day of sight, then changes before what is new, then
# the post's own date. Nothing in it depends on ids, which an import or a rebuild may give otherwise.
_LAST = """
SELECT * FROM (
  SELECT r.post_id, 'revision' AS kind, r.id AS revision, r.seen_at AS at, r.changed = '[]' AS new, r.date,
    o.board, o.layout, o.number, o.url, r.sha256
  FROM revisions r JOIN origins o ON o.id = r.id JOIN chosen ON chosen.id = r.post_id
  UNION ALL
  SELECT m.post_id, 'removed', NULL, m.removed_at, 0, p.date, s.board, s.layout, s.number, s.url, ''
  FROM removals m JOIN chosen ON chosen.id = m.post_id JOIN posts p ON p.id = m.post_id
  JOIN sources s ON s.post_id = m.post_id AND s.layout = m.layout AND s.number = m.number
  UNION ALL
  SELECT m.post_id, 'returned', NULL, m.returned_at, 0, p.date, s.board, s.layout, s.number, s.url, ''
  FROM removals m JOIN chosen ON chosen.id = m.post_id JOIN posts p ON p.id = m.post_id
  JOIN sources s ON s.post_id = m.post_id AND s.layout = m.layout AND s.number = m.number WHERE m.returned_at IS NOT NULL
) ORDER BY substr(at, 1, 10) DESC, new, date DESC, at DESC, board, layout, number, kind, sha256 LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A feed: how many entries it has, and whether it was `written`, since one that says the same is left alone."""

    entries: int
    written: bool


def read(conn: sqlite3.Connection, filters: Filters, limit: int, catalogue: Catalogue, address: str = "") -> Feed:
    """The feed of the last things that happened to the posts that fit; begins a transaction, so that a crawl may go on writing. Raises
    ArchiveError (2) for an `address` that is none."""
    if address and not _ADDRESS.fullmatch(address):
        raise ArchiveError(f"--url {address}: is no address; write it whole, as https://example.org/kistep.atom", 2)
    history.look(conn)
    choose(conn, filters)
    entries = tuple(_entry(conn, row) for row in map(dict, conn.execute(_LAST, (limit,))))
    title = ", ".join(["KISTEP archive", *(" ".join(pair) for pair in filters.told.items())])
    home = next((row.address for row in catalogue.rows if filters.board in (None, row.name)), "")
    return Feed(tag("feed", *(part for pair in filters.told.items() for part in pair)), title, home, address, entries)


def _entry(conn: sqlite3.Connection, row: Answer) -> Entry:
    revisions = history.revisions(conn, row["post_id"])
    if row["kind"] != "revision":
        return _presence(row, revisions[-1])
    place = [revision["id"] for revision in revisions].index(row["revision"])
    return _first(revisions[0]) if place == 0 else _revised(revisions[place - 1], revisions[place], place + 1)


def _first(revision: Answer) -> Entry:
    """A new post, named by its address alone: a capture that shows it earlier is still the same news."""
    return Entry(
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


def _revised(before: Answer, after: Answer, number: int) -> Entry:
    """An edit, named by its address, when it was seen, and in which bytes."""
    changes = compare(before, after)
    names = ", ".join([change.field for change in changes] or after["changed"])
    return Entry(
        id=tag(*_address(after), after["seen_at"], after["sha256"][:16]),
        kind="revised",
        title=f"Revised ({names}): {after['title']}",
        url=after["url"],
        author=after["writer"],
        updated=after["seen_at"],
        published=None,
        html=as_html(changes) or "<p>Nothing that can be read differs.</p>",
        files=_enclosures(after),
        facts=_facts(after, number) | {"changed": after["changed"]},
    )


def _presence(row: Answer, last: Answer) -> Entry:
    """A removal or a return of a post, under one of its addresses; `last` is what it said last."""
    words, said = _PRESENCE[row["kind"]]
    return Entry(
        id=tag(*_address(row), row["kind"], row["at"]),
        kind=row["kind"],
        title=f"{words}: {last['title']}",
        url=row["url"],
        author=last["writer"],
        updated=row["at"],
        published=None,
        html=f"<p>{said}</p>",
        facts={key: row[key] for key in ("board", "layout", "number")},
    )


def _address(row: Answer) -> tuple[object, ...]:
    return row["board"], row["layout"], row["number"]


def _facts(revision: Answer, number: int) -> Answer:
    evidence = {key: revision["evidence"][key] for key in ("file", "offset", "sha256")}
    return {**{key: revision[key] for key in ("board", "layout", "number")}, "revision": number, "evidence": evidence}


def _published(revision: Answer) -> str | None:
    """The beginning of the post's own day, in Korea; None where that is no day, or one after it was seen."""
    try:
        day = datetime.fromisoformat(revision["date"]).replace(tzinfo=_KOREA)
    except ValueError:
        return None
    return day.isoformat() if day <= datetime.fromisoformat(revision["seen_at"]) else None


def _enclosures(revision: Answer) -> tuple[File, ...]:
    files = (file for file in revision["attachments"] if file["kind"] == "file")
    return tuple(File(file["name"], file["url"], feed_formats.media_type(file["media_type"]), file["size"]) for file in files)


# to a file


def write(archive: Path, out: Path, feed: Feed, form: str | None, *, force: bool) -> bool:
    """Writes the feed to `out`, "-" being stdout, over an earlier feed as well. Returns whether anything was written: what says the same
    is left as it is, for those who ask whether it was modified. Raises ArchiveError (2)."""
    form = form_of(out, form)
    document = (feed_formats.json_feed(feed) if form == "json" else feed_formats.atom(feed)).encode("utf-8", "replace")
    if out == STDOUT:
        send([document])
        return True
    check_place(archive, out, form, force or _is_feed(out))
    if out.is_file() and out.read_bytes() == document:
        return False
    with beside(out) as part:
        part.write_bytes(document)
    return True


def form_of(out: Path, given: str | None) -> str:
    """atom, xml or json, by the suffix unless it is given. Raises ArchiveError (2)."""
    form = given or out.suffix.lower().removeprefix(".")
    if form not in FEEDS:
        raise ArchiveError(f"{out}: its suffix names no format of a feed; known are .atom .xml .json, or choose one with --format", 2)
    return form


def _is_feed(out: Path) -> bool:
    """Whether a feed by this program is there, which the next one may replace."""
    if not out.is_file():
        return False
    with out.open("rb") as file:
        return f"{feed_formats.TAG}feed".encode() in file.read(4096)
