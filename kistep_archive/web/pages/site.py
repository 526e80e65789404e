"""The site's pages by their paths."""

import re
from typing import NamedTuple

from kistep_archive.web.pages import changes, cite, files, home, lists, post, proof, runs, search
from kistep_archive.web.pages.page import Maker, Page, PageNotFoundError, Visit

_PAGE = r"(?:/page-(?P<number>[1-9][0-9]{0,8}))?"
POST = r"(?:boards/)?(?P<board>[^/]+)/(?P<name>(?:[a-z]+-)?[1-9][0-9]{0,17})"


class Route(NamedTuple):
    """A pattern of paths, and what makes their pages."""

    pattern: re.Pattern[str]
    maker: Maker


_ROUTES = tuple(
    Route(re.compile(pattern), maker)
    for pattern, maker in (
        ("", home.home),
        ("search", search.search),
        (f"removed{_PAGE}", lists.removed),
        ("changed", lists.changed),
        ("writers", lists.writers),
        (rf"writers/(?P<key>[^/]+){_PAGE}", lists.writer),
        ("years", lists.years),
        (rf"years/(?P<name>[0-9]{{4}}){_PAGE}", lists.year),
        ("boards", lists.boards),
        (rf"boards/(?P<name>[^/]+){_PAGE}", lists.board),
        (f"runs{_PAGE}", runs.runs),
        ("runs/now", runs.now),
        (r"runs/(?P<number>[1-9][0-9]{0,8})", runs.run),
        (POST, post.post),
        (rf"{POST}/changes(?:/(?P<a>[1-9][0-9]{{0,5}})-(?P<b>[1-9][0-9]{{0,5}}))?", changes.changes),
        (f"{POST}/cite", cite.cite),
        (f"{POST}/files", files.files),
        (rf"{POST}/proof(?:/(?P<number>[1-9][0-9]{{0,5}}))?", proof.proof),
    )
)


def find(visit: Visit, path: str) -> Page:
    """The page at a path. Raises PageNotFoundError, PageMovedError; ArchiveError (2) for a query that cannot
    be understood, 5 if the archive cannot be read."""
    for route in _ROUTES:
        if match := route.pattern.fullmatch(path):
            return route.maker(visit, **{name: text for name, text in match.groupdict().items() if text})
    raise PageNotFoundError("This site has no such page.")
