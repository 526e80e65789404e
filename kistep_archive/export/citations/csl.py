"""A revision of a post as an item of CSL JSON, which reference managers and citation processors read."""

import re
from datetime import date, datetime

from kistep_archive.http.response import uri
from kistep_archive.model.documents import Document

ARCHIVE = "kistep-archive"
# line breaks, what a terminal obeys, and what turns the direction of text
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")


def item(post: Document, number: int, site: str, language: str) -> Document:
    """The item of a post's Nth revision. `post` is as `posts.find_post` returns it, with what that revision
    says; `site` is the board's title, `language` its language or "".

    The date of access is the day (UTC) on which the archive fetched the page that is cited: its digest is in
    `custom` and, for people, in `note`.
    """
    revision = post["revisions"][number - 1]
    evidence = revision["evidence"]
    place = f"Post {post['id']} ({post['board']}/{post['number']}), revision {number}"
    custom = {
        "post_id": post["id"],
        "revision": number,
        "fetched_at": evidence["fetched_at"] or revision["seen_at"],
        "sha256": evidence["sha256"],
        "warc_file": evidence["file"],
        "warc_offset": evidence["offset"],
    }
    parts = {
        "id": _key(post, number),
        "type": "webpage",
        "title": _line(post["title"]),
        "author": [{"literal": _line(post["writer"])}] if _line(post["writer"]) else None,
        "container-title": _line(site),
        "issued": _day(post["date"]),
        "accessed": _day(custom["fetched_at"][:10]),
        "URL": uri(evidence["url"] or post["url"]),
        "language": language,
        "archive": ARCHIVE,
        "archive_location": f"{place}, sha256 {evidence['sha256']}",
        "note": _note(post, place, custom),
        "custom": custom,
    }
    return {name: value for name, value in parts.items() if value}


def day_of(parts: Document) -> date:
    """A date of an item."""
    return date(*parts["date-parts"][0])


def _note(post: Document, place: str, custom: Document) -> str:
    """Where the page is in the archive, and that the site removed it."""
    gone = f" Missing on the site since {post['removed_at'][:10]}." if post["removed_at"] else ""
    where = f"{place}, fetched {custom['fetched_at']}, sha256 {custom['sha256']}"
    return f"{ARCHIVE}: {where[0].lower()}{where[1:]}.{gone}"


def _key(post: Document, number: int) -> str:
    """What identifies the item in a document that cites it: ASCII letters, digits and hyphens. The site may
    give a number twice, so the post's id is in it."""
    layout = "" if post["layout"] == "es" else f"-{post['layout']}"
    words = f"{post['board']}{layout}-{post['number']}-p{post['id']}-r{number}"
    return re.sub("[^a-zA-Z0-9]+", "-", words).strip("-")


def _day(text: str) -> Document | None:
    """A date as CSL writes it; None if the page shows none that can be read."""
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        return None
    return {"date-parts": [[day.year, day.month, day.day]]}


def _line(text: str | None) -> str:
    return " ".join(_CONTROL.sub(" ", text or "").split())
