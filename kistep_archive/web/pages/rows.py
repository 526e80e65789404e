"""Rows of lists: posts and changes, each with the path of its page."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from kistep_archive.model.documents import Document
from kistep_archive.query.changes import Change
from kistep_archive.query.files import PostFile
from kistep_archive.query.rows import Attachment
from kistep_archive.web import addresses, bodies
from kistep_archive.web.pages.page import PageNotFoundError, Visit

PER_PAGE = 50
_FACTS = ("board", "number", "title", "writer", "date", "hits", "url", "removed_at")


def post_row(post: Any) -> Document:
    """What a list shows of a post, and the `path` of its page."""
    return {name: getattr(post, name) for name in _FACTS} | {"path": addresses.post(post)}


def change_rows(changes: Iterable[Change], most: int) -> list[Document]:
    """What a timeline shows of the newest changes."""
    return [
        {name: getattr(change, name) for name in _CHANGE} | {"path": addresses.post(change)}
        for change in islice(changes, most)
    ]


_CHANGE = ("at", "kind", "board", "number", "title", "title_before", "changed", "date", "url")


def count_pages(total: int, per_page: int = PER_PAGE) -> int:
    """How many pages a list of so many rows has; an empty list has one."""
    return max(1, -(-total // per_page))


def cut(rows: Iterable[Any], number: int, per_page: int = PER_PAGE) -> Iterator[Any]:
    """The rows of a page of a list, counted from 1."""
    return islice(rows, (number - 1) * per_page, number * per_page)


def check_page(number: int, total: int, per_page: int = PER_PAGE) -> None:
    """Raises PageNotFoundError if a list of so many rows has no such page."""
    if number > count_pages(total, per_page):
        pages = count_pages(total, per_page)
        raise PageNotFoundError(f"This list has {pages} pages; there is no page {number}.")


def file_row(visit: Visit, file: Attachment | PostFile) -> Document:
    """What a list of files shows of one: `href` leads to its bytes, `view` to the browser's own viewer; None
    if there is nothing to open."""
    row: dict[str, Any] = {name: getattr(file, name) for name in _FILE} | {"href": None, "view": None}
    if file.sha256:
        row["href"] = visit.links.constant(bodies.path(file))
        if file.media_type == "application/pdf" and not visit.links.published:
            row["view"] = visit.links.constant(f"view/{file.sha256}.pdf")
    return row


_FILE = ("seq", "kind", "name", "url", "media_type", "size", "sha256", "fetched_at")
