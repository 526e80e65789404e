"""Feeds in Atom (RFC 4287) and JSON Feed 1.1. Pure functions: the same entries give the same bytes.

There is no library for it: those that write Atom are years old, and write the current time into the feed.
"""

import json
import re
from dataclasses import dataclass, field
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from kistep_archive.http import response
from kistep_archive.model.documents import Document

TAG = "tag:kistep-archive.github.io,2026:"  # RFC 4151: the prefix of all ids made by this project
_ATOM = "http://www.w3.org/2005/Atom"
_NEVER = "1970-01-01T00:00:00Z"  # when a feed without entries was updated
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file to download; `size` in bytes, None if it was never fetched."""

    name: str
    url: str
    media_type: str
    size: int | None


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One thing that happened to a post. `kind` is new, revised, removed or returned; `updated` is when it
    was seen; `published` is the post's own day if it is new; `html` is sanitised; `facts` go into JSON
    unchanged."""

    id: str
    kind: str
    title: str
    url: str
    author: str | None
    updated: str
    published: str | None
    html: str
    files: tuple[Enclosure, ...] = ()
    facts: Document = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feed:
    """Entries, newest first. `home` is the page they are about, `address` where the feed is published; both
    may be empty."""

    id: str
    title: str
    home: str
    address: str
    entries: tuple[FeedEntry, ...]

    @property
    def updated(self) -> str:
        """When the last thing happened."""
        return max((entry.updated for entry in self.entries), default=_NEVER)


def tag(*parts: object) -> str:
    """A permanent id, made of parts that never change."""
    return TAG + "/".join(quote(str(part), safe=":", errors="replace") for part in parts)


def _uri(url: str) -> str:
    """The address as a URI. Incomplete characters, as text typed in another encoding has, are replaced."""
    return response.uri(url.encode("utf-8", "replace").decode())


def media_type(header: str | None) -> str:
    """The media type without its parameters; `application/octet-stream` if it cannot be read."""
    kind = (header or "").partition(";")[0].strip().lower()
    return kind if _TYPE.fullmatch(kind) else _UNKNOWN


# Atom


def atom(feed: Feed) -> str:
    """An Atom document. Characters that XML forbids become U+FFFD."""
    root = Element("feed", {"xmlns": _ATOM})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", feed.updated)
    _text(SubElement(root, "author"), "name", "kistep-archive")
    _text(root, "generator", "kistep-archive")
    for rel, href in (("alternate", feed.home), ("self", feed.address)):
        if href:
            SubElement(root, "link", {"rel": rel, "href": _clean(_uri(href))})
    for entry in feed.entries:
        _entry(SubElement(root, "entry"), entry)
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _entry(element: Element, entry: FeedEntry) -> None:
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    _text(element, "updated", entry.updated)
    if entry.published:
        _text(element, "published", entry.published)
    if entry.author:
        _text(SubElement(element, "author"), "name", entry.author)
    SubElement(element, "category", {"term": entry.kind})
    SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": _clean(_uri(entry.url))})
    for file in entry.files:
        link = {
            "rel": "enclosure",
            "type": file.media_type,
            "title": _clean(file.name),
            "href": _clean(_uri(file.url)),
        }
        SubElement(element, "link", link if file.size is None else link | {"length": str(file.size)})
    SubElement(element, "content", {"type": "html"}).text = _clean(entry.html)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


# JSON Feed


def json_feed(feed: Feed) -> str:
    """A JSON Feed document; extensions are under `_kistep_archive`."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        **({"home_page_url": _uri(feed.home)} if feed.home else {}),
        **({"feed_url": _uri(feed.address)} if feed.address else {}),
        "authors": [{"name": "kistep-archive"}],
        "_kistep_archive": {"id": feed.id, "updated": feed.updated},
        "items": [_item(entry) for entry in feed.entries],
    }
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n"


def _item(entry: FeedEntry) -> Document:
    return {
        "id": entry.id,
        "url": _uri(entry.url),
        "title": entry.title,
        "content_html": entry.html,
        **({"date_published": entry.published} if entry.published else {}),
        "date_modified": entry.updated,
        **({"authors": [{"name": entry.author}]} if entry.author else {}),
        "tags": [entry.kind],
        **({"attachments": [_attachment(file) for file in entry.files]} if entry.files else {}),
        "_kistep_archive": {"kind": entry.kind, **entry.facts},
    }


def _attachment(file: Enclosure) -> Document:
    size = {} if file.size is None else {"size_in_bytes": file.size}
    return {"url": _uri(file.url), "mime_type": file.media_type, "title": file.name, **size}
