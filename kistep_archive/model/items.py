"""The content of a page, as values: the parser's only output. Standard library only, no defaults, no
behaviour."""

import json
from dataclasses import dataclass, field
from typing import Literal, Self

Layout = Literal["es", "jsp"]
NoticeKind = Literal[
    "gone", "maintenance", "blocked", "login", "session", "error", "waiting", "unknown_alert"
]


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file offered by a post. `url` is absolute and canonical; `size_text` is the page's own wording, such
    as "2.23MB"."""

    seq: int
    name: str
    url: str
    size_text: str | None


@dataclass(frozen=True, slots=True)
class ParsedPost:
    """One post as one page shows it. `date` is YYYY-MM-DD; `writer` is None only if the page has the label
    without a value, `hits` also if it shows no hits at all. What follows the images is not part of the post:
    `heads` are the titles in the page's head; `is_named` says whether the body's box has a class known from
    this CMS; `skin` is the digest of the skin that read the page, "" if none applied; `labelled` is what the
    page's labels say where the skin says something else: (field, value); `scripted` are the names of files
    that only a script of the page offers; `unmatched_keys` are the skin's keys that find no element."""

    layout: Layout
    number: int
    title: str
    writer: str | None
    date: str
    hits: int | None
    body_text: str
    body_html: str
    attachments: tuple[ParsedFile, ...]
    images: tuple[str, ...]
    heads: tuple[str, ...] = field(default=(), compare=False)
    is_named: bool = field(default=False, compare=False)
    skin: str = field(default="", compare=False)
    labelled: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    scripted: tuple[str, ...] = field(default=(), compare=False)
    unmatched_keys: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a listing. None means that this skin does not show the value; `title_cut` is True if the
    title ends in an ellipsis."""

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
    """A page of a listing. `page`, `pages` and `total` are what the page itself declares, None if it does
    not. `further`: whether it links to a later page."""

    layout: Layout
    page: int | None
    pages: int | None
    total: int | None
    rows: tuple[Row, ...]
    further: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """A page that shows something else instead: the post is gone, the site is down, the firewall refuses."""

    notice: NoticeKind
    text: str


@dataclass(frozen=True, slots=True)
class ListedRow:
    """The part of a listing row that makes the crawl fetch the post again if it changes: title, writer, date
    and the attachment mark, but not hits. `text` is the stored form: a JSON list of the four, in this order.
    """

    text: str

    @classmethod
    def of(cls, row: Row) -> Self:
        """The listed row of a row."""
        return cls.from_values(row.title, row.writer, row.date, row.attachments)

    @classmethod
    def from_values(cls, title: str, writer: str | None, date: str | None, attachments: bool | None) -> Self:
        """A listed row with these values; None for what the row does not show."""
        return cls(json.dumps([title, writer, date, attachments], ensure_ascii=False))

    @classmethod
    def read(cls, text: str) -> Self:
        """A listed row from its stored form. Raises ValueError for anything else."""
        try:
            values = json.loads(text)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        if not isinstance(values, list) or not all(
            value is None or isinstance(value, (str, bool)) for value in values
        ):
            raise ValueError(f"{text[:40]!r} is not a row of a listing")
        return cls(text)

    def values(self) -> dict[str, str | bool]:
        """The values of the row by name (`LISTED`), without those that it does not show."""
        return {
            name: value
            for name, value in zip(LISTED, json.loads(self.text), strict=False)
            if value is not None
        }

    @property
    def title(self) -> str:
        """The title, perhaps cut."""
        return str(self.values().get("title", ""))


LISTED = ("title", "writer", "date", "attachments")
DATE_IN_SQL = f"json_extract(listed, '$[{LISTED.index('date')}]')"  # of a column `listed`
