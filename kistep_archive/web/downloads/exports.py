"""Feeds and exports of what a page lists."""

from kistep_archive.query.filters import Conditions
from kistep_archive.web.downloads.download import Download, attachment_headers, spare_file, take
from kistep_archive.web.pages.page import Visit
from kistep_archive.web.pages.search import conditions

_FEEDS = {"atom": "application/atom+xml", "json": "application/feed+json"}
_EXPORTS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl",
}


def feed(visit: Visit, form: str) -> Download:
    """The latest changes of all posts."""
    return _feed(visit, f"feed.{form}", form, None, {})


def search_feed(visit: Visit) -> Download:
    """The latest changes of the posts that a search chooses."""
    return _feed(visit, "search.atom", "atom", visit.asked("q"), conditions(visit))


def removed_feed(visit: Visit) -> Download:
    """The latest changes of removed posts."""
    return _feed(visit, "removed.atom", "atom", None, {"removed": True})


def board_feed(visit: Visit, name: str) -> Download:
    """The latest changes of a board."""
    return _feed(visit, f"boards/{name}.atom", "atom", None, {"board": name})


def search_export(visit: Visit, form: str) -> Download:
    """The posts that a search chooses, as a file."""
    out = spare_file(f".{form}")
    visit.archive.export(out, visit.asked("q"), form=form, bom=form == "csv", force=True, **conditions(visit))
    return Download(out, _EXPORTS[form], attachment_headers(f"kistep-archive.{form}"))


def _feed(visit: Visit, path: str, form: str, query: str | None, chosen: Conditions) -> Download:
    out = spare_file(f".{form}")
    address = visit.links.canonical(path) if not visit.links.published else f"{visit.links.base}{path}"
    visit.archive.feed(out, query, url=address if visit.links.base else "", form=form, force=True, **chosen)
    return Download(take(out), _FEEDS[form])
