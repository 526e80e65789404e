"""What a page says, as values: the parser's only output. Standard library only, no defaults, no behaviour."""

import json
from dataclasses import dataclass
from typing import Literal

Layout = Literal["es", "jsp"]
NoticeKind = Literal["gone", "maintenance", "blocked", "login", "unknown_alert"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file offered by a post. `url` is absolute and canonical; `size_text` is the page's own wording, such as "2.23MB"."""

    seq: int
    name: str
    url: str
    size_text: str | None


@dataclass(frozen=True, slots=True)
class Post:
    """One post as one page shows it. `date` is YYYY-MM-DD; `writer` and `hits` are None only where their labelled value is empty."""

    layout: Layout
    number: int
    title: str
    writer: str | None
    date: str
    hits: int | None
    body_text: str
    body_html: str
    attachments: tuple[Attachment, ...]
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a listing. None is "this skin does not say"; `title_cut` is True when the title ends in an ellipsis."""

    number: int
    title: str
    title_cut: bool
    writer: str | None
    date: str | None
    hits: int | None
    url: str
    pinned: bool
    new: bool
    attachments: bool | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of rows. `page`, `pages` and `total` are what the page itself declares, None where it does not."""

    layout: Layout
    page: int | None
    pages: int | None
    total: int | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A page that says something else than was asked for: the post is gone, the site is down, the firewall refuses."""

    notice: NoticeKind
    text: str


def listed(row: Row) -> str:
    """What of a listing row makes a post worth fetching again when it differs: title, writer, date and the attachment mark; never hits."""
    return json.dumps([row.title, row.writer, row.date, row.attachments], ensure_ascii=False)
