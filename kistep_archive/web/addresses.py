"""Where each page of the site stands: a path without prefix and suffix, made of the post's own board and
number, so that it stays the same in every archive of the same site."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from kistep_archive.export.files.names import safe
from kistep_archive.model.urls import locate

SECTIONS = frozenset(
    [
        "about",
        "boards",
        "changed",
        "data",
        "feed",
        "files",
        "images",
        "proof",
        "removed",
        "runs",
        "search",
        "static",
        "view",
        "writers",
        "years",
    ]
)
_FIRST = "es"  # the layout whose numbers stand alone
_FORMS = (".html", ".json")
_SPACES = re.compile(r"\s+")


def post(row: Any) -> str:
    """The path of a post's page; `row` has `board`, `number` and `url`, as attributes or as keys. Layouts
    number their posts apart: the name of any but the current one stands before the number."""
    board, number, url = (_value(row, name) for name in ("board", "number", "url"))
    location = locate(url)
    layout = location.layout if location else _FIRST
    name = str(number) if layout == _FIRST else f"{layout}-{number}"
    return section(board, name)


def section(board: str, name: str) -> str:
    """The path of a board's post with this name. A board that is called as a part of the site is one folder
    deeper."""
    return f"{'boards/' if board in SECTIONS else ''}{board}/{name}"


def writer(name: str | None) -> str:
    """The path of a writer's page. A name that is no plain file name, or ends as the form of a page
    does, is followed by a digest of it."""
    if not (name := (name or "").strip()):
        return "writers/-"
    plain = _SPACES.sub("-", safe(name))[:60]
    is_plain = plain == name and not plain.endswith(_FORMS)
    digest = "" if is_plain else f"-{sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"
    return f"writers/{plain}{digest}"


def file(sha256: str, name: str) -> str:
    """The path of a file's bytes."""
    return f"files/{sha256}/{safe(name)}"


def quoted(path: str) -> str:
    """The path as it stands in an address."""
    return quote(path, safe="/-._~")


def _value(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, Mapping) else getattr(row, name)
