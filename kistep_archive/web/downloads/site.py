"""The site's downloads by their paths."""

import re
from collections.abc import Callable
from typing import NamedTuple

from kistep_archive.web.downloads import evidence, exports, files
from kistep_archive.web.downloads.download import Download
from kistep_archive.web.pages.page import Visit
from kistep_archive.web.pages.site import POST

_DIGEST = "(?P<digest>[0-9a-f]{64})"
_NUMBER = "(?P<number>[1-9][0-9]{0,5})"


class _Route(NamedTuple):
    pattern: re.Pattern[str]
    maker: Callable[..., Download]  # (visit, parts of the path) -> download


_ROUTES = tuple(
    _Route(re.compile(pattern), maker)
    for pattern, maker in (
        (rf"files/{_DIGEST}/(?P<name>[^/]+)", files.file),
        (rf"images/{_DIGEST}(?P<suffix>\.(?:png|jpg|gif|webp))", files.image),
        (rf"view/{_DIGEST}\.pdf", files.pdf),
        (r"feed\.(?P<form>atom|json)", exports.feed),
        (r"search\.atom", exports.search_feed),
        (r"search\.(?P<form>csv|xlsx|jsonl)", exports.search_export),
        (r"removed\.atom", exports.removed_feed),
        (rf"{POST}\.wacz", evidence.wacz),
        (rf"{POST}/bytes/{_NUMBER}\.txt", evidence.page_bytes),
        (rf"{POST}/page/{_NUMBER}\.html", evidence.frame),
        (r"boards/(?P<name>[^/]+)\.atom", exports.board_feed),
    )
)


def find(visit: Visit, path: str) -> Download | None:
    """The download at a path; None if a page may stand there. Raises PageNotFoundError and ArchiveError."""
    for route in _ROUTES:
        if match := route.pattern.fullmatch(path):
            return route.maker(visit, **{name: text or "" for name, text in match.groupdict().items()})
    return None
